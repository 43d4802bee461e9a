"""A group's application: handed in by itself, its network or the counter; mended; withdrawn."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs import rules
from app.fairs.errors import PapersMissingError, TooLateToMendError
from app.fairs.queries import applications as asked_for
from app.fairs.queries import calls as queries
from app.fairs.queries import fairs
from app.fairs.queries.applications import DOCUMENT
from app.fairs.queries.calls import APPLICATION
from app.fairs.schemas.calls import ApplicationCreate, ApplicationUpdate, PaperIn
from app.fairs.service import calls, leaving, notices, passing
from app.fairs.states import ApplicationChannel, ApplicationState
from app.kernel import ids, journal, wire
from app.kernel.caller import WORKER, Caller
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import Fault, ForbiddenError, InvalidError, StaleError, StaleVersionError
from app.kernel.files import service as files
from app.kernel.states import WrongStateError
from app.kernel.text import clean, clean_line
from app.messages import service as messages
from app.people import access
from app.people.queries import organisations

_S = ApplicationState
_ADMITTED = (_S.APPROVED, _S.WAITLISTED)
_OPEN = (_S.DRAFT, _S.SUBMITTED, _S.NEEDS_INFO)
_ADD = sa.insert(APPLICATION)
_LOCK = sa.select(queries.CALL.c.id).where(queries.CALL.c.id == given("call")).with_for_update(key_share=True)
_LAST = sa.select(sa.func.max(APPLICATION.c.number)).where(APPLICATION.c.call_id == given("call"))
_FIELDS = (
    *("category", "offers", "is_own_production", "needs_power", "needs_water", "needs_roof", "needs_access"),
    *("width_cm", "attendants"),
)
_CHANGE = (
    sa.update(APPLICATION)
    .where(APPLICATION.c.id == given("id"), APPLICATION.c.version == given("expected"))
    .values(
        {name: given(name, type_=APPLICATION.c[name].type) for name in _FIELDS}
        | {"updated_at": given("now"), "version": APPLICATION.c.version + 1}
    )
)
MOVE = (
    sa.update(APPLICATION)
    .where(APPLICATION.c.id == given("id"), APPLICATION.c.state == given("was"))
    .values(
        state=given("to"),
        reason=given("why"),
        mend_until=given("mend", type_=APPLICATION.c.mend_until.type),
        submitted_at=sa.func.coalesce(
            APPLICATION.c.submitted_at, given("submitted", type_=APPLICATION.c.submitted_at.type)
        ),
        decided_at=given("decided", type_=APPLICATION.c.decided_at.type),
        updated_at=given("now"),
        version=APPLICATION.c.version + 1,
    )
)
_ADD_DOCUMENT = sa.insert(DOCUMENT)
_REMOVE_DOCUMENT = (
    sa.delete(DOCUMENT)
    .where(DOCUMENT.c.application_id == given("application"), DOCUMENT.c.code == given("code"))
    .returning(DOCUMENT.c.file_id)
)
_LATE = (
    sa.select(APPLICATION.c.id)
    .where(APPLICATION.c.state == _S.NEEDS_INFO, APPLICATION.c.mend_until < given("now"))
    .order_by(APPLICATION.c.mend_until, APPLICATION.c.id)
    .limit(1_000)
)


async def create(tx: Tx, call_id: UUID, *, caller: Caller, asked: ApplicationCreate, now: datetime) -> Row:
    """Apply for a stall, at once unless it is a draft; one application per group and call.

    Raises NotFoundError, ForbiddenError, CallNotOpenError, AlreadyAppliedError, PapersMissingError, InvalidError,
    FileNotUsableError.
    """
    call = await queries.row(tx, call_id)
    await queries.call(tx, caller, call_id, now)  # a draft is its officers'
    await organisations.row(tx, asked.organisation)
    if asked.organisation in (call["organiser_id"], *await fairs.holders(tx, call["fair_id"])):
        raise InvalidError(Fault("#/organisation", "is_organiser"))
    channel = await _channel(tx, caller, call, asked.organisation)
    calls.check_open(call, now)
    await calls.check_category(tx, asked.category, call)
    await tx.all(_LOCK, call=call_id)  # folios follow each other
    identifier = wire.read_id(asked.id, now)
    await tx.run(
        _ADD,
        id=identifier,
        call_id=call_id,
        organisation_id=asked.organisation,
        number=(await tx.value(_LAST, call=call_id) or 0) + 1,
        state=_S.DRAFT,
        channel=channel,
        category=asked.category,
        offers=clean(asked.offers),
        is_own_production=asked.is_own_production,
        needs_power=asked.needs_power,
        needs_water=asked.needs_water,
        needs_roof=asked.needs_roof,
        needs_access=asked.needs_access,
        width_cm=asked.width,
        attendants=[clean_line(name) for name in asked.attendants],
        entered_by=caller.name,
        created_at=now,
        updated_at=now,
    )
    await _bring(tx, identifier, call, asked.documents, caller=caller, now=now)
    await journal.record(tx, caller, now, "application.written", ("application", identifier), by=channel)
    if not asked.is_draft:
        found, _, _ = await asked_for.row(tx, caller, identifier)
        await _submit(tx, found, caller=caller, now=now)
    return await asked_for.application(tx, caller, identifier, now)


async def update(
    tx: Tx, application_id: UUID, *, caller: Caller, change: ApplicationUpdate, expected: int, now: datetime
) -> Row:
    """Change an application before a decision, or what was observed; of an admitted one renew papers, nothing else.

    Raises NotFoundError, ForbiddenError, StaleVersionError, WrongStateError, TooLateToMendError, InvalidError.
    """
    found = await _own(tx, caller, application_id)
    if change.model_fields_set != {"documents"} or found["state"] not in _ADMITTED:
        _check_changeable(found, now)
    await _change(tx, found, change, expected=expected, caller=caller, now=now)
    return await asked_for.application(tx, caller, application_id, now)


async def submit(tx: Tx, application_id: UUID, *, caller: Caller, now: datetime) -> Row:
    """Hand a draft in. Raises NotFoundError, ForbiddenError, WrongStateError, CallNotOpenError, PapersMissingError."""
    found = await _own(tx, caller, application_id)
    calls.check_open(await queries.row(tx, found["call_id"]), now)
    await _submit(tx, found, caller=caller, now=now)
    return await asked_for.application(tx, caller, application_id, now)


async def mend(
    tx: Tx, application_id: UUID, *, caller: Caller, change: ApplicationUpdate, now: datetime
) -> Row:
    """Hand in again what was observed, as it is now or with these changes. Raises as `update` and `submit` do."""
    found = await _own(tx, caller, application_id)
    rules.check_move(rules.APPLICATION_MOVES, _S(found["state"]), _S.IN_REVIEW)
    _check_changeable(found, now)
    if change.model_fields_set:
        await _change(tx, found, change, expected=found["version"], caller=caller, now=now)
    await _check_papers(tx, found)
    await move(tx, found, _S.IN_REVIEW, caller=caller, now=now)
    await messages.mark_answered(tx, (notices.APPLICATION, application_id), caller=caller, now=now)
    return await asked_for.application(tx, caller, application_id, now)


async def withdraw(tx: Tx, application_id: UUID, *, caller: Caller, now: datetime) -> Row:
    """Take an application back; stalls of dates to come go to the next ones.

    Raises NotFoundError, ForbiddenError, WrongStateError.
    """
    found = await _own(tx, caller, application_id)
    await move(tx, found, _S.WITHDRAWN, caller=caller, now=now)
    await messages.cancel(tx, notices.APPLICATION, [application_id], caller=caller, now=now)
    await leaving.leave(tx, found, is_given_back=True, caller=caller, now=now, why="")
    return await asked_for.application(tx, caller, application_id, now)


async def due(db: Database, now: datetime) -> Sequence[UUID]:
    """Observed applications whose days to mend are over."""
    return [found["id"] for found in await db.all(_LATE, now=now)]


async def reject_unmended(tx: Tx, application_id: UUID, now: datetime) -> None:
    """What was not mended in time is rejected, with what was observed as the reason; nothing otherwise."""
    found, _, _ = await asked_for.row(tx, WORKER, application_id)
    if found["state"] == _S.NEEDS_INFO and found["mend_until"] < now:
        await move(tx, found, _S.REJECTED, caller=WORKER, now=now, why=found["reason"])
        await messages.cancel(tx, notices.APPLICATION, [application_id], caller=WORKER, now=now)


async def move(
    tx: Tx,
    found: Row,
    to: ApplicationState,
    *,
    caller: Caller,
    now: datetime,
    why: str = "",
    mend_until: datetime | None = None,
) -> None:
    """Bring an application into another state, once. Raises WrongStateError, StaleError."""
    was = _S(found["state"])
    rules.check_move(rules.APPLICATION_MOVES, was, to)
    is_decided = to in (_S.APPROVED, _S.WAITLISTED, _S.REJECTED)
    if not await tx.run(
        MOVE,
        id=found["id"],
        was=was,
        to=to,
        why=why,
        mend=mend_until,
        submitted=now if to is _S.SUBMITTED else None,
        decided=now if is_decided else None,
        now=now,
    ):
        raise StaleError
    await journal.record(tx, caller, now, f"application.{to}", ("application", found["id"]), was=was)


async def _change(
    tx: Tx, found: Row, change: ApplicationUpdate, *, expected: int, caller: Caller, now: datetime
) -> None:
    asked = change.model_dump(exclude_unset=True, exclude={"documents", "width"}, exclude_none=True)
    if "attendants" in asked:
        asked["attendants"] = [clean_line(name) for name in asked["attendants"]]
    if "offers" in asked:
        asked["offers"] = clean(asked["offers"])
    if "width" in change.model_fields_set:
        asked["width_cm"] = change.width
    call = await queries.row(tx, found["call_id"])
    await calls.check_category(tx, str(asked.get("category", found["category"])), call)
    values: dict[str, Any] = {name: found[name] for name in _FIELDS} | asked
    if not await tx.run(_CHANGE, id=found["id"], expected=expected, now=now, **values):
        raise StaleVersionError
    await _bring(tx, found["id"], call, change.documents or (), caller=caller, now=now)
    fields = sorted(change.model_fields_set)
    await journal.record(tx, caller, now, "application.changed", ("application", found["id"]), fields=fields)
    if found["state"] in _ADMITTED:
        await passing.look_again(tx, group=found["organisation_id"], caller=caller, now=now)


async def _submit(tx: Tx, found: Row, *, caller: Caller, now: datetime) -> None:
    await _check_papers(tx, found)
    await move(tx, found, _S.SUBMITTED, caller=caller, now=now)


async def _own(tx: Tx, caller: Caller, application_id: UUID) -> Row:
    """An application that the caller may change: its group's, or one that the counter entered."""
    found, answers, officer = await asked_for.row(tx, caller, application_id)
    if answers or (officer and found["channel"] == ApplicationChannel.COUNTER):
        return found
    raise ForbiddenError


async def _channel(tx: Tx, caller: Caller, call: Row, group: UUID) -> ApplicationChannel:
    if caller.may("answer", group):
        return ApplicationChannel.GROUP if group in caller.own else ApplicationChannel.NETWORK
    if await queries.keeps(tx, caller, call):
        return ApplicationChannel.COUNTER
    access.require(caller, "answer", group)
    return ApplicationChannel.GROUP


def _check_changeable(found: Row, now: datetime) -> None:
    state = _S(found["state"])
    is_over = now > found["mend_until" if state is _S.NEEDS_INFO else "closes_at"]
    if state is _S.NEEDS_INFO and is_over:
        raise TooLateToMendError
    if state not in _OPEN or is_over:
        raise WrongStateError(state, rules.APPLICATION_MOVES[state])


async def _check_papers(tx: Tx, found: Row) -> None:
    brought = await asked_for.documents(tx, found["id"])
    if codes := asked_for.missing(found["asked_documents"], brought, queries.first_day(found)):
        raise PapersMissingError(codes, found["asked_documents"])


async def _bring(
    tx: Tx, application_id: UUID, call: Row, papers: Sequence[PaperIn], *, caller: Caller, now: datetime
) -> None:
    """Put papers in the place of older ones. Raises InvalidError, FileNotUsableError."""
    asked = {document["code"] for document in call["documents"]}
    for at, paper in enumerate(papers):
        if paper.code not in asked:
            raise InvalidError(Fault(f"#/documents/{at}/code", "document_not_asked"))
        if paper.valid_until is not None and paper.valid_until < queries.first_day(call):
            raise InvalidError(Fault(f"#/documents/{at}/valid_until", "expires_before_fair"))
        await files.require_usable(tx, paper.file, caller)
        for old in await tx.all(_REMOVE_DOCUMENT, application=application_id, code=paper.code):
            await files.release(tx, old["file_id"], now)
        await tx.run(
            _ADD_DOCUMENT,
            id=ids.uuid7(),
            application_id=application_id,
            code=paper.code,
            file_id=paper.file,
            valid_until=paper.valid_until,
        )
