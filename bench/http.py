"""The application beside its floor under load, on both databases: what a request costs, how long it takes."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlencode

import asyncpg
from rich.console import Console
from rich.table import Table

from app.kernel import pages
from app.kernel.settings import Settings
from app.kernel.text import fold
from bench import data, processes, world
from bench.floor.reads import CATALOGUE
from bench.same import Asked, same_change, same_read
from bench.starting import Start, start
from bench.turns import CONNECTIONS, Load, Served, alternate, require_wrk
from tests import postgres

P99_MOST, MEMORY_MOST, START_MOST = 2.0, 120.0, 1.5
SECRET = "only for the bench: signs cursors, opens nothing"
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class Pace(NamedTuple):
    """How long is measured: alternating turns of each side."""

    turns: int
    seconds: int


FULL, QUICK = Pace(5, 3), Pace(1, 1)


class Case(NamedTuple):
    """What is asked, a line each (`ask.lua`), and the least ratio of the floor's CPU time to ours on PostgreSQL."""

    name: str
    lines: Callable[[Settings], list[str]]
    target: float | None
    is_read: bool = True


class Database(NamedTuple):
    """A loaded database for each side, an empty one, and the process whose children serve them, if any do."""

    name: str
    urls: dict[str, str]
    empty: str
    postmaster: int | None


class Measured(NamedTuple):
    """One case on one database."""

    case: Case
    app: Load
    floor: Load

    @property
    def ratio(self) -> float:
        """The floor's CPU time over ours."""
        return self.floor.app_cpu_each / self.app.app_cpu_each

    @property
    def p99_times(self) -> float:
        """Our p99 over the floor's; each the median of its turns."""
        return median(self.app.p99) / median(self.floor.p99)


def one_product(_: Settings) -> list[str]:
    """Any of the products."""
    return [f"/v1/products/{world.identifier('product', n)}" for n in range(0, world.PRODUCTS, 5)]


def page_of_50(settings: Settings) -> list[str]:
    """After any product by name: what is offered of the next 50."""
    after = islice(((n, world.product_name(*name)) for n, name in enumerate(world.names())), 0, None, 50)
    cursors = (
        pages.write_cursor(settings.server_key, CATALOGUE, [fold(name), world.identifier("product", n)])
        for n, name in after
    )
    return [f"/v1/catalogue?{urlencode({'cursor': cursor})}" for cursor in cursors]


def text_search(_: Settings) -> list[str]:
    """Two words."""
    return [f"/v1/products?{urlencode({'q': asked})}" for asked in world.searches(2_000)]


def acceptance_spread(_: Settings) -> list[str]:
    """Orders that take from a thousand lots."""
    return [_acceptance(n) for n in range(0, world.ORDERS, 2)]


def acceptance_hot(_: Settings) -> list[str]:
    """Orders that all take from one lot."""
    return [_acceptance(n) for n in range(1, world.ORDERS, 2)]


def _acceptance(order: int) -> str:
    path = f"/v1/orders/{world.identifier('order', order)}/acceptance"
    return f'{path}\t{{"plan_id": "{world.identifier("plan", order)}"}}'


CASES = (
    Case("one product", one_product, 0.50),
    Case("page of 50 with sums", page_of_50, 0.60),
    Case("text search", text_search, None),
    Case("acceptance, 1,000 lots", acceptance_spread, 0.45, is_read=False),
    Case("acceptance, one hot lot", acceptance_hot, 0.45, is_read=False),
)


def main(pace: Pace = FULL) -> int:
    """Measure and print; 1 when a target is missed on PostgreSQL or anything was refused."""
    console = Console(width=max(Console().width, 100))
    require_wrk()
    missed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="minka-bench-") as folder:
        for prepared in (_postgres, _sqlite):
            with prepared(Path(folder)) as database:
                missed += _measure(console, database, Path(folder), pace)
    for miss in missed:
        console.print(f"[red]missed:[/] {miss}")
    return 1 if missed else 0


@contextmanager
def _postgres(_: Path) -> Iterator[Database]:
    server, url = postgres.start(**_DURABLE)
    try:
        loaded = postgres.create_database(url, "minka_bench")
        asyncio.run(data.load_postgres(loaded))
        empty = postgres.create_database(url, "minka_bench_empty")
        urls = {"app": loaded, "floor": loaded}
        yield Database("PostgreSQL", urls, empty, asyncio.run(_postmaster(loaded)))
    finally:
        server.stop()


async def _postmaster(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return processes.parent(await connection.fetchval("select pg_backend_pid()"))
    finally:
        await connection.close()


@contextmanager
def _sqlite(folder: Path) -> Iterator[Database]:
    """A file each: two processes never write one."""
    files = {side: folder / f"{side}.db" for side in ("app", "floor")}
    asyncio.run(data.load_sqlite(files["app"]))
    files["floor"].write_bytes(files["app"].read_bytes())
    urls = {side: f"sqlite:///{path}" for side, path in files.items()}
    yield Database("SQLite", urls, f"sqlite:///{folder / 'empty.db'}", None)


def _measure(console: Console, database: Database, folder: Path, pace: Pace) -> list[str]:
    environment = {"MINKA_SECRET_KEY": SECRET, "MINKA_WORKER": "0"}
    started = start(environment | {"MINKA_DATABASE_URL": database.empty})
    with (
        Served("app", environment | {"MINKA_DATABASE_URL": database.urls["app"]}) as app,
        Served("floor", environment | {"MINKA_DATABASE_URL": database.urls["floor"]}) as floor,
    ):
        found = []
        for case in CASES:
            console.print(f"{database.name}: {case.name} ...")
            found.append(_case(case, {"app": app, "floor": floor}, database, folder, pace))
        memory = processes.memory(app.pid)
    console.print(_table(database, found, pace))
    console.print(
        f"{database.name}: ready {started.seconds:.2f} s after `minka serve` ({started.cpu_seconds:.2f} s of CPU); after the load {memory.resident:.0f} MB of "
        f"memory, {memory.files:.0f} of them pages of files\n"
    )
    return _misses(database, found, started, memory)


def _case(case: Case, sides: dict[str, Served], database: Database, folder: Path, pace: Pace) -> Measured:
    settings = Settings(database_url=database.urls["app"], secret_key=SECRET, _env_file=None)
    lines = case.lines(settings)
    asyncio.run(is_fair(case, lines, sides["app"], sides["floor"], database.urls))
    asked = _files(lines, folder / "asked", turns=None if case.is_read else 2 * pace.turns)
    loads = alternate(sides, asked, turns=pace.turns, seconds=pace.seconds, postmaster=database.postmaster)
    return Measured(case, loads["app"], loads["floor"])


async def is_fair(case: Case, lines: list[str], app: Asked, floor: Asked, urls: Mapping[str, str]) -> None:
    """Both sides do the same; takes from `lines` what can be asked once. Raises AssertionError."""
    if case.is_read:
        for path in lines[:: max(1, len(lines) // 20)]:
            await same_read(path, app, floor)
    else:
        await same_change((lines.pop(), lines.pop()), app, floor, urls)


def _files(lines: list[str], file: Path, *, turns: int | None) -> Iterator[Path]:
    """What each turn asks: always everything, or, of what can be asked once, its own part."""
    size = len(lines) // turns if turns else 0
    for first in count(0, size):
        file.write_text("\n".join(lines[first : first + size] if turns else lines))
        yield file


def _table(database: Database, found: list[Measured], pace: Pace) -> Table:
    table = Table(
        title=f"{database.name}: {pace.turns} turns of {pace.seconds} s each side, {CONNECTIONS} connections"
    )
    table.add_column("case", no_wrap=True)
    for column in ("per s", "CPU µs", "PG µs", "p50 ms", "p99 ms", "floor / ours", "target"):
        table.add_column(column, justify="right")
    for one in found:
        target = f"{one.case.target:.2f}" if one.case.target and database.postmaster else "-"
        table.add_row(one.case.name, *_cells(one.app), f"{one.ratio:.2f}", target)
        table.add_row("[dim]the floor[/]", *_cells(one.floor), end_section=True)
    return table


def _cells(load: Load) -> list[str]:
    return [
        f"{load.per_second:,.0f}",
        f"{load.app_cpu_each:,.0f}",
        f"{load.database_cpu_each:,.0f}" if load.database_cpu else "-",
        f"{median(load.p50) / 1000:.1f}",
        f"{median(load.p99) / 1000:.1f}",
    ]


def _misses(database: Database, found: list[Measured], started: Start, memory: processes.Memory) -> list[str]:
    missed = [
        f"{database.name}, {one.case.name}: {load.refused} refused, {load.broken} broken"
        for one in found
        for load in (one.app, one.floor)
        if load.refused or load.broken
    ]
    if database.postmaster is None:
        return missed
    for one in found:
        if one.case.target and one.ratio < one.case.target:
            missed.append(f"{one.case.name}: {one.ratio:.2f} of the floor, at least {one.case.target:.2f}")
        if one.case.is_read and one.p99_times > P99_MOST:
            missed.append(f"{one.case.name}: p99 {one.p99_times:.1f} times the floor's, at most {P99_MOST}")
    if started.seconds > START_MOST:
        missed.append(f"ready after {started.seconds:.2f} s, at most {START_MOST}")
    if memory.resident > MEMORY_MOST:
        missed.append(f"{memory.resident:.0f} MB of memory, at most {MEMORY_MOST:.0f}")
    return missed
