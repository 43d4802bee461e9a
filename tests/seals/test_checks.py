from app.kernel.db import Database
from app.people.models import OrganisationKind
from app.seals.checks import CHECKS
from app.seals.rules import SchemeKind
from tests.factories import people, seals


async def _broken(db: Database) -> list[str]:
    return [name for name, statement in CHECKS if await db.all(statement)]


async def test_seals_as_the_service_grants_them_are_well(db: Database) -> None:
    group, network = await people.organisation(db), await people.network(db)
    spg = await seals.scheme(db, "spg", SchemeKind.PARTICIPATORY)
    own = await seals.scheme(db, "propio", SchemeKind.OWN, owner_id=network)
    await seals.grant(db, group, await seals.scheme(db))
    for scheme in (spg, own):
        await seals.grant(db, group, scheme, issuer_id=network)

    assert await _broken(db) == []


async def test_a_seal_of_an_issuer_who_may_not_is_found(db: Database) -> None:
    right_kind = CHECKS[0][0]
    group = await people.organisation(db)
    organic = await seals.scheme(db)
    issuers = (await seals.certifier(db, verified=False), await people.network(db))
    wrong = {await seals.grant(db, group, organic, issuer_id=issuer) for issuer in issuers}
    await seals.grant(db, group, organic)

    assert await _broken(db) == [right_kind]
    assert {row["id"] for row in await db.all(CHECKS[0][1])} == wrong


async def test_a_seal_of_somebody_else_than_its_owner_is_found(db: Database) -> None:
    owner, other = await people.network(db), await people.network(db, "Otra")
    own = await seals.scheme(db, "propio", SchemeKind.OWN, owner_id=owner)
    await seals.grant(db, await people.organisation(db), own, issuer_id=other)

    assert await _broken(db) == [CHECKS[1][0]]


async def test_a_seal_of_who_produces_nothing_is_found(db: Database) -> None:
    town = await people.organisation(db, "Municipalidad", kind=OrganisationKind.MUNICIPALITY)
    await seals.grant(db, town, await seals.scheme(db))

    assert await _broken(db) == [CHECKS[2][0]]
