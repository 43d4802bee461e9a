from app.kernel.checks import verify
from app.kernel.db import Database
from app.people.checks import CHECKS
from app.people.models import OrganisationKind, Role
from tests.factories import people


async def _broken(db: Database) -> list[str]:
    return [verdict.code for verdict in await verify(db, {"people": CHECKS}) if verdict.broken]


async def test_a_sound_house_passes(db: Database) -> None:
    group, low, top = await people.organisation(db), await people.network(db), await people.network(db)
    await people.affiliate(db, group, low)
    await people.affiliate(db, low, top)
    await people.member(db, group)

    assert await _broken(db) == []


async def test_what_must_not_be_is_found(db: Database) -> None:
    networks = [await people.network(db, f"Red {name}") for name in "ABC"]
    for group, network in zip(networks, networks[1:] + networks[:1], strict=True):
        await people.affiliate(db, group, network)
    erased = await people.person(db, erased_at=people.LONG_AGO)
    await people.join(db, networks[0], erased.id, Role.MEMBER)
    await people.organisation(db, kind=OrganisationKind.PRODUCER_GROUP, verified=True)

    assert await _broken(db) == [
        "erased_people_are_gone",
        "network_is_not_its_own",
        "verified_kind_needs_it",
    ]
