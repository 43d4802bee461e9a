from uuid import UUID

import pytest
import sqlalchemy as sa

from app.fairs.models import Assignment, Stall
from app.kernel import ids
from app.kernel.db import Database
from app.kernel.schema import table
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import people
from tests.factories.fairs import Keeper, keeper


class _Stood:
    """A date of seven stalls, the groups that stood there, and each one's client."""

    def __init__(self, town: Keeper, date: str) -> None:
        self.town, self.date = town, date
        self.assignments: list[UUID] = []
        self.groups: list[Client] = []


@pytest.fixture
async def stood(client: Client, db: Database) -> _Stood:
    town = await keeper(client, db)
    fair = await town.fair(stalls=7)
    found = _Stood(town, (await town.dates(fair))[0]["id"])
    stalls = await db.all(sa.select(table(Stall).c.id).order_by(table(Stall).c.number))
    for stall in stalls:
        group = await people.organisation(db)
        found.groups.append(client.signed_in((await people.member(db, group)).token))
        found.assignments.append(
            await people.add(
                db,
                Assignment,
                id=ids.uuid7(),
                occurrence_id=UUID(found.date),
                stall_id=stall["id"],
                organisation_id=group,
                state="checked_in",
                attendants=[],
                created_at=people.LONG_AGO,
                updated_at=people.LONG_AGO,
            )
        )
    return found


async def test_sales_are_the_groups_own_and_replaced_by_a_second_word(
    stood: _Stood, client: Client, clock: MovableClock
) -> None:
    path = f"/v1/assignments/{stood.assignments[0]}/sales"
    mine, other = stood.groups[:2]
    clock.advance(days=6)

    said = [await mine.put(path, json={"sold": sold}) for sold in ("low", "high")]
    read = await mine.get(path)
    others = [await asks.get(path) for asks in (other, stood.town.officer, client)]

    assert [answer.status_code for answer in said] == [200, 200]
    assert read.json() == {
        "assignment_id": str(stood.assignments[0]),
        "sold": "high",
        "declared_at": "2026-03-08T15:00:00Z",
    }
    assert [answer.status_code for answer in others] == [403, 403, 401]


async def test_sales_are_declared_after_the_date_began_by_who_stood_there(
    stood: _Stood, db: Database, clock: MovableClock
) -> None:
    path = f"/v1/assignments/{stood.assignments[0]}/sales"
    assignment = table(Assignment)

    early = await stood.groups[0].put(path, json={"sold": "low"})
    clock.advance(days=6)
    async with db.tx() as tx:
        await tx.run(sa.update(assignment).values(state="no_show"))
    absent = await stood.groups[0].put(path, json={"sold": "low"})

    assert problem(early) == (409, "date_not_begun")
    assert problem(absent) == (409, "did_not_stand")


async def test_sums_are_told_from_five_groups_on_and_never_by_one_more(
    stood: _Stood, clock: MovableClock
) -> None:
    clock.advance(days=6)
    sums = []
    for assignment, mine in zip(stood.assignments, stood.groups, strict=True):
        await mine.put(f"/v1/assignments/{assignment}/sales", json={"sold": "middle"})
        sums.append((await stood.town.officer.get(f"/v1/occurrences/{stood.date}/sales")).json())

    foreign = await stood.groups[0].get(f"/v1/occurrences/{stood.date}/sales")

    assert [found["groups"] for found in sums] == [None, None, None, None, 5, 5, 5]
    assert sums[3]["ranges"] is None
    assert sums[4]["ranges"] == {"none": 0, "low": 0, "middle": 5, "high": 0, "very_high": 0}
    assert problem(foreign) == (403, "forbidden")
