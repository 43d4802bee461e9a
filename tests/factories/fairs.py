"""Fairs for tests, made through the door: their dates are those that people would get."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.fairs.models import (
    Application,
    Assignment,
    Call,
    Claim,
    Fair,
    Fee,
    Occurrence,
    Sanction,
    Stall,
    StallLayout,
)
from app.kernel import ids
from app.kernel.db import Database
from app.kernel.schema import table
from app.people.models import OrganisationKind
from tests.client import Client
from tests.conftest import MovableClock
from tests.factories import people, places, products

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


class Called:
    """A fair with stalls and a published call, and groups that apply."""

    def __init__(self, town: Keeper, fair: dict[str, Any], call: dict[str, Any], clock: MovableClock) -> None:
        self.town, self.fair, self.call, self.clock = town, fair, call, clock
        self.groups: dict[UUID, Client] = {}

    @property
    def officer(self) -> Client:
        """The officer's client."""
        return self.town.officer

    async def apply(self, client: Client, db: Database, **more: Any) -> tuple[UUID, dict[str, Any]]:
        """A new group applies by itself."""
        group = await people.organisation(db, f"Grupo {len(self.groups) + 1}")
        rosa = client.signed_in((await people.member(db, group, name="Rosa")).token)
        self.groups[group] = rosa
        asked = {"organisation": str(group), "category": "textiles"} | more
        made = await rosa.post(f"/v1/calls/{self.call['id']}/applications", json=asked)
        assert made.status_code == 201, made.text
        found: dict[str, Any] = made.json()
        return group, found

    async def decide(
        self, application: dict[str, Any], outcome: str = "approved", **more: Any
    ) -> dict[str, Any]:
        """The officer decides."""
        path = f"/v1/applications/{application['id']}/decision"
        done = await self.officer.post(path, json={"outcome": outcome} | more)
        assert done.status_code == 200, done.text
        found: dict[str, Any] = done.json()
        return found

    async def finish(self) -> dict[str, Any]:
        """The call closes, its lists come out, nobody objects: it is final."""
        self.clock.advance(days=11)
        path = f"/v1/calls/{self.call['id']}"
        reviewed = await self.officer.post(f"{path}/review")
        assert reviewed.status_code == 200, reviewed.text
        self.clock.advance(days=4)
        final = await self.officer.post(f"{path}/final")
        assert final.status_code == 200, final.text
        found: dict[str, Any] = final.json()
        return found

    async def date(self, number: int = 0) -> dict[str, Any]:
        """One of the coming dates."""
        return (await self.town.dates(self.fair))[number]

    async def allocate(self, date: dict[str, Any]) -> dict[str, Any]:
        """The rule is run for a date and made final."""
        path = f"/v1/occurrences/{date['id']}/allocation"
        run = await self.officer.post(path, json={"call": self.call["id"]})
        assert run.status_code == 201, run.text
        final = await self.officer.post(f"{path}/final")
        assert final.status_code == 200, final.text
        assert final.json()["explanations"] == []  # they were read before
        found: dict[str, Any] = final.json() | {"explanations": run.json()["explanations"]}
        return found

    async def claim(self, date: dict[str, Any], group: UUID, **more: Any) -> Any:
        """A group asks for a stall of a date."""
        asked = {"organisation": str(group)} | more
        return await self.groups[group].post(f"/v1/occurrences/{date['id']}/assignments", json=asked)

    async def stands(self, date: dict[str, Any]) -> list[dict[str, Any]]:
        """Who stands where, as the officer reads it."""
        found = await self.officer.get(f"/v1/occurrences/{date['id']}/assignments")
        items: list[dict[str, Any]] = found.json()["items"]
        return items


async def called(
    client: Client, db: Database, clock: MovableClock, *, stalls: int = 3, fee: Any = None, **bases: Any
) -> Called:
    """A municipality's fair with a published call of ten days."""
    town = await keeper(client, db)
    for code in ("food", "textiles"):
        await products.category(db, code)
    fair = await town.fair(stalls=stalls, fee=fee)
    asked = {
        "fair": fair["id"],
        "title": "Convocatoria",
        "closes_in_days": 10,
        "from_in_days": 0,
        "until_in_days": 300,
    } | bases
    made = await town.officer.post("/v1/calls", json=asked)
    assert made.status_code == 201, made.text
    published = await town.officer.post(f"/v1/calls/{made.json()['id']}/publication")
    assert published.status_code == 200, published.text
    return Called(town, fair, published.json(), clock)


async def papers(
    db: Database, fair_id: UUID, date_id: UUID, organiser_id: UUID, group_id: UUID
) -> dict[str, UUID]:
    """A published call with a draft application of a group, its offered stall, a fee, a claim and an old sanction."""
    now = datetime(2026, 3, 1, tzinfo=UTC)
    call = await people.add(
        db,
        Call,
        id=ids.uuid7(),
        fair_id=fair_id,
        organiser_id=organiser_id,
        state="published",
        title="Convocatoria",
        opens_at=now,
        closes_at=now + timedelta(days=9),
        from_on=now.date(),
        until_on=now.date() + timedelta(days=90),
        documents=[],
        categories=[],
        quotas=[],
        weights={},
        seed="ABC",
        seed_sha256="0" * 64,
        created_at=now,
        updated_at=now,
    )
    application = await people.add(
        db,
        Application,
        id=ids.uuid7(),
        call_id=call,
        organisation_id=group_id,
        number=1,
        state="submitted",
        channel="group",
        category="textiles",
        attendants=[],
        entered_by="test",
        created_at=now,
        updated_at=now,
    )
    async with db.tx() as tx:
        stall = await tx.value(
            sa.select(table(Stall).c.id)
            .join(table(StallLayout), table(StallLayout).c.id == table(Stall).c.layout_id)
            .where(table(StallLayout).c.fair_id == fair_id)
        )
    assignment = await people.add(
        db,
        Assignment,
        id=ids.uuid7(),
        occurrence_id=date_id,
        stall_id=stall,
        organisation_id=group_id,
        application_id=application,
        state="offered",
        attendants=[],
        expires_at=now + timedelta(days=3),
        created_at=now,
        updated_at=now,
    )
    common = {"organiser_id": organiser_id, "organisation_id": group_id, "created_at": now}
    fee = await people.add(
        db,
        Fee,
        id=ids.uuid7(),
        assignment_id=assignment,
        amount_minor=500,
        currency="PEN",
        due_on=now.date(),
        updated_at=now,
        **common,
    )
    claim = await people.add(
        db, Claim, id=ids.uuid7(), application_id=application, text="No estamos", made_at=now
    )
    old = now.date() - timedelta(days=30)
    sanction = await people.add(
        db,
        Sanction,
        id=ids.uuid7(),
        from_on=old,
        until_on=old,
        reason="Basura",
        cause_id=assignment,
        decided_by="test",
        **common,
    )
    found = {"call": call, "application": application, "assignment": assignment}
    return found | {"fee": fee, "claim": claim, "sanction": sanction}
