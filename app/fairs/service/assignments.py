"""A group's stall on a date: taken, offered, confirmed, declined, released, exchanged, given to a substitute."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.fairs import rules
from app.fairs.errors import (
    AlreadyStandsError,
    NotTodayError,
    NotTogetherError,
    OfferOverError,
    StallNotForYouError,
    StallTakenError,
)
from app.fairs.queries import (
    allocations,
    assignments,
    candidates,
    occurrences,
)
from app.fairs.schemas.standing import Confirmation, Declined, StallClaim, Substitute, Swap
from app.fairs.service import conditions, fees, notices, passing, standing, waiting
from app.fairs.states import ApplicationChannel, ApplicationState, AssignmentState, OccurrenceState, WaitState
from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.clock import local_date
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, InvalidError
from app.kernel.states import WrongStateError
from app.kernel.text import clean
from app.messages import service as messages
from app.people import access
from app.people.queries import organisations
from app.products import queries as products


async def claim(
    tx: Tx, date_id: UUID, *, caller: Caller, asked: StallClaim, now: datetime, lang: str
) -> dict[str, Any]:
    """An admitted group takes a free stall; where none is left for it, it learns its place on the waiting list.

    Whom the call only lets wait takes none before the stalls of the date were given.
    Raises NotFoundError, ForbiddenError, AlreadyStandsError, NotAdmittedError, InvalidError, SanctionedError, PapersMissingError, StallTakenError,
    StallNotForYouError, TwoAttendantsError, WrongStateError. One claim of a date at a time: of the last stall exactly
    one succeeds.
    """
    date = await occurrences.locked(tx, date_id)
    access.require(caller, "answer", asked.organisation)
    conditions.check_scheduled(date, now)
    if asked.organisation in {each["organisation_id"] for each in await assignments.present(tx, date_id)}:
        raise AlreadyStandsError
    admitted = await conditions.admitted_by(tx, date, asked.organisation)
    names = conditions.names_of(asked.attendants) or admitted["attendants"]
    await conditions.check_sanctions(tx, date, asked.organisation)
    await conditions.check_papers(tx, date, admitted)
    await conditions.check_elsewhere(tx, date, asked.organisation, names)
    is_early = admitted["state"] == ApplicationState.WAITLISTED and not await allocations.is_final(
        tx, date_id
    )
    stall, refused = await waiting.free_stall(tx, date, admitted, asked.stall, is_early=is_early)
    if stall is None and asked.stall:
        raise StallNotForYouError(refused) if refused else StallTakenError
    if stall is None:
        entry = await waiting.join(tx, date, admitted, caller=caller, now=now, lang=lang, passed=refused)
        return {"outcome": "waiting", "assignment": None, "waiting": entry}
    row = {
        "id": ids.uuid7(),
        "occurrence_id": date_id,
        "stall_id": stall["id"],
        "organisation_id": asked.organisation,
        "application_id": admitted["id"],
        "state": AssignmentState.CONFIRMED,
        "category": admitted["category"],
        "attendants": names,
        "quality": stall["quality"],
        "answered_at": now,
        "created_at": now,
        "updated_at": now,
    }
    await tx.run(standing.ADD, **row)
    await standing.settle(tx, row, WaitState.TAKEN, now)
    await fees.charge(tx, row, date, caller=caller, now=now)
    await journal.record(tx, caller, now, "assignment.confirmed", ("assignment", row["id"]))
    taken = await assignments.assignment(tx, caller, row["id"], now)
    return {"outcome": "stall", "assignment": taken, "waiting": None}


async def confirm(tx: Tx, assignment_id: UUID, *, caller: Caller, answer: Confirmation, now: datetime) -> Row:
    """Yes, we come; again changes nothing but who comes.

    Raises NotFoundError, ForbiddenError, WrongStateError, OfferOverError, SanctionedError, PapersMissingError,
    TwoAttendantsError.
    """
    found = await _answered_by(tx, caller, assignment_id)
    date = await occurrences.row(tx, found["occurrence_id"])
    was = AssignmentState(found["state"])
    if was not in (AssignmentState.OFFERED, AssignmentState.CONFIRMED):
        raise WrongStateError(was, rules.ASSIGNMENT_MOVES[was])
    if was is AssignmentState.OFFERED and found["expires_at"] < now:
        raise OfferOverError
    names = conditions.names_of(answer.attendants) or found["attendants"]
    await conditions.check_sanctions(tx, date, found["organisation_id"])
    if found["application_id"]:
        asked = await candidates.these(tx, [found["application_id"]])
        await conditions.check_papers(tx, date, asked[found["application_id"]])
    await conditions.check_elsewhere(tx, date, found["organisation_id"], names)
    await standing.move(
        tx, found, AssignmentState.CONFIRMED, now=now, attendants=names, reason="", answered_at=now
    )
    if was is AssignmentState.OFFERED:
        await standing.settle(tx, found, WaitState.TAKEN, now)
        await fees.charge(tx, found, date, caller=caller, now=now)
        await messages.mark_answered(tx, (notices.SUBJECT, assignment_id), caller=caller, now=now)
        await journal.record(tx, caller, now, "assignment.confirmed", ("assignment", assignment_id))
    return await assignments.assignment(tx, caller, assignment_id, now)


async def decline(tx: Tx, assignment_id: UUID, *, caller: Caller, answer: Declined, now: datetime) -> Row:
    """«Esta vez no podemos»: the stall goes to the next one. Raises NotFoundError, ForbiddenError, WrongStateError."""
    await _answered_by(tx, caller, assignment_id)
    found, date = await passing.locked(tx, assignment_id)
    if found["state"] == AssignmentState.DECLINED:
        return await assignments.assignment(tx, caller, assignment_id, now)
    rules.check_move(rules.ASSIGNMENT_MOVES, AssignmentState(found["state"]), AssignmentState.DECLINED)
    why = clean(answer.reason)
    await standing.move(tx, found, AssignmentState.DECLINED, now=now, reason=why, answered_at=now)
    await standing.settle(tx, found, WaitState.PASSED, now)
    await messages.mark_answered(tx, (notices.SUBJECT, assignment_id), caller=caller, now=now)
    await journal.record(tx, caller, now, "assignment.declined", ("assignment", assignment_id))
    await passing.pass_on(tx, date, found["stall_id"], caller=caller, now=now)
    return await assignments.assignment(tx, caller, assignment_id, now)


async def release(tx: Tx, assignment_id: UUID, *, caller: Caller, answer: Declined, now: datetime) -> Row:
    """A confirmed stall is given back by its group, or taken away by the organiser: it goes to the next one.

    Raises NotFoundError, ForbiddenError, WrongStateError.
    """
    found, date = await passing.locked(tx, assignment_id)
    is_given_back = caller.may("answer", found["organisation_id"])
    if not is_given_back:
        await occurrences.kept(tx, caller, date["id"])
    rules.check_move(rules.ASSIGNMENT_MOVES, AssignmentState(found["state"]), AssignmentState.RELEASED)
    why = clean(answer.reason)
    await standing.move(tx, found, AssignmentState.RELEASED, now=now, reason=why, answered_at=now)
    await fees.end(tx, assignment_id, is_given_back=is_given_back, caller=caller, now=now, why=why)
    await messages.cancel(tx, notices.SUBJECT, [assignment_id], caller=caller, now=now)
    if not is_given_back:
        await notices.withdrawn(tx, found, date, why, caller=caller, now=now)
    await journal.record(tx, caller, now, "assignment.released", ("assignment", assignment_id))
    await passing.pass_on(tx, date, found["stall_id"], caller=caller, now=now)
    return await assignments.assignment(tx, caller, assignment_id, now)


async def swap(tx: Tx, assignment_id: UUID, *, caller: Caller, asked: Swap, now: datetime) -> Row:
    """Two groups exchange their confirmed stalls of one date, by the organiser, in one transaction.

    Each must be able to stand where the other stood. The same two again, for the same reason, changes nothing. Raises NotFoundError, ForbiddenError, WrongStateError,
    NotTogetherError, StallNotForYouError.
    """
    one, date = await passing.locked(tx, assignment_id)
    other = await assignments.row(tx, asked.other)
    await occurrences.kept(tx, caller, date["id"])
    if one["occurrence_id"] != other["occurrence_id"] or one["id"] == other["id"]:
        raise NotTogetherError
    for each in (one, other):
        if each["state"] != AssignmentState.CONFIRMED:
            state = AssignmentState(each["state"])
            raise WrongStateError(state, rules.ASSIGNMENT_MOVES[state])
    why = clean(asked.reason)
    if one["reason"] == other["reason"] == why and one["updated_at"] == other["updated_at"]:
        return await assignments.assignment(tx, caller, assignment_id, now)
    await conditions.check_fits(tx, one, other)
    there, here = ({"stall_id": each["stall_id"], "quality": each["quality"]} for each in (other, one))
    aside = one | {"state": AssignmentState.RELEASED}  # a stall has one live assignment at every instant
    await standing.move(tx, one, AssignmentState.RELEASED, now=now, reason=why)
    await standing.move(tx, other, AssignmentState.CONFIRMED, now=now, reason=why, **here)
    await standing.move(tx, aside, AssignmentState.CONFIRMED, now=now, reason=why, **there)
    stands = [await assignments.row(tx, each["id"]) for each in (one, other)]
    await notices.exchanged(tx, stands, date, why, caller=caller, now=now)
    await journal.record(
        tx, caller, now, "assignment.swapped", ("assignment", assignment_id), other=str(asked.other)
    )
    return await assignments.assignment(tx, caller, assignment_id, now)


async def substitute(tx: Tx, date_id: UUID, *, caller: Caller, asked: Substitute, now: datetime) -> Row:
    """On the day, somebody else sells at a stall that stayed empty.

    Raises NotFoundError, ForbiddenError, InvalidError, NotTodayError, StallTakenError, SanctionedError,
    TwoAttendantsError.
    """
    await occurrences.kept(tx, caller, date_id)
    date = await occurrences.locked(tx, date_id)
    await organisations.row(tx, asked.organisation)
    is_today = date["starts_local"][:10] == local_date(now, date["zone"]).isoformat()
    if not is_today or date["state"] not in (OccurrenceState.SCHEDULED, OccurrenceState.OPEN):
        raise NotTodayError
    if asked.category and asked.category not in await products.categories_by_code(tx):
        raise InvalidError(Fault("#/category", "unknown_category"))
    names = conditions.names_of(asked.attendants)
    await conditions.check_sanctions(tx, date, asked.organisation)
    await conditions.check_elsewhere(tx, date, asked.organisation, names)
    stall, _ = await waiting.free_stall(tx, date, None, asked.stall)
    if stall is None:
        raise StallTakenError
    row = {
        "id": ids.uuid7(),
        "occurrence_id": date_id,
        "stall_id": stall["id"],
        "organisation_id": asked.organisation,
        "state": AssignmentState.CHECKED_IN,
        "category": asked.category,
        "attendants": names,
        "quality": stall["quality"],
        "is_substitute": True,
        "answered_at": now,
        "created_at": now,
        "updated_at": now,
    }
    await tx.run(standing.ADD, **row)
    await standing.settle(tx, row, WaitState.TAKEN, now)
    await journal.record(tx, caller, now, "assignment.substituted", ("assignment", row["id"]))
    return await assignments.assignment(tx, caller, row["id"], now)


async def _answered_by(tx: Tx, caller: Caller, assignment_id: UUID) -> Row:
    """An assignment for its group, or for the officer whose counter it came to. Raises NotFoundError, ForbiddenError."""
    found = await assignments.row(tx, assignment_id)
    if found["channel"] == ApplicationChannel.COUNTER and not caller.may("answer", found["organisation_id"]):
        await occurrences.kept(tx, caller, found["occurrence_id"])
        return found
    access.require(caller, "answer", found["organisation_id"])
    return found
