"""What waits for whom in fairs: a stall to answer, papers to mend; for the officer the next step of calls and dates."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.models import AllocationRun
from app.fairs.queries.applications import CLAIM
from app.fairs.queries.assignments import ASSIGNMENT, STALL
from app.fairs.queries.calls import APPLICATION, CALL, GROUP, UNDECIDED
from app.fairs.queries.fairs import FAIR
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.states import ApplicationState, AssignmentState, CallState, OccurrenceState
from app.kernel import i18n, said
from app.kernel.caller import Caller
from app.kernel.db import Database, Row
from app.kernel.schema import table
from app.messages.models import Message

_RUN, _MESSAGE = table(AllocationRun), table(Message)
_MOST = 300
_SOON = timedelta(days=14)  # so long before a date its stalls should be given
_NOW, _SOON_ENOUGH = (given(name, type_=CALL.c.closes_at.type) for name in ("now", "soon"))
_MINE = given("mine", expanding=True, type_=FAIR.c.organiser_id.type)
_A, _D = AssignmentState, OccurrenceState


def _item(
    kind: str,
    subject: sa.ColumnElement[Any],
    name: sa.ColumnElement[Any],
    until: sa.ColumnElement[Any],
    *,
    number: sa.ColumnElement[Any] | None = None,
    stall: sa.ColumnElement[Any] | None = None,
    at: sa.ColumnElement[Any] | None = None,
) -> sa.Select[Any]:
    """One kind of thing to do, in the columns that all kinds share. `at`: when its date begins."""
    return sa.select(
        sa.literal(kind).label("kind"),
        subject.label("subject_id"),
        name.label("name"),
        until.label("until"),
        (sa.literal(1) if number is None else number).label("number"),
        (sa.literal("") if stall is None else stall).label("stall"),
        (until if at is None else at).label("at"),
        FAIR.c.zone.label("zone"),
    )


def _is_there(among: sa.FromClause, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists(
        sa.select(sa.literal(1)).select_from(among).where(*conditions).correlate(CALL, OCCURRENCE)
    )


_CALLS = CALL.join(FAIR, FAIR.c.id == CALL.c.fair_id)
_DATES = OCCURRENCE.join(FAIR, FAIR.c.id == OCCURRENCE.c.fair_id)
_OF_CALL, _OF_DATE = APPLICATION.c.call_id == CALL.c.id, ASSIGNMENT.c.occurrence_id == OCCURRENCE.c.id
_MY_CALL, _MY_DATE = CALL.c.organiser_id.in_(_MINE), OCCURRENCE.c.organiser_id.in_(_MINE)
_CLAIMS = CLAIM.join(APPLICATION, APPLICATION.c.id == CLAIM.c.application_id)
_ALL_DECIDED = sa.not_(_is_there(APPLICATION, _OF_CALL, APPLICATION.c.state.in_(UNDECIDED)))
_ALL_ANSWERED = sa.not_(_is_there(_CLAIMS, _OF_CALL, CLAIM.c.answered_at.is_(None)))
_UNSAID = (
    _MESSAGE.c.sender_organisation_id.in_(_MINE),
    _MESSAGE.c.sent_at.is_(None),
    _MESSAGE.c.cancelled_at.is_(None),
    _MESSAGE.c.answered_at.is_(None),
)
_UNTOLD = sa.func.count(_MESSAGE.c.organisation_id.distinct())
_UNTIL = sa.func.min(_MESSAGE.c.act_by)
_DAY = sa.func.substr(OCCURRENCE.c.starts_local, 1, 10)
_FOR_OFFICER = sa.union_all(
    _item("review_applications", CALL.c.id, CALL.c.title, CALL.c.closes_at, number=sa.func.count())
    .select_from(_CALLS.join(APPLICATION, _OF_CALL))
    .where(
        _MY_CALL,
        CALL.c.state.in_((CallState.PUBLISHED, CallState.REVIEWED)),
        APPLICATION.c.state.in_((ApplicationState.SUBMITTED, ApplicationState.IN_REVIEW)),
    )
    .group_by(CALL.c.id, CALL.c.title, CALL.c.closes_at, FAIR.c.zone),
    _item("answer_claim", APPLICATION.c.id, GROUP.c.name, CALL.c.claims_until)
    .select_from(
        _CALLS.join(APPLICATION, _OF_CALL)
        .join(GROUP, GROUP.c.id == APPLICATION.c.organisation_id)
        .join(CLAIM, CLAIM.c.application_id == APPLICATION.c.id)
    )
    .where(_MY_CALL, CALL.c.state == CallState.REVIEWED, CLAIM.c.answered_at.is_(None)),
    _item("publish_lists", CALL.c.id, CALL.c.title, CALL.c.closes_at)
    .select_from(_CALLS)
    .where(_MY_CALL, CALL.c.state == CallState.PUBLISHED, CALL.c.closes_at < _NOW, _ALL_DECIDED),
    _item("finish_call", CALL.c.id, CALL.c.title, CALL.c.claims_until)
    .select_from(_CALLS)
    .where(
        _MY_CALL,
        CALL.c.state == CallState.REVIEWED,
        CALL.c.claims_until < _NOW,
        _ALL_DECIDED,
        _ALL_ANSWERED,
    ),
    _item("allocate_stalls", OCCURRENCE.c.id, FAIR.c.name, OCCURRENCE.c.starts_at)
    .select_from(_DATES.join(CALL, CALL.c.fair_id == FAIR.c.id))
    .where(
        _MY_DATE,
        OCCURRENCE.c.state == _D.SCHEDULED,
        OCCURRENCE.c.starts_at > _NOW,
        OCCURRENCE.c.starts_at < _SOON_ENOUGH,
        CALL.c.state == CallState.FINAL,
        sa.cast(CALL.c.from_on, sa.String) <= _DAY,
        sa.cast(CALL.c.until_on, sa.String) >= _DAY,
        sa.not_(_is_there(_RUN, _RUN.c.occurrence_id == OCCURRENCE.c.id, _RUN.c.is_final.is_(True))),
    )
    .group_by(OCCURRENCE.c.id, FAIR.c.name, OCCURRENCE.c.starts_at, FAIR.c.zone),
    _item("tell_groups", OCCURRENCE.c.id, FAIR.c.name, _UNTIL, number=_UNTOLD, at=OCCURRENCE.c.starts_at)
    .select_from(_DATES.join(_MESSAGE, _MESSAGE.c.topic_id == OCCURRENCE.c.id))
    .where(*_UNSAID)
    .group_by(OCCURRENCE.c.id, FAIR.c.name, OCCURRENCE.c.starts_at, FAIR.c.zone),
    _item("tell_groups", CALL.c.id, FAIR.c.name, _UNTIL, number=_UNTOLD)
    .select_from(_CALLS.join(_MESSAGE, _MESSAGE.c.topic_id == CALL.c.id))
    .where(*_UNSAID)
    .group_by(CALL.c.id, FAIR.c.name, FAIR.c.zone),
    _item("note_attendance", OCCURRENCE.c.id, FAIR.c.name, OCCURRENCE.c.ends_at, at=OCCURRENCE.c.starts_at)
    .select_from(_DATES)
    .where(
        _MY_DATE,
        OCCURRENCE.c.state.in_((_D.OPEN, _D.CLOSED)),
        _is_there(ASSIGNMENT, _OF_DATE, ASSIGNMENT.c.state == _A.CONFIRMED),
    ),
    _item("report_date", OCCURRENCE.c.id, FAIR.c.name, OCCURRENCE.c.ends_at, at=OCCURRENCE.c.starts_at)
    .select_from(_DATES)
    .where(
        _MY_DATE,
        OCCURRENCE.c.state == _D.CLOSED,
        sa.not_(_is_there(ASSIGNMENT, _OF_DATE, ASSIGNMENT.c.state == _A.CONFIRMED)),
        _is_there(ASSIGNMENT, _OF_DATE, ASSIGNMENT.c.state.in_((_A.CHECKED_IN, _A.NO_SHOW, _A.COMPLETED))),
    ),
).limit(_MOST)
_FOR_GROUP = sa.union_all(
    _item(
        "answer_stall",
        ASSIGNMENT.c.id,
        FAIR.c.name,
        ASSIGNMENT.c.expires_at,
        stall=STALL.c.code,
        at=OCCURRENCE.c.starts_at,
    )
    .select_from(_DATES.join(ASSIGNMENT, _OF_DATE).join(STALL, STALL.c.id == ASSIGNMENT.c.stall_id))
    .where(
        ASSIGNMENT.c.organisation_id.in_(_MINE),
        ASSIGNMENT.c.state == _A.OFFERED,
        ASSIGNMENT.c.expires_at >= _NOW,
    ),
    _item("mend_application", APPLICATION.c.id, FAIR.c.name, APPLICATION.c.mend_until)
    .select_from(_CALLS.join(APPLICATION, _OF_CALL))
    .where(
        APPLICATION.c.organisation_id.in_(_MINE),
        APPLICATION.c.state == ApplicationState.NEEDS_INFO,
        APPLICATION.c.mend_until >= _NOW,
    ),
).limit(_MOST)
_URGENCY = {
    "answer_stall": 1,
    "mend_application": 1,
    "tell_groups": 1,
    "note_attendance": 1,
    "review_applications": 2,
    "answer_claim": 2,
    "publish_lists": 2,
    "finish_call": 2,
    "allocate_stalls": 2,
    "report_date": 3,
}
_PLACES = {
    "answer_stall": "/v1/assignments/{id}",
    "mend_application": "/v1/applications/{id}",
    "tell_groups": "/v1/messages?topic_id={id}&state=to_send",
    "note_attendance": "/v1/occurrences/{id}/assignments",
    "review_applications": "/v1/calls/{id}/applications?waiting=true",
    "answer_claim": "/v1/applications/{id}",
    "publish_lists": "/v1/calls/{id}",
    "finish_call": "/v1/calls/{id}",
}
_NO_DEADLINE = ("publish_lists", "finish_call", "report_date")


async def todo(db: Database, caller: Caller, lang: str, now: datetime) -> list[Row]:
    """What waits for this caller, in no order; a group's own people only: who answers for others uses its own lists."""
    groups = [each for each in sorted(caller.own) if caller.may("answer", each)]
    keeps = sorted(each for each, acts in caller.acts.items() if "publish" in acts)
    found = await db.all(_FOR_GROUP, mine=groups, now=now) if groups else []
    if keeps:
        found += await db.all(_FOR_OFFICER, mine=keeps, now=now, soon=now + _SOON)
    return [_shown(each, lang, now) for each in found]


def _shown(found: Row, lang: str, now: datetime) -> Row:
    kind: str = found["kind"]
    identifier: UUID = found["subject_id"]
    facts = {
        "name": found["name"],
        "number": found["number"],
        "stall": found["stall"],
        "when": said.moment(found["at"], lang, zone=found["zone"], now=now),
    }
    return {
        "kind": kind,
        "urgency": _URGENCY[kind],
        "until": None if kind in _NO_DEADLINE else found["until"],
        "title": i18n.text(lang, "fair_todo", kind, **facts),
        "href": _PLACES.get(kind, "/v1/occurrences/{id}").format(id=identifier),
    }
