"""The small world that access is tried in: a group in a network, and one caller of every kind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from app.kernel import ids
from app.kernel.db import Database, Tx
from app.kernel.schema import table
from app.people.access import KEY_SCOPES
from app.people.models import ApiKey, OrganisationKind, Role
from tests.client import Client
from tests.factories import people

KINDS = ("anonymous", "stranger", "buyer", "member", "coordinator", "secretary", "admin", "key")
"""Nobody; somebody who coordinates another group; a buyer's; a member and the coordinator of the group; the operator of
the network that the group belongs to and is answered for by; the platform's administrator; a key of the group."""


@dataclass
class World:
    """`names` fill paths and bodies: the group, its network, a buyer, the group's people."""

    db: Database
    callers: dict[str, Client]
    names: dict[str, str]

    def id(self, name: str) -> UUID:
        """One of the names as an identifier."""
        return UUID(self.names[name])


class _Open:
    """The database inside one transaction: forty commits a world would take most of the time."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    @asynccontextmanager
    async def tx(self) -> AsyncIterator[Tx]:
        yield self._tx


async def build(client: Client, database: Database) -> World:
    """A new world beside those that are there already."""
    async with database.tx() as tx:
        return await _build(client, database, cast("Database", _Open(tx)))


async def _build(client: Client, database: Database, db: Database) -> World:
    group, network = await people.organisation(db), await people.network(db)
    buyer = await people.organisation(db, "Exportadora", kind=OrganisationKind.EXPORTER, verified=True)
    other = await people.organisation(db, "Otro Grupo")
    affiliation = await people.affiliate(db, group, network)
    persons = {
        "stranger": await people.member(db, other, name="Eva"),
        "buyer": await people.member(db, buyer, name="Compras"),
        "member": await people.member(db, group, Role.MEMBER, "Ana"),
        "coordinator": await people.member(db, group, name="Rosa"),
        "secretary": await people.member(db, network, Role.OPERATOR, "Carmen"),
        "admin": await people.person(db, "Inés", is_admin=True),
    }
    spare = await people.member(db, group, Role.SELLER, "Luz")
    callers = {kind: client.signed_in(person.token) for kind, person in persons.items()}
    callers |= {"anonymous": client, "key": client.signed_in(await _key(db, group))}
    names = {
        "group": group,
        "network": network,
        "buyer": buyer,
        "other": other,
        "affiliation": affiliation,
        "spare": spare.id,
        "member": persons["member"].id,
        "coordinator": persons["coordinator"].id,
        "new_id": ids.uuid7(),
    }
    return World(database, callers, {name: str(value) for name, value in names.items()})


async def _key(db: Database, organisation_id: UUID) -> str:
    secret = ids.token("mkk")
    values: dict[str, Any] = {
        "id": ids.uuid7(),
        "organisation_id": organisation_id,
        "name": "Sistema",
        "digest": ids.digest(secret),
        "scopes": " ".join(sorted(KEY_SCOPES)),
        "expires_at": people.LONG_AGO.replace(year=2030),
        "created_at": people.LONG_AGO,
    }
    async with db.tx() as tx:
        await tx.run(sa.insert(table(ApiKey)), **values)
    return secret
