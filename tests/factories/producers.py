"""Producers for tests."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.kernel.db import Database
from app.kernel.schema import table
from app.people.models import OrganisationKind
from app.producers import service
from app.producers.models import ProducerLine, ProducerProfile
from tests.factories.people import LONG_AGO, organisation


async def line(db: Database, code: str = "textiles", name: str = "tejidos", also: str = "") -> str:
    await _add(db, ProducerLine, code=code, name_es=name, name_en=code, also=also)
    return code


async def profile(db: Database, organisation_id: UUID, *lines: str, **values: Any) -> UUID:
    """The form of an organisation that exists, found by search. The lines must exist."""
    await _add(db, ProducerProfile, organisation_id=organisation_id, **{"updated_at": LONG_AGO} | values)
    async with db.tx() as tx:
        await service.set_lines(tx, organisation_id, lines)
        await service.reindex(tx, organisation_id)
    return organisation_id


async def producer(
    db: Database,
    name: str = "Grupo Sumaq Tika",
    *lines: str,
    organisation_values: dict[str, Any] | None = None,
    kind: OrganisationKind = OrganisationKind.PRODUCER_GROUP,
    **values: Any,
) -> UUID:
    """A producer group of four women and a man, all active, with its form."""
    found = await organisation(db, name, kind=kind, **organisation_values or {})
    return await profile(db, found, *lines, **{"women": 4, "men": 1, "active": 5} | values)


async def _add(db: Database, model: Any, **values: Any) -> None:
    async with db.tx() as tx:
        await tx.run(sa.insert(table(model)), **values)
