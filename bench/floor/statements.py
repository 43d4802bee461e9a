"""The application's own statements as the bare driver runs them, and how each driver spells a value."""

import importlib
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.engine import Dialect

from app.fairs.queries import feeds, occurrences, pages
from app.fairs.service import dates as rows_of_fairs
from app.fairs.service import fairs as series_of_fairs
from app.inventory.service import holding
from app.kernel import idempotency, journal, search
from app.kernel.db import Lite
from app.kernel.db.pg import Pg
from app.kernel.db.shape import Shape
from app.kernel.settings import Settings
from app.messages import service as messages
from app.orders.queries import orders
from app.orders.service import acceptance, offers
from app.people import tokens
from app.products import queries as products
from bench import fairs
from bench.floor import rows

catalogue = importlib.import_module(
    "app.inventory.queries.catalogue"
)  # its package has a function of that name


class Text:
    """One statement's text and where its parameters go, by the application's own compiler.

    `names` are the parameters that each call gives, as the driver takes them; a name in `lists` is one value of an IN.
    What is in `always` is the same in every call.
    """

    def __init__(
        self,
        statement: Any,
        dialect: Dialect,
        names: Sequence[str],
        *,
        lists: Sequence[str] = (),
        always: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        shape = Shape(statement, dialect, [*always, *names] if statement.is_insert else ())
        for name in names:
            shape.into.pop(name, None)
        marks = {name: [_Mark(name)] if name in lists else _Mark(name) for name in names}
        self.sql, self._all = shape.bind({**always, **marks})
        self._places = [(at, found.name) for at, found in enumerate(self._all) if isinstance(found, _Mark)]

    def __call__(self, given: Mapping[str, Any]) -> list[Any]:
        """The arguments in the statement's order."""
        arguments = self._all.copy()
        for at, name in self._places:
            arguments[at] = given[name]
        return arguments


class _Mark:
    """Stands where a parameter goes."""

    def __init__(self, name: str) -> None:
        self.name = name


class Statements:
    """Every statement that the floor runs, for one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        def text(statement: Any, *names: str, lists: Sequence[str] = ()) -> Text:
            return Text(statement, dialect, names, lists=lists)

        def dates(*names: str) -> Text:
            names = ("published", "since", *names, "limit")
            return text(occurrences._LIST.pick(dict.fromkeys(names, ""))[0], *names)

        asked = search.parameters("quinua lampa") | {"limit": 51}
        after = dict.fromkeys(("after_name", "after_id", "today", "limit"), "")
        self.by_token = text(tokens._BY_TOKEN, "digest", "now")
        self.product = text(products._ONE, "id")
        self.search = text(products._LIST.pick(asked)[0], *asked)
        self.page = text(catalogue._LIST.pick(after)[0], *after)
        self.dates_of_organiser = dates("until", "organiser")
        self.dates_of_country = dates("country")
        self.dates_of_region = dates("until", "country", "region")
        listed = ("since", "until", "country", "region", "limit")
        self.page_of_dates = text(pages._DATES.pick(dict.fromkeys(listed, ""))[0], *listed)
        self.copy = text(feeds._KEPT, "address", "of")
        series, its_dates = fairs.new_rows()
        self.add_fair = Text(series_of_fairs.ADD, dialect, rows.FAIR, always=series)
        self.add_dates = [Text(rows_of_fairs.ADD, dialect, rows.DATE, always=row) for row in its_dates]
        self.squares = fairs.new_squares()
        self.order = text(acceptance._NAMED, "order", "plan")
        self.lines = text(orders._ASKED, "order")
        self.contacts = text(offers._CONTACTS, "ids", lists=["ids"])
        self.accept = text(acceptance._ACCEPT, "order", "expected", "now", "until")
        self.accept_plan = text(acceptance._ACCEPT_PLAN, "plan")
        self.hold = text(holding.HOLD, "lot", "price", "expected", "quantity")
        self.reserve = text(holding._ADD, *rows.RESERVATION)
        self.allocate = text(offers._ADD, *rows.ALLOCATION)
        self.take = text(offers._ADD_TAKE, *rows.TAKE)
        self.say = text(messages._ADD, *rows.MESSAGE)
        self.audit = text(journal._ADD_AUDIT, *rows.AUDIT)
        self.event = text(journal._ADD_EVENT, *rows.EVENT)
        self.keep = text(idempotency._KEEP, *rows.KEPT)


async def connect(settings: Settings) -> "Postgres | Sqlite":
    """The driver with the connections that the application has."""
    if settings.is_sqlite:
        return Sqlite(settings)
    found = Postgres()
    await found.open(settings)
    return found


async def _keep(_: asyncpg.Connection) -> None:
    """The application's connections are not reset either."""


class Postgres(Statements):
    """asyncpg: it prepares each text once per connection."""

    def __init__(self) -> None:
        super().__init__(Pg.dialect)

    async def open(self, settings: Settings) -> None:
        url = settings.database_url
        self._pool = await asyncpg.create_pool(
            url, min_size=10, max_size=10, reset=_keep, statement_cache_size=2_000
        )

    async def fetch(self, text: Text, **given: Any) -> Any:
        return await self._pool.fetch(text.sql, *text(given))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["_PostgresTransaction"]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield _PostgresTransaction(connection)

    async def close(self) -> None:
        await self._pool.close()

    @staticmethod
    def spelt(value: UUID | date | datetime) -> Any:
        return value

    uuid = instant = day = spelt


class _PostgresTransaction:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def fetch(self, text: Text, **given: Any) -> Any:
        return await self._connection.fetch(text.sql, *text(given))

    async def run(self, text: Text, **given: Any) -> int:
        done = await self._connection.execute(text.sql, *text(given))
        return int(done.rpartition(" ")[2])

    async def many(self, text: Text, rows: Sequence[Mapping[str, Any]]) -> None:
        await self._connection.executemany(text.sql, [text(row) for row in rows])

    async def each(self, texts: Sequence[Text], rows: Sequence[Mapping[str, Any]]) -> None:
        """A row by each of several texts that differ only in what is always the same."""
        given = [text(row) for text, row in zip(texts, rows, strict=True)]
        await self._connection.executemany(texts[0].sql, given)


class Sqlite(Statements):
    """sqlite3: one connection reads, one writes."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(Lite.dialect)
        self._reader = _open(settings, "pragma query_only=on")
        self._writer = _open(settings, "pragma synchronous=full; pragma foreign_keys=on")

    async def fetch(self, text: Text, **given: Any) -> Any:
        return self._reader.execute(text.sql, text(given)).fetchall()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["_SqliteTransaction"]:
        self._writer.execute("begin immediate")
        try:
            yield _SqliteTransaction(self._writer)
        except BaseException:
            self._writer.execute("rollback")
            raise
        self._writer.execute("commit")

    async def close(self) -> None:
        self._reader.close()
        self._writer.close()

    @staticmethod
    def spelt(value: UUID | date | datetime) -> str:
        if isinstance(value, UUID):
            return value.hex
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%d %H:%M:%S.%f")
        return value.isoformat()

    @staticmethod
    def uuid(value: str) -> UUID:
        return UUID(value)

    @staticmethod
    def instant(value: str | None) -> datetime | None:
        return datetime.fromisoformat(f"{value}+00:00") if value else None

    @staticmethod
    def day(value: str) -> date:
        return date.fromisoformat(value)


class _SqliteTransaction:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def fetch(self, text: Text, **given: Any) -> Any:
        return self._connection.execute(text.sql, text(given)).fetchall()

    async def run(self, text: Text, **given: Any) -> int:
        return self._connection.execute(text.sql, text(given)).rowcount

    async def many(self, text: Text, rows: Sequence[Mapping[str, Any]]) -> None:
        self._connection.executemany(text.sql, [text(row) for row in rows])

    async def each(self, texts: Sequence[Text], rows: Sequence[Mapping[str, Any]]) -> None:
        """A row by each of several texts that differ only in what is always the same."""
        given = [text(row) for text, row in zip(texts, rows, strict=True)]
        self._connection.executemany(texts[0].sql, given)


def _open(settings: Settings, last: str) -> sqlite3.Connection:
    connection = sqlite3.connect(settings.sqlite_path, isolation_level=None, cached_statements=512)
    connection.row_factory = sqlite3.Row
    connection.executescript(f"pragma cache_size=-8192; pragma mmap_size=268435456; {last}")
    return connection
