"""The officer's part: decisions with their reasons, answers to objections, revocations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.errors import ClaimsOverError
from app.fairs.queries import applications as asked_for
from app.fairs.queries import calls as queries
from app.fairs.queries.applications import CLAIM, DOCUMENT
from app.fairs.schemas.deciding import (
    ApplicationRevocation,
    ClaimAnswer,
    ClaimCreate,
    Decision,
    DecisionOf,
)
from app.fairs.service import applications, leaving, notices, passing
from app.fairs.states import ApplicationState
from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.clock import end_of_day
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, ForbiddenError, InvalidError
from app.kernel.states import WrongStateError
from app.kernel.text import clean
from app.messages import service as messages

_S = ApplicationState
_NEED_REASON = (_S.NEEDS_INFO, _S.REJECTED)
_JUDGE = (
    sa.update(DOCUMENT)
    .where(DOCUMENT.c.application_id == given("application"), DOCUMENT.c.code == given("code"))
    .values(is_accepted=given("good", type_=sa.Boolean), note=given("said"))
)
_OBJECT = sa.insert(CLAIM)
_ANSWER = (
    sa.update(CLAIM)
    .where(CLAIM.c.id == given("id"), CLAIM.c.answered_at.is_(None))
    .values(answer=given("said"), is_upheld=given("upheld", type_=sa.Boolean), answered_at=given("now"))
)


async def decide(tx: Tx, application_id: UUID, *, caller: Caller, decision: Decision, now: datetime) -> Row:
    """Admit, put on the waiting list, observe with days to mend, or reject; the last two with a reason.

    Of an application that is there already, what is said of its papers counts: they may have been renewed.
    Raises NotFoundError, ForbiddenError, WrongStateError, InvalidError.
    """
    await _decide(tx, await _for_officer(tx, caller, application_id), caller, decision, now)
    return await asked_for.application(tx, caller, application_id, now)


async def decide_many(
    tx: Tx, call_id: UUID, *, caller: Caller, decisions: Sequence[DecisionOf], now: datetime
) -> dict[str, Any]:
    """Decide applications of one call, all or none; one that is so already, for the same reason, stays as it is.

    Raises NotFoundError, ForbiddenError, WrongStateError (it names the application), InvalidError.
    """
    await queries.kept(tx, caller, call_id)
    for at, decision in enumerate(decisions):
        found = await _for_officer(tx, caller, decision.application)
        if found["call_id"] != call_id:
            raise InvalidError(Fault(f"#/items/{at}/application", "of_another_call"))
        is_so = (found["state"], found["reason"]) == (decision.outcome, clean(decision.reason))
        if is_so and not decision.documents:
            continue
        try:
            await _decide(tx, found, caller, decision, now)
        except InvalidError as error:
            for fault in error.faults:
                fault.pointer = f"#/items/{at}{fault.pointer.removeprefix('#')}"
            raise
        except WrongStateError as error:
            error.extra["application"] = str(decision.application)
            raise
    decided = [(await asked_for.row(tx, caller, each.application))[0] for each in decisions]
    return {"items": [{name: each[name] for name in _SHOWN} for each in decided]}


_SHOWN = ("id", "number", "state", "version")


async def _decide(tx: Tx, found: Row, caller: Caller, decision: Decision, now: datetime) -> None:
    application_id: UUID = found["id"]
    to, why = _S(decision.outcome), clean(decision.reason)
    if to in _NEED_REASON and not why:
        raise InvalidError(Fault("#/reason", "missing"))
    if found["state"] == _S.SUBMITTED:
        await applications.move(tx, found, _S.IN_REVIEW, caller=caller, now=now)
        found = found | {"state": _S.IN_REVIEW}
    for at, judged in enumerate(decision.documents):
        if not await tx.run(
            _JUDGE,
            application=application_id,
            code=judged.code,
            good=judged.is_accepted,
            said=clean(judged.note),
        ):
            raise InvalidError(Fault(f"#/documents/{at}/code", "document_not_here"))
    call = await queries.row(tx, found["call_id"])
    mend_until = end_of_day(now, call["mend_days"], call["zone"]) if to is _S.NEEDS_INFO else None
    if found["state"] == to and decision.documents:
        await passing.look_again(tx, group=found["organisation_id"], caller=caller, now=now)
        return
    await applications.move(tx, found, to, caller=caller, now=now, why=why, mend_until=mend_until)
    if found["state"] == _S.NEEDS_INFO:  # it is too late to mend anything
        await messages.cancel(tx, notices.APPLICATION, [application_id], caller=caller, now=now)
    if mend_until:
        await notices.observed(tx, found, call, why=why, until=mend_until, caller=caller, now=now)


async def revoke(
    tx: Tx, application_id: UUID, *, caller: Caller, asked: ApplicationRevocation, now: datetime
) -> Row:
    """An admitted group loses its place, for a reason; its stalls to come go to the next ones.

    Raises NotFoundError, ForbiddenError, WrongStateError.
    """
    found = await _for_officer(tx, caller, application_id)
    why = clean(asked.reason)
    await applications.move(tx, found, _S.REVOKED, caller=caller, now=now, why=why)
    await leaving.leave(tx, found, is_given_back=False, caller=caller, now=now, why=why)
    return await asked_for.application(tx, caller, application_id, now)


async def object_to(
    tx: Tx, application_id: UUID, *, caller: Caller, claim: ClaimCreate, now: datetime
) -> Row:
    """Object to a rejection or to the waiting list, within the days for it.

    Raises NotFoundError, ForbiddenError, WrongStateError, ClaimsOverError.
    """
    found, answers, _ = await asked_for.row(tx, caller, application_id)
    if not answers:
        raise ForbiddenError
    if found["state"] not in (_S.REJECTED, _S.WAITLISTED):
        raise WrongStateError(_S(found["state"]), (_S.REJECTED, _S.WAITLISTED))
    if found["claims_until"] is None or now > found["claims_until"]:
        raise ClaimsOverError
    identifier = ids.uuid7()
    await tx.run(_OBJECT, id=identifier, application_id=application_id, text=clean(claim.text), made_at=now)
    await journal.record(tx, caller, now, "claim.made", ("application", application_id))
    return await asked_for.application(tx, caller, application_id, now)


async def answer(tx: Tx, claim_id: UUID, *, caller: Caller, said: ClaimAnswer, now: datetime) -> Row:
    """Answer an objection, with a reason; an upheld one puts the application into review again.

    Again, it changes nothing. Raises NotFoundError, ForbiddenError.
    """
    claim = await asked_for.claim(tx, claim_id)
    found = await _for_officer(tx, caller, claim["application_id"])
    if await tx.run(_ANSWER, id=claim_id, said=clean(said.answer), upheld=said.is_upheld, now=now):
        await journal.record(
            tx, caller, now, "claim.answered", ("application", found["id"]), upheld=said.is_upheld
        )
        if said.is_upheld and found["state"] in (_S.REJECTED, _S.WAITLISTED):
            await applications.move(tx, found, _S.IN_REVIEW, caller=caller, now=now)
    return await asked_for.application(tx, caller, found["id"], now)


async def _for_officer(tx: Tx, caller: Caller, application_id: UUID) -> Row:
    found, _, officer = await asked_for.row(tx, caller, application_id)
    if not officer:
        raise ForbiddenError
    return found
