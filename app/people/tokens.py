"""Who is behind a token: looked up in one statement, remembered for five seconds."""

import asyncio
import contextlib
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import ids
from app.kernel.caller import Caller
from app.kernel.db import Row
from app.kernel.errors import SignInError
from app.kernel.schema import Json, nested, table
from app.kernel.visit import House, Visit
from app.people import access
from app.people.models import (
    AccessToken,
    Affiliation,
    AffiliationState,
    ApiKey,
    Membership,
    Organisation,
    OrganisationKind,
    Role,
    Session,
    User,
)

ACCESS_PREFIX, KEY_PREFIX, DEMO_PREFIX = "mka", "mkk", "mkd"
REMEMBERED_SECONDS = 5.0
_MOST_REMEMBERED = 10_000

TOKEN, SESSION, USER, KEY = table(AccessToken), table(Session), table(User), table(ApiKey)
MEMBERSHIP, AFFILIATION, ORGANISATION = table(Membership), table(Affiliation), table(Organisation)


def _listed(found: sa.Select[Any], label: str) -> sa.Label[Any]:
    return sa.type_coerce(nested(found, label).element, Json).label(label)


_MEMBERSHIPS = _listed(
    sa.select(
        sa.cast(MEMBERSHIP.c.organisation_id, sa.String).label("organisation"),
        MEMBERSHIP.c.role,
        ORGANISATION.c.kind,
        sa.case((ORGANISATION.c.verified_at.is_(None), 0), else_=1).label("verified"),
    )
    .join(ORGANISATION, ORGANISATION.c.id == MEMBERSHIP.c.organisation_id)
    .where(MEMBERSHIP.c.user_id == USER.c.id)
    .correlate(USER),
    "memberships",
)
_ACTS_FOR = (Role.COORDINATOR, Role.OPERATOR)
_NETWORKS_GROUPS = (
    sa.select(
        sa.cast(AFFILIATION.c.group_id, sa.String).label("organisation"),
        AFFILIATION.c.see_stock,
        AFFILIATION.c.answer_for,
        AFFILIATION.c.invoice_for,
    )
    .join(ORGANISATION, ORGANISATION.c.id == AFFILIATION.c.network_id)
    .where(AFFILIATION.c.state == AffiliationState.ACCEPTED, ORGANISATION.c.verified_at.is_not(None))
)
_AFFILIATIONS = _listed(
    _NETWORKS_GROUPS.where(
        AFFILIATION.c.network_id.in_(
            sa.select(MEMBERSHIP.c.organisation_id)
            .where(MEMBERSHIP.c.user_id == USER.c.id, MEMBERSHIP.c.role.in_(_ACTS_FOR))
            .correlate(USER)
        )
    ).correlate(USER),
    "affiliations",
)
_BY_TOKEN = (
    sa.select(
        USER.c.id.label("user_id"),
        USER.c.is_admin,
        USER.c.lang,
        SESSION.c.id.label("session_id"),
        _MEMBERSHIPS,
        _AFFILIATIONS,
    )
    .join(SESSION, SESSION.c.user_id == USER.c.id)
    .join(TOKEN, TOKEN.c.session_id == SESSION.c.id)
    .where(
        TOKEN.c.digest == given("digest"), TOKEN.c.expires_at > given("now"), SESSION.c.revoked_at.is_(None)
    )
)
_BY_KEY = (
    sa.select(
        KEY.c.id,
        KEY.c.organisation_id,
        KEY.c.scopes,
        KEY.c.last_used_at,
        ORGANISATION.c.kind,
        sa.case((ORGANISATION.c.verified_at.is_(None), 0), else_=1).label("verified"),
        _listed(
            _NETWORKS_GROUPS.where(AFFILIATION.c.network_id == KEY.c.organisation_id).correlate(KEY),
            "affiliations",
        ),
    )
    .join(ORGANISATION, ORGANISATION.c.id == KEY.c.organisation_id)
    .where(KEY.c.digest == given("digest"), KEY.c.expires_at > given("now"), KEY.c.revoked_at.is_(None))
)


_NOTED_EVERY = timedelta(seconds=60)
_NOTE_USE = (
    sa.update(KEY)
    .where(
        KEY.c.id == given("key"),
        sa.or_(KEY.c.last_used_at.is_(None), KEY.c.last_used_at <= given("before")),
    )
    .values(last_used_at=given("now"))
)


_NO_PREFERENCE = (None, "*")  # «*» is what programs send


async def admit(visit: Visit, route: str) -> None:
    """Recognise the caller and let it knock, in its own language where the request names none.

    Raises SignInError, ForbiddenError.
    """
    authorization = visit.header(b"authorization")
    if authorization is not None:
        kind, _, token = authorization.partition(" ")
        if kind.lower() != "bearer":
            raise SignInError
        visit.scope["caller"] = caller = await recognise(visit.house, token.strip(), visit.now)
        own = caller.lang
        if own and own != visit.lang and visit.header(b"accept-language") in _NO_PREFERENCE:
            visit.scope["lang"] = own
    access.check_knock(visit.caller, route)


async def recognise(house: House, token: str, now: datetime) -> Caller:
    """The caller behind a token. Raises SignInError for a token that is unknown, expired or revoked."""
    remembered: dict[str, tuple[float, Caller]] = house.caches.setdefault("callers", {})
    found = remembered.get(token)
    if found and found[0] > time.monotonic():
        return found[1]
    if token.startswith(DEMO_PREFIX) and not house.settings.demo:
        raise SignInError
    caller = await _look_up(house, token, now)
    if len(remembered) >= _MOST_REMEMBERED:
        remembered.clear()
    remembered[token] = (time.monotonic() + REMEMBERED_SECONDS, caller)
    return caller


def forget(house: House) -> None:
    """Look every caller of this process up again: something about who may act changed."""
    house.caches.pop("callers", None)


async def _look_up(house: House, token: str, now: datetime) -> Caller:
    if token.startswith(KEY_PREFIX):
        row = await house.db.one(_BY_KEY, digest=ids.digest(token), now=now)
        if row:
            _note_use(house, row, now)
            return _of_key(row)
    else:
        row = await house.db.one(_BY_TOKEN, digest=ids.digest(token), now=now)
        if row:
            return _of_user(row)
    raise SignInError


def _note_use(house: House, row: Row, now: datetime) -> None:
    """Keep when a key was last used, to the minute, beside the request: nobody waits for it, a failure is let go."""
    if row["last_used_at"] is not None and now - row["last_used_at"] < _NOTED_EVERY:
        return

    async def note() -> None:
        with contextlib.suppress(Exception):
            async with house.db.tx() as tx:
                await tx.run(_NOTE_USE, key=row["id"], now=now, before=now - _NOTED_EVERY)

    tasks: set[asyncio.Task[None]] = house.caches.setdefault("key_uses", set())
    task = asyncio.create_task(note())
    tasks.add(task)
    task.add_done_callback(tasks.discard)


def _of_user(row: Row) -> Caller:
    acts: dict[UUID, set[str]] = {}
    for membership in row["memberships"]:
        capabilities = access.capabilities(
            Role(membership["role"]),
            OrganisationKind(membership["kind"]),
            verified=bool(membership["verified"]),
        )
        acts.setdefault(UUID(membership["organisation"]), set()).update(capabilities)
    own = frozenset(acts)
    _add_groups(acts, row["affiliations"])
    return Caller(
        user_id=row["user_id"],
        session_id=row["session_id"],
        is_admin=row["is_admin"],
        lang=row["lang"],
        acts={organisation: frozenset(found) for organisation, found in acts.items()},
        own=own,
    )


def _of_key(row: Row) -> Caller:
    scopes = frozenset(row["scopes"].split()) & access.KEY_SCOPES
    capabilities = scopes & access.capabilities(Role.COORDINATOR, row["kind"], verified=bool(row["verified"]))
    acts: dict[UUID, set[str]] = {row["organisation_id"]: set(capabilities)}
    _add_groups(acts, row["affiliations"])
    return Caller(
        key_id=row["id"],
        acts={
            organisation: frozenset(found & (scopes | {"see_stock"})) for organisation, found in acts.items()
        },
        own=frozenset({row["organisation_id"]}),
    )


def _add_groups(acts: dict[UUID, set[str]], affiliations: list[dict[str, Any]]) -> None:
    for affiliation in affiliations:
        capabilities = acts.setdefault(UUID(affiliation["organisation"]), set())
        for scope, granted in access.SCOPES.items():
            if affiliation[scope]:
                capabilities |= granted
