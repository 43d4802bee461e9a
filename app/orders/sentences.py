"""What the numbers of a plan say to people, Spanish first. Pure: facts in, sentences out."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from app.kernel import decimals, i18n, money, said, units
from app.kernel.db import Row
from app.kernel.text import sentence


def quantity(base: int, line: Mapping[str, Any], lang: str) -> str:
    """«30 kg»: base units in the product's unit."""
    return units.display(base, line["unit"], lang)


def level(line: Mapping[str, Any], product: Mapping[str, Any], lang: str) -> str | None:
    """What the rule gives per person, in the product's unit with two decimals at most; None where it has no unit.

    Half up. With several products the level is a measure of value, which nobody weighs.
    """
    if line.get("level") is None or line.get("in_measure"):
        return None
    number = decimals.fixed(Fraction(line["level"]) / product["price_unit_base"], 2)
    trimmed = number.rstrip("0").rstrip(".") if "." in number else number
    return f"{decimals.localised(trimmed, lang)} {units.name(product['unit'], lang, one=trimmed == '1')}"


def why(share: Mapping[str, Any], line: Mapping[str, Any], product: Mapping[str, Any], lang: str) -> str:
    """One sentence on what decided a group's share: the equal part, all it has, a packing, its history ..."""
    known, bound = i18n.texts(lang)["sentences"], share["bound"]
    key = f"bound_{bound}"
    if bound == "level" and not _is_its_people_times_level(share, line, product):
        key = "bound_level_value"
    if bound == "cap" and share.get("reason") is not None:  # somebody decided it about this group alone
        key = "bound_capped"
    facts = {
        "level": level(line, product, lang) or "",
        "reason": sentence(share.get("reason") or ""),
    }
    told = [i18n.spoken(known.get(key, known["bound_level_value"]), facts).strip()]
    if bound in ("level", "pack"):
        if share.get("is_counted"):
            told.append(i18n.spoken(known["counted"], {"people": said.people(share["people"], lang)}))
        if share.get("recent"):
            told.append(known["history"])
    return " ".join(told)


def reasons(
    share: Mapping[str, Any], line: Mapping[str, Any], product: Mapping[str, Any], lang: str
) -> dict[str, Any]:
    """Why a group's share is what it is: `why`; and `is_plain`: so many people, so much each, nothing else decided."""
    is_plain = (
        share["bound"] == "level"
        and not (share.get("recent") or share.get("is_counted") or line.get("is_counted"))
        and _is_its_people_times_level(share, line, product)
        and Fraction(line["level"]) * line["people"] == line["wanted_base"]
    )
    return {"why": why(share, line, product, lang), "is_plain": is_plain}


def _is_its_people_times_level(
    share: Mapping[str, Any], line: Mapping[str, Any], product: Mapping[str, Any]
) -> bool:
    """Whether the level as it is said, times the people, is exactly what the group has: now, before and lately."""
    if line.get("level") is None or line.get("in_measure"):
        return False
    each = Fraction(line["level"])
    has: int = share["quantity_base"] + share.get("kept_base", 0) + share.get("recent", 0)
    is_said_exactly = (each / product["price_unit_base"] * 100).denominator == 1
    return is_said_exactly and bool(each * share["people"] == has)


def left_out(code: str, reason: str, lang: str) -> str:
    """Why a group that has the product is not in the plan; with the coordinating organisation's reason."""
    known = i18n.texts(lang)["sentences"]
    return i18n.spoken(known.get(f"out_{code}", known["out_other"]), {"reason": sentence(reason)}).strip()


def relaxation(
    found: Mapping[str, Any], product: Mapping[str, Any], lang: str, *, currency: str, today: date
) -> str:
    """What the buyer may change, how far where a value helps, and how much that alone would add."""
    condition, to = found["condition"], found.get("to")
    adds = quantity(found["adds_base"], product, lang)
    if to is None:
        return i18n.text(lang, "sentences", f"relax_{condition}", adds=adds)
    if condition == "price_above_max":
        to = said.price(to, currency, product["unit"], lang)
    elif condition in ("not_ready", "expired"):
        to = said.day(date(1970, 1, 1) + timedelta(days=to), lang, today=today)
    return i18n.text(lang, "sentences", f"relax_{condition}_to", adds=adds, to=to)


def offer(facts: Mapping[str, Any], lang: str) -> str:
    """The message a weaver understands, with `{link}` where the one-tap link goes.

    «Pidieron 90 kg. Son 9 personas en 3 grupos: 10 kg por persona. Ustedes son 3: les tocan 30 kg a S/ 8.00 el kilo
    = S/ 240.00 para ustedes. Respondan hasta el jueves 12, 8 de la noche.»

    Where that sum is not the whole truth, what decided is said instead: «Son 9 personas en 3 grupos. Ustedes son 3
    personas. Les tocan 10 kg ... La organización coordinadora fijó esta cantidad. Este mes ya entregan otro pedido.»
    """
    is_plain = facts["is_plain"]
    fair, key = ("offer_level", "offer_share") if is_plain else ("offer_people", "offer_part")
    if facts.get("kept"):
        key = "offer_more_confirmed" if facts.get("is_confirmed") else "offer_more"
    asks = plain(key, lang, **facts) + ("" if is_plain else f" {facts['why']}")
    return plain(
        "offer", lang, **{**facts, "fair": plain(fair, lang, **facts), "asks": asks, "link": "{link}"}
    )


def offer_short(facts: Mapping[str, Any], lang: str) -> str:
    """The same in one SMS, before the link."""
    return i18n.text(lang, "sentences", "offer_more_short" if facts.get("kept") else "offer_short", **facts)


def offer_facts(
    share: Mapping[str, Any], line: Mapping[str, Any], product: Mapping[str, Any], *, order: Row, until: datetime, zone: str,
    now: datetime, lang: str,
) -> dict[str, Any]:  # fmt: skip
    """Every phrase that the sentences of an offer need."""
    prices = {take["price_minor"] for take in share["takes"]}
    currency = order["currency"]
    return {
        "order": order["code"],
        "network": order["coordinator_name"],
        "buyer": order["buyer_name"],
        "product": product["product_name"],
        "wanted": quantity(line["wanted_base"], product, lang),
        "people": said.people(line["people"], lang),
        "groups": said.groups(line["groups"], lang),
        "level": level(line, product, lang),
        "own_people": said.people(share["people"], lang),
        "quantity": quantity(share["quantity_base"], product, lang),
        **besides(share.get("kept_base", 0), share.get("agreed_base", 0), product, lang),
        "price": _prices(prices, currency, product["unit"], lang),
        "amount": money.display(share["amount_minor"], currency, lang),
        "due": said.day(product["due_on"], lang, today=now.date()),
        "until": said.moment(until, lang, zone=zone, now=now),
        **reasons(share, line, product, lang),
    }


def besides(kept_base: int, agreed_base: int, product: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """What a group has on the line already («los 54 kg», or None), and whether it said yes to all of that."""
    kept = said.those(quantity(kept_base, product, lang), product["unit"], lang) if kept_base else None
    return {"kept": kept, "is_confirmed": agreed_base == kept_base}


def plain(key: str, lang: str, **facts: Any) -> str:
    """Any other sentence of this room."""
    return i18n.text(lang, "sentences", key, **facts)


def _prices(prices: set[int], currency: str, unit: str, lang: str) -> str:
    low, high = min(prices), max(prices)
    if low == high:
        return said.price(low, currency, unit, lang)
    return i18n.text(
        lang, "sentences", "price_between",
        low=money.display(low, currency, lang), high=said.price(high, currency, unit, lang),
    )  # fmt: skip


def reasons_of(lines: Sequence[Mapping[str, Any]]) -> list[tuple[int, str, str]]:
    """(line, producer, code) of every group with a reason to give nothing; lots that say so are among the names."""
    return [
        (line["line"], name, code)
        for line in lines
        for name, code in sorted(line["reasons"].items())
        if "@" not in name and "#" not in name
    ]
