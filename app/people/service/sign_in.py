"""Signing in: first by a code from somebody who vouches, then by the PIN of that device, or by a password."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row, Tx
from app.kernel.errors import DomainError, Fault, InvalidError, SignInError
from app.kernel.settings import Settings
from app.kernel.text import clean_line
from app.people import codes, contacts, derived, passwords, rules
from app.people.codes import CodeInvalidError
from app.people.schemas.sign_in import FirstSignIn
from app.people.service import invitations, sessions
from app.people.tables import DEVICE, SIGN_IN_CODE, USER

_CLAIM = (
    sa.update(SIGN_IN_CODE)
    .where(
        SIGN_IN_CODE.c.digest == given("code_digest"),
        SIGN_IN_CODE.c.used_at.is_(None),
        SIGN_IN_CODE.c.expires_at > given("now"),
    )
    .values(used_at=given("now"))
)
_WHOSE = sa.select(SIGN_IN_CODE.c.user_id).where(SIGN_IN_CODE.c.digest == given("code_digest"))
_ADD_USER, _ADD_DEVICE = sa.insert(USER), sa.insert(DEVICE)
_DEVICE = sa.select(DEVICE).where(
    DEVICE.c.secret_digest == given("secret_digest"), DEVICE.c.revoked_at.is_(None)
)
_TRY = (
    sa.update(DEVICE)
    .where(
        DEVICE.c.secret_digest == given("secret_digest"),
        DEVICE.c.revoked_at.is_(None),
        DEVICE.c.failures < rules.PIN_TRIES,
    )
    .values(failures=DEVICE.c.failures + 1)
)
_FORGIVE = sa.update(DEVICE).where(DEVICE.c.id == given("device")).values(failures=0)
_SET_PIN = sa.update(DEVICE).where(DEVICE.c.id == given("device")).values(pin_digest=given("pin"))
_SHARING = 2  # so many people with a password sign in by one number or address; others by their account
_WITH_PASSWORD = Query(
    sa.select(USER.c.id, USER.c.password_hash)
    .where(USER.c.password_hash.is_not(None), USER.c.erased_at.is_(None))
    .order_by(USER.c.password_set_at, USER.c.id)
    .limit(_SHARING),
    account=USER.c.account == given("account"),
    phone=USER.c.phone == given("phone"),
    email=USER.c.email == given("email"),
)


class SignInRefusedError(SignInError):
    """Nobody signs in so; whether there is such an account is not said."""

    code = "sign_in_refused"


class PinWrongError(SignInError):
    """The PIN is not this device's."""

    code = "pin_wrong"


class DeviceLockedError(SignInError):
    """Five wrong PINs: only a new code opens the account again."""

    code = "device_locked"


async def first(tx: Tx, *, asked: FirstSignIn, settings: Settings, now: datetime) -> Row:
    """Sign in on a new device by a single-use code, and set its PIN.

    The same code with the same PIN and name of the device within 60 seconds is the same request, whose answer was lost:
    the same device. Raises CodeInvalidError, InvalidError.
    """
    check_pin(asked.pin, "#/pin")
    secret = derived.device(settings, asked.code, asked.pin, clean_line(asked.device_name))
    user_id = await _claim(tx, asked, settings, now)
    if user_id is None:
        device = await _repeated(tx, secret, now)
    else:
        device = await _add_device(tx, user_id, secret, asked, settings=settings, now=now)
    signed_in = await sessions.open_session(
        tx, device["user_id"], name=device["name"], now=now, device_id=device["id"]
    )
    return signed_in | {"device_id": device["id"], "device_secret": secret}


async def by_pin(
    tx: Tx, device_secret: str, pin: str, *, settings: Settings, now: datetime
) -> Row | DomainError:
    """Sign in on a known device. An error is returned, not raised: the wrong try is counted and committed."""
    device = await try_pin(tx, device_secret, pin, settings=settings, now=now)
    if isinstance(device, DomainError):
        return device
    return await sessions.open_session(
        tx, device["user_id"], name=device["name"], now=now, device_id=device["id"]
    )


async def try_pin(
    tx: Tx, device_secret: str, pin: str, *, settings: Settings, now: datetime
) -> Row | DomainError:
    """The device that this PIN opens, or why not. Each try is counted before it is judged: five wrong ones lock it."""
    digest = ids.digest(device_secret)
    counted = await tx.run(_TRY, secret_digest=digest)
    device = await tx.one(_DEVICE, secret_digest=digest)
    if device is None:
        return SignInRefusedError()
    if not counted:
        return DeviceLockedError()
    if ids.same(device["pin_digest"], derived.pin_digest(settings, device_secret, pin)):
        await tx.run(_FORGIVE, device=device["id"])
        return device
    if left := rules.PIN_TRIES - device["failures"]:
        return PinWrongError(left=left, extra={"tries_left": left})
    await sessions.end_of_device(tx, device["id"], now)
    caller = Caller(user_id=device["user_id"])
    await journal.record(
        tx, caller, now, "device.locked", ("user", device["user_id"]), device=str(device["id"])
    )
    return DeviceLockedError()


async def change_pin(
    tx: Tx, device_secret: str, pin: str, new_pin: str, *, settings: Settings, now: datetime
) -> DomainError | None:
    """Give the device another PIN; wrong tries of the present one are counted."""
    check_pin(new_pin, "#/new_pin")
    device = await try_pin(tx, device_secret, pin, settings=settings, now=now)
    if isinstance(device, DomainError):
        return device
    await tx.run(_SET_PIN, device=device["id"], pin=derived.pin_digest(settings, device_secret, new_pin))
    caller = Caller(user_id=device["user_id"])
    await journal.record(
        tx, caller, now, "device.pin_changed", ("user", device["user_id"]), device=str(device["id"])
    )
    return None


async def by_password(db: Database, caches: dict[str, object], who: str, password: str) -> UUID:
    """Who it is that signs in by account, phone or e-mail and this password. Raises SignInRefusedError.

    Nothing tells a wrong password from an account that does not exist: neither words nor time.
    """
    found = await db.all(_WITH_PASSWORD, **contacts.sign_in_names(who))
    hashes = [row["password_hash"] for row in found]
    place = await passwords.first_match(caches, hashes, password, of=_SHARING)
    if place is None:
        raise SignInRefusedError
    user_id: UUID = found[place]["id"]
    return user_id


def check_pin(pin: str, pointer: str) -> None:
    """Raises InvalidError for a PIN that others try first."""
    if rules.is_trivial_pin(pin):
        raise InvalidError(Fault(pointer, "trivial_pin"))


async def _claim(tx: Tx, asked: FirstSignIn, settings: Settings, now: datetime) -> UUID | None:
    digest = codes.digest(settings, asked.code)
    if await tx.run(_CLAIM, code_digest=digest, now=now):
        whose: UUID = await tx.value(_WHOSE, code_digest=digest)
        return whose
    invitation = await invitations.claim(tx, digest, now)
    if invitation is None:
        return None
    name = asked.display_name or invitation["display_name"]
    if not name:
        raise InvalidError(Fault("#/display_name", "missing"))
    user_id = ids.uuid7()
    await tx.run(_ADD_USER, id=user_id, display_name=clean_line(name), created_at=now)
    await invitations.join(tx, invitation, caller=Caller(user_id=user_id), user_id=user_id, now=now)
    return user_id


async def _repeated(tx: Tx, secret: str, now: datetime) -> Row:
    device = await tx.one(_DEVICE, secret_digest=ids.digest(secret))
    lost_answer = timedelta(seconds=rules.REPEAT_SECONDS)
    if device is None or now - device["created_at"] > lost_answer or device["failures"]:
        raise CodeInvalidError
    return device


async def _add_device(
    tx: Tx, user_id: UUID, secret: str, asked: FirstSignIn, *, settings: Settings, now: datetime
) -> Row:
    device = {"id": ids.uuid7(), "user_id": user_id, "name": clean_line(asked.device_name)}
    await tx.run(
        _ADD_DEVICE,
        **device,
        secret_digest=ids.digest(secret),
        pin_digest=derived.pin_digest(settings, secret, asked.pin),
        created_at=now,
    )
    return device
