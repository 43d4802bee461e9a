"""Layouts and stalls: public, as the fair is."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs import seats
from app.fairs.allocation import pairs
from app.fairs.models import LIVE, AllocationRun, Assignment, Stall, StallLayout
from app.fairs.queries.fairs import FAIR
from app.fairs.states import AssignmentState
from app.kernel.db import Database, Row
from app.kernel.errors import NotFoundError
from app.kernel.schema import table

LAYOUT, STALL, _ASSIGNMENT, _RUN = table(StallLayout), table(Stall), table(Assignment), table(AllocationRun)
_NEWEST = sa.select(LAYOUT).where(LAYOUT.c.fair_id == given("fair")).order_by(LAYOUT.c.number.desc()).limit(1)
_BEFORE = sa.select(FAIR.c.supersedes_id).where(FAIR.c.id == given("fair"))
_STALLS = sa.select(STALL).where(STALL.c.layout_id == given("layout")).order_by(STALL.c.number)
_STALL = sa.select(STALL).where(STALL.c.id == given("id"))
_STOOD_ON = (
    sa.select(LAYOUT)
    .join(STALL, STALL.c.layout_id == LAYOUT.c.id)
    .join(_ASSIGNMENT, _ASSIGNMENT.c.stall_id == STALL.c.id)
    .where(
        _ASSIGNMENT.c.occurrence_id == given("date"),
        _ASSIGNMENT.c.state.in_((*LIVE, AssignmentState.NO_SHOW)),
    )
    .limit(1)
)
_GIVEN_BY = (
    sa.select(LAYOUT)
    .join(_RUN, _RUN.c.layout_id == LAYOUT.c.id)
    .where(_RUN.c.occurrence_id == given("date"), _RUN.c.is_final.is_(True))
)
_MOST_BACK = 50


async def newest_number(db: Database, fair_id: UUID) -> int:
    """The number of a fair's newest layout; 0 when it has none of its own."""
    found = await db.one(_NEWEST, fair=fair_id)
    return found["number"] if found else 0


async def newest(db: Database, fair_id: UUID) -> Row:
    """The layout in use: the fair's newest, else that of the fair it supersedes. Raises NotFoundError."""
    asked: UUID | None = fair_id
    for _ in range(_MOST_BACK):
        found = await db.one(_NEWEST, fair=asked)
        if found is not None:
            return found
        asked = await db.value(_BEFORE, fair=asked)
        if asked is None:
            break
    raise NotFoundError


async def of_date(db: Database, date_id: UUID, fair_id: UUID) -> Row:
    """The layout of a date: that by which its stalls were given, the one in use before anybody has one.

    Who stands, who takes a stall, who waits and what the map shows all go by it. Raises NotFoundError.
    """
    return (
        await db.one(_STOOD_ON, date=date_id)
        or await db.one(_GIVEN_BY, date=date_id)
        or await newest(db, fair_id)
    )


async def stalls_of(db: Database, layout_id: UUID) -> list[Row]:
    """The stalls of a layout in their order, as stored."""
    return await db.all(_STALLS, layout=layout_id)


async def stall(db: Database, stall_id: UUID) -> Row:
    """One stall as stored. Raises NotFoundError."""
    found = await db.one(_STALL, id=stall_id)
    if found is None:
        raise NotFoundError
    return found


async def shown(db: Database, fair_id: UUID, found: Row) -> Row:
    """A layout of a fair as people read it."""
    stalls = await stalls_of(db, found["id"])
    return {
        "id": found["id"],
        "fair_id": fair_id,
        "number": found["number"],
        "gap": found["gap_cm"],
        "aisles": found["aisles"],
        "stalls": [_shown(stall) for stall in stalls],
        "neighbours": pairs(seats.layout(found, stalls)),
        "created_at": found["created_at"],
        "version": found["number"],
    }


def _shown(stall: Row) -> dict[str, Any]:
    box = None
    if stall["x_cm"] is not None:
        box = {side: stall[f"{side}_cm"] for side in ("x", "y", "w", "d")}
    kept = ("id", "code", "number", "has_power", "has_water", "has_roof", "is_accessible", "quality")
    return {name: stall[name] for name in kept} | {"box": box, "fixed_holder_id": stall["fixed_holder_id"]}
