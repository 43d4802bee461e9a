"""What the sheet and the paper of a quarter say."""

from collections.abc import Iterator
from datetime import datetime

from app.kernel import i18n
from app.kernel.db import Row
from app.kernel.paper import Facts, Note, Paper

_SHOWN = (
    *("occurrences_held", "occurrences_cancelled", "stalls_used", "groups", "first_timers", "women_led"),
    *("women_led_percent", "people", "groups_without_people"),
)


def lines(found: Row, lang: str) -> Iterator[tuple[str, str | int]]:
    """Each indicator by its name, with a dash for what is not known."""
    for name in _SHOWN:
        value = found[name]
        yield i18n.text(lang, "fair_indicators", name), "—" if value is None else value


def rows(found: Row, lang: str) -> list[tuple[str, str]]:
    """The lines of a CSV, header first."""
    head = [
        (i18n.text(lang, "fair_indicators", name), str(found[field] or ""))
        for name, field in (
            ("organiser", "organiser_name"),
            ("quarter", "quarter"),
            ("territory", "territory"),
        )
    ]
    return [*head, *((name, str(value)) for name, value in lines(found, lang))]


def paper(found: Row, lang: str, now: datetime) -> Paper:
    """The same numbers to print, and what they count."""
    quarter = f"{i18n.text(lang, 'fair_indicators', 'quarter')} {found['quarter']}"
    return Paper(
        i18n.text(lang, "fair_indicators", "title"),
        " · ".join(filter(None, (found["organiser_name"], quarter, found["territory"]))),
        lang=lang,
        is_demo=found["is_demo"],
        blocks=[Facts(list(lines(found, lang))), Note(i18n.text(lang, "fair_indicators", "what_counts"))],
        at=now,
    )
