"""A date of a fair: added, moved, cancelled, opened and closed by the clock, reported."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.calendar import recurrence
from app.calendar.wire import read_instant
from app.fairs import rules
from app.fairs.models.series import TO_COME
from app.fairs.queries import occurrences
from app.fairs.queries.fairs import FAIR
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.schemas.occurrences import Cancellation, OccurrenceCreate, OccurrenceUpdate
from app.fairs.service import attendance, cancelling, dates, stamps
from app.fairs.service.keeping import kept
from app.fairs.service.reading import place_of
from app.fairs.states import FairState, OccurrenceState
from app.kernel import journal, wire
from app.kernel.caller import WORKER, Caller
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import Fault, InvalidError, StaleError, StaleVersionError
from app.kernel.text import clean

_BY_CLOCK = {OccurrenceState.SCHEDULED: OccurrenceState.OPEN, OccurrenceState.OPEN: OccurrenceState.CLOSED}
_MOVE = (
    sa.update(OCCURRENCE)
    .where(OCCURRENCE.c.id == given("date"), OCCURRENCE.c.state == given("was"))
    .values(
        state=given("to"),
        reason=given("why"),
        sequence=OCCURRENCE.c.sequence + given("louder", type_=sa.Integer),
        updated_at=given("now"),
        version=OCCURRENCE.c.version + 1,
    )
)
_DUE = (
    sa.select(OCCURRENCE.c.id)
    .where(
        sa.text(TO_COME),
        OCCURRENCE.c.starts_at <= given("now"),
        sa.or_(OCCURRENCE.c.state == OccurrenceState.SCHEDULED, OCCURRENCE.c.ends_at <= given("now")),
        sa.exists().where(FAIR.c.id == OCCURRENCE.c.fair_id, FAIR.c.state == FairState.PUBLISHED),
    )
    .order_by(OCCURRENCE.c.starts_at, OCCURRENCE.c.id)
    .limit(1_000)
)


async def add(tx: Tx, fair_id: UUID, *, caller: Caller, extra: OccurrenceCreate, now: datetime) -> Row:
    """Add a date besides the rule's. Raises NotFoundError, ForbiddenError, InvalidError, DateTakenError."""
    fair = await kept(tx, caller, fair_id)
    starts_at = read_local(extra.starts_local, fair["zone"], "#/starts_local")
    ends_at = _end(extra.ends_local, starts_at, fair["duration_minutes"], fair["zone"])
    if ends_at <= now:
        raise InvalidError(Fault("#/starts_local", "moment_past"))
    _check_near(extra.starts_local, max(now.date(), fair["first_on"]))
    if extra.place:
        await place_of(tx, extra.place, "#/place")
    identifier = wire.read_id(extra.id, now)
    await tx.run(
        dates.ADD,
        id=identifier,
        fair_id=fair_id,
        organiser_id=fair["organiser_id"],
        country=fair["country"],
        region=fair["region"],
        recurrence_key=extra.starts_local,
        is_extra=True,
        is_published=fair["state"] != FairState.DRAFT,
        starts_local=extra.starts_local,
        starts_at=starts_at,
        ends_at=ends_at,
        place_id=extra.place,
        note=clean(extra.note),
        updated_at=now,
    )
    await _tell_feeds(tx, fair_id, fair["organiser_id"], now)
    await journal.record(tx, caller, now, "occurrence.added", ("occurrence", identifier), fair=str(fair_id))
    return await occurrences.occurrence(tx, caller, identifier)


async def update(
    tx: Tx, date_id: UUID, *, caller: Caller, change: OccurrenceUpdate, expected: int, now: datetime
) -> Row:
    """Move a date, or add a note. Its key, its stalls and its applications stay with it.

    Raises NotFoundError, ForbiddenError, StaleVersionError, InvalidError, WrongStateError, OccurrenceOverError.
    """
    found = await occurrences.kept(tx, caller, date_id)
    state = OccurrenceState(found["state"])
    rules.check_move(
        rules.OCCURRENCE_MOVES, state, OccurrenceState.CANCELLED
    )  # what may not be cancelled may not move
    values = await _moved(tx, found, change, now)
    is_moved = any(values[part] != found[part] for part in ("starts_at", "ends_at", "place_id"))
    if is_moved and not change.reason:
        raise InvalidError(Fault("#/reason", "missing"))
    if values["starts_local"] != found["starts_local"]:
        values["moved_from"] = dates.known_before(found, values["starts_local"])
    if not await dates.change(tx, found, expected=expected, now=now, **values):
        raise StaleVersionError
    await _tell_feeds(tx, found["fair_id"], found["organiser_id"], now)
    if is_moved:
        await cancelling.tell_moved(tx, date_id, caller=caller, now=now)
    kind = "occurrence.moved" if is_moved else "occurrence.changed"
    await journal.record(
        tx, caller, now, kind, ("occurrence", date_id), was=found["starts_local"], to=values["starts_local"]
    )
    return await occurrences.occurrence(tx, caller, date_id)


async def cancel(tx: Tx, date_id: UUID, *, caller: Caller, cancellation: Cancellation, now: datetime) -> Row:
    """There is no fair that day. Raises NotFoundError, ForbiddenError, WrongStateError."""
    found = await occurrences.kept(tx, caller, date_id)
    await move(tx, found, OccurrenceState.CANCELLED, caller=caller, now=now, why=clean(cancellation.reason))
    return await occurrences.occurrence(tx, caller, date_id)


async def report(tx: Tx, date_id: UUID, *, caller: Caller, now: datetime) -> Row:
    """Attendance is complete. Raises NotFoundError, ForbiddenError, WrongStateError."""
    found = await occurrences.kept(tx, caller, date_id)
    await move(tx, found, OccurrenceState.REPORTED, caller=caller, now=now)
    await attendance.close(tx, found, caller=caller, now=now)
    return await occurrences.occurrence(tx, caller, date_id)


async def move(
    tx: Tx, found: Row, to: OccurrenceState, *, caller: Caller, now: datetime, why: str | None = None
) -> None:
    """Bring a date into another state, once. Raises WrongStateError, StaleError when it moved meanwhile."""
    was = OccurrenceState(found["state"])
    rules.check_move(rules.OCCURRENCE_MOVES, was, to)
    reason = found["reason"] if why is None else why
    is_news = to is OccurrenceState.CANCELLED
    if not await tx.run(
        _MOVE, date=found["id"], was=was, to=to, why=reason, louder=1 if is_news else 0, now=now
    ):
        raise StaleError
    if is_news:
        await _tell_feeds(tx, found["fair_id"], found["organiser_id"], now)
        await cancelling.everybody(tx, found, caller=caller, now=now)
    await journal.record(tx, caller, now, f"occurrence.{to}", ("occurrence", found["id"]), was=was)


async def due(db: Database, now: datetime) -> Sequence[UUID]:
    """Dates that begin or are over."""
    return [found["id"] for found in await db.all(_DUE, now=now)]


async def follow_clock(tx: Tx, date_id: UUID, now: datetime) -> None:
    """Open a date that has begun, close one that is over; nothing otherwise."""
    found = await occurrences.row(tx, date_id)
    to = _BY_CLOCK.get(OccurrenceState(found["state"]))
    reached = found["starts_at"] if to is OccurrenceState.OPEN else found["ends_at"]
    if to is not None and reached <= now:
        await move(tx, found, to, caller=WORKER, now=now)


def read_local(said: str, zone: str, pointer: str) -> datetime:
    """The instant of a local day and time. Raises InvalidError, with a suggestion where the clocks skip or repeat it."""
    try:
        day, minute = recurrence.from_key(said)
    except ValueError as error:
        raise InvalidError(Fault(pointer, "date_from_datetime_parsing")) from error
    return read_instant(day, minute, zone, pointer)


def _end(said: str | None, starts_at: datetime, minutes: int, zone: str) -> datetime:
    if said is None:
        return dates.end_of(starts_at, minutes, zone)
    ends_at = read_local(said, zone, "#/ends_local")
    if ends_at <= starts_at:
        raise InvalidError(Fault("#/ends_local", "ends_before_start"))
    if ends_at - starts_at > rules.LONGEST:
        raise InvalidError(Fault("#/ends_local", "lasts_too_long"))
    return ends_at


def _check_near(starts_local: str, since: date) -> None:
    """Raises InvalidError for a day that is so far away that it must be a slip of the year."""
    if starts_local[:10] > (latest := (since + rules.FARTHEST).isoformat()):
        raise InvalidError(Fault("#/starts_local", "day_too_far", latest=latest))


async def _moved(tx: Tx, found: Row, change: OccurrenceUpdate, now: datetime) -> Row:
    starts_local = change.starts_local or found["starts_local"]
    starts_at, ends_at = found["starts_at"], found["ends_at"]
    if change.starts_local:
        starts_at = read_local(starts_local, found["zone"], "#/starts_local")
    if change.starts_local or change.ends_local:
        minutes = round((found["ends_at"] - found["starts_at"]).total_seconds() / 60)
        ends_at = _end(change.ends_local, starts_at, minutes, found["zone"])
        if ends_at <= now:
            raise InvalidError(Fault("#/starts_local", "moment_past"))
        _check_near(starts_local, max(now, found["starts_at"]).date())
    if change.place:
        await place_of(tx, change.place, "#/place")
    place_id = change.place if "place" in change.model_fields_set else found["place_id"]
    if place_id == found["fair_place_id"]:
        place_id = None
    return {
        "starts_local": starts_local,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "place_id": place_id,
        "reason": clean(change.reason) if change.reason else found["reason"],
        "note": clean(change.note) if change.note is not None else found["note"],
        "moved_from": found["moved_from"],
    }


async def _tell_feeds(tx: Tx, fair_id: UUID, organiser_id: UUID, now: datetime) -> None:
    await stamps.touch(tx, fair_id=fair_id, organiser_id=organiser_id, now=now)
