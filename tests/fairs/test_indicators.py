from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.fairs import accounts
from app.fairs.models import Assignment, Fair, Occurrence, Stall
from app.kernel import ids
from app.kernel.db import Database
from app.kernel.schema import table
from app.producers.models import ProducerProfile
from tests.client import Client
from tests.factories import people
from tests.factories.fairs import Keeper, keeper

DATE, STALL = table(Occurrence), table(Stall)


@pytest.fixture
async def town(client: Client, db: Database) -> Keeper:
    """Three Saturdays of March and one of April held, one of March cancelled; two groups and a third that never came."""
    town = await keeper(client, db)
    fair = await town.fair(stalls=3)
    dates = (await town.dates(fair))[:5]
    starts = [date["starts_local"][:10] for date in dates]
    assert starts == ["2026-03-07", "2026-03-14", "2026-03-21", "2026-03-28", "2026-04-04"]
    async with db.tx() as tx:
        for date, state in zip(dates, ("closed", "closed", "cancelled", "reported", "closed"), strict=True):
            await tx.run(
                sa.update(DATE)
                .where(DATE.c.id == sa.bindparam("date"))
                .values(state=sa.bindparam("to"), reason="Lluvia"),
                date=UUID(date["id"]),
                to=state,
            )
    stalls = [row["id"] for row in await db.all(sa.select(STALL.c.id).order_by(STALL.c.number))]
    weavers = await _group(db, women=5, men=1, women_led=True)
    bees = await _group(db)
    absent = await _group(db, women=1, men=1)
    for at, group, stall, state in (
        (0, weavers, 0, "completed"),
        (1, weavers, 0, "checked_in"),
        (1, bees, 1, "completed"),
        (1, absent, 2, "no_show"),
        (4, weavers, 0, "completed"),
        (4, absent, 1, "completed"),
    ):
        await _stands(db, dates[at]["id"], group, stalls[stall], state)
    return town


async def test_a_quarter_counts_who_came_on_its_local_days(town: Keeper) -> None:
    first = await _read(town, "2026-Q1")
    second = await _read(town, "2026-Q2")
    none = await _read(town, "2031-Q4")

    assert first == {
        "organiser_id": str(town.organisation),
        "organiser_name": "Municipalidad de Qori Pampa",
        "is_demo": False,
        "quarter": "2026-Q1",
        "territory": None,
        "occurrences_held": 3,
        "occurrences_cancelled": 1,
        "stalls_used": 3,
        "groups": 2,
        "first_timers": 2,
        "women_led": 1,
        "women_led_percent": 50,
        "people": 6,
        "groups_without_people": 1,
    }
    assert (second["groups"], second["first_timers"], second["people"]) == (2, 1, 8)
    assert (none["groups"], none["women_led_percent"], none["occurrences_held"]) == (0, None, 0)


async def test_a_quarter_of_one_territory(town: Keeper, db: Database) -> None:
    async with db.tx() as tx:
        await tx.run(sa.update(table(Fair)).values(territory_code="PE-080406"))

    here = await _read(town, "2026-Q1&territory=PE-080406")
    elsewhere = await _read(town, "2026-Q1&territory=PE-080101")

    assert (here["stalls_used"], here["occurrences_held"], here["territory"]) == (3, 3, "PE-080406")
    assert (elsewhere["stalls_used"], elsewhere["occurrences_held"]) == (0, 0)


async def test_a_quarter_as_a_sheet_and_as_a_paper(town: Keeper) -> None:
    path = f"/v1/organisers/{town.organisation}/indicators"

    sheet = await town.officer.get(f"{path}.csv?quarter=2026-Q1")
    paper = await town.officer.get(f"{path}.pdf?quarter=2026-Q1")

    lines = sheet.content.decode("utf-8-sig").splitlines()
    assert lines[:4] == [
        "Organiza;Municipalidad de Qori Pampa",
        "Trimestre;2026-Q1",
        "Territorio;",
        "Fechas realizadas;3",
    ]
    assert len(lines) == 12
    assert accounts.months("2026-Q1", "es") == "enero a marzo de 2026"
    assert (paper.headers["content-type"], paper.content[:5]) == ("application/pdf", b"%PDF-")


@pytest.mark.parametrize("quarter", ["2026-Q5", "2026", "0000-Q1", "9999-Q4"])
async def test_what_is_no_quarter_is_refused(town: Keeper, quarter: str) -> None:
    path = f"/v1/organisers/{town.organisation}/indicators?quarter={quarter}"

    assert (await town.officer.get(path)).status_code == 422


async def _read(town: Keeper, quarter: str) -> dict[str, Any]:
    answer = await town.officer.get(f"/v1/organisers/{town.organisation}/indicators?quarter={quarter}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _group(db: Database, **profile: Any) -> UUID:
    group = await people.organisation(db)
    async with db.tx() as tx:
        values = {"organisation_id": group, "updated_at": people.LONG_AGO, **profile}
        await tx.run(sa.insert(table(ProducerProfile)), **values)
    return group


async def _stands(db: Database, date: str, group: UUID, stall: UUID, state: str) -> None:
    await people.add(
        db,
        Assignment,
        id=ids.uuid7(),
        occurrence_id=UUID(date),
        stall_id=stall,
        organisation_id=group,
        state=state,
        attendants=[],
        created_at=people.LONG_AGO,
        updated_at=people.LONG_AGO,
    )
