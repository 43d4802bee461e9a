from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.kernel import clock
from app.kernel.caller import Caller
from app.kernel.db import ConstraintError, Database, Lite
from app.kernel.schema import table
from app.people.service import verification
from app.producers.checks import CHECKS
from app.producers.models import ProducerProfile
from tests.factories import people, producers
from tests.factories.people import LONG_AGO

PROFILE = table(ProducerProfile)


async def _broken(db: Database) -> list[str]:
    return [name for name, statement in CHECKS if await db.all(statement)]


async def test_forms_as_people_fill_them_are_well(db: Database) -> None:
    network = await people.network(db)
    await producers.producer(
        db, verified=3, verified_at=LONG_AGO, verified_by_id=network, verified_by="user:1"
    )
    await producers.producer(db, "Por hechos", women=None, men=None, active=None)

    assert await _broken(db) == []


async def test_members_counted_by_a_network_no_longer_verified_are_found(db: Database) -> None:
    network = await people.organisation(db, "Red sin verificar", kind="network")
    await producers.producer(
        db, verified=3, verified_at=LONG_AGO, verified_by_id=network, verified_by="user:1"
    )

    assert await _broken(db) == [CHECKS[1][0]]


async def test_members_stay_counted_when_their_network_stops_being_verified(db: Database) -> None:
    network = await people.network(db)
    await producers.producer(
        db, verified=3, verified_at=LONG_AGO, verified_by_id=network, verified_by="user:1"
    )
    async with db.tx() as tx:
        await verification.revoke(tx, network, caller=Caller(is_admin=True), reason="Venció", now=clock.now())

    assert await _broken(db) == []

    async with db.tx() as tx:
        await tx.run(sa.update(PROFILE).values(verified_at=clock.now() + timedelta(days=1)))
    assert await _broken(db) == [CHECKS[1][0]]


async def test_a_producer_without_its_form_is_found(db: Database) -> None:
    await people.organisation(db)

    assert await _broken(db) == [CHECKS[2][0]]


@pytest.mark.parametrize("numbers", [{"active": 6}, {"verified": 6, "verified_at": LONG_AGO}])
async def test_numbers_that_cannot_be_are_refused_by_the_database(db: Database, numbers) -> None:
    with pytest.raises(ConstraintError, match="ck_producer_profile"):
        await producers.producer(db, **numbers)


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_numbers_that_cannot_be_are_found_where_no_constraint_held_them(db: Lite) -> None:
    await producers.producer(db)
    db._writer.execute("pragma ignore_check_constraints=on")
    async with db.tx() as tx:
        await tx.run(sa.update(PROFILE).values(active=6))

    assert await _broken(db) == [CHECKS[0][0]]
