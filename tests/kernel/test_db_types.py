"""Every column type means the same on both databases."""

import sqlite3
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from uuid import UUID

import asyncpg
import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy import bindparam as given
from sqlmodel import AutoString, SQLModel, UTCDateTime

from app.kernel.db import ConstraintError
from app.kernel.ids import uuid7
from app.kernel.schema import Json, nested, one_of

ONE, TWO = uuid7(), uuid7()
LIMA = timezone(timedelta(hours=-5))


class Colour(StrEnum):
    NATURAL = "natural"
    RED = "rojo"


SPECIMEN = sa.Table(
    "specimen",
    sa.MetaData(naming_convention=SQLModel.metadata.naming_convention),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("text", AutoString(40)),
    sa.Column("small", sa.Integer),
    sa.Column("big", sa.BigInteger),
    sa.Column("flag", sa.Boolean),
    sa.Column("at", UTCDateTime()),
    sa.Column("on_day", sa.Date),
    sa.Column("blob", sa.LargeBinary),
    sa.Column("facts", Json),
    sa.Column("colour", one_of(Colour, "specimen_colour")),
    sa.Column("parent_id", sa.Uuid),
)
INSERT = sa.insert(SPECIMEN)
READ = sa.select(SPECIMEN).order_by(SPECIMEN.c.id)
NOTHING = {column.name: None for column in SPECIMEN.c if column.name != "id"}


@pytest.fixture
async def specimens(db, settings):
    """A table of every type, on the database of the `db` fixture."""
    create = str(sa.schema.CreateTable(SPECIMEN).compile(dialect=db.dialect))
    if settings.is_sqlite:
        connection = sqlite3.connect(settings.sqlite_path)
        connection.execute(create)
        connection.close()
        yield db
        return
    connection = await asyncpg.connect(settings.database_url)
    await connection.execute(f"DROP TABLE IF EXISTS specimen; {create}")
    yield db
    await connection.execute("DROP TABLE specimen")
    await connection.close()


async def _kept(db, **values):
    async with db.tx() as tx:
        await tx.run(INSERT, **{**NOTHING, "id": ONE, **values})
    return await db.one(READ)


VALUES = [
    ("text", "Ñandú «quínua» 🦙 \\ ' \" % \n", None),
    ("text", "", None),
    ("small", 2**31 - 1, None),
    ("small", -(2**31), None),
    ("big", 2**63 - 1, None),
    ("big", -(2**63), None),
    ("flag", True, None),
    ("flag", False, None),
    ("at", datetime(2026, 3, 2, 15, 0, 0, 123456, tzinfo=UTC), None),
    ("at", datetime(2026, 3, 2, 23, 30, tzinfo=LIMA), datetime(2026, 3, 3, 4, 30, tzinfo=UTC)),
    ("on_day", date(2024, 2, 29), None),
    ("blob", bytes(range(256)), None),
    ("blob", b"", None),
    ("facts", {"a": [1, 2.5, None, True, "ñ"], "z": {}}, None),
    ("facts", [], None),
    ("facts", "text", None),
    ("facts", {"id": ONE, "on": date(2026, 1, 1)}, {"id": str(ONE), "on": "2026-01-01"}),
    ("colour", Colour.RED, None),
    ("parent_id", UUID(int=0), None),
]


@pytest.mark.parametrize(("column", "value", "read"), VALUES)
async def test_value_is_read_as_it_was_written(specimens, column, value, read):
    kept = await _kept(specimens, **{column: value})

    assert kept == {**NOTHING, "id": ONE, column: value if read is None else read}
    assert isinstance(kept[column], type(value))
    if column == "at":
        assert kept["at"].tzinfo is UTC


def test_every_type_of_the_models_is_among_the_specimens():
    used = {type(column.type) for table in SQLModel.metadata.tables.values() for column in table.columns}

    assert used - {type(column.type) for column in SPECIMEN.columns} == set()


async def test_instant_without_a_zone_is_refused(specimens):
    with pytest.raises(ValueError, match="timezone"):
        await _kept(specimens, at=datetime(2026, 3, 2))  # noqa: DTZ001 - what is refused


async def test_value_outside_its_enum_is_refused_by_name(specimens):
    raw = sa.text("insert into specimen (id, colour) values (:id, 'azul')").bindparams(
        sa.bindparam("id", type_=sa.Uuid)
    )

    with pytest.raises(ConstraintError) as refused:
        async with specimens.tx() as tx:
            await tx.run(raw, id=ONE)

    assert refused.value.constraint == "ck_specimen_specimen_colour"


async def test_instants_are_ordered_and_compared_alike(specimens):
    early, late = datetime(2026, 1, 1, 23, tzinfo=LIMA), datetime(2026, 1, 2, 5, tzinfo=UTC)
    before = sa.select(SPECIMEN.c.id).where(SPECIMEN.c.at < given("now")).order_by(SPECIMEN.c.at)
    async with specimens.tx() as tx:
        await tx.many(INSERT, [{**NOTHING, "id": TWO, "at": late}, {**NOTHING, "id": ONE, "at": early}])

    found = await specimens.all(before, now=datetime(2026, 1, 2, 0, 0, 1, tzinfo=LIMA))

    assert found == [{"id": ONE}, {"id": TWO}]
    assert await specimens.all(before, now=late) == [{"id": ONE}]


async def test_nested_rows_arrive_as_one_json_list(specimens):
    child = SPECIMEN.alias("child")
    children = nested(
        sa.select(sa.cast(child.c.id, sa.String).label("id"), child.c.text, child.c.big)
        .where(child.c.parent_id == SPECIMEN.c.id)
        .order_by(child.c.id)
        .correlate(SPECIMEN),
        "children",
    )
    statement = sa.select(SPECIMEN.c.id, children).order_by(SPECIMEN.c.id)
    async with specimens.tx() as tx:
        await tx.run(INSERT, **{**NOTHING, "id": ONE})
        await tx.run(INSERT, **{**NOTHING, "id": TWO, "parent_id": ONE, "text": 'dijo "sí"', "big": 2**53})

    found = await specimens.all(statement)

    listed = [msgspec.json.decode(row["children"]) for row in found]
    assert [[UUID(child.pop("id")) for child in children] for children in listed] == [[TWO], []]
    assert listed == [[{"text": 'dijo "sí"', "big": 2**53}], []]
