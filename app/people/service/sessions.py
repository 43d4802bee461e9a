"""Sessions: opened by a sign-in, prolonged by rotating refresh tokens, ended by their person or by whoever vouches."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import DomainError, NotFoundError, SignInError
from app.kernel.settings import Settings
from app.people import derived, rules
from app.people.tables import ACCESS, DEVICE, REFRESH, SESSION
from app.people.tokens import ACCESS_PREFIX

_ADD_SESSION, _ADD_ACCESS, _ADD_REFRESH = sa.insert(SESSION), sa.insert(ACCESS), sa.insert(REFRESH)
_USE = (
    sa.update(REFRESH)
    .where(
        REFRESH.c.digest == given("refresh_digest"),
        REFRESH.c.used_at.is_(None),
        REFRESH.c.expires_at > given("now"),
        REFRESH.c.session_id.in_(sa.select(SESSION.c.id).where(SESSION.c.revoked_at.is_(None))),
    )
    .values(used_at=given("now"))
)
_REFRESH = (
    sa.select(SESSION.c.id, SESSION.c.user_id, SESSION.c.revoked_at, REFRESH.c.used_at)
    .join(SESSION, SESSION.c.id == REFRESH.c.session_id)
    .where(REFRESH.c.digest == given("refresh_digest"))
)
_REFRESHED = sa.update(SESSION).where(SESSION.c.id == given("session")).values(refreshed_at=given("now"))
_LIVE = SESSION.c.revoked_at.is_(None)
_REVOKE = sa.update(SESSION).values(revoked_at=given("now"))
_REVOKE_ONE = _REVOKE.where(SESSION.c.id == given("session"), SESSION.c.user_id == given("user"), _LIVE)
_REVOKE_OF_DEVICE = _REVOKE.where(SESSION.c.device_id == given("device"), _LIVE)
_REVOKE_ALL = _REVOKE.where(SESSION.c.user_id == given("user"), _LIVE)
_OWN = sa.select(SESSION.c.id).where(SESSION.c.id == given("session"), SESSION.c.user_id == given("user"))
_OWN_DEVICE = sa.select(DEVICE.c.id).where(DEVICE.c.id == given("device"), DEVICE.c.user_id == given("user"))
_REVOKE_DEVICES = sa.update(DEVICE).where(DEVICE.c.revoked_at.is_(None)).values(revoked_at=given("now"))
_REVOKE_DEVICE = _REVOKE_DEVICES.where(DEVICE.c.id == given("device"))
_REVOKE_ALL_DEVICES = _REVOKE_DEVICES.where(DEVICE.c.user_id == given("user"))


async def open_session(
    tx: Tx, user_id: UUID, *, name: str, now: datetime, device_id: UUID | None = None
) -> Row:
    """Sign a person in; the answer holds the tokens, of which only digests are kept."""
    session, access, refresh = ids.uuid7(), ids.token(ACCESS_PREFIX), ids.token(derived.REFRESH_PREFIX)
    await tx.run(_ADD_SESSION, id=session, user_id=user_id, device_id=device_id, name=name, created_at=now)
    await _add_tokens(tx, session, access, refresh, now)
    caller = Caller(user_id=user_id, session_id=session)
    await journal.record(tx, caller, now, "session.opened", ("user", user_id), session=str(session))
    return _answer(user_id, access, refresh, now)


async def refresh(tx: Tx, token: str, *, settings: Settings, now: datetime) -> Row | DomainError:
    """Exchange a refresh token for its successor. An error is returned, not raised: what it changed is committed.

    The same token within 60 seconds gets the same successor (the first answer was lost on the way); later it has been
    stolen, from whoever came first or second: the session ends.
    """
    digest = ids.digest(token)
    access, following = derived.successor(settings, token)
    if await tx.run(_USE, refresh_digest=digest, now=now):
        found = await tx.one(_REFRESH, refresh_digest=digest) or {}
        await _add_tokens(tx, found["id"], access, following, now)
        await tx.run(_REFRESHED, session=found["id"], now=now)
        return _answer(found["user_id"], access, following, now)
    spent = await tx.one(_REFRESH, refresh_digest=digest)
    if spent is None or spent["used_at"] is None or spent["revoked_at"] is not None:
        return SignInError()
    if now - spent["used_at"] <= timedelta(seconds=rules.REPEAT_SECONDS):
        return _answer(spent["user_id"], access, following, spent["used_at"])
    await tx.run(_REVOKE_ONE, session=spent["id"], user=spent["user_id"], now=now)
    caller = Caller(user_id=spent["user_id"], session_id=spent["id"])
    await journal.record(
        tx, caller, now, "session.reused", ("user", spent["user_id"]), session=str(spent["id"])
    )
    return SignInError()


async def revoke(tx: Tx, session_id: UUID, *, caller: Caller, now: datetime) -> None:
    """End one of the caller's sessions; an ended one stays ended. Raises NotFoundError."""
    if await tx.one(_OWN, session=session_id, user=caller.user_id) is None:
        raise NotFoundError
    if await tx.run(_REVOKE_ONE, session=session_id, user=caller.user_id, now=now):
        await _record(tx, caller, now, "session.revoked", session=str(session_id))


async def revoke_device(tx: Tx, device_id: UUID, *, caller: Caller, now: datetime) -> None:
    """Sign one of the caller's devices out for good. Raises NotFoundError."""
    if await tx.one(_OWN_DEVICE, device=device_id, user=caller.user_id) is None:
        raise NotFoundError
    await tx.run(_REVOKE_OF_DEVICE, device=device_id, now=now)
    if await tx.run(_REVOKE_DEVICE, device=device_id, now=now):
        await _record(tx, caller, now, "device.revoked", device=str(device_id))


async def end_of_device(tx: Tx, device_id: UUID, now: datetime) -> None:
    """End the sessions of a device: whoever guesses its PIN has it in their hands, with its tokens."""
    await tx.run(_REVOKE_OF_DEVICE, device=device_id, now=now)


async def revoke_everything(tx: Tx, user_id: UUID, now: datetime) -> None:
    """Sign a person out everywhere: every device needs a new code."""
    await tx.run(_REVOKE_ALL, user=user_id, now=now)
    await tx.run(_REVOKE_ALL_DEVICES, user=user_id, now=now)


async def _add_tokens(tx: Tx, session: UUID, access: str, refresh_token: str, now: datetime) -> None:
    access_until, refresh_until = derived.lifetimes(now)
    await tx.run(_ADD_ACCESS, digest=ids.digest(access), session_id=session, expires_at=access_until)
    await tx.run(_ADD_REFRESH, digest=ids.digest(refresh_token), session_id=session, expires_at=refresh_until)


def _answer(user_id: UUID, access: str, refresh_token: str, now: datetime) -> Row:
    access_until, refresh_until = derived.lifetimes(now)
    return {
        "user_id": user_id,
        "access_token": access,
        "access_expires_at": access_until,
        "refresh_token": refresh_token,
        "refresh_expires_at": refresh_until,
    }


async def _record(tx: Tx, caller: Caller, now: datetime, kind: str, **facts: str) -> None:
    if caller.user_id is not None:
        await journal.record(tx, caller, now, kind, ("user", caller.user_id), **facts)
