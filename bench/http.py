"""The application beside its floor under load, on both databases: what a request costs, how long it takes."""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from statistics import median
from typing import NamedTuple

import asyncpg
from rich.console import Console
from rich.table import Table

from app.kernel.settings import Settings
from bench import copies, data, processes
from bench.cases import CASES, Case, one_product
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


class Database(NamedTuple):
    """A loaded database for each side, an empty one, and the process whose children serve them, if any do."""

    name: str
    urls: dict[str, str]
    empty: str
    postmaster: int | None


class Measured(NamedTuple):
    """One case on one database; `product` is one product asked of the application in turn with it, where that is its measure."""

    case: Case
    app: Load
    floor: Load
    product: Load | None

    @property
    def ratio(self) -> float:
        """The floor's CPU time over ours."""
        return self.floor.app_cpu_each / self.app.app_cpu_each

    @property
    def times_floor(self) -> float:
        """Our CPU time over the floor's, the database's included."""
        return self.app.cpu_each / self.floor.cpu_each

    @property
    def p99_times(self) -> float:
        """Our p99 over the floor's; each the median of its turns."""
        return median(self.app.p99) / median(self.floor.p99)


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
        asyncio.run(copies.stored(settings_of(loaded)))
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
    asyncio.run(copies.stored(settings_of(f"sqlite:///{files['app']}")))
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
    for one in found:
        if one.case.least is None and (said := _reached(one)[0]):
            console.print(f"{database.name}: {one.case.name}: {said}")
    console.print(
        f"{database.name}: ready {started.seconds:.2f} s after `minka serve` ({started.cpu_seconds:.2f} s of CPU); after the load {memory.resident:.0f} MB of "
        f"memory, {memory.files:.0f} of them pages of files\n"
    )
    return _misses(database, found, started, memory)


def _case(case: Case, sides: dict[str, Served], database: Database, folder: Path, pace: Pace) -> Measured:
    settings = settings_of(database.urls["app"])
    lines = asyncio.run(case.lines(settings))
    asyncio.run(is_fair(case, lines, sides["app"], sides["floor"], database.urls))
    asked = _files(lines, folder / "asked", turns=2 * pace.turns if case.writes else None)
    if case.most_of_product is not None:
        sides = sides | {"product": sides["app"]}
        products = _files(asyncio.run(one_product(settings)), folder / "product", turns=None)
        asked = chain.from_iterable(zip(asked, asked, products, strict=True))
    loads = alternate(sides, asked, turns=pace.turns, seconds=pace.seconds, postmaster=database.postmaster)
    return Measured(case, loads["app"], loads["floor"], loads.get("product"))


def settings_of(url: str) -> Settings:
    """The settings of both sides on a database."""
    return Settings(database_url=url, secret_key=SECRET, worker=False, _env_file=None)


async def is_fair(case: Case, lines: list[str], app: Asked, floor: Asked, urls: Mapping[str, str]) -> None:
    """Both sides do the same; takes from `lines` what can be asked once. Raises AssertionError."""
    if case.writes:
        two = (lines.pop(), lines.pop())
        await same_change(two, app, floor, urls, tables=case.writes, is_answered=case.is_answered)
        return
    for line in lines[:: max(1, len(lines) // 20)]:
        await same_read(line, app, floor)


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
        target = f"{one.case.least:.2f}" if one.case.least and database.postmaster else "-"
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


def _reached(one: Measured) -> tuple[str, bool]:
    """What is said about a case's target, and whether it is missed."""
    case = one.case
    if case.least is not None:
        return f"{one.ratio:.2f} of the floor, at least {case.least:.2f}", one.ratio < case.least
    if case.most_of_product is not None and one.product:
        times, most = one.app.app_cpu_each / one.product.app_cpu_each, case.most_of_product
        return f"{times:.2f} times the CPU of one product, at most {most}", times > most
    if case.most_of_floor is not None:
        times, most = one.times_floor, case.most_of_floor
        return (
            f"{times:.2f} times the CPU of a bare bulk insert, the database's included, at most {most}",
            times > most,
        )
    return "", False


def _misses(database: Database, found: list[Measured], started: Start, memory: processes.Memory) -> list[str]:
    missed = [
        f"{database.name}, {one.case.name}, {side}: {load.refused} refused, {load.broken} broken"
        for one in found
        for side, load in (("ours", one.app), ("the floor", one.floor))
        if load.refused or load.broken
    ]
    if database.postmaster is None:
        return missed
    for one in found:
        said, is_missed = _reached(one)
        if is_missed:
            missed.append(f"{one.case.name}: {said}")
        if one.case.least and not one.case.writes and one.p99_times > P99_MOST:
            missed.append(f"{one.case.name}: p99 {one.p99_times:.1f} times the floor's, at most {P99_MOST}")
    if started.seconds > START_MOST:
        missed.append(f"ready after {started.seconds:.2f} s, at most {START_MOST}")
    if memory.resident > MEMORY_MOST:
        missed.append(f"{memory.resident:.0f} MB of memory, at most {MEMORY_MOST:.0f}")
    return missed
