"""How the stalls of a fair stand: a new layout never takes away what somebody was given."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.fairs import seats
from app.fairs.allocation.neighbours import overlapping
from app.fairs.queries import layouts as queries
from app.fairs.queries.layouts import LAYOUT, STALL
from app.fairs.schemas.stalls import Box, LayoutPut, StallIn
from app.fairs.service.keeping import kept
from app.kernel import i18n, ids, journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, InvalidError, NotFoundError
from app.people.queries import organisations

_MOST_WARNED = 20
_ADD = sa.insert(LAYOUT)
_ADD_STALL = sa.insert(STALL)


async def put(tx: Tx, fair_id: UUID, *, caller: Caller, layout: LayoutPut, now: datetime, lang: str) -> Row:
    """Give a fair its stalls: a new version beside the older ones, for the dates nobody was given a stall of yet.

    Stalls that overlap are warned of. Raises NotFoundError, ForbiddenError, InvalidError.
    """
    await kept(tx, caller, fair_id)
    if (layout.count is None) == (layout.stalls is None):
        raise InvalidError(Fault("#/stalls", "count_or_stalls"))
    stalls = layout.stalls or _numbered(layout.count or 0)
    await _check(tx, stalls)
    await _add(tx, fair_id, stalls, gap=layout.gap, aisles=layout.aisles, now=now)
    await journal.record(tx, caller, now, "fair.laid_out", ("fair", fair_id), stalls=len(stalls))
    found = await queries.newest(tx, fair_id)
    return await queries.shown(tx, fair_id, found) | {"warnings": await _warnings(tx, found, lang)}


async def add_numbered(tx: Tx, fair_id: UUID, count: int, *, now: datetime) -> None:
    """So many numbered stalls, without a map."""
    await _add(tx, fair_id, _numbered(count), gap=150, aisles=[], now=now)


def _numbered(count: int) -> list[StallIn]:
    return [StallIn(code=str(number)) for number in range(1, count + 1)]


async def _add(
    tx: Tx, fair_id: UUID, stalls: list[StallIn], *, gap: int, aisles: list[Box], now: datetime
) -> None:
    identifier = ids.uuid7()
    number = await queries.newest_number(tx, fair_id) + 1
    await tx.run(
        _ADD,
        id=identifier,
        fair_id=fair_id,
        number=number,
        gap_cm=gap,
        aisles=[aisle.model_dump() for aisle in aisles],
        created_at=now,
    )
    await tx.many(
        _ADD_STALL, [_row(identifier, position, stall) for position, stall in enumerate(stalls, start=1)]
    )


async def _warnings(tx: Tx, found: Row, lang: str) -> list[Row]:
    """The first twenty pairs of stalls that stand on the same ground."""
    layout = seats.layout(found, await queries.stalls_of(tx, found["id"]))
    return [
        {
            "code": "stalls_overlap",
            "stalls": list(pair),
            "message": i18n.text(lang, "fair_warnings", "stalls_overlap", one=pair[0], other=pair[1]),
        }
        for pair in overlapping(layout)[:_MOST_WARNED]
    ]


def _row(layout_id: UUID, number: int, stall: StallIn) -> dict[str, Any]:
    box = stall.box
    return {
        "id": ids.uuid7(),
        "layout_id": layout_id,
        "code": stall.code.strip(),
        "number": number,
        "x_cm": box.x if box else None,
        "y_cm": box.y if box else None,
        "w_cm": box.w if box else None,
        "d_cm": box.d if box else None,
        "has_power": stall.has_power,
        "has_water": stall.has_water,
        "has_roof": stall.has_roof,
        "is_accessible": stall.is_accessible,
        "quality": stall.quality,
        "fixed_holder_id": stall.fixed_holder,
    }


async def _check(tx: Tx, stalls: list[StallIn]) -> None:
    """Raises InvalidError."""
    codes = [stall.code.strip().casefold() for stall in stalls]
    if len(set(codes)) != len(codes):
        twice = next(at for at, code in enumerate(codes) if code in codes[:at])
        raise InvalidError(Fault(f"#/stalls/{twice}/code", "repeated_code"))
    if len({stall.box is None for stall in stalls}) > 1:
        raise InvalidError(Fault("#/stalls", "boxes_for_all"))
    holders = [(at, stall.fixed_holder) for at, stall in enumerate(stalls) if stall.fixed_holder]
    seen: set[UUID] = set()
    for at, holder in holders:
        pointer = f"#/stalls/{at}/fixed_holder"
        if holder in seen:
            raise InvalidError(Fault(pointer, "holds_another_stall"))
        seen.add(holder)
        try:
            await organisations.row(tx, holder)
        except NotFoundError as error:
            raise InvalidError(Fault(pointer, "unknown_group")) from error
