"""Which stall is free for whom, and who waits when none is."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.fairs import seats
from app.fairs.allocation import next_for
from app.fairs.errors import AlreadyStandsError
from app.fairs.queries import assignments, layouts
from app.fairs.service import standing
from app.fairs.states import WaitState
from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx


async def free_stall(
    tx: Tx, date: Row, asked: Row | None, code: str | None
) -> tuple[Row | None, dict[str, Any] | None]:
    """The first free stall that this application may have, or the named one if it is free; and why the last was refused.

    Without an application: whatever is free and nobody's own. Quotas count who has a stall of the date by now.
    """
    layout = await layouts.of_date(tx, date["id"], date["fair_id"])
    present = await assignments.present(tx, date["id"])
    taken = {found["stall_id"] for found in present}
    others = [seats.present(found) for found in present]
    refused: dict[str, Any] | None = None
    for stall in await layouts.stalls_of(tx, layout["id"]):
        is_asked = code is None or stall["code"].casefold() == code.strip().casefold()
        if stall["id"] in taken or not is_asked or stall["fixed_holder_id"]:
            continue
        found = next_for(seats.stall(stall), [seats.waits(asked)], others) if asked else None
        if found is None or found.place is not None:
            return stall, None
        refused = msgspec.to_builtins(found.passed[0])
    return None, refused


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
    """Wait for a stall of a locked date; whoever waits already keeps its place. Raises AlreadyStandsError.

    `passed`: why no free stall is for the group.
    """
    group: UUID = asked["organisation_id"]
    mine = await assignments.my_place(tx, date["id"], group)
    if mine is None or mine["state"] not in (WaitState.WAITING, WaitState.OFFERED):
        place = await assignments.last_place(tx, date["id"]) + 1
        if mine is None:
            await tx.run(
                standing.ADD_WAITING,
                id=ids.uuid7(),
                occurrence_id=date["id"],
                organisation_id=group,
                application_id=asked["id"],
                position=place,
                passed_over=passed,
                updated_at=now,
            )
        else:
            await standing.wait_again(tx, mine, place, passed, now)
        await journal.record(tx, caller, now, "waitlist.joined", ("occurrence", date["id"]), group=str(group))
    elif mine["state"] == WaitState.WAITING and passed:
        await standing.pass_over(tx, mine, passed, now)
    listed = await assignments.waiting(tx, caller, date, lang)
    found = next((entry for entry in listed if entry["organisation_id"] == group), None)
    if found is None:
        raise AlreadyStandsError
    return found
