"""Who stands where on a date, what they bring and why they stand there: what everybody may read of it."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from app.fairs.allocation import Outcome
from app.fairs.allocation.model import Record
from app.fairs.allocation.sentences import why
from app.fairs.drawing import Mark
from app.fairs.queries import allocations, announcements, barter, pages
from app.fairs.states import AssignmentState, FairKind
from app.kernel.db import Database, Row
from app.products import queries as products
from app.site.pages import said

_MOST = 400  # groups or posts of one date
_SETTLED = (AssignmentState.CONFIRMED, AssignmentState.CHECKED_IN, AssignmentState.COMPLETED)


class Brought(NamedTuple):
    """A product that a group announced."""

    name: str
    note: str
    is_resold: bool


class Standing(NamedTuple):
    """A group on a date: at its stall, or coming without one."""

    stall: str
    name: str
    category: str = ""
    is_sure: bool = True  # it said yes; until then the stall may go to somebody else
    why: str = ""
    brings: tuple[Brought, ...] = ()


async def of_date(db: Database, date_id: UUID, lang: str) -> list[Standing]:
    """The groups by stall, then those that announced something and have none."""
    stands = await pages.standing(db, date_id)
    brings = _brings(await announcements.page(db, date_id, limit=_MOST, after=None))
    reasons = await _reasons(db, date_id) if stands else {}
    named = {one["code"]: one["name"] for one in await products.categories(db, lang)} if stands else {}
    found = [
        Standing(
            stall=each["stall"],
            name=each["organisation_name"],
            category=named.get(each["category"], ""),
            is_sure=each["state"] in _SETTLED,
            why=_why(each, reasons.get(str(each["organisation_id"])), lang),
            brings=brings.pop(each["organisation_id"], ("", ()))[1],
        )
        for each in stands
    ]
    return found + [Standing(stall="", name=name, brings=brought) for name, brought in brings.values()]


def marks(stands: list[Standing]) -> dict[str, Mark]:
    """Who stands at each stall, for the map."""
    return {each.stall: Mark(each.name, each.category) for each in stands if each.stall}


async def posts(db: Database, date_id: UUID, kind: str) -> dict[str, list[Row]]:
    """What people offer and look for on a barter day; on any other nothing."""
    if kind != FairKind.BARTER:
        return {}
    found: dict[str, list[Row]] = {"offer": [], "seek": []}
    for post in await barter.page(db, date_id, limit=_MOST, after=None, kind=None):
        found[post["kind"]].append(post)
    return {kind: listed for kind, listed in found.items() if listed}


def _brings(lines: list[Row]) -> dict[UUID, tuple[str, tuple[Brought, ...]]]:
    """By group: its name and its products, own production first."""
    found: dict[UUID, tuple[str, tuple[Brought, ...]]] = {}
    for line in lines:
        name, brought = found.get(line["organisation_id"], (line["organisation_name"], ()))
        more = Brought(line["product_name"], line["note"], not line["is_own_production"])
        found[line["organisation_id"]] = (name, (*brought, more))
    return found


async def _reasons(db: Database, date_id: UUID) -> Mapping[str, Record]:
    """The records of the run that gave the stalls, by group."""
    run = await allocations.newest(db, date_id)
    if run is None or not run["is_final"]:
        return {}
    outcome = msgspec.convert(run["outcome"], Outcome)
    return {record.group: record for record in outcome.records}


def _why(stand: Row, record: Record | None, lang: str) -> Any:
    if record is not None and record.state == "placed" and record.stall == stand["stall"]:
        return why(record, lang)
    if stand["is_substitute"]:
        return said(lang, "fairs_why_substitute")
    if record is not None and record.state == "placed":
        return said(lang, "fairs_why_swapped", stall=record.stall)
    return said(lang, "fairs_why_waited") if record is not None and record.state == "waiting" else ""
