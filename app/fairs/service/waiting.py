"""Which stall is free for whom, and who waits when none is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.fairs import seats
from app.fairs.allocation import Passed, next_for
from app.fairs.queries import assignments, layouts
from app.fairs.service import standing
from app.fairs.states import WaitState
from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, InvalidError


async def free_stall(
    tx: Tx, date: Row, asked: Row | None, code: str | None, *, is_early: bool = False
) -> tuple[Row | None, dict[str, Any] | None]:
    """The first free stall that this application may have, or the named one if it is free; and why the last was refused.

    Without an application: whatever is free and nobody's own. Quotas count who has a stall of the date by now.
    `is_early`: whom the call admitted comes before, and has not been asked yet. Raises InvalidError for an unknown stall.
    """
    layout = await layouts.of_date(tx, date["id"], date["fair_id"])
    present = await assignments.present(tx, date["id"])
    taken = {found["stall_id"] for found in present}
    others = [seats.present(found) for found in present]
    refused: dict[str, Any] | None = None
    stalls = await layouts.stalls_of(tx, layout["id"])
    if code is not None:
        stalls = [each for each in stalls if each["code"].casefold() == code.strip().casefold()]
        if not stalls:
            raise InvalidError(Fault("#/stall", "unknown_stall"))
    for stall in stalls:
        if stall["id"] in taken or stall["fixed_holder_id"]:
            continue
        found = next_for(seats.stall(stall), [seats.waits(asked)], others) if asked else None
        if is_early:
            refused = msgspec.to_builtins(Passed(stall=stall["code"], why=("waitlisted",)))
            continue
        if found is None or found.place is not None:
            return stall, None
        refused = msgspec.to_builtins(found.passed[0])
    return None, refused


async def join_all(tx: Tx, date: Row, asked: Sequence[Row], now: datetime) -> None:
    """Wait for a stall of a locked date, in this order; whoever waits already keeps its place."""
    known, last = await assignments.entries(tx, date["id"]), await assignments.last_place(tx, date["id"])
    for place, each in enumerate(asked, start=last + 1):
        await _enter(tx, date, each, known.get(each["organisation_id"]), place=place, now=now)


async def join(
    tx: Tx,
    date: Row,
    asked: Row,
    *,
    caller: Caller,
    now: datetime,
    lang: str,
    passed: dict[str, Any] | None = None,
) -> Row:
    """Wait for a stall of a locked date without having one; whoever waits already keeps its place.

    `passed`: why no free stall is for the group.
    """
    group: UUID = asked["organisation_id"]
    mine = await assignments.my_place(tx, date["id"], group)
    place = await assignments.last_place(tx, date["id"]) + 1
    if await _enter(tx, date, asked, mine, place=place, now=now, passed=passed):
        await journal.record(tx, caller, now, "waitlist.joined", ("occurrence", date["id"]), group=str(group))
    elif mine and passed:
        await standing.pass_over(tx, mine, passed, now)
    listed = await assignments.waiting(tx, caller, date, lang)
    return next(entry for entry in listed if entry["organisation_id"] == group)


async def _enter(
    tx: Tx, date: Row, asked: Row, mine: Row | None, *, place: int, now: datetime, passed: Any = None
) -> bool:
    """Whether the group was not on the list yet. `mine`: its entry, if it ever had one."""
    if mine is not None and mine["state"] in (WaitState.WAITING, WaitState.OFFERED):
        return False
    if mine is not None:
        await standing.wait_again(tx, mine, application=asked["id"], place=place, passed=passed, now=now)
        return True
    await tx.run(
        standing.ADD_WAITING,
        id=ids.uuid7(),
        occurrence_id=date["id"],
        organisation_id=asked["organisation_id"],
        application_id=asked["id"],
        position=place,
        passed_over=passed,
        updated_at=now,
    )
    return True
