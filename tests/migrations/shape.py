"""What a database is made of, as plain values that can be compared."""

import asyncio
import re
import sqlite3
from pathlib import Path

import asyncpg

_POSTGRES = """
select 'column', c.table_name, c.ordinal_position::text || ' ' || c.column_name,
       format_type(a.atttypid, a.atttypmod) || ' null=' || c.is_nullable || ' default=' || coalesce(c.column_default, '')
  from information_schema.columns c
  join pg_attribute a on a.attrelid = format('%I', c.table_name)::regclass and a.attname = c.column_name
 where c.table_schema = 'public'
union all
select 'constraint', r.relname, k.conname, pg_get_constraintdef(k.oid)
  from pg_constraint k join pg_class r on r.oid = k.conrelid
 where k.connamespace = 'public'::regnamespace
union all
select 'index', tablename, indexname, indexdef from pg_indexes where schemaname = 'public'
union all
select 'options', relname, 'reloptions', coalesce(reloptions::text, '')
  from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
"""


def of_sqlite(path: Path) -> dict[str, list[str]]:
    """Every table and index with the lines of its definition; the columns in their order, the constraints sorted."""
    connection = sqlite3.connect(path)
    found = connection.execute("select name, sql from sqlite_master where sql is not null").fetchall()
    connection.close()
    return {name: _lines(sql) for name, sql in found if name != "alembic_version"}


def _lines(sql: str) -> list[str]:
    lines = [" ".join(line.split()).rstrip(",").strip() for line in sql.splitlines()]
    lines = [re.sub(r'^CREATE TABLE "(\w+)"', r"CREATE TABLE \1", line) for line in lines if line]
    named = [line for line in lines if line.startswith("CONSTRAINT")]
    return [line for line in lines if line not in named] + sorted(named)


def of_postgres(url: str) -> list[tuple[str, ...]]:
    """Every column, constraint, index and table option, as PostgreSQL itself says them."""
    return asyncio.run(_ask(url))


async def _ask(url: str) -> list[tuple[str, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return sorted(tuple(row) for row in await connection.fetch(_POSTGRES) if row[1] != "alembic_version")
    finally:
        await connection.close()
