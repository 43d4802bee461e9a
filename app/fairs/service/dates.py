"""The dates of a fair as rows: made from its rule, rolled forward by the worker, never orphaned."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.calendar import recurrence
from app.calendar.recurrence import LocalTimeError, Rule
from app.calendar.wire import read_instant
from app.fairs import rules
from app.fairs.errors import NoDatesError
from app.fairs.models import AllocationRun, Announcement, Assignment, BarterPost, WaitlistEntry
from app.fairs.queries.fairs import FAIR
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.states import FairState
from app.kernel import ids
from app.kernel.clock import local_date
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import Fault, InvalidError
from app.kernel.schema import table

ADD = sa.insert(OCCURRENCE)
_TOLD = ("fair_id", "recurrence_key", "starts_local", "starts_at", "ends_at", "place_id")
_SAID = ("reason", "note", "moved_from")
_CHANGE = (
    sa.update(OCCURRENCE)
    .where(OCCURRENCE.c.id == given("date"), OCCURRENCE.c.version == given("expected"))
    .values(
        {name: given(name, type_=OCCURRENCE.c[name].type) for name in (*_TOLD, *_SAID)}
        | {
            "sequence": OCCURRENCE.c.sequence + 1,
            "updated_at": given("now"),
            "version": OCCURRENCE.c.version + 1,
        }
    )
)
_ROLLED = (
    sa.update(FAIR)
    .where(FAIR.c.id == given("fair"), FAIR.c.rolled_until == given("was"))
    .values(rolled_until=given("to"))
)
_TO_ROLL = (
    sa.select(FAIR.c.id)
    .where(
        FAIR.c.state.in_((FairState.PUBLISHED, FairState.SUSPENDED)),
        FAIR.c.rolled_until < given("near"),
        sa.or_(FAIR.c.until_on.is_(None), FAIR.c.rolled_until < FAIR.c.until_on),
    )
    .order_by(FAIR.c.id)
    .limit(500)
)
_ONE = sa.select(FAIR).where(FAIR.c.id == given("id"))
_KEYS = sa.select(OCCURRENCE.c.recurrence_key).where(
    OCCURRENCE.c.fair_id == given("fair"), OCCURRENCE.c.recurrence_key > given("after")
)
_REMOVE = sa.delete(OCCURRENCE).where(OCCURRENCE.c.fair_id == given("fair"))
_DEPENDENTS = tuple(
    table(model).c.occurrence_id
    for model in (AllocationRun, Assignment, WaitlistEntry, Announcement, BarterPost)
)
_THESE: sa.BindParameter[UUID] = given("dates", expanding=True)
_WITH_DEPENDENTS = sa.union(*(sa.select(column).where(column.in_(_THESE)) for column in _DEPENDENTS))


class Hours(NamedTuple):
    """When a fair starts, by the clocks of its zone, and how long it lasts."""

    zone: str
    starts_minute: int
    duration_minutes: int


def hours_of(fair: Row) -> Hours:
    """A fair's own hours."""
    return Hours(fair["zone"], fair["starts_minute"], fair["duration_minutes"])


def end_of(starts_at: datetime, minutes: int, zone: str) -> datetime:
    """The instant so many minutes later on the square's clock."""
    return recurrence.later(starts_at.astimezone(recurrence.zone(zone)), minutes).astimezone(UTC)


def known_before(found: Row, starts_local: str) -> str | None:
    """The start by which people first knew a date that is moved to this one; None when it is that start again."""
    known: str = found["moved_from"] or found["starts_local"]
    return known if known != starts_local else None


def planned(rule: Rule, hours: Hours, first: date, last: date) -> list[tuple[date, datetime]]:
    """The days of a rule with their instants. Raises InvalidError for a start that is skipped or comes twice, or an end that is skipped."""
    found = [
        (day, read_instant(day, hours.starts_minute, hours.zone, "#/starts"))
        for day in recurrence.dates(rule, first, last)
    ]
    zone = recurrence.zone(hours.zone)
    for _, starts_at in found:
        instead = recurrence.skipped(recurrence.later(starts_at.astimezone(zone), hours.duration_minutes))
        if instead:
            fault = Fault("#/ends", "local_time_missing", suggestion=instead)
            raise InvalidError(fault, extra={"suggestion": instead})
    return found


async def add(tx: Tx, fair: Row, days: Sequence[tuple[date, datetime]], *, now: datetime) -> None:
    """Make these days rows."""
    await tx.many(ADD, list(_rows(fair, days, now)))


async def change(tx: Tx, found: Row, *, expected: int, now: datetime, **values: Any) -> bool:
    """Let a date be otherwise, as calendars must learn; False when its version is another by now."""
    kept = {name: found[name] for name in (*_TOLD, *_SAID)}
    return bool(await tx.run(_CHANGE, date=found["id"], expected=expected, now=now, **kept | values))


async def fill_first(tx: Tx, fair: Row, *, now: datetime) -> None:
    """The first dates of a new fair. Raises InvalidError, and NoDatesError when its rule gives none, ever."""
    rule = recurrence.read(fair["rule"])
    days = planned(rule, hours_of(fair), fair["first_on"], fair["rolled_until"])
    if not days:
        following = recurrence.first_date(rule, fair["first_on"])
        if following is None or (fair["until_on"] is not None and following > fair["until_on"]):
            raise NoDatesError
    await add(tx, fair, days, now=now)


async def make_anew(tx: Tx, fair: Row, *, now: datetime) -> None:
    """Replace every date of a draft, on which nothing depends."""
    await tx.run(_REMOVE, fair=fair["id"])
    await fill_first(tx, fair, now=now)


async def with_dependents(db: Database, dates: Sequence[UUID]) -> set[UUID]:
    """Those of these dates for which somebody was given, waits for or announced something."""
    if not dates:
        return set()
    return {found["occurrence_id"] for found in await db.all(_WITH_DEPENDENTS, dates=list(dates))}


async def due(db: Database, now: datetime) -> Sequence[UUID]:
    """Fairs whose rows reach less than thirteen months ahead."""
    near = now.date() + rules.REFILL
    return [found["id"] for found in await db.all(_TO_ROLL, near=near)]


async def roll(tx: Tx, fair_id: UUID, now: datetime) -> None:
    """Make the dates up to eighteen months ahead rows, once, whoever else does the same; one that is there stays as it is."""
    fair = await tx.one(_ONE, id=fair_id)
    if fair is None:
        return
    was, to = fair["rolled_until"], rules.roll_to(local_date(now, fair["zone"]), fair["until_on"])
    if to <= was or not await tx.run(_ROLLED, fair=fair_id, was=was, to=to):
        return
    first = was + timedelta(days=1)
    there = {found["recurrence_key"] for found in await tx.all(_KEYS, fair=fair_id, after=first.isoformat())}
    days = _settled(fair, first, to)
    minute = fair["starts_minute"]
    await add(tx, fair, [each for each in days if recurrence.key(each[0], minute) not in there], now=now)


def _settled(fair: Row, first: date, last: date) -> Iterator[tuple[date, datetime]]:
    """As `planned`, for a fair that people know: where new zone data skips its hour, the one suggested counts."""
    hours = hours_of(fair)
    for day in recurrence.dates(recurrence.read(fair["rule"]), first, last):
        try:
            yield day, recurrence.instant(day, hours.starts_minute, hours.zone)
        except LocalTimeError as error:
            yield day, recurrence.instant(*recurrence.from_key(error.suggestion), hours.zone)


def _rows(fair: Row, days: Sequence[tuple[date, datetime]], now: datetime) -> Iterator[Row]:
    minute, lasts, zone = fair["starts_minute"], fair["duration_minutes"], fair["zone"]
    common: dict[str, Any] = {
        "fair_id": fair["id"],
        "organiser_id": fair["organiser_id"],
        "country": fair["country"],
        "region": fair["region"],
        "is_extra": False,
        "is_published": fair["state"] != FairState.DRAFT,
        "updated_at": now,
    }
    for day, starts_at in days:
        key = recurrence.key(day, minute)
        yield common | {
            "id": ids.uuid7(),
            "recurrence_key": key,
            "starts_local": key,
            "starts_at": starts_at,
            "ends_at": end_of(starts_at, lasts, zone),
        }
