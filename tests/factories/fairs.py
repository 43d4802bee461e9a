"""Fairs for tests, made through the door: their dates are those that people would get."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.fairs.models import Fair, Occurrence, Stall, StallLayout
from app.kernel import ids
from app.kernel.db import Database
from app.people.models import OrganisationKind
from tests.client import Client
from tests.factories import people, places

SATURDAYS = {"kind": "weekly", "days": ["sat"]}


class Keeper:
    """A municipality, its officer's client and its square."""

    def __init__(self, officer: Client, organisation: UUID, place: UUID) -> None:
        self.officer, self.organisation, self.place = officer, organisation, place

    def asked(self, **more: Any) -> dict[str, Any]:
        """A fair as the officer writes it."""
        return {
            "organiser": str(self.organisation),
            "place": str(self.place),
            "name": "Feria de Qori Pampa",
            "rule": SATURDAYS,
            "starts": "08:00",
            "ends": "14:00",
        } | more

    async def draft(self, **more: Any) -> dict[str, Any]:
        """A draft."""
        made = await self.officer.post("/v1/fairs", json=self.asked(**more))
        assert made.status_code == 201, made.text
        found: dict[str, Any] = made.json()
        return found

    async def fair(self, **more: Any) -> dict[str, Any]:
        """A published fair."""
        made = await self.draft(**more)
        published = await self.officer.post(f"/v1/fairs/{made['id']}/publication")
        assert published.status_code == 200, published.text
        found: dict[str, Any] = published.json()
        return found

    async def dates(self, fair: dict[str, Any], limit: int = 200) -> list[dict[str, Any]]:
        """The coming dates of a fair."""
        found = await self.officer.get(f"/v1/fairs/{fair['id']}/occurrences?limit={limit}")
        assert found.status_code == 200, found.text
        items: list[dict[str, Any]] = found.json()["items"]
        return items


async def keeper(
    client: Client, db: Database, name: str = "Municipalidad de Qori Pampa", **place: Any
) -> Keeper:
    organisation = await people.organisation(db, name, kind=OrganisationKind.MUNICIPALITY, verified=True)
    officer = client.signed_in((await people.member(db, organisation, name="Funcionaria")).token)
    at = {"latitude_e6": -13_421_234, "longitude_e6": -71_848_765, "region": "PE-CUS"}
    square = await places.place(db, organisation, "Plaza de Armas", **at | place)
    return Keeper(officer, organisation, square)


async def row(db: Database, organiser_id: UUID, place_id: UUID) -> tuple[UUID, UUID]:
    """A published fair with one date and a stall, as rows alone; and that date."""
    now = datetime(2026, 3, 1, tzinfo=UTC)
    fair_id = await people.add(
        db,
        Fair,
        id=ids.uuid7(),
        uid=str(ids.uuid7()),
        code=str(ids.uuid7()),
        organiser_id=organiser_id,
        place_id=place_id,
        kind="weekly",
        state="published",
        name="Feria",
        name_folded="feria",
        zone="America/Lima",
        rule=SATURDAYS | {"interval": 1},
        starts_minute=480,
        duration_minutes=360,
        first_on=now.date(),
        rolled_until=now.date() + timedelta(days=550),
        country="PE",
        created_at=now,
        updated_at=now,
    )
    date_id = await people.add(
        db,
        Occurrence,
        id=ids.uuid7(),
        fair_id=fair_id,
        organiser_id=organiser_id,
        country="PE",
        recurrence_key="2026-03-07T08:00",
        is_published=True,
        starts_local="2026-03-07T08:00",
        starts_at=now + timedelta(days=6, hours=13),
        ends_at=now + timedelta(days=6, hours=19),
        updated_at=now,
    )
    layout = await people.add(
        db, StallLayout, id=ids.uuid7(), fair_id=fair_id, number=1, aisles=[], created_at=now
    )
    await people.add(db, Stall, id=ids.uuid7(), layout_id=layout, code="1", number=1)
    return fair_id, date_id
