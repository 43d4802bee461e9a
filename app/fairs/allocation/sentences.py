"""What a record says to people, Spanish first: where they stand and why, in words without arithmetic. Pure."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import msgspec
from msgspec.structs import replace

from app.fairs.allocation.model import MILLION, Quota, Record
from app.fairs.allocation.succession import Passed
from app.kernel import decimals, i18n, said


def why(record: Record, lang: str, *, quota_name: str = "") -> str:
    """Where a group stands, waits or why it is left out, in one to three sentences.

    `quota_name`: what the quota of the record speaks of in the reader's language; its value where nothing is given.
    """
    facts = {
        "needs": said.listed([_word("need", need, lang) for need in record.needs], lang),
        "by_points": record.by_points,
        "points": points(record, lang),
        "position": record.position,
        "quota": quota_name or (record.quota.value if record.quota else ""),
        "stall": record.stall,
        "turn": record.turn,
    }
    parts = [i18n.text(lang, "stall_why", record.state, **facts)] if record.state != "placed" else []
    parts += [i18n.text(lang, "stall_why", _key(code, record), **facts) for code in record.why]
    if record.by_points is not None:
        parts.append(i18n.text(lang, "stall_why", "moved_apart", **facts))
    return " ".join(parts)


def neutral(record: Record) -> Record:
    """A record as everybody may read it: why somebody was left out is told to the group and the organiser alone."""
    return (
        record
        if record.state != "left_out" or "no_stall_fits" in record.why
        else replace(record, why=("barred",))
    )


def why_passed(kept: Mapping[str, Any], lang: str) -> str:
    """Why a free stall was not for a group that waits; `kept` is `Passed` as stored."""
    passed = msgspec.convert(kept, Passed)
    facts = {
        "needs": said.listed([_word("need", need, lang) for need in passed.needs], lang),
        "quota": passed.quota.value if passed.quota else "",
        "stall": passed.stall,
    }
    reasons = [i18n.text(lang, "stall_why", code, **facts) for code in passed.why]
    return " ".join([i18n.text(lang, "stall_why", "passed_over", **facts), *reasons])


def points(record: Record, lang: str) -> str:
    """The weighted mean of a group's points, 0 to 1000, with one decimal at most: «612,5»; «0» where no criterion counts."""
    weights = sum(one.weight for one in record.criteria)
    return _number(record.total, weights, lang) if weights else "0"


def criteria(record: Record, lang: str) -> list[str]:
    """One line per criterion: «Rotación: 535 de 1000 puntos; pesa 100.»."""
    return [
        i18n.text(
            lang,
            "stall_why",
            "criterion",
            name=_word("criterion", one.criterion, lang),
            points=_number(one.points, 1, lang),
            weight=one.weight,
        )
        for one in record.criteria
    ]


def quota(one: Quota, name: str, lang: str) -> str:
    """What a quota asks, for the published bases: «textiles: al menos 5 puestos y no más de 12»."""
    parts = [i18n.text(lang, "stall_why", "at_least", count=one.at_least)] if one.at_least else []
    parts += [] if one.at_most is None else [i18n.text(lang, "stall_why", "at_most", count=one.at_most)]
    return f"{name}: {said.listed(parts, lang)}" if parts else name


def _number(numerator: int, weights: int, lang: str) -> str:
    number = decimals.fixed(Fraction(numerator, weights * MILLION), 1).removesuffix(".0")
    return decimals.localised(number, lang)


def _key(code: str, record: Record) -> str:
    return "no_stall_at_all" if code == "no_stall_fits" and not record.needs else code


def _word(kind: str, name: str, lang: str) -> str:
    return i18n.text(lang, f"stall_{kind}", name)
