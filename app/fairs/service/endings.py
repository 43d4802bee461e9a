"""A fair is otherwise from a day on, or ends: what somebody was given for a later date is never lost from sight."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.calendar import recurrence
from app.calendar.wire import read_rule
from app.fairs import rules
from app.fairs.errors import SuccessorTooEarlyError, SupersededError
from app.fairs.queries import fairs as queries
from app.fairs.queries import occurrences
from app.fairs.queries.fairs import FAIR
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.schemas.fairs import Ending, SuccessorCreate
from app.fairs.service import cancelling, dates, fairs, partners, reading, stamps
from app.fairs.service import occurrences as changes
from app.fairs.service.keeping import kept
from app.fairs.states import FairState, OccurrenceState
from app.kernel import ids, journal, search
from app.kernel.caller import WORKER, Caller
from app.kernel.clock import local_date
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import Fault, InvalidError, StaleError
from app.kernel.states import WrongStateError
from app.kernel.text import clean, clean_line, fold

_CUT = (
    sa.update(FAIR)
    .where(FAIR.c.id == given("fair"))
    .values(
        until_on=given("last"),
        rolled_until=given("rolled"),
        updated_at=given("now"),
        sequence=FAIR.c.sequence + 1,
        version=FAIR.c.version + 1,
    )
)
_NEXT = (
    sa.select(FAIR.c.id, FAIR.c.first_on)
    .where(FAIR.c.supersedes_id == given("fair"))
    .order_by(FAIR.c.first_on)
    .limit(1)
)
_LATER = sa.select(OCCURRENCE).where(
    OCCURRENCE.c.fair_id == given("fair"),
    OCCURRENCE.c.recurrence_key >= given("from"),
    OCCURRENCE.c.state.in_((OccurrenceState.SCHEDULED, OccurrenceState.CANCELLED)),
)
_REMOVE = sa.delete(OCCURRENCE).where(OCCURRENCE.c.id.in_(given("dates", expanding=True)))
_OVER = (
    sa.select(FAIR.c.id)
    .where(
        FAIR.c.state.in_((FairState.PUBLISHED, FairState.SUSPENDED)),
        FAIR.c.until_on < given("before"),
        sa.not_(
            sa.exists().where(
                OCCURRENCE.c.fair_id == FAIR.c.id,
                OCCURRENCE.c.state.in_((OccurrenceState.SCHEDULED, OccurrenceState.OPEN)),
            )
        ),
    )
    .order_by(FAIR.c.id)
    .limit(500)
)


async def end(tx: Tx, fair_id: UUID, *, caller: Caller, ending: Ending, now: datetime, lang: str) -> Row:
    """Give a fair its last day, or a later one. Dates after it go; those somebody was given a stall for are cancelled.

    The worker calls it ended once its last date is over. Raises NotFoundError, ForbiddenError, WrongStateError,
    InvalidError, SupersededError.
    """
    found = await kept(tx, caller, fair_id)
    state = FairState(found["state"])
    rules.check_move(rules.FAIR_MOVES, state, FairState.ENDED)
    today = local_date(now, found["zone"])
    last = ending.on or today
    if last < found["first_on"] or last < today - timedelta(days=1):
        raise InvalidError(Fault("#/on", "moment_past"))
    if last > rules.LATEST:
        raise InvalidError(Fault("#/on", "day_out_of_range"))
    await _check_alone(tx, found, last)
    await _cut(tx, found, last, caller=caller, now=now, why=clean(ending.reason))
    await dates.roll(tx, fair_id, now)  # of an end that is later than before
    await journal.record(tx, caller, now, "fair.ending", ("fair", fair_id), on=last.isoformat())
    await end_if_over(tx, fair_id, now)
    return await queries.fair(tx, caller, fair_id, lang)


async def succeed(
    tx: Tx, fair_id: UUID, *, caller: Caller, successor: SuccessorCreate, now: datetime, lang: str
) -> Row:
    """From a day on the fair is another row, with its own UID: what people were given for its days goes with them.

    Raises NotFoundError, ForbiddenError, WrongStateError, SuccessorTooEarlyError, InvalidError, NoDatesError.
    """
    found = await kept(tx, caller, fair_id)
    if found["state"] != FairState.PUBLISHED:
        raise WrongStateError(FairState(found["state"]), rules.FAIR_MOVES[FairState(found["state"])])
    tomorrow = local_date(now, found["zone"]) + timedelta(days=1)
    if successor.from_on < max(tomorrow, found["first_on"] + timedelta(days=1)):
        raise SuccessorTooEarlyError(max(tomorrow, found["first_on"] + timedelta(days=1)))
    if found["until_on"] is not None and successor.from_on > found["until_on"]:
        raise InvalidError(Fault("#/from_on", "day_out_of_range"))
    row = await _next(tx, found, successor, now)
    later = await _later(tx, found, successor.from_on)
    await tx.run(fairs.ADD, **row)
    await _hand_on(tx, row, later, caller=caller, now=now, why=clean(successor.reason))
    await _cut(
        tx, found, successor.from_on - timedelta(days=1), caller=caller, now=now, why=clean(successor.reason)
    )
    await search.index(tx, queries.WORD, row["id"], row["name"], row["description"])
    await partners.hand_on(tx, found["id"], row["id"])
    await stamps.touch(tx, fair_id=row["id"], organiser_id=row["organiser_id"], now=now)
    await journal.record(tx, caller, now, "fair.succeeded", ("fair", fair_id), by=str(row["id"]))
    return await queries.fair(tx, caller, row["id"], lang)


async def due(db: Database, now: datetime) -> Sequence[UUID]:
    """Fairs whose last date is over."""
    return [found["id"] for found in await db.all(_OVER, before=now.date())]


async def end_if_over(tx: Tx, fair_id: UUID, now: datetime) -> None:
    """Call a fair ended whose last day has passed and that has no date to come; nothing otherwise."""
    found = await queries.row(tx, fair_id)
    if found["until_on"] is None or found["state"] not in (FairState.PUBLISHED, FairState.SUSPENDED):
        return
    waiting = [
        each
        for each in await occurrences.of_fair(tx, fair_id, now - timedelta(days=8))
        if each["state"] in (OccurrenceState.SCHEDULED, OccurrenceState.OPEN)
    ]
    if not waiting and found["until_on"] <= local_date(now, found["zone"]):
        await fairs.move(tx, found, FairState.ENDED, caller=WORKER, now=now, why=found["reason"])


async def _next(tx: Tx, found: Row, successor: SuccessorCreate, now: datetime) -> dict[str, Any]:
    where = await reading.place_of(tx, successor.place, "#/place") if successor.place else {}
    rule = successor.rule
    name = clean_line(successor.name) if successor.name else found["name"]
    identifier = ids.uuid7()
    changed = {
        **where,
        **reading.hours(successor, found),
        "id": identifier,
        "uid": f"{identifier}@minka",
        "code": f"{found['code'][:70].rsplit('-', 1)[0]}-{ids.spellable_code(5).lower()}",
        "supersedes_id": found["id"],
        "name": name,
        "name_folded": fold(name)[:120],
        "zone": reading.zone_of(None, where) if where else found["zone"],
        "rule": recurrence.wire(read_rule(rule, "#/rule", anchor=successor.from_on))
        if rule
        else found["rule"],
        "first_on": successor.from_on,
        "rolled_until": max(rules.roll_to(successor.from_on, found["until_on"]), successor.from_on),
        "reason": "",
        "sequence": 0,
        "source": None,
        "created_at": now,
        "updated_at": now,
        "published_at": now,
        "version": 1,
    }
    return found | changed


async def _later(tx: Tx, found: Row, from_on: date) -> dict[str, Row]:
    """Dates of the rule from a day on, by their day, that somebody was given, waits for or announced something for."""
    rows = await tx.all(_LATER, fair=found["id"], **{"from": from_on.isoformat()})
    kept = await dates.with_dependents(tx, [row["id"] for row in rows])
    return {
        row["recurrence_key"][:10]: row
        for row in rows
        if row["id"] in kept and not row["is_extra"] and row["state"] == OccurrenceState.SCHEDULED
    }


async def _hand_on(
    tx: Tx, fair: dict[str, Any], later: dict[str, Row], *, caller: Caller, now: datetime, why: str
) -> None:
    """Give the new fair its dates: rows that somebody depends on keep their id where the day is the same."""
    days = dates.planned(
        recurrence.read(fair["rule"]), dates.hours_of(fair), fair["first_on"], fair["rolled_until"]
    )
    fresh = []
    for day, starts_at in days:
        old = later.get(day.isoformat())
        if old is None:
            fresh.append((day, starts_at))
            continue
        key = recurrence.key(day, fair["starts_minute"])
        was = old["starts_local"] if old["starts_local"] != key else None
        known = dates.known_before(old, key)
        changed = await dates.change(
            tx,
            old,
            expected=old["version"],
            now=now,
            fair_id=fair["id"],
            recurrence_key=key,
            starts_local=key,
            starts_at=starts_at,
            ends_at=dates.end_of(starts_at, fair["duration_minutes"], fair["zone"]),
            moved_from=known,
            reason=why,
        )
        if not changed:
            raise StaleError
        if was is not None:
            await cancelling.tell_moved(tx, old["id"], caller=caller, now=now)
            await journal.record(
                tx, caller, now, "occurrence.moved", ("occurrence", old["id"]), was=was, to=key
            )
    await dates.add(tx, fair, fresh, now=now)


async def _check_alone(tx: Tx, found: Row, last: date) -> None:
    """Raises SupersededError for a day that is another fair's already."""
    following = await tx.one(_NEXT, fair=found["id"])
    if following is not None and last >= following["first_on"]:
        raise SupersededError(following["first_on"] - timedelta(days=1), following["id"])


async def _cut(tx: Tx, found: Row, last: date, *, caller: Caller, now: datetime, why: str) -> None:
    """Nothing of the fair after a day: its dates go, or are cancelled where somebody depends on them."""
    rows = await tx.all(_LATER, fair=found["id"], **{"from": (last + timedelta(days=1)).isoformat()})
    kept = await dates.with_dependents(tx, [row["id"] for row in rows])
    for row in rows:
        if row["id"] in kept and row["state"] == OccurrenceState.SCHEDULED:
            await changes.move(tx, row, OccurrenceState.CANCELLED, caller=caller, now=now, why=why)
    if gone := [row["id"] for row in rows if row["id"] not in kept]:
        await tx.run(_REMOVE, dates=gone)
    rolled = min(found["rolled_until"], last)
    await tx.run(_CUT, fair=found["id"], last=last, rolled=rolled, now=now)
    await stamps.touch(tx, fair_id=found["id"], organiser_id=found["organiser_id"], now=now)
