from datetime import date
from uuid import UUID

from app.kernel.db import Database
from app.seals import queries
from tests.counting import counted_reads
from tests.factories import people, seals
from tests.factories.people import LONG_AGO


async def test_a_seal_counts_from_its_first_day_to_its_last(db: Database) -> None:
    group = await people.organisation(db)
    organic = await seals.scheme(db)
    await seals.grant(db, group, organic, valid_from=date(2026, 3, 1), valid_until=date(2026, 3, 31))

    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]
    found = [await queries.valid_on(db, [group], day) for day in days]

    assert found == [{}, {group: {"organico"}}, {group: {"organico"}}, {}]


async def test_a_revoked_seal_counts_on_no_day(db: Database) -> None:
    group = await people.organisation(db)
    await seals.grant(db, group, await seals.scheme(db), revoked_at=LONG_AGO, revoked_why="Se acabó")

    assert await queries.valid_on(db, [group], date(2026, 3, 1)) == {}


async def test_seals_of_many_producers_are_one_read(db: Database) -> None:
    organic, fair = await seals.scheme(db), await seals.scheme(db, "justo")
    issuer = await seals.certifier(db)
    groups = [await people.organisation(db, f"Grupo {n}") for n in range(3)]
    for group in groups[:2]:
        await seals.grant(db, group, organic, issuer_id=issuer)
    await seals.grant(db, groups[0], fair, issuer_id=issuer)

    with counted_reads() as count:
        found = await queries.valid_on(db, [*groups, UUID(int=7)], date(2026, 3, 1))

    assert found == {groups[0]: {"organico", "justo"}, groups[1]: {"organico"}}
    assert count.reads == 1
    assert await queries.valid_on(db, [], date(2026, 3, 1)) == {}


async def test_more_producers_than_a_statement_takes_are_asked_in_parts(db: Database) -> None:
    group = await people.organisation(db)
    await seals.grant(db, group, await seals.scheme(db))
    many = [UUID(int=n) for n in range(1, 12_000)]

    found = await queries.valid_on(db, [*many, group], date(2026, 3, 1))

    assert found == {group: {"organico"}}


async def test_what_is_held_is_told_apart_from_what_is_missing(db: Database) -> None:
    group = await people.organisation(db)
    await seals.grant(db, group, await seals.scheme(db))
    await seals.scheme(db, "justo")

    async def held(*codes: str) -> set[str]:
        return await queries.held(db, group, codes, date(2026, 3, 1))

    assert await held("organico") == {"organico"}
    assert await held("organico", "justo") == {"organico"}
    assert await held("justo") == set()
    assert await held() == set()
