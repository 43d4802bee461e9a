"""Who came: notes from an officer's phone, in any order, also twice. The latest note of a stall counts.

Absences without an excuse are counted when the date is reported; the bases of the call say what they cost.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date as day_of
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT DO NOTHING is SQLite's too

from app.fairs.models import LIVE, Attendance
from app.fairs.queries import assignments, candidates, occurrences
from app.fairs.queries.assignments import ASSIGNMENT
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.schemas.standing import AttendancePut, Noted
from app.fairs.service import sanctions, standing
from app.fairs.states import AssignmentState, Presence
from app.kernel import i18n, journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
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
_AHEAD, _BEFORE = timedelta(days=1), timedelta(days=2)  # a phone's clock may be wrong by so much


class _Said(NamedTuple):
    """A note, in order of its time."""

    at: datetime
    id: UUID
    presence: Presence
    reason: str

    @property
    def came(self) -> bool:
        """Whether somebody was there."""
        return _MEANS[self.presence] in LIVE


async def note(
    tx: Tx, date_id: UUID, *, caller: Caller, notes: AttendancePut, now: datetime, lang: str
) -> dict[str, Any]:
    """Keep the notes that are new and let the latest of each stall count. One that cannot be kept is told, the others are.

    Raises NotFoundError, ForbiddenError.
    """
    await occurrences.kept(tx, caller, date_id)
    date = await occurrences.locked(tx, date_id)
    stands = {stand["id"]: stand for stand in await assignments.rows_of_date(tx, date_id)}
    refused = {each.id: code for each in notes.notes if (code := _wrong(each, date, stands, now))}
    said = await _noted(tx, {each.assignment for each in notes.notes})
    for each in notes.notes:
        if each.id not in refused:
            said[each.assignment].append(_Said(each.noted_at, each.id, each.presence, each.reason))
    refused |= _crowded(stands, said)
    good = [each for each in notes.notes if each.id not in refused]
    counted = 0
    for each in good:
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
    await _fold(tx, {each.assignment for each in good}, now)
    if counted:
        await journal.record(tx, caller, now, "attendance.noted", ("occurrence", date_id), notes=counted)
    return {
        "counted": counted,
        "repeated": len(good) - counted,
        "refused": [
            {
                "id": each.id,
                "assignment": each.assignment,
                "code": refused[each.id],
                "detail": i18n.text(lang, "attendance_refused", refused[each.id]),
            }
            for each in notes.notes
            if each.id in refused
        ],
        "items": await assignments.of_date(tx, caller, date, now),
    }


async def close(tx: Tx, date: Row, *, caller: Caller, now: datetime) -> None:
    """A date is reported: whoever was absent too often, without an excuse, is sanctioned by the bases it applied by, once."""
    absent = [
        stand
        for stand in await assignments.rows_of_date(tx, date["id"])
        if stand["state"] == AssignmentState.NO_SHOW and not stand["is_excused"]
    ]
    bases = await candidates.these(
        tx, [stand["application_id"] for stand in absent if stand["application_id"]]
    )
    for stand in absent:
        rule = bases.get(stand["application_id"])
        if rule is None or not rule["sanction_days"]:
            continue
        absences = await tx.value(
            _ABSENCES,
            organiser=date["organiser_id"],
            group=stand["organisation_id"],
            since=date["starts_at"] - timedelta(days=rule["no_show_days"]),
            until=date["starts_at"],
        )
        if absences >= rule["no_show_limit"]:
            first = day_of.fromisoformat(date["starts_local"][:10]) + timedelta(days=1)
            await sanctions.by_rule(
                tx, rule, stand, first, absences, organiser=date["organiser_id"], caller=caller, now=now
            )


def _wrong(each: Noted, date: Row, stands: Mapping[UUID, Row], now: datetime) -> str | None:
    """Why a note cannot be of this date, whatever the others say."""
    if each.assignment not in stands:
        return "unknown_assignment"
    if stands[each.assignment]["state"] == AssignmentState.OFFERED:
        return "not_confirmed"
    if each.noted_at.tzinfo is None:
        return "hour_without_zone"
    if not date["starts_at"] - _BEFORE <= each.noted_at <= now + _AHEAD:
        return "not_of_this_date"
    return None


async def _noted(tx: Tx, stands: Collection[UUID]) -> dict[UUID, list[_Said]]:
    """What was noted of these stalls up to now."""
    said: dict[UUID, list[_Said]] = defaultdict(list)
    for found in await tx.all(_NOTES, stands=sorted(stands)) if stands else ():
        what = _Said(found["noted_at"], found["id"], Presence(found["presence"]), found["reason"])
        said[found["assignment_id"]].append(what)
    return said


def _crowded(stands: Mapping[UUID, Row], said: Mapping[UUID, list[_Said]]) -> dict[UUID, str]:
    """The notes by which somebody would come to a stall that another group has by now, or to a second one.

    Whoever stayed away comes first: that makes room for others of the same batch.
    """
    present = {each["id"]: each for each in stands.values() if each["state"] in LIVE}
    refused: dict[UUID, str] = {}
    for stand in sorted(said, key=lambda one: max(said[one]).came):
        if not max(said[stand]).came:
            present.pop(stand, None)
        elif code := _in_the_way(stands[stand], present.values()):
            refused |= {each.id: code for each in said[stand] if each.came}
        else:
            present[stand] = stands[stand]
    return refused


def _in_the_way(stand: Row, present: Iterable[Row]) -> str | None:
    others = [each for each in present if each["id"] != stand["id"]]
    if any(each["stall_id"] == stand["stall_id"] for each in others):
        return "stall_taken"
    return (
        "already_stands"
        if any(each["organisation_id"] == stand["organisation_id"] for each in others)
        else None
    )


async def _fold(tx: Tx, stands: set[UUID], now: datetime) -> None:
    """The state of each stall from all its notes: the latest counts, whatever came in when. Who stayed away makes room first."""
    latest = {stand: max(notes) for stand, notes in (await _noted(tx, stands)).items()}
    for stand, said in sorted(latest.items(), key=lambda one: one[1].came):
        is_excused = said.presence is Presence.EXCUSED
        await standing.note(tx, stand, _MEANS[said.presence], is_excused=is_excused, why=said.reason, now=now)
