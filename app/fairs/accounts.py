"""What the sheet and the paper of a quarter say."""

from collections.abc import Iterator
from datetime import datetime

from app.kernel import i18n
from app.kernel.db import Row
from app.kernel.paper import Column, Note, Paper, Table

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
    heads = [
        Column(i18n.text(lang, "fair_indicators", "counted"), weight=8),
        Column(i18n.text(lang, "fair_indicators", "number"), is_number=True, weight=2),
    ]
    return Paper(
        i18n.text(lang, "fair_indicators", "title"),
        " · ".join(
            filter(None, (found["organiser_name"], months(found["quarter"], lang), found["territory"]))
        ),
        lang=lang,
        is_demo=found["is_demo"],
        blocks=[
            Table(heads, list(lines(found, lang))),
            Note(i18n.text(lang, "fair_indicators", "what_counts")),
        ],
        at=now,
    )


def months(quarter: str, lang: str) -> str:
    """«2026-Q4» -> «octubre a diciembre de 2026»."""
    year, _, number = quarter.partition("-Q")
    names = i18n.texts(lang)["recurrence"]["months"]
    first, last = (names[str(int(number) * 3 - back)] for back in (2, 0))
    return i18n.text(lang, "fair_indicators", "months", first=first, last=last, year=year)
