"""Changes of which group belongs to which network: asked, accepted, with scopes, ended by either side. A tree, no cycles."""

from datetime import datetime
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import i18n, ids, journal, wire
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx, when_broken
from app.kernel.errors import (
    ConflictError,
    Fault,
    ForbiddenError,
    InvalidError,
    StaleError,
    StaleVersionError,
)
from app.people import access, rules
from app.people.models import AffiliationState
from app.people.queries import affiliations as queries
from app.people.queries import organisations
from app.people.schemas.affiliations import AffiliationCreate, AffiliationUpdate
from app.people.tables import AFFILIATION, ORGANISATION

_ADD = sa.insert(AFFILIATION)
_MOVE = (
    sa.update(AFFILIATION)
    .where(AFFILIATION.c.id == given("affiliation"), AFFILIATION.c.state == given("former"))
    .values(
        state=given("state"),
        accepted_at=given("accepted_at"),
        ended_at=given("ended_at"),
        version=AFFILIATION.c.version + 1,
    )
)
_SCOPES = ("see_stock", "answer_for", "invoice_for")
_CHANGE = (
    sa.update(AFFILIATION)
    .where(
        AFFILIATION.c.id == given("affiliation"),
        AFFILIATION.c.version == given("expected"),
        AFFILIATION.c.state.in_((AffiliationState.ASKED, AffiliationState.ACCEPTED)),
    )
    .values({scope: given(scope) for scope in _SCOPES} | {"version": AFFILIATION.c.version + 1})
)
_LOCK = sa.select(ORGANISATION.c.id).where(ORGANISATION.c.id.in_(given("two", expanding=True)))
_LOCK_BOTH = _LOCK.order_by(ORGANISATION.c.id).with_for_update()
_BETWEEN_NETWORKS = (
    sa.select(AFFILIATION.c.id)
    .where(
        AFFILIATION.c.state == AffiliationState.ACCEPTED,
        AFFILIATION.c.group_id.in_(
            sa.select(ORGANISATION.c.id).where(ORGANISATION.c.kind.in_(sorted(access.NETWORKS)))
        ),
    )
    .order_by(AFFILIATION.c.id)
    .with_for_update()
)


class AffiliationLiveError(ConflictError):
    """This group belongs to this network already, or one of them has been asked."""


class AffiliationCycleError(ConflictError):
    """The network would belong to itself by way of others."""


class AffiliationMoveError(ConflictError):
    """This cannot be done to the affiliation as it is now, or not by this side; says what can."""

    def __init__(self, actions: list[str]) -> None:
        super().__init__(extra={"allowed": actions}, ways_out=partial(_ways_out, actions))


def _ways_out(actions: list[str], lang: str) -> str:
    words = i18n.texts(lang)["affiliation_ways_out"]
    return " ".join(words[action] for action in actions or ("none",))


when_broken("uq_affiliation_live", AffiliationLiveError)


async def ask(tx: Tx, *, caller: Caller, affiliation: AffiliationCreate, now: datetime) -> Row:
    """A group asks, or a network invites; for whoever acts for both sides it is accepted at once.

    Raises InvalidError, ForbiddenError, AffiliationLiveError, AffiliationCycleError.
    """
    both = {"group_id": affiliation.group, "network_id": affiliation.network}
    sides = queries.sides(caller, both)
    await _check_kinds(tx, affiliation)
    if not sides:
        raise ForbiddenError
    scopes = affiliation.model_dump(include=set(_SCOPES))
    identifier = wire.read_id(affiliation.id, now)
    await _insert(tx, identifier, both | scopes, asked_by_group="group" in sides, now=now)
    await journal.record(
        tx,
        caller,
        now,
        "affiliation.asked",
        ("affiliation", identifier),
        group=str(affiliation.group),
        network=str(affiliation.network),
        **scopes,
    )
    if len(sides) == 2:
        await _accept(tx, caller, await queries.row(tx, caller, identifier), now)
    return await queries.affiliation(tx, caller, identifier)


async def register(
    tx: Tx, *, caller: Caller, group_id: UUID, network_id: UUID, now: datetime, invoice_for: bool = False
) -> None:
    """A network registers a group that nobody acts for yet: it belongs to it, and is answered for, at once."""
    identifier = ids.uuid7()
    values = {
        "group_id": group_id,
        "network_id": network_id,
        "see_stock": True,
        "answer_for": True,
        "invoice_for": invoice_for,
        "state": AffiliationState.ACCEPTED,
        "accepted_at": now,
    }
    await _insert(tx, identifier, values, asked_by_group=False, now=now)
    facts = {"group": str(group_id), "network": str(network_id)}
    await journal.record(tx, caller, now, "affiliation.accepted", ("affiliation", identifier), **facts)


async def accept(tx: Tx, affiliation_id: UUID, *, caller: Caller, now: datetime) -> Row:
    """The other side agrees. Raises NotFoundError, ForbiddenError, AffiliationMoveError, AffiliationCycleError."""
    found = await _may(tx, affiliation_id, caller, "acceptance")
    await _accept(tx, caller, found, now)
    return await queries.affiliation(tx, caller, affiliation_id)


async def refuse(tx: Tx, affiliation_id: UUID, *, caller: Caller, now: datetime) -> Row:
    """The other side does not agree. Raises NotFoundError, ForbiddenError, AffiliationMoveError."""
    found = await _may(tx, affiliation_id, caller, "refusal")
    await _move(tx, caller, found, AffiliationState.REFUSED, now)
    return await queries.affiliation(tx, caller, affiliation_id)


async def end(tx: Tx, affiliation_id: UUID, *, caller: Caller, now: datetime) -> Row:
    """Either side ends it from now on; who asked may withdraw. Raises NotFoundError, ForbiddenError, AffiliationMoveError."""
    found = await _may(tx, affiliation_id, caller, "end")
    await _move(tx, caller, found, AffiliationState.ENDED, now)
    return await queries.affiliation(tx, caller, affiliation_id)


async def update(
    tx: Tx,
    affiliation_id: UUID,
    *,
    caller: Caller,
    change: AffiliationUpdate,
    expected: int,
    now: datetime,
) -> Row:
    """The group changes what its network may do. Raises NotFoundError, ForbiddenError, StaleVersionError."""
    found = await queries.row(tx, caller, affiliation_id)
    access.require(caller, "members", found["group_id"])
    if found["state"] not in {"asked", "accepted"}:
        raise _refusal(found, caller)
    scopes = {scope: found[scope] for scope in _SCOPES} | change.model_dump(exclude_none=True)
    if not await tx.run(_CHANGE, affiliation=affiliation_id, expected=expected, **scopes):
        raise StaleVersionError
    await journal.record(tx, caller, now, "affiliation.changed", ("affiliation", affiliation_id), **scopes)
    return await queries.affiliation(tx, caller, affiliation_id)


async def _check_kinds(tx: Tx, affiliation: AffiliationCreate) -> None:
    if affiliation.group == affiliation.network:
        raise InvalidError(Fault("#/network", "belongs_to_itself"))
    await organisations.row(tx, affiliation.group)
    network = await organisations.row(tx, affiliation.network)
    if network["kind"] not in access.NETWORKS:
        raise InvalidError(Fault("#/network", "not_a_network"))


async def _insert(tx: Tx, identifier: UUID, values: Row, *, asked_by_group: bool, now: datetime) -> None:
    common = {"state": AffiliationState.ASKED, "accepted_at": None}
    await tx.run(_ADD, **(common | values), id=identifier, asked_by_group=asked_by_group, asked_at=now)


async def _may(tx: Tx, affiliation_id: UUID, caller: Caller, move: str) -> Row:
    found = await queries.row(tx, caller, affiliation_id)
    sides = queries.sides(caller, found)
    if not sides:
        raise ForbiddenError
    if move not in rules.affiliation_actions(
        found["state"], asked_by_group=found["asked_by_group"], sides=sides
    ):
        raise _refusal(found, caller)
    return found


def _refusal(found: Row, caller: Caller) -> AffiliationMoveError:
    actions = rules.affiliation_actions(
        found["state"], asked_by_group=found["asked_by_group"], sides=queries.sides(caller, found)
    )
    return AffiliationMoveError(actions)


async def _accept(tx: Tx, caller: Caller, found: Row, now: datetime) -> None:
    await _refuse_cycle(tx, found["group_id"], found["network_id"])
    await _move(tx, caller, found, AffiliationState.ACCEPTED, now)


async def _refuse_cycle(tx: Tx, group_id: UUID, network_id: UUID) -> None:
    """Networks join networks one after the other, so that two of them at once cannot close a circle.

    Neighbours wait by their organisations' rows, others by the edges that lie between them already; each statement
    then sees what the one before it waited for.
    """
    await tx.all(_LOCK_BOTH, two=sorted((group_id, network_id)))
    group = await organisations.row(tx, group_id)
    if group["kind"] not in access.NETWORKS:
        return
    await tx.all(_BETWEEN_NETWORKS)
    if group_id in await queries.networks_above(tx, network_id):
        raise AffiliationCycleError


async def _move(tx: Tx, caller: Caller, found: Row, state: AffiliationState, now: datetime) -> None:
    moved = await tx.run(
        _MOVE,
        affiliation=found["id"],
        former=found["state"],
        state=state,
        accepted_at=now if state is AffiliationState.ACCEPTED else found["accepted_at"],
        ended_at=None if state is AffiliationState.ACCEPTED else now,
    )
    if not moved:
        raise StaleError
    facts = {"group": str(found["group_id"]), "network": str(found["network_id"])}
    await journal.record(tx, caller, now, f"affiliation.{state}", ("affiliation", found["id"]), **facts)
