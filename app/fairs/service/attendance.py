"""Who came: notes from an officer's phone, in any order, also twice. The latest note of a stall counts.

Absences without an excuse are counted when the date is reported; the fair's own rule says what they cost.
"""

from datetime import date as day_of
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT DO NOTHING is SQLite's too

from app.fairs.models import Attendance
from app.fairs.queries import assignments, fairs, occurrences
from app.fairs.queries.assignments import ASSIGNMENT
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.schemas.standing import AttendancePut
from app.fairs.service import sanctions, standing
from app.fairs.states import AssignmentState, Presence
from app.kernel import journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, InvalidError
from app.kernel.schema import table
from app.kernel.text import clean

ATTENDANCE = table(Attendance)
_ADD = insert(ATTENDANCE).on_conflict_do_nothing(index_elements=["id"])
_NOTES = (
    sa.select(ATTENDANCE)
    .where(ATTENDANCE.c.assignment_id.in_(given("stands", expanding=True)))
    .order_by(ATTENDANCE.c.noted_at, ATTENDANCE.c.id)
)
_ABSENCES = (
    sa.select(sa.func.count())
    .select_from(ASSIGNMENT.join(OCCURRENCE, OCCURRENCE.c.id == ASSIGNMENT.c.occurrence_id))
    .where(
        OCCURRENCE.c.organiser_id == given("organiser"),
        ASSIGNMENT.c.organisation_id == given("group"),
        ASSIGNMENT.c.state == AssignmentState.NO_SHOW,
        ASSIGNMENT.c.is_excused.is_(False),
        OCCURRENCE.c.starts_at > given("since"),
        OCCURRENCE.c.starts_at <= given("until"),
    )
)
_MEANS = {
    Presence.CHECKED_IN: AssignmentState.CHECKED_IN,
    Presence.COMPLETED: AssignmentState.COMPLETED,
    Presence.NO_SHOW: AssignmentState.NO_SHOW,
    Presence.EXCUSED: AssignmentState.NO_SHOW,
}
_AHEAD = timedelta(days=1)  # a phone's clock may be wrong by so much


async def note(
    tx: Tx, date_id: UUID, *, caller: Caller, notes: AttendancePut, now: datetime
) -> dict[str, Any]:
    """Keep the notes that are new and let the latest of each stall count. Raises NotFoundError, ForbiddenError, InvalidError."""
    date = await occurrences.kept(tx, caller, date_id)
    known = {stand["id"] for stand in await assignments.rows_of_date(tx, date_id)}
    counted, unknown = 0, []
    for at, each in enumerate(notes.notes):
        if each.noted_at.tzinfo is None:
            raise InvalidError(Fault(f"#/notes/{at}/noted_at", "timezone_aware"))
        if each.noted_at > now + _AHEAD or each.noted_at < date["starts_at"] - timedelta(days=2):
            raise InvalidError(Fault(f"#/notes/{at}/noted_at", "not_of_this_date"))
        if each.assignment not in known:
            unknown.append(each.assignment)
            continue
        counted += await tx.run(
            _ADD,
            id=each.id,
            assignment_id=each.assignment,
            presence=each.presence,
            reason=clean(each.reason),
            noted_at=each.noted_at,
            received_at=now,
            noted_by=caller.name,
        )
    touched = {each.assignment for each in notes.notes} & known
    await _fold(tx, touched, now)
    if counted:
        await journal.record(tx, caller, now, "attendance.noted", ("occurrence", date_id), notes=counted)
    return {
        "counted": counted,
        "repeated": len(notes.notes) - counted - len(unknown),
        "unknown": unknown,
        "items": await assignments.of_date(tx, caller, date, now),
    }


async def close(tx: Tx, date: Row, *, caller: Caller, now: datetime) -> None:
    """A date is reported: whoever was absent too often, without an excuse, is sanctioned by the fair's rule, once."""
    fair = await fairs.row(tx, date["fair_id"])
    if not fair["sanction_days"]:
        return
    for stand in await assignments.rows_of_date(tx, date["id"]):
        if stand["state"] != AssignmentState.NO_SHOW or stand["is_excused"]:
            continue
        absences = await tx.value(
            _ABSENCES,
            organiser=fair["organiser_id"],
            group=stand["organisation_id"],
            since=date["starts_at"] - timedelta(days=fair["no_show_days"]),
            until=date["starts_at"],
        )
        if absences >= fair["no_show_limit"]:
            first = day_of.fromisoformat(date["starts_local"][:10]) + timedelta(days=1)
            await sanctions.by_rule(tx, fair, stand, first, absences, caller=caller, now=now)


async def _fold(tx: Tx, stands: set[UUID], now: datetime) -> None:
    """The state of each stall from all its notes: the latest counts, whatever came in when."""
    latest: dict[UUID, Row] = {}
    for found in await tx.all(_NOTES, stands=sorted(stands)) if stands else ():
        latest[found["assignment_id"]] = found
    for stand, found in latest.items():
        presence = Presence(found["presence"])
        is_excused = presence is Presence.EXCUSED
        await standing.note(tx, stand, _MEANS[presence], is_excused=is_excused, why=found["reason"], now=now)
