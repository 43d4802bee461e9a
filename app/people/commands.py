"""`minka user ...`: the first account of an installation, its administrators, and a code for whoever lost theirs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy as sa
from rich.console import Console
from sqlalchemy import bindparam as given

from app.kernel import clock, ids, journal
from app.kernel.caller import TERMINAL
from app.kernel.db import Database, Query, Row, Tx, connect, write
from app.kernel.errors import DomainError, Fault, InvalidError
from app.kernel.settings import Settings
from app.kernel.text import clean_line
from app.people import contacts
from app.people.codes import NewCode
from app.people.queries import persons
from app.people.service import accounts
from app.people.tables import USER

_SHORTEST_NAME = 2
_ADD = sa.insert(USER)
_FIND = Query(
    sa.select(USER.c.id, USER.c.account, USER.c.display_name)
    .where(USER.c.erased_at.is_(None))
    .order_by(USER.c.id)
    .limit(20),
    account=USER.c.account == given("account"),
    phone=USER.c.phone == given("phone"),
    email=USER.c.email == given("email"),
)
_SET_ADMIN = (
    sa.update(USER)
    .where(USER.c.id == given("user"))
    .values(is_admin=given("is_admin"), version=USER.c.version + 1)
)
Work = Callable[[Tx], Awaitable[Any]]


class PersonUnknownError(DomainError):
    """More than one person is meant by what was typed, or nobody."""

    status = 404


class NobodySoError(PersonUnknownError):
    """Nobody has that account, phone or e-mail."""


def create(settings: Settings, name: str, *, phone: str | None = None, email: str | None = None) -> None:
    """Make an account and say its code. Raises InvalidError."""
    asyncio.run(_create(settings, name, phone=phone, email=email))


def grant_admin(settings: Settings, who: str) -> None:
    """The person administers the platform from now on.

    A phone or e-mail that nobody has makes the account, and says its code: the first one of an installation. Raises
    PersonUnknownError.
    """
    asyncio.run(_grant_admin(settings, who))


def revoke_admin(settings: Settings, who: str) -> None:
    """The person no longer administers the platform. Raises PersonUnknownError."""
    asyncio.run(_set_admin(settings, who, is_admin=False))


def give_code(settings: Settings, who: str) -> None:
    """A new code by which the person signs in on a new device. Raises PersonUnknownError."""
    asyncio.run(_give_code(settings, who))


async def _create(settings: Settings, name: str, *, phone: str | None, email: str | None) -> None:
    called = clean_line(name)[:120]
    if len(called) < _SHORTEST_NAME:
        raise InvalidError(Fault("NOMBRE", "string_too_short", min_length=_SHORTEST_NAME))

    async def work(tx: Tx) -> tuple[Row, NewCode]:
        now, identifier = clock.now(), ids.uuid7()
        await tx.run(
            _ADD,
            id=identifier,
            display_name=called,
            phone=contacts.phone(phone, "--phone", country=None) if phone else None,
            email=contacts.email(email, "--email") if email else None,
            created_at=now,
        )
        await journal.record(tx, TERMINAL, now, "user.created", ("user", identifier))
        code = await accounts.new_code(tx, identifier, caller=TERMINAL, settings=settings, now=now)
        return await persons.row(tx, identifier), code

    person, code = await _write(settings, work)
    _tell(f"Cuenta [bold]{person['account']}[/] de {person['display_name']}.", code)


async def _grant_admin(settings: Settings, who: str) -> None:
    name = contacts.sign_in_names(who)
    async with await connect(settings) as db:
        is_known = "account" in name or await db.one(_FIND, **name)
    if not is_known:
        await _create(settings, "Administración", phone=name.get("phone"), email=name.get("email"))
    await _set_admin(settings, who, is_admin=True)


async def _set_admin(settings: Settings, who: str, *, is_admin: bool) -> None:
    async def work(tx: Tx) -> Row:
        person = await _one(tx, who)
        await tx.run(_SET_ADMIN, user=person["id"], is_admin=is_admin)
        kind = "user.made_admin" if is_admin else "user.unmade_admin"
        await journal.record(tx, TERMINAL, clock.now(), kind, ("user", person["id"]))
        return person

    person = await _write(settings, work)
    does = "administra la plataforma" if is_admin else "ya no administra la plataforma"
    _tell(f"{person['display_name']} ({person['account']}) {does}.")


async def _give_code(settings: Settings, who: str) -> None:
    async def work(tx: Tx) -> tuple[Row, NewCode]:
        person = await _one(tx, who)
        return person, await accounts.new_code(
            tx, person["id"], caller=TERMINAL, settings=settings, now=clock.now()
        )

    person, code = await _write(settings, work)
    _tell(f"{person['display_name']} ({person['account']})", code)


async def _one(db: Database, who: str) -> Row:
    """The person meant. Raises PersonUnknownError, that lists the accounts when a phone or e-mail is shared."""
    found = await db.all(_FIND, **contacts.sign_in_names(who))
    if not found:
        raise NobodySoError
    if len(found) > 1:
        raise PersonUnknownError(accounts=", ".join(row["account"] for row in found))
    return found[0]


async def _write(settings: Settings, work: Work) -> Any:
    async with await connect(settings) as db:
        return await write(db, work)


def _tell(sentence: str, code: NewCode | None = None) -> None:
    console = Console(highlight=False)
    console.print(sentence, soft_wrap=True)
    if code is not None:
        console.print(f"Código para ingresar, sirve una vez y hasta el {code.expires_at:%d/%m/%Y}:")
        console.print(f"  [bold]{code.code[:4]}-{code.code[4:]}[/]   {code.link}", soft_wrap=True)
