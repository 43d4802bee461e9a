"""Changes of who acts for an organisation: it never loses its last coordinator, and nobody gives more than they hold."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import ConflictError, ForbiddenError, NotFoundError
from app.people import access, rules
from app.people.models import Role
from app.people.queries import members as queries
from app.people.queries import organisations
from app.people.tables import MEMBERSHIP, ORGANISATION

_LOCK = sa.select(ORGANISATION.c.id).where(ORGANISATION.c.id == given("id")).with_for_update()
_ADD = sa.insert(MEMBERSHIP)
_DROP = sa.delete(MEMBERSHIP).where(
    MEMBERSHIP.c.organisation_id == given("organisation"),
    MEMBERSHIP.c.user_id == given("user"),
    MEMBERSHIP.c.role.in_(given("roles", expanding=True)),
)


class LastCoordinatorError(ConflictError):
    """Nobody would be left to say who acts for the organisation."""


async def set_roles(
    tx: Tx, organisation_id: UUID, user_id: UUID, *, caller: Caller, roles: Sequence[Role], now: datetime
) -> None:
    """Replace a member's roles. Raises NotFoundError, ForbiddenError, LastCoordinatorError."""
    held = await _held(tx, organisation_id, user_id, caller)
    access.require(caller, "members", organisation_id)
    await _keep_one(tx, organisation_id, user_id, stays=Role.COORDINATOR in roles)
    await _replace(tx, organisation_id, user_id, held=held, roles=roles, now=now)
    await _record(
        tx, caller, now, "member.changed", organisation_id=organisation_id, user_id=user_id, roles=roles
    )


async def remove(tx: Tx, organisation_id: UUID, user_id: UUID, *, caller: Caller, now: datetime) -> None:
    """End a person's membership; everybody may end their own. Raises NotFoundError, ForbiddenError, LastCoordinatorError."""
    held = await _held(tx, organisation_id, user_id, caller)
    if user_id != caller.user_id:
        access.require(caller, "members", organisation_id)
    await _keep_one(tx, organisation_id, user_id, stays=False)
    await _replace(tx, organisation_id, user_id, held=held, roles=(), now=now)
    await _record(
        tx, caller, now, "member.removed", organisation_id=organisation_id, user_id=user_id, roles=held
    )


async def hand_over(tx: Tx, organisation_id: UUID, *, to: UUID, caller: Caller, now: datetime) -> None:
    """Another member coordinates from now on and the caller no longer does. Raises NotFoundError, ForbiddenError."""
    held = await _held(tx, organisation_id, to, caller)
    access.require(caller, "members", organisation_id)
    await lock(tx, organisation_id)
    await _replace(tx, organisation_id, to, held=held, roles={*held, Role.COORDINATOR}, now=now)
    if caller.user_id is not None and caller.user_id != to:
        own = await queries.roles(tx, organisation_id, caller.user_id)
        left = {*own, Role.MEMBER} - {Role.COORDINATOR} if own else set()
        await _replace(tx, organisation_id, caller.user_id, held=own, roles=left, now=now)
    await _record(
        tx,
        caller,
        now,
        "organisation.handed_over",
        organisation_id=organisation_id,
        user_id=to,
        roles=[Role.COORDINATOR],
    )


async def add(
    tx: Tx, caller: Caller, organisation_id: UUID, user_id: UUID, *, roles: Iterable[Role], now: datetime
) -> None:
    """A person acts for an organisation from now on, beside what they already may."""
    held = await queries.roles(tx, organisation_id, user_id)
    await _replace(tx, organisation_id, user_id, held=held, roles={*held, *roles}, now=now)
    await _record(
        tx, caller, now, "member.added", organisation_id=organisation_id, user_id=user_id, roles=roles
    )


async def require_grant(tx: Tx, caller: Caller, organisation_id: UUID, roles: Iterable[Role]) -> None:
    """May this caller bring people in with these roles?

    Whoever coordinates the organisation gives any. A network that answers for a group gives no more than it may do
    itself, but to a group that has no coordinator yet. Raises NotFoundError, ForbiddenError.
    """
    found = await organisations.row(tx, organisation_id)
    access.require(caller, "people", organisation_id)
    if caller.is_admin or caller.may("members", organisation_id):
        return
    if not await queries.coordinators(tx, organisation_id):
        return
    for role in roles:
        granted = access.capabilities(role, found["kind"], verified=found["verified_at"] is not None)
        if not granted <= caller.acts[organisation_id]:
            raise ForbiddenError


async def _held(tx: Tx, organisation_id: UUID, user_id: UUID, caller: Caller) -> list[Role]:
    access.require(caller, "read", organisation_id, visible=False)
    held = await queries.roles(tx, organisation_id, user_id)
    if not held:
        raise NotFoundError
    return held


async def _keep_one(tx: Tx, organisation_id: UUID, user_id: UUID, *, stays: bool) -> None:
    await lock(tx, organisation_id)
    coordinators = [str(found) for found in await queries.coordinators(tx, organisation_id)]
    if rules.loses_its_last_coordinator(coordinators, str(user_id), stays=stays):
        raise LastCoordinatorError


async def lock(tx: Tx, organisation_id: UUID) -> None:
    """Two coordinators who remove each other at once would both succeed: with this, one waits for the other."""
    await tx.one(_LOCK, id=organisation_id)


async def _replace(
    tx: Tx,
    organisation_id: UUID,
    user_id: UUID,
    *,
    held: Iterable[Role],
    roles: Iterable[Role],
    now: datetime,
) -> None:
    if dropped := sorted(set(held) - set(roles)):
        await tx.run(_DROP, organisation=organisation_id, user=user_id, roles=dropped)
    common = {"organisation_id": organisation_id, "user_id": user_id, "created_at": now}
    new = [common | {"id": ids.uuid7(), "role": role} for role in sorted(set(roles) - set(held))]
    await tx.many(_ADD, new)


async def _record(
    tx: Tx,
    caller: Caller,
    now: datetime,
    kind: str,
    *,
    organisation_id: UUID,
    user_id: UUID,
    roles: Iterable[Role],
) -> None:
    facts: Row = {"user": str(user_id), "roles": sorted(roles)}
    await journal.record(tx, caller, now, kind, ("organisation", organisation_id), **facts)
