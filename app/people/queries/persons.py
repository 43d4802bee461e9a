"""Reads of one person: who they are, where they act, where they are signed in, and everything kept about them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.caller import Caller
from app.kernel.db import Database, Row
from app.kernel.errors import NotFoundError
from app.people import rules
from app.people.models import AffiliationState
from app.people.tables import (
    AFFILIATION,
    AUDIT,
    DEVICE,
    INVITATION,
    KEY,
    MEMBERSHIP,
    ORGANISATION,
    REFRESH,
    SESSION,
    SIGN_IN_CODE,
    USER,
)

_ONE = sa.select(USER).where(USER.c.id == given("id"))
_MEMBERSHIPS = (
    sa.select(
        ORGANISATION.c.id,
        ORGANISATION.c.code,
        ORGANISATION.c.name,
        ORGANISATION.c.kind,
        ORGANISATION.c.country,
        ORGANISATION.c.verified_at,
        MEMBERSHIP.c.role,
        MEMBERSHIP.c.created_at.label("since"),
    )
    .join(ORGANISATION, ORGANISATION.c.id == MEMBERSHIP.c.organisation_id)
    .where(MEMBERSHIP.c.user_id == given("user"))
    .order_by(ORGANISATION.c.name_folded, ORGANISATION.c.id, MEMBERSHIP.c.role)
)
_OF_KEY = (
    sa.select(
        KEY.c.name.label("key_name"),
        KEY.c.version,
        ORGANISATION.c.id,
        ORGANISATION.c.code,
        ORGANISATION.c.name,
        ORGANISATION.c.kind,
        ORGANISATION.c.verified_at,
    )
    .join(ORGANISATION, ORGANISATION.c.id == KEY.c.organisation_id)
    .where(KEY.c.id == given("key"))
)
_NETWORKS = (
    sa.select(ORGANISATION.c.id, ORGANISATION.c.code, ORGANISATION.c.name)
    .distinct()
    .join(AFFILIATION, AFFILIATION.c.network_id == ORGANISATION.c.id)
    .where(
        AFFILIATION.c.state == AffiliationState.ACCEPTED,
        AFFILIATION.c.group_id.in_(given("own", expanding=True)),
    )
    .order_by(ORGANISATION.c.name, ORGANISATION.c.id)
)
_LAST_SEEN = sa.func.coalesce(SESSION.c.refreshed_at, SESSION.c.created_at)
_SESSIONS = (
    sa.select(
        SESSION.c.id,
        SESSION.c.device_id,
        SESSION.c.name,
        SESSION.c.created_at,
        SESSION.c.refreshed_at,
    )
    .where(
        SESSION.c.user_id == given("user"),
        SESSION.c.revoked_at.is_(None),
        sa.exists().where(
            REFRESH.c.session_id == SESSION.c.id,
            REFRESH.c.used_at.is_(None),
            REFRESH.c.expires_at > given("now"),
        ),
    )
    .order_by(_LAST_SEEN.desc(), SESSION.c.id.desc())
    .limit(200)
)
_DEVICES = (
    sa.select(DEVICE.c.id, DEVICE.c.name, DEVICE.c.failures, DEVICE.c.created_at)
    .where(DEVICE.c.user_id == given("user"), DEVICE.c.revoked_at.is_(None))
    .order_by(DEVICE.c.id.desc())
    .limit(200)
)
_ALL_SESSIONS = sa.select(
    SESSION.c.id, SESSION.c.name, SESSION.c.created_at, SESSION.c.refreshed_at, SESSION.c.revoked_at
).where(SESSION.c.user_id == given("user"))
_ALL_DEVICES = sa.select(DEVICE.c.id, DEVICE.c.name, DEVICE.c.created_at, DEVICE.c.revoked_at).where(
    DEVICE.c.user_id == given("user")
)
_ALL_CODES = sa.select(SIGN_IN_CODE.c.created_at, SIGN_IN_CODE.c.expires_at, SIGN_IN_CODE.c.used_at).where(
    SIGN_IN_CODE.c.user_id == given("user")
)
_INVITATIONS = sa.select(
    INVITATION.c.id,
    INVITATION.c.organisation_id,
    INVITATION.c.roles,
    INVITATION.c.display_name,
    INVITATION.c.created_at,
    INVITATION.c.accepted_at,
).where(sa.or_(INVITATION.c.accepted_by == given("user"), INVITATION.c.invited_by == given("actor")))
_RECORDS = (
    sa.select(AUDIT.c.at, AUDIT.c.action, AUDIT.c.subject_kind, AUDIT.c.subject_id, AUDIT.c.facts)
    .where(
        sa.or_(
            AUDIT.c.actor == given("actor"),
            sa.and_(AUDIT.c.subject_kind == "user", AUDIT.c.subject_id == given("user")),
        )
    )
    .order_by(AUDIT.c.id)
)


async def row(db: Database, user_id: UUID) -> Row:
    """A person with every column. Raises NotFoundError."""
    found = await db.one(_ONE, id=user_id)
    if found is None:
        raise NotFoundError
    return found


async def memberships(db: Database, user_id: UUID) -> list[Row]:
    """The organisations that a person acts for, one row per role."""
    return await db.all(_MEMBERSHIPS, user=user_id)


async def me(db: Database, caller: Caller) -> Row:
    """Who the caller is, for whom they act and what they may do there."""
    if caller.user_id is None:
        return await _me_as_key(db, caller)
    person = await row(db, caller.user_id)
    own: dict[UUID, Row] = {}
    for line in await memberships(db, caller.user_id):
        own.setdefault(line["id"], _organisation(line, caller) | {"roles": []})["roles"].append(line["role"])
    return {
        "kind": "person",
        "id": person["id"],
        "account": person["account"],
        "display_name": person["display_name"],
        "phone": person["phone"],
        "email": person["email"],
        "lang": person["lang"],
        "is_admin": person["is_admin"],
        "has_password": person["password_hash"] is not None,
        "organisations": list(own.values()),
        "networks": await db.all(_NETWORKS, own=list(own)) if own else [],
        "version": person["version"],
    }


async def signed_in(db: Database, caller: Caller, now: datetime) -> Row:
    """Where the caller is signed in, and the devices that know their PIN."""
    found = await db.all(_SESSIONS, user=caller.user_id, now=now)
    devices = await db.all(_DEVICES, user=caller.user_id)
    for line in found:
        line["is_current"] = line["id"] == caller.session_id
    for line in devices:
        line["is_locked"] = line.pop("failures") >= rules.PIN_TRIES
    return {"sessions": found, "devices": devices}


Part = Callable[[Database, UUID], Awaitable[Any]]
_PARTS: dict[str, Part] = {}


def also_keeps(name: str, part: Part) -> None:
    """A room above keeps something about people too: `part(db, user id)` reads it for their export."""
    _PARTS[name] = part


async def everything(db: Database, caller: Caller) -> dict[str, Any]:
    """All that is kept about the caller, secrets left out (they are kept as digests only)."""
    user, actor = caller.user_id, caller.name
    assert user is not None  # noqa: S101 - the route is for persons
    person = await row(db, user)
    person["has_password"] = person.pop("password_hash") is not None
    return {
        "person": person,
        "memberships": await memberships(db, user),
        "invitations": await db.all(_INVITATIONS, user=user, actor=actor),
        "devices": await db.all(_ALL_DEVICES, user=user),
        "sessions": await db.all(_ALL_SESSIONS, user=user),
        "codes": await db.all(_ALL_CODES, user=user),
        "records": await db.slow(_RECORDS, user=user, actor=actor),
        "more": {name: await part(db, user) for name, part in sorted(_PARTS.items())},
    }


async def _me_as_key(db: Database, caller: Caller) -> Row:
    found = await db.one(_OF_KEY, key=caller.key_id)
    if found is None:
        raise NotFoundError
    return {
        "kind": "key",
        "id": caller.key_id,
        "account": None,
        "display_name": found["key_name"],
        "phone": None,
        "email": None,
        "lang": "es",
        "is_admin": False,
        "has_password": False,
        "organisations": [_organisation(found, caller) | {"roles": []}],
        "networks": await db.all(_NETWORKS, own=[found["id"]]),
        "version": found["version"],
    }


def _organisation(line: Row, caller: Caller) -> Row:
    return {
        "id": line["id"],
        "code": line["code"],
        "name": line["name"],
        "kind": line["kind"],
        "is_verified": line["verified_at"] is not None,
        "capabilities": sorted(caller.acts.get(line["id"], ())),
    }
