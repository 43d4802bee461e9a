"""Each invariant broken once, and seen."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.fairs.checks import CHECKS
from app.fairs.models import (
    AllocationRun,
    Assignment,
    Call,
    Fee,
    Occurrence,
    Stall,
    StallLayout,
    WaitlistEntry,
)
from app.kernel import ids
from app.kernel.db import Database
from app.kernel.schema import table
from tests.factories import fairs, people, places

OCCURRENCE, ASSIGNMENT, CALL = table(Occurrence), table(Assignment), table(Call)
FEE, STALL, WAITING, RUN = table(Fee), table(Stall), table(WaitlistEntry), table(AllocationRun)


async def _broken(db: Database) -> list[str]:
    return [name for name, statement in CHECKS if await db.all(statement)]


async def _world(db: Database) -> dict[str, UUID]:
    network, group = await people.network(db), await people.organisation(db)
    square = await places.place(db, network, "Plaza")
    fair, date = await fairs.row(db, network, square)
    found = await fairs.papers(db, fair, date, network, group)
    return found | {"fair": fair, "date": date, "network": network, "group": group}


async def test_what_the_door_makes_is_well(db: Database) -> None:
    await _world(db)

    assert await _broken(db) == []


_BREAKS: dict[str, Any] = {
    "date_shown_as_its_fair": sa.update(OCCURRENCE).values(is_published=False),
    "nobody_stands_where_it_is_cancelled": sa.update(OCCURRENCE).values(state="cancelled", reason="Lluvia"),
    "cancelled_stall_owes_nothing": sa.update(ASSIGNMENT).values(state="cancelled"),
    "draw_was_promised": sa.update(CALL).values(seed=None),
}


@pytest.mark.parametrize("code", _BREAKS)
async def test_what_breaks_an_invariant_is_found(code: str, db: Database) -> None:
    await _world(db)
    async with db.tx() as tx:
        await tx.run(_BREAKS[code])

    assert await _broken(db) == [code]


async def test_a_date_of_somebody_else_is_found(db: Database) -> None:
    world = await _world(db)
    async with db.tx() as tx:
        await tx.run(sa.update(OCCURRENCE).values(organiser_id=world["group"]))

    assert await _broken(db) == ["date_of_its_organiser"]


async def test_an_offer_to_nobody_is_found(db: Database) -> None:
    world = await _world(db)
    other = await people.organisation(db, "Otro")
    await people.add(
        db,
        WaitlistEntry,
        id=ids.uuid7(),
        occurrence_id=world["date"],
        organisation_id=other,
        position=1,
        state="offered",
        updated_at=people.LONG_AGO,
    )

    assert await _broken(db) == ["waiting_offer_is_an_offer"]


async def test_somebody_elses_fixed_stall_is_found(db: Database) -> None:
    world = await _world(db)
    async with db.tx() as tx:
        await tx.run(sa.update(STALL).values(fixed_holder_id=world["network"]))

    assert await _broken(db) == ["fixed_stall_is_its_holders"]


async def test_stalls_of_a_call_that_is_not_final_are_found(db: Database) -> None:
    world = await _world(db)
    layout = await db.value(sa.select(table(StallLayout).c.id))
    await people.add(
        db,
        AllocationRun,
        id=ids.uuid7(),
        call_id=world["call"],
        occurrence_id=world["date"],
        number=1,
        rule="stalls-1",
        layout_id=layout,
        digest="0" * 64,
        inputs={},
        outcome={},
        is_final=True,
        made_at=people.LONG_AGO,
        made_by="test",
    )

    assert await _broken(db) == ["stalls_given_by_a_final_call"]


def test_every_invariant_is_broken_here() -> None:
    broken_alone = {
        "date_of_its_organiser",
        "waiting_offer_is_an_offer",
        "fixed_stall_is_its_holders",
        "stalls_given_by_a_final_call",
    }

    assert {name for name, _ in CHECKS} == _BREAKS.keys() | broken_alone
