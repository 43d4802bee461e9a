"""People and organisations for tests: typed functions with boring defaults."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from app.kernel import ids
from app.kernel.db import Database
from app.kernel.schema import table
from app.kernel.text import fold
from app.people.models import (
    AccessToken,
    Affiliation,
    AffiliationState,
    Membership,
    Organisation,
    OrganisationKind,
    Role,
    Session,
    User,
)

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Person(NamedTuple):
    """A signed-in user."""

    id: UUID
    token: str


async def add(db: Database, model: Any, **values: Any) -> UUID:
    """Insert one row of a model; returns its id."""
    async with db.tx() as tx:
        await tx.run(sa.insert(table(model)), **values)
    return values["id"]


async def organisation(
    db: Database,
    name: str = "Grupo Sumaq Tika",
    *,
    kind: OrganisationKind = OrganisationKind.PRODUCER_GROUP,
    country: str = "PE",
    region: str | None = "PE-PUN",
    verified: bool = False,
    **values: Any,
) -> UUID:
    identifier = ids.uuid7()
    return await add(
        db,
        Organisation,
        **{
            "id": identifier,
            "code": f"ORG-{identifier.hex[-12:]}",
            "name": name,
            "name_folded": fold(name),
            "kind": kind,
            "country": country,
            "region": region,
            "verified_at": LONG_AGO if verified else None,
            "created_at": LONG_AGO,
        }
        | values,
    )


async def network(db: Database, name: str = "Red Ayni Sur", **values: Any) -> UUID:
    return await organisation(db, name, kind=OrganisationKind.NETWORK, verified=True, **values)


async def person(db: Database, name: str = "Rosa Quispe", *, is_admin: bool = False, **values: Any) -> Person:
    """A user who is signed in on one device."""
    user, session, token = ids.uuid7(), ids.uuid7(), ids.token("mka")
    await add(db, User, id=user, display_name=name, is_admin=is_admin, created_at=LONG_AGO, **values)
    await add(db, Session, id=session, user_id=user, created_at=LONG_AGO)
    expires = LONG_AGO + timedelta(days=3650)
    async with db.tx() as tx:
        await tx.run(
            sa.insert(table(AccessToken)), digest=ids.digest(token), session_id=session, expires_at=expires
        )
    return Person(user, token)


async def member(
    db: Database, organisation_id: UUID, role: Role = Role.COORDINATOR, name: str = "Rosa"
) -> Person:
    """A new signed-in user with one role in the organisation."""
    found = await person(db, name)
    await join(db, organisation_id, found.id, role)
    return found


async def join(db: Database, organisation_id: UUID, user_id: UUID, role: Role) -> None:
    await add(
        db,
        Membership,
        id=ids.uuid7(),
        organisation_id=organisation_id,
        user_id=user_id,
        role=role,
        created_at=LONG_AGO,
    )


async def affiliate(db: Database, group_id: UUID, network_id: UUID, *, answer_for: bool = True) -> UUID:
    """An accepted affiliation."""
    return await add(
        db,
        Affiliation,
        id=ids.uuid7(),
        group_id=group_id,
        network_id=network_id,
        state=AffiliationState.ACCEPTED,
        asked_by_group=True,
        see_stock=True,
        answer_for=answer_for,
        invoice_for=True,
        asked_at=LONG_AGO,
        accepted_at=LONG_AGO,
    )
