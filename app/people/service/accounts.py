"""Accounts that somebody makes for people: no e-mail needed, a code to pass on. And what people change of their own."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import journal, wire
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import (
    DomainError,
    Fault,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    StaleVersionError,
)
from app.kernel.settings import Settings
from app.kernel.text import clean_line
from app.people import access, codes, contacts
from app.people.codes import NewCode
from app.people.queries import members as member_queries
from app.people.queries import organisations, persons
from app.people.schemas.persons import MeUpdate, PersonCreate
from app.people.schemas.sign_in import PasswordChange
from app.people.service import members, sessions, sign_in
from app.people.tables import SIGN_IN_CODE, USER

_ADD = sa.insert(USER)
_ADD_CODE = sa.insert(SIGN_IN_CODE)
_DROP_CODES = sa.delete(SIGN_IN_CODE).where(
    SIGN_IN_CODE.c.user_id == given("user"), SIGN_IN_CODE.c.used_at.is_(None)
)
_CHANGED = ("display_name", "phone", "email", "lang")
_CHANGE = (
    sa.update(USER)
    .where(USER.c.id == given("user"), USER.c.version == given("expected"))
    .values({name: given(name) for name in _CHANGED} | {"version": USER.c.version + 1})
)
_SET_PASSWORD = (
    sa.update(USER)
    .where(USER.c.id == given("user"))
    .values(password_hash=given("password_hash"), password_set_at=given("now"), version=USER.c.version + 1)
)


class ActsElsewhereError(ForbiddenError):
    """The person also acts where the caller may not: a code for them would open that too."""


async def create(
    tx: Tx, organisation_id: UUID, *, caller: Caller, person: PersonCreate, settings: Settings, now: datetime
) -> Row:
    """Make an account for a member of an organisation; the answer holds its first code, which is not kept.

    A phone or e-mail may be another account's too: families and groups share them, and nobody learns who has one.
    Raises NotFoundError, ForbiddenError, InvalidError.
    """
    await members.require_grant(tx, caller, organisation_id, person.roles)
    country = (await organisations.row(tx, organisation_id))["country"]
    identifier = wire.read_id(person.id, now)
    name = clean_line(person.display_name)
    await tx.run(
        _ADD,
        id=identifier,
        display_name=name,
        phone=contacts.phone(person.phone, "#/phone", country=country) if person.phone else None,
        email=contacts.email(person.email, "#/email") if person.email else None,
        lang=person.lang,
        created_at=now,
    )
    await journal.record(
        tx, caller, now, "user.created", ("user", identifier), organisation=str(organisation_id)
    )
    await members.add(tx, caller, organisation_id, identifier, roles=person.roles, now=now)
    code = await new_code(tx, identifier, caller=caller, settings=settings, now=now)
    return {"user_id": identifier, "account": (await persons.row(tx, identifier))["account"]} | _told(code)


async def code_for_new_device(
    tx: Tx, organisation_id: UUID, user_id: UUID, *, caller: Caller, settings: Settings, now: datetime
) -> Row:
    """A new code for a member: another device, or a locked one. Raises NotFoundError, ForbiddenError, ActsElsewhereError."""
    await _require_vouching(tx, organisation_id, user_id, caller)
    return _told(await new_code(tx, user_id, caller=caller, settings=settings, now=now))


async def replace_lost_phone(
    tx: Tx, organisation_id: UUID, user_id: UUID, *, caller: Caller, settings: Settings, now: datetime
) -> Row:
    """Sign a member out everywhere and give a new code. Raises NotFoundError, ForbiddenError, ActsElsewhereError."""
    await _require_vouching(tx, organisation_id, user_id, caller)
    await sessions.revoke_everything(tx, user_id, now)
    await journal.record(tx, caller, now, "user.signed_out", ("user", user_id))
    return _told(await new_code(tx, user_id, caller=caller, settings=settings, now=now))


async def new_code(tx: Tx, user_id: UUID, *, caller: Caller, settings: Settings, now: datetime) -> NewCode:
    """A single-use code by which a person signs in on a new device. A former unused one no longer works."""
    code = codes.new(settings, now)
    await tx.run(_DROP_CODES, user=user_id)
    await tx.run(
        _ADD_CODE,
        digest=code.digest,
        user_id=user_id,
        made_by=caller.name,
        created_at=now,
        expires_at=code.expires_at,
    )
    await journal.record(tx, caller, now, "user.code_made", ("user", user_id))
    return code


async def update(tx: Tx, *, caller: Caller, change: MeUpdate, expected: int, now: datetime) -> None:
    """Change what is kept of the caller. Raises StaleVersionError, InvalidError."""
    found = await persons.row(tx, _self(caller))
    asked: dict[str, Any] = change.model_dump(exclude_unset=True)
    for needed in ("display_name", "lang"):
        if needed in asked and asked[needed] is None:
            raise InvalidError(Fault(f"#/{needed}", "missing"))
    if asked.get("phone"):
        asked["phone"] = contacts.phone(asked["phone"], "#/phone", country=await _country(tx, caller))
    if asked.get("email"):
        asked["email"] = contacts.email(asked["email"], "#/email")
    values = {name: found[name] for name in _CHANGED} | asked
    values["display_name"] = clean_line(values["display_name"])
    if not await tx.run(_CHANGE, user=found["id"], expected=expected, **values):
        raise StaleVersionError
    await journal.record(tx, caller, now, "user.changed", ("user", found["id"]), fields=sorted(asked))


async def set_password(
    tx: Tx, *, caller: Caller, asked: PasswordChange, password_hash: str, settings: Settings, now: datetime
) -> DomainError | None:
    """Set the caller's password, allowed by the PIN of a device of theirs where `asked` names one.

    The present password, where that allows it, was checked before. An error is returned: the wrong try is committed.
    """
    user = _self(caller)
    if asked.device_secret and asked.pin:
        device = await sign_in.try_pin(tx, asked.device_secret, asked.pin, settings=settings, now=now)
        if isinstance(device, DomainError):
            return device
        if device["user_id"] != user:
            return sign_in.SignInRefusedError()
    await tx.run(_SET_PASSWORD, user=user, password_hash=password_hash, now=now)
    await journal.record(tx, caller, now, "user.password_set", ("user", user))
    return None


async def _require_vouching(tx: Tx, organisation_id: UUID, user_id: UUID, caller: Caller) -> None:
    """Who gives somebody a code could use it: so it takes the right to do so wherever that person acts."""
    access.require(caller, "read", organisation_id, visible=False)
    if not await member_queries.roles(tx, organisation_id, user_id):
        raise NotFoundError
    access.require(caller, "people", organisation_id)
    if caller.is_admin:
        return
    person = await persons.row(tx, user_id)
    organisations_of = [m["id"] for m in await persons.memberships(tx, user_id)]
    if person["is_admin"] or not all(caller.may("people", each) for each in organisations_of):
        raise ActsElsewhereError


async def _country(tx: Tx, caller: Caller) -> str | None:
    """The country whose numbers need no prefix: that of the caller's first organisation."""
    found = await persons.memberships(tx, _self(caller))
    return str(found[0]["country"]) if found else None


def _self(caller: Caller) -> UUID:
    if caller.user_id is None:
        raise ForbiddenError
    return caller.user_id


def _told(code: NewCode) -> Row:
    return {"code": code.code, "link": code.link, "expires_at": code.expires_at}
