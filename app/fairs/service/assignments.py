"""A group's stall on a date: taken, offered, confirmed, declined, released, exchanged, given to a substitute."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs import rules
from app.fairs.errors import (
    NotAdmittedError,
    NotTodayError,
    NotTogetherError,
    OfferOverError,
    SanctionedError,
    StallTakenError,
    TwoAttendantsError,
)
from app.fairs.queries import assignments, fairs, occurrences, sanctions
from app.fairs.queries.assignments import ASSIGNMENT
from app.fairs.schemas.standing import Confirmation, Declined, StallClaim, Substitute, Swap
from app.fairs.service import fees, passing, waiting
from app.fairs.states import AssignmentState, OccurrenceState, WaitState
from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.clock import local_date
from app.kernel.db import Row, Tx
from app.kernel.errors import NotFoundError, StaleError, StaleVersionError
from app.kernel.states import WrongStateError
from app.kernel.text import clean, clean_line
from app.messages import service as messages
from app.people import access
from app.people.queries import organisations

_ANSWER = (
    sa.update(ASSIGNMENT)
    .where(ASSIGNMENT.c.id == given("id"), ASSIGNMENT.c.state == given("was"))
    .values(
        state=given("to"),
        attendants=given("attendants", type_=ASSIGNMENT.c.attendants.type),
        reason=given("why"),
        answered_at=given("now"),
        updated_at=given("now"),
        version=ASSIGNMENT.c.version + 1,
    )
)
_STAND_AT = (
    sa.update(ASSIGNMENT)
    .where(ASSIGNMENT.c.id == given("id"), ASSIGNMENT.c.state == given("was"))
    .values(
        state=given("to"),
        stall_id=given("stall"),
        quality=given("good"),
        reason=given("why"),
        updated_at=given("now"),
        version=ASSIGNMENT.c.version + 1,
    )
)


async def claim(tx: Tx, date_id: UUID, *, caller: Caller, asked: StallClaim, now: datetime) -> dict[str, Any]:
    """An admitted group takes a free stall; where none is left, it learns its place on the waiting list.

    Raises NotFoundError, ForbiddenError, NotAdmittedError, SanctionedError, StallTakenError, TwoAttendantsError,
    WrongStateError. One claim of a date at a time: of the last stall exactly one succeeds.
    """
    date = await occurrences.locked(tx, date_id)
    access.require(caller, "answer", asked.organisation)
    _check_scheduled(date, now)
    admitted = await waiting.admitted(tx, date, asked.organisation)
    if admitted is None:
        raise NotAdmittedError
    await _check_sanctions(tx, date, asked.organisation)
    await _check_elsewhere(tx, date, asked.organisation, asked.attendants)
    stall = await waiting.free_stall(tx, date, admitted, asked.stall)
    if stall is None and asked.stall:
        raise StallTakenError
    if stall is None:
        entry = await waiting.join(tx, date, admitted, caller=caller, now=now)
        return {"outcome": "waiting", "assignment": None, "waiting": entry}
    row = {
        "id": ids.uuid7(),
        "occurrence_id": date_id,
        "stall_id": stall["id"],
        "organisation_id": asked.organisation,
        "application_id": admitted["id"],
        "state": AssignmentState.CONFIRMED,
        "category": admitted["category"],
        "attendants": _names(asked.attendants) or admitted["attendants"],
        "quality": stall["quality"],
        "answered_at": now,
        "created_at": now,
        "updated_at": now,
    }
    await tx.run(passing.ADD, **row)
    await passing.settle(tx, row, WaitState.TAKEN, now)
    fair = await fairs.row(tx, date["fair_id"])
    await fees.charge(tx, row, fair, caller=caller, now=now)
    await journal.record(tx, caller, now, "assignment.confirmed", ("assignment", row["id"]))
    taken = await assignments.assignment(tx, caller, row["id"], now)
    return {"outcome": "stall", "assignment": taken, "waiting": None}


async def confirm(tx: Tx, assignment_id: UUID, *, caller: Caller, answer: Confirmation, now: datetime) -> Row:
    """Yes, we come; again changes nothing but who comes.

    Raises NotFoundError, ForbiddenError, WrongStateError, OfferOverError, SanctionedError, TwoAttendantsError.
    """
    found = await _answered_by(tx, caller, assignment_id)
    date = await occurrences.row(tx, found["occurrence_id"])
    was = AssignmentState(found["state"])
    if was not in (AssignmentState.OFFERED, AssignmentState.CONFIRMED):
        raise WrongStateError(was, rules.ASSIGNMENT_MOVES[was])
    if was is AssignmentState.OFFERED and found["expires_at"] < now:
        raise OfferOverError
    names = _names(answer.attendants) or found["attendants"]
    await _check_sanctions(tx, date, found["organisation_id"])
    await _check_elsewhere(tx, date, found["organisation_id"], names)
    await _answer(tx, found, AssignmentState.CONFIRMED, now, names=names)
    if was is AssignmentState.OFFERED:
        await passing.settle(tx, found, WaitState.TAKEN, now)
        await fees.charge(tx, found, await fairs.row(tx, date["fair_id"]), caller=caller, now=now)
        await messages.mark_answered(tx, ("assignment", assignment_id), caller=caller, now=now)
        await journal.record(tx, caller, now, "assignment.confirmed", ("assignment", assignment_id))
    return await assignments.assignment(tx, caller, assignment_id, now)


async def decline(tx: Tx, assignment_id: UUID, *, caller: Caller, answer: Declined, now: datetime) -> Row:
    """«Esta vez no podemos»: the stall goes to the next one. Raises NotFoundError, ForbiddenError, WrongStateError."""
    found = await _answered_by(tx, caller, assignment_id)
    if found["state"] == AssignmentState.DECLINED:
        return await assignments.assignment(tx, caller, assignment_id, now)
    rules.check_move(rules.ASSIGNMENT_MOVES, AssignmentState(found["state"]), AssignmentState.DECLINED)
    await _answer(tx, found, AssignmentState.DECLINED, now, why=clean(answer.reason))
    await passing.settle(tx, found, WaitState.PASSED, now)
    await messages.mark_answered(tx, ("assignment", assignment_id), caller=caller, now=now)
    await journal.record(tx, caller, now, "assignment.declined", ("assignment", assignment_id))
    await passing.pass_on(tx, found["occurrence_id"], found["stall_id"], caller=caller, now=now)
    return await assignments.assignment(tx, caller, assignment_id, now)


async def release(tx: Tx, assignment_id: UUID, *, caller: Caller, answer: Declined, now: datetime) -> Row:
    """A confirmed stall is given back, by its group or by the organiser: it goes to the next one.

    Raises NotFoundError, ForbiddenError, WrongStateError.
    """
    found = await assignments.row(tx, assignment_id)
    if not (caller.is_admin or caller.may("answer", found["organisation_id"])):
        await occurrences.kept(tx, caller, found["occurrence_id"])
    rules.check_move(rules.ASSIGNMENT_MOVES, AssignmentState(found["state"]), AssignmentState.RELEASED)
    why = clean(answer.reason)
    await _answer(tx, found, AssignmentState.RELEASED, now, why=why)
    if found["fee_state"] in ("due", "overdue"):  # what was paid stays paid: only the organiser gives it back
        await fees.credit(tx, assignment_id, caller=caller, now=now, why=why)
    await journal.record(tx, caller, now, "assignment.released", ("assignment", assignment_id))
    await passing.pass_on(tx, found["occurrence_id"], found["stall_id"], caller=caller, now=now)
    return await assignments.assignment(tx, caller, assignment_id, now)


async def swap(tx: Tx, assignment_id: UUID, *, caller: Caller, asked: Swap, now: datetime) -> Row:
    """Two groups exchange their confirmed stalls of one date, by the organiser, in one transaction.

    Raises NotFoundError, ForbiddenError, WrongStateError, NotTogetherError.
    """
    one, other = await assignments.row(tx, assignment_id), await assignments.row(tx, asked.other)
    await occurrences.kept(tx, caller, one["occurrence_id"])
    if one["occurrence_id"] != other["occurrence_id"] or one["id"] == other["id"]:
        raise NotTogetherError
    for each in (one, other):
        if each["state"] != AssignmentState.CONFIRMED:
            state = AssignmentState(each["state"])
            raise WrongStateError(state, rules.ASSIGNMENT_MOVES[state])
    why = clean(asked.reason)
    confirmed, aside = AssignmentState.CONFIRMED, AssignmentState.RELEASED
    await _stand(
        tx, one, one, (confirmed, aside), why=why, now=now
    )  # a stall has one live assignment at every instant
    await _stand(tx, other, one, (confirmed, confirmed), why=why, now=now)
    await _stand(tx, one, other, (aside, confirmed), why=why, now=now)
    await journal.record(
        tx, caller, now, "assignment.swapped", ("assignment", assignment_id), other=str(asked.other)
    )
    return await assignments.assignment(tx, caller, assignment_id, now)


async def substitute(tx: Tx, date_id: UUID, *, caller: Caller, asked: Substitute, now: datetime) -> Row:
    """On the day, somebody else sells at a stall that stayed empty.

    Raises NotFoundError, ForbiddenError, InvalidError, NotTodayError, StallTakenError, SanctionedError.
    """
    date = await occurrences.kept(tx, caller, date_id)
    await organisations.row(tx, asked.organisation)
    is_today = date["starts_local"][:10] == local_date(now, date["zone"]).isoformat()
    if not is_today or date["state"] not in (OccurrenceState.SCHEDULED, OccurrenceState.OPEN):
        raise NotTodayError
    await _check_sanctions(tx, date, asked.organisation)
    stall = await waiting.free_stall(tx, date, None, asked.stall)
    if stall is None:
        raise StallTakenError
    identifier = ids.uuid7()
    await tx.run(
        passing.ADD,
        id=identifier,
        occurrence_id=date_id,
        stall_id=stall["id"],
        organisation_id=asked.organisation,
        state=AssignmentState.CHECKED_IN,
        category=clean_line(asked.category),
        attendants=[],
        quality=stall["quality"],
        is_substitute=True,
        answered_at=now,
        created_at=now,
        updated_at=now,
    )
    await journal.record(tx, caller, now, "assignment.substituted", ("assignment", identifier))
    return await assignments.assignment(tx, caller, identifier, now)


async def _answered_by(tx: Tx, caller: Caller, assignment_id: UUID) -> Row:
    found = await assignments.row(tx, assignment_id)
    access.require(caller, "answer", found["organisation_id"])
    return found


async def _answer(
    tx: Tx, found: Row, to: AssignmentState, now: datetime, *, names: list[str] | None = None, why: str = ""
) -> None:
    names = found["attendants"] if names is None else names
    if not await tx.run(
        _ANSWER, id=found["id"], was=found["state"], to=to, attendants=names, why=why, now=now
    ):
        raise StaleError(StaleVersionError())


async def _stand(
    tx: Tx,
    who: Row,
    at: Row,
    states: tuple[AssignmentState, AssignmentState],
    *,
    why: str,
    now: datetime,
) -> None:
    was, to = states
    if not await tx.run(
        _STAND_AT, id=who["id"], was=was, to=to, stall=at["stall_id"], good=at["quality"], why=why, now=now
    ):
        raise StaleError(StaleVersionError())


def _check_scheduled(date: Row, now: datetime) -> None:
    state = OccurrenceState(date["state"])
    if state is not OccurrenceState.SCHEDULED or date["starts_at"] <= now:
        raise WrongStateError(state, rules.OCCURRENCE_MOVES[state])
    if not date["is_published"]:
        raise NotFoundError


async def _check_sanctions(tx: Tx, date: Row, group: UUID) -> None:
    found = await sanctions.on(tx, date["organiser_id"], group, date["starts_local"][:10])
    if found is not None:
        raise SanctionedError(found["until_on"])


async def _check_elsewhere(tx: Tx, date: Row, group: UUID, names: list[str]) -> None:
    """A group in two places at once names who stands where. Raises TwoAttendantsError."""
    here = {name.casefold() for name in _names(names)}
    for other in await assignments.at_the_same_time(tx, group, date):
        there = {name.casefold() for name in other["attendants"]}
        if not here or not there or here & there:
            raise TwoAttendantsError(other["fair_name"])


def _names(said: list[str]) -> list[str]:
    return [clean_line(name) for name in said]
