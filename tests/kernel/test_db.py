"""The verbs of the database: statements, lists, filters, constraints, transactions, repetition."""

import asyncio
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.db import ConstraintError, Query, RowsError, write
from app.kernel.db.base import RetryError
from app.kernel.errors import BusyError, ConflictError, DomainError, IdTakenError, StaleError
from app.kernel.idempotency import KeptAnswer
from app.kernel.ids import uuid7
from app.kernel.schema import table
from app.products.models import Category
from tests.factories import products

CATEGORY = table(Category)
INSERT = sa.insert(CATEGORY)
CODES = sa.select(CATEGORY.c.code).order_by(CATEGORY.c.code)
AMONG = CODES.where(CATEGORY.c.code.in_(given("codes", expanding=True)))
RENAME = sa.update(CATEGORY).where(CATEGORY.c.code == given("which")).values(name_es=given("name"))
FILTERED = Query(CODES, name=CATEGORY.c.name_es == given("name"), prefix=CATEGORY.c.code >= given("prefix"))


def _category(code, name="Granos"):
    return {"id": uuid7(), "code": code, "name_es": name, "name_en": "Grains"}


@pytest.fixture
async def filled(db):
    async with db.tx() as tx:
        await tx.many(INSERT, [_category("cacao", "Cacao"), _category("miel"), _category("quinua")])
    return db


async def _codes(db, statement=CODES, **params):
    return [row["code"] for row in await db.all(statement, **params)]


async def test_reads_give_every_row_the_first_one_and_its_first_value(filled):
    assert await filled.all(CODES) == [{"code": "cacao"}, {"code": "miel"}, {"code": "quinua"}]
    assert await filled.slow(CODES) == await filled.all(CODES)
    assert await filled.one(CODES) == {"code": "cacao"}
    assert await filled.value(CODES) == "cacao"
    assert await filled.one(AMONG, codes=["none"]) is None
    assert await filled.value(AMONG, codes=["none"]) is None


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        ([], []),
        (["miel"], ["miel"]),
        (["quinua", "cacao", "none"], ["cacao", "quinua"]),
        ([f"none{number}" for number in range(40)] + ["miel"], ["miel"]),
    ],
)
async def test_list_parameter_takes_any_length(filled, codes, found):
    assert await _codes(filled, AMONG, codes=codes) == found


async def test_one_list_statement_is_read_for_many_lengths(filled):
    for length in (0, 3, 1, 2, 5, 0, 1):
        codes = ["miel", *("x" * number for number in range(length))][: length or None] if length else []
        assert await _codes(filled, AMONG, codes=codes) == (["miel"] if length else [])


async def test_filters_apply_when_their_parameter_is_given(filled):
    assert await _codes(filled, FILTERED) == ["cacao", "miel", "quinua"]
    assert await _codes(filled, FILTERED, name=None, prefix="m") == ["miel", "quinua"]
    assert await _codes(filled, FILTERED, name="Granos", prefix="n") == ["quinua"]


async def test_unknown_parameter_is_a_mistake_of_ours(db):
    with pytest.raises(TypeError, match="unknown parameters: \\['kode'\\]"):
        await db.all(AMONG, kode=["miel"])


async def test_columns_with_one_name_are_a_mistake_of_ours(db):
    with pytest.raises(TypeError, match="names repeat"):
        await db.all(sa.select(CATEGORY.c.code, CATEGORY.c.name_es.label("code")))


async def test_change_says_how_many_rows_it_touched(filled):
    async with filled.tx() as tx:
        assert await tx.run(RENAME, which="miel", name="Miel") == 1
        assert await tx.run(RENAME, which="none", name="Miel") == 0
        await tx.must(RENAME, which="miel", name="Miel de monte")
        with pytest.raises(RowsError):
            await tx.must(RENAME, which="none", name="Miel")


async def test_exception_undoes_the_whole_transaction(db):
    async def work():
        async with db.tx() as tx:
            await tx.run(INSERT, **_category("miel"))
            assert await _codes(tx) == ["miel"]
            raise KeyError

    with pytest.raises(KeyError):
        await work()

    assert await _codes(db) == []


async def test_cancelled_work_is_undone_and_the_database_stays_usable(db):
    inside = asyncio.Event()

    async def work():
        async with db.tx() as tx:
            await tx.run(INSERT, **_category("miel"))
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await inside.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    async with db.tx() as tx:
        await tx.run(INSERT, **_category("cacao"))
    assert await _codes(db) == ["cacao"]


async def test_what_is_not_committed_is_seen_by_nobody_else(db):
    async with db.tx() as tx:
        await tx.run(INSERT, **_category("miel"))

        assert await _codes(db) == []

    assert await _codes(db) == ["miel"]


async def test_transactions_do_not_nest(db):
    async with db.tx() as tx:
        with pytest.raises(TypeError, match="nest"):
            async with tx.tx():
                pass


async def test_taken_identifier_is_named_alike_on_both_databases(filled):
    taken = await filled.value(sa.select(CATEGORY.c.id))

    with pytest.raises(ConstraintError) as refused:
        async with filled.tx() as tx:
            await tx.run(INSERT, **{**_category("nuevo"), "id": taken})

    assert refused.value.constraint == "pk_category"
    assert isinstance(refused.value.as_domain_error(), IdTakenError)


async def test_repeated_value_is_named_alike_on_both_databases(filled):
    with pytest.raises(ConstraintError) as refused:
        async with filled.tx() as tx:
            await tx.run(INSERT, **_category("miel"))

    assert refused.value.constraint == "uq_category_code"


async def test_repeated_composite_key_is_named_alike_on_both_databases(db, clock):
    answer = {"principal": "user:1", "route": "POST /v1/lots", "key": "k", "body_digest": b"", "status": 201}
    answer |= {"headers": "", "body": b"", "made_at": clock()}

    with pytest.raises(ConstraintError) as refused:
        async with db.tx() as tx:
            await tx.many(sa.insert(table(KeptAnswer)), [answer, answer])

    assert refused.value.constraint == "pk_kept_answer"


async def test_broken_check_is_named_alike_on_both_databases(db):
    await products.product(db)
    changed = sa.table("product", sa.column("step_base"))

    with pytest.raises(ConstraintError) as refused:
        async with db.tx() as tx:
            await tx.run(sa.update(changed).values(step_base=0))

    assert refused.value.constraint.startswith("ck_product_")
    assert isinstance(refused.value.as_domain_error(), ConflictError)


async def test_reference_to_nothing_is_refused(db):
    await products.product(db)
    changed = sa.table("product", sa.column("category_id", sa.Uuid))

    with pytest.raises(ConstraintError):
        async with db.tx() as tx:
            await tx.run(sa.update(changed).values(category_id=UUID(int=1)))


async def test_database_opened_for_reading_refuses_to_write(settings, db):
    from app.kernel.db import connect

    async with await connect(settings, writing=False) as reader:
        assert await _codes(reader) == []
        with pytest.raises(Exception, match=r"reading only|read-only"):
            async with reader.tx() as tx:
                await tx.run(INSERT, **_category("miel"))


class Tries:
    """Work that the world disturbs so many times before it succeeds."""

    def __init__(self, db, disturbed, error):
        self.db, self.left, self.error, self.reads = db, disturbed, error, 0

    async def before(self, _):
        self.reads += 1
        return f"code{self.reads}"

    async def work(self, tx, code):
        await tx.run(INSERT, **_category(code))
        if self.left:
            self.left -= 1
            raise self.error
        return code


@pytest.mark.parametrize("error", [StaleError(), RetryError()])
async def test_write_reads_and_writes_again_when_the_world_moved(db, error):
    tries = Tries(db, 2, error)

    assert await write(db, tries.work, tries.before) == "code3"

    assert await _codes(db) == ["code3"]


class WantedError(StaleError):
    """Something that many want at once."""

    is_wanted_by_many = True


@pytest.mark.parametrize(("error", "at_once"), [(StaleError, 6), (WantedError, 1)])
async def test_whoever_tries_again_for_what_many_want_waits_for_its_turn(db, error, at_once):
    everybody, inside, most = asyncio.Barrier(6), set(), 0

    async def one(name):
        tries = Tries(db, 1, error())

        async def before(reader):
            nonlocal most
            code = f"{name}{await tries.before(reader)}"
            if tries.reads == 1 or error is StaleError:
                await everybody.wait()  # all of them are inside at the same time
            if tries.reads == 2:
                inside.add(name)
                most = max(most, len(inside))
                await asyncio.sleep(0)
            return code

        async def work(tx, code):
            found = await tries.work(tx, code)
            inside.discard(name)
            return found

        return await write(db, work, before)

    assert await asyncio.gather(*map(one, "abcdef")) == [f"{name}code2" for name in "abcdef"]

    assert most == at_once


async def test_write_gives_up_after_three_times_with_the_error_it_was_given(db):
    tries = Tries(db, 3, StaleError(ConflictError(reason="changed")))

    with pytest.raises(ConflictError) as given_up:
        await write(db, tries.work, tries.before)

    assert given_up.value.facts == {"reason": "changed"}
    assert (tries.reads, await _codes(db)) == (3, [])


async def test_write_gives_up_as_busy_when_the_database_undid_it_three_times(db):
    tries = Tries(db, 3, RetryError())

    with pytest.raises(BusyError):
        await write(db, tries.work, tries.before)

    assert tries.reads == 3


async def test_write_does_not_repeat_what_people_must_change(db):
    tries = Tries(db, 3, ConflictError())

    with pytest.raises(DomainError):
        await write(db, tries.work, tries.before)

    assert (tries.reads, await _codes(db)) == (1, [])


async def test_write_turns_a_broken_constraint_into_its_error(filled):
    with pytest.raises(DomainError) as refused:
        await write(filled, lambda tx: tx.run(INSERT, **_category("miel")))

    assert refused.value.status == 409


async def test_writers_that_lock_each_other_both_succeed(filled):
    """On PostgreSQL one of them is a deadlock's victim and runs again; on SQLite they stand in line."""
    both = asyncio.Barrier(2)
    met = []

    async def rename(first, second, tx):
        await tx.run(RENAME, which=first, name=first.upper())
        if filled.dialect.name == "postgresql" and len(met) < 2:
            met.append(first)
            await both.wait()
        await tx.run(RENAME, which=second, name=first.upper())

    await asyncio.gather(
        write(filled, partial(rename, "cacao", "miel")), write(filled, partial(rename, "miel", "cacao"))
    )

    names = await filled.all(sa.select(CATEGORY.c.name_es).where(CATEGORY.c.code != "quinua"))
    assert len({row["name_es"] for row in names}) == 1


async def test_concurrent_increments_lose_nothing(filled):
    add = sa.update(CATEGORY).where(CATEGORY.c.code == "miel").values(name_es=CATEGORY.c.name_es + "!")

    await asyncio.gather(*(write(filled, lambda tx: tx.run(add)) for _ in range(30)))

    name = await filled.value(sa.select(CATEGORY.c.name_es).where(CATEGORY.c.code == "miel"))
    assert name == "Granos" + "!" * 30
