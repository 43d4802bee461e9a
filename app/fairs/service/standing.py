"""Who stands and who waits, as rows: every change of their states is one of these statements, made only once.

A change names the state that it starts from. Whoever gives stalls, takes them or passes them on locks the date before
(`queries.occurrences.locked`); a change that finds another state raises StaleError, so that all is looked at again.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.queries.assignments import ASSIGNMENT, WAITING
from app.fairs.states import AssignmentState, WaitState
from app.kernel.db import Row, Tx
from app.kernel.errors import StaleError

ADD, ADD_WAITING = sa.insert(ASSIGNMENT), sa.insert(WAITING)
_KEPT = ("attendants", "stall_id", "quality", "reason", "is_excused", "answered_at")
_MOVE = (
    sa.update(ASSIGNMENT)
    .where(ASSIGNMENT.c.id == given("id"), ASSIGNMENT.c.state == given("was"))
    .values(
        {name: given(name, type_=ASSIGNMENT.c[name].type) for name in _KEPT}
        | {"state": given("to"), "updated_at": given("now"), "version": ASSIGNMENT.c.version + 1}
    )
)
_CANCEL = (
    sa.update(ASSIGNMENT)
    .where(
        ASSIGNMENT.c.occurrence_id == given("date"),
        ASSIGNMENT.c.state.in_(
            (AssignmentState.OFFERED, AssignmentState.CONFIRMED, AssignmentState.CHECKED_IN)
        ),
    )
    .values(
        state=AssignmentState.CANCELLED,
        reason=given("why"),
        updated_at=given("now"),
        version=ASSIGNMENT.c.version + 1,
    )
)
_SHORTEN = (
    sa.update(ASSIGNMENT)
    .where(
        ASSIGNMENT.c.occurrence_id == given("date"),
        ASSIGNMENT.c.state == AssignmentState.OFFERED,
        ASSIGNMENT.c.expires_at > given("latest"),
    )
    .values(expires_at=given("latest"), updated_at=given("now"))
)
_STOOD = (
    AssignmentState.CONFIRMED,
    AssignmentState.CHECKED_IN,
    AssignmentState.NO_SHOW,
    AssignmentState.COMPLETED,
)
_NOTE = (
    sa.update(ASSIGNMENT)
    .where(
        ASSIGNMENT.c.id == given("id"),
        ASSIGNMENT.c.state.in_(_STOOD),
        sa.or_(ASSIGNMENT.c.state != given("to"), ASSIGNMENT.c.is_excused != given("excused")),
    )
    .values(
        state=given("to"),
        is_excused=given("excused"),
        reason=given("why"),
        updated_at=given("now"),
        version=ASSIGNMENT.c.version + 1,
    )
)
_IN_LINE = (WaitState.WAITING, WaitState.OFFERED)
_WAIT = (
    sa.update(WAITING)
    .where(WAITING.c.id == given("id"), WAITING.c.state.in_(given("from", expanding=True)))
    .values(
        state=given("to"),
        position=given("place", type_=sa.Integer),
        application_id=given("application", type_=WAITING.c.application_id.type),
        passed_over=given("passed", type_=WAITING.c.passed_over.type),
        updated_at=given("now"),
    )
)
_SETTLE = (
    sa.update(WAITING)
    .where(
        WAITING.c.occurrence_id == given("date"),
        WAITING.c.organisation_id == given("group"),
        WAITING.c.state.in_(_IN_LINE),
    )
    .values(state=given("to"), updated_at=given("now"))
)
_CLOSE = (
    sa.update(WAITING)
    .where(WAITING.c.occurrence_id == given("date"), WAITING.c.state.in_(_IN_LINE))
    .values(state=WaitState.LEFT, updated_at=given("now"))
)
_LEAVE = (
    sa.update(WAITING)
    .where(WAITING.c.application_id == given("application"), WAITING.c.state.in_(_IN_LINE))
    .values(state=WaitState.LEFT, updated_at=given("now"))
)


async def move(tx: Tx, found: Row, to: AssignmentState, *, now: datetime, **changes: Any) -> None:
    """Bring an assignment from the state it was read in into another, with what else changes. Raises StaleError."""
    values = {name: found[name] for name in _KEPT} | changes
    if not await tx.run(_MOVE, id=found["id"], was=found["state"], to=to, now=now, **values):
        raise StaleError


async def note(
    tx: Tx, stand_id: UUID, to: AssignmentState, *, is_excused: bool, why: str, now: datetime
) -> None:
    """What the latest note says of whoever was to stand there; again changes nothing."""
    await tx.run(_NOTE, id=stand_id, to=to, excused=is_excused, why=why, now=now)


async def cancel_all(tx: Tx, date_id: UUID, why: str, now: datetime) -> None:
    """Nobody stands on a date, nobody waits for it."""
    await tx.run(_CANCEL, date=date_id, why=why, now=now)
    await tx.run(_CLOSE, date=date_id, now=now)


async def shorten_offers(tx: Tx, date: Row, now: datetime) -> None:
    """No offer lasts beyond the start of its date."""
    await tx.run(_SHORTEN, date=date["id"], latest=date["starts_at"], now=now)


async def take_next(tx: Tx, entry: Row, now: datetime) -> None:
    """Somebody's turn on the waiting list has come. Raises StaleError."""
    await _wait(tx, entry, (WaitState.WAITING,), WaitState.OFFERED, now, passed=None)


async def pass_over(tx: Tx, entry: Row, passed: Any, now: datetime) -> None:
    """Somebody keeps their place though a stall went to one behind them: why, is kept with it. Raises StaleError."""
    await _wait(tx, entry, (WaitState.WAITING,), WaitState.WAITING, now, passed=passed)


async def wait_again(
    tx: Tx, entry: Row, *, application: UUID, place: int, passed: Any, now: datetime
) -> None:
    """Whoever left the list, or had a stall by it, is its last now, by this application. Raises StaleError."""
    entry = entry | {"application_id": application}
    ended = [state for state in WaitState if state not in _IN_LINE]
    await _wait(tx, entry, ended, WaitState.WAITING, now, passed=passed, place=place)


async def settle(tx: Tx, found: Row, to: WaitState, now: datetime) -> None:
    """What became of a group's place on the waiting list of a date, if it had one."""
    await tx.run(_SETTLE, date=found["occurrence_id"], group=found["organisation_id"], to=to, now=now)


async def wait_no_more(tx: Tx, application_id: UUID, now: datetime) -> None:
    """A group's places on every waiting list close."""
    await tx.run(_LEAVE, application=application_id, now=now)


async def _wait(
    tx: Tx,
    entry: Row,
    was: Collection[WaitState],
    to: WaitState,
    now: datetime,
    *,
    passed: Any,
    place: int | None = None,
) -> None:
    at = entry["position"] if place is None else place
    if not await tx.run(
        _WAIT,
        id=entry["id"],
        application=entry["application_id"],
        to=to,
        place=at,
        passed=passed,
        now=now,
        **{"from": list(was)},
    ):
        raise StaleError
