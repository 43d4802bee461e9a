"""Places for tests."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.kernel import ids
from app.kernel.db import Database
from app.kernel.schema import table
from app.kernel.text import fold
from app.places.models import Place, PlaceKind, Territory, TerritoryLevel
from tests.factories.people import LONG_AGO, add


async def place(db: Database, owner_id: UUID, name: str = "Acopio Pisac", **values: Any) -> UUID:
    return await add(
        db,
        Place,
        **{
            "id": ids.uuid7(),
            "owner_id": owner_id,
            "kind": PlaceKind.COLLECTION_POINT,
            "name": name,
            "name_folded": fold(name),
            "country": "PE",
            "created_at": LONG_AGO,
        }
        | values,
    )


async def territory(db: Database, code: str, name: str, region: str = "PE-CUS") -> str:
    async with db.tx() as tx:
        await tx.run(
            sa.insert(table(Territory)),
            code=code,
            country=code[:2],
            region=region,
            level=TerritoryLevel.DISTRICT,
            name=name,
            name_folded=fold(name),
        )
    return code
