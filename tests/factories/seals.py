"""Seals for tests."""

from datetime import date
from typing import Any
from uuid import UUID

from app.kernel import ids
from app.kernel.db import Database
from app.people.models import OrganisationKind
from app.seals.models import SealGrant, SealScheme
from app.seals.rules import SchemeKind
from tests.factories.people import LONG_AGO, add, organisation


async def scheme(
    db: Database,
    code: str = "organico",
    kind: SchemeKind = SchemeKind.THIRD_PARTY,
    *,
    owner_id: UUID | None = None,
) -> UUID:
    return await add(
        db,
        SealScheme,
        id=ids.uuid7(),
        code=code,
        name_es=code.capitalize(),
        name_en=f"{code} (en)",
        kind=kind,
        owner_id=owner_id,
        created_at=LONG_AGO,
    )


async def certifier(db: Database, name: str = "Certifica Andina", *, verified: bool = True) -> UUID:
    return await organisation(db, name, kind=OrganisationKind.CERTIFIER, verified=verified)


async def grant(
    db: Database,
    producer_id: UUID,
    scheme_id: UUID,
    *,
    issuer_id: UUID | None = None,
    valid_from: date = date(2026, 1, 1),
    valid_until: date = date(2026, 12, 31),
    **values: Any,
) -> UUID:
    return await add(
        db,
        SealGrant,
        id=ids.uuid7(),
        scheme_id=scheme_id,
        producer_id=producer_id,
        issuer_id=issuer_id or await certifier(db),
        valid_from=valid_from,
        valid_until=valid_until,
        granted_by="worker",
        created_at=LONG_AGO,
        **values,
    )
