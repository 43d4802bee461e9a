"""The officer's part: decisions with their reasons, answers to objections, revocations."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.errors import ClaimsOverError
from app.fairs.queries import applications as asked_for
from app.fairs.queries import calls as queries
from app.fairs.queries.applications import CLAIM, DOCUMENT
from app.fairs.schemas.calls import ApplicationRevocation, ClaimAnswer, ClaimCreate, Decision
from app.fairs.service import applications, leaving
from app.fairs.states import ApplicationState
from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, ForbiddenError, InvalidError
from app.kernel.states import WrongStateError
from app.kernel.text import clean

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
    found = await _for_officer(tx, caller, application_id)
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
    mend_until = now + timedelta(days=call["mend_days"]) if to is _S.NEEDS_INFO else None
    if found["state"] != to or not decision.documents:
        await applications.move(tx, found, to, caller=caller, now=now, why=why, mend_until=mend_until)
    return await asked_for.application(tx, caller, application_id, now)


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
