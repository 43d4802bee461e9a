"""Applications: read by their group and the officer."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.models import ApplicationDocument, Claim
from app.fairs.queries import calls
from app.fairs.queries.calls import APPLICATION, CALL, GROUP
from app.fairs.rules import APPLICATION_MOVES
from app.fairs.states import ApplicationState
from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.errors import NotFoundError
from app.kernel.schema import table

DOCUMENT, CLAIM = table(ApplicationDocument), table(Claim)
_APPLICATIONS = (
    sa.select(
        APPLICATION,
        GROUP.c.name.label("organisation_name"),
        GROUP.c.phone.label("organisation_phone"),
        CALL.c.organiser_id,
        CALL.c.fair_id,
        CALL.c.state.label("call_state"),
        CALL.c.documents.label("asked_documents"),
        CALL.c.from_on,
        calls.FIRST_DATE,
        CALL.c.closes_at,
        CALL.c.claims_until,
    )
    .join(CALL, CALL.c.id == APPLICATION.c.call_id)
    .join(GROUP, GROUP.c.id == APPLICATION.c.organisation_id)
)
_APPLICATION = _APPLICATIONS.where(APPLICATION.c.id == given("id"))
_PAGE = Query(
    _APPLICATIONS.where(APPLICATION.c.call_id == given("call"))
    .order_by(APPLICATION.c.number)
    .limit(given("limit", type_=sa.Integer)),
    mine=APPLICATION.c.organisation_id.in_(given("mine")),
    state=APPLICATION.c.state == given("state"),
    not_draft=APPLICATION.c.state != given("not_draft"),
    waiting=sa.or_(
        APPLICATION.c.state.in_(given("waiting")),
        sa.exists().where(CLAIM.c.application_id == APPLICATION.c.id, CLAIM.c.answered_at.is_(None)),
    ),
    after=APPLICATION.c.number > given("after", type_=sa.Integer),
)
_DOCUMENTS = (
    sa.select(DOCUMENT)
    .where(DOCUMENT.c.application_id.in_(given("ids", expanding=True)))
    .order_by(DOCUMENT.c.code)
)
_CLAIMS = (
    sa.select(CLAIM).where(CLAIM.c.application_id.in_(given("ids", expanding=True))).order_by(CLAIM.c.id)
)
_CLAIM = sa.select(CLAIM).where(CLAIM.c.id == given("id"))


async def row(db: Database, caller: Caller, application_id: UUID) -> tuple[Row, bool, bool]:
    """An application as stored; whether the caller answers for its group, whether it is an officer. Raises NotFoundError."""
    found = await db.one(_APPLICATION, id=application_id)
    if found is None:
        raise NotFoundError
    answers = caller.is_admin or caller.may("answer", found["organisation_id"])
    officer = await calls.keeps(db, caller, found)
    if found["state"] == ApplicationState.DRAFT and not answers:
        officer = officer and found["channel"] == "counter"
    if not (answers or officer or caller.may("read", found["organisation_id"])):
        raise NotFoundError
    return found, answers, officer


async def application(db: Database, caller: Caller, application_id: UUID, now: datetime) -> Row:
    """One application for its group and the officer. Raises NotFoundError."""
    found, answers, officer = await row(db, caller, application_id)
    return (await _completed(db, [found], now, answers=answers, officer=officer))[0]


async def page(
    db: Database,
    caller: Caller,
    call_id: UUID,
    *,
    limit: int,
    after: list[Any] | None,
    state: ApplicationState | None,
    is_waiting: bool,
    now: datetime,
) -> list[Row]:
    """Up to limit + 1 applications of a call by folio: all for its officers, else those of the caller's groups.

    `is_waiting`: only those that wait for the officer, to be decided or for an answer to an objection.
    """
    found = await calls.row(db, call_id)
    officer = await calls.keeps(db, caller, found)
    mine = sorted(each for each, may in caller.acts.items() if "read" in may or "answer" in may)
    if not officer and not mine:
        return []
    whose: dict[str, Any] = {"not_draft": ApplicationState.DRAFT} if officer else {"mine": mine}
    if is_waiting:
        whose["waiting"] = (ApplicationState.SUBMITTED, ApplicationState.IN_REVIEW)
    rows = await db.all(
        _PAGE, call=call_id, limit=limit + 1, state=state, after=after[0] if after else None, **whose
    )
    return await _completed(db, rows, now, answers=not officer, officer=officer)


async def claim(db: Database, claim_id: UUID) -> Row:
    """An objection as stored. Raises NotFoundError."""
    found = await db.one(_CLAIM, id=claim_id)
    if found is None:
        raise NotFoundError
    return found


async def documents(db: Database, application_id: UUID) -> list[Row]:
    """The papers of an application, as stored."""
    return await db.all(_DOCUMENTS, ids=[application_id])


def missing(asked: list[dict[str, Any]], brought: list[Row], day: date) -> list[str]:
    """Codes of required papers that are not here, were not accepted, or are over before a day. Pure."""
    valid = {
        found["code"]
        for found in brought
        if found["is_accepted"] is not False and (found["valid_until"] is None or found["valid_until"] >= day)
    }
    return [document["code"] for document in asked if document["required"] and document["code"] not in valid]


async def _completed(
    db: Database, rows: list[Row], now: datetime, *, answers: bool, officer: bool
) -> list[Row]:
    if not rows:
        return []
    ids = [found["id"] for found in rows]
    papers, claims = await db.all(_DOCUMENTS, ids=ids), await db.all(_CLAIMS, ids=ids)
    return [
        _application(
            found,
            [paper for paper in papers if paper["application_id"] == found["id"]],
            [each for each in claims if each["application_id"] == found["id"]],
            now,
            answers=answers,
            officer=officer,
        )
        for found in rows
    ]


def _application(
    found: Row, papers: list[Row], claims: list[Row], now: datetime, *, answers: bool, officer: bool
) -> Row:
    return {name: found[name] for name in _APPLICATION_SHOWN} | {
        "width": found["width_cm"],
        "documents": [
            {name: paper[name] for name in ("code", "file_id", "valid_until", "is_accepted", "note")}
            for paper in papers
        ],
        "missing": missing(found["asked_documents"], papers, calls.first_day(found)),
        "claims": [
            {name: each[name] for name in ("id", "text", "made_at", "answer", "is_upheld", "answered_at")}
            for each in claims
        ],
        "actions": _application_actions(found, papers, now, answers=answers, officer=officer),
    }


_APPLICATION_SHOWN = (
    *("id", "call_id", "number", "organisation_id", "organisation_name", "state", "channel", "category"),
    *("offers", "is_own_production", "needs_power", "needs_water", "needs_roof", "needs_access"),
    *("attendants", "reason", "mend_until", "submitted_at", "decided_at", "version"),
)
_S = ApplicationState


def _application_actions(
    found: Row, papers: list[Row], now: datetime, *, answers: bool, officer: bool
) -> list[str]:
    state = ApplicationState(found["state"])
    is_admitted = state in (_S.APPROVED, _S.WAITLISTED)
    moves = APPLICATION_MOVES[state]
    acts: list[str] = []
    if answers or (officer and found["channel"] == "counter"):
        is_open = state in (_S.DRAFT, _S.SUBMITTED, _S.NEEDS_INFO)
        acts += ["update"] if is_open or (is_admitted and found["asked_documents"]) else []
        acts += ["submission"] if state is _S.DRAFT else []
        acts += ["mending"] if state is _S.NEEDS_INFO and now <= found["mend_until"] else []
        acts += ["withdrawal"] if _S.WITHDRAWN in moves else []
        in_time = found["claims_until"] is not None and now <= found["claims_until"]
        acts += ["claims"] if state in (_S.REJECTED, _S.WAITLISTED) and in_time else []
    if officer:
        is_renewed = is_admitted and any(paper["is_accepted"] is None for paper in papers)
        acts += ["decision"] if state in (_S.SUBMITTED, _S.IN_REVIEW) or is_renewed else []
        acts += ["revocation"] if is_admitted else []
    return acts
