"""Who plays in the demo: one person per role, each with a fixed token that only MINKA_DEMO lets in."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import ids
from app.kernel.db import Database, Tx
from app.kernel.schema import table
from app.people.models import AccessToken, Membership, Organisation, Role, Session, User
from app.people.tokens import DEMO_PREFIX

ORGANISATION = table(Organisation)
_ID_OF = sa.select(ORGANISATION.c.id).where(ORGANISATION.c.code == given("code"))
_YEARS = timedelta(days=3650)


class Part(NamedTuple):
    """A person of the demo: how the token is called, the person, the organisation and the role."""

    key: str
    name: str
    organisation: str | None
    role: Role
    says: str

    @property
    def token(self) -> str:
        """The fixed token."""
        return f"{DEMO_PREFIX}_{self.key}"


CAST = (
    Part(
        "secretaria", "Nelly Condori (demostración)", "RED-AYNI-SUR", Role.COORDINATOR, "secretaria de la red"
    ),
    Part("compradora", "Carla Ríos (demostración)", "EXPORTADORA-QHATU", Role.COORDINATOR, "compradora"),
    Part("grupo", "Justina Quispe (demostración)", "MURU-MUJU", Role.SELLER, "un grupo productor"),
    Part(
        "certificadora", "Elena Soto (demostración)", "CERTIFICADORA-SACHA", Role.COORDINATOR, "certificadora"
    ),
    Part(
        "comite",
        "Valeria Chura (demostración)",
        "COMITE-GARANTIA-LAGO",
        Role.COORDINATOR,
        "comité de garantía",
    ),
    Part(
        "municipalidad",
        "Iván Choque (demostración)",
        "MUNI-QORI-PAMPA",
        Role.COORDINATOR,
        "municipalidad",
    ),
    Part("consumo", "Marta Salas (demostración)", "RED-OLLA-AMIGA", Role.COORDINATOR, "red de consumo"),
    Part("administra", "Administración (demostración)", None, Role.MEMBER, "quien administra la plataforma"),
)
BY_KEY = {part.key: part for part in CAST}


async def organisation_id(db: Database, code: str) -> UUID | None:
    """The organisation with this code."""
    found: UUID | None = await db.value(_ID_OF, code=code)
    return found


async def enter(tx: Tx, part: Part, now: datetime) -> None:
    """Sign a person of the demo in."""
    user, session = ids.uuid7(), ids.uuid7()
    is_admin = part.organisation is None
    await tx.run(
        sa.insert(table(User)), id=user, display_name=part.name, is_admin=is_admin, lang="es", created_at=now
    )
    if part.organisation is not None:
        await tx.run(
            sa.insert(table(Membership)),
            id=ids.uuid7(),
            organisation_id=await organisation_id(tx, part.organisation),
            user_id=user,
            role=part.role,
            created_at=now,
        )
    await tx.run(sa.insert(table(Session)), id=session, user_id=user, created_at=now)
    await tx.run(
        sa.insert(table(AccessToken)),
        digest=ids.digest(part.token),
        session_id=session,
        expires_at=now + _YEARS,
    )
