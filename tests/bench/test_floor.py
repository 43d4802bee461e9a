"""The bench compares like with like: on a small world the floor answers and writes what the application does."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from app.kernel.db import connect
from app.main import build_app
from bench import cases, copies, data, http, world
from bench.floor import Floor
from bench.turns import Answer, comparable
from tests import postgres


class _Side:
    """One side, asked without a network."""

    def __init__(self, served):
        transport = httpx.ASGITransport(served)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://bench.test")

    async def ask(self, question):
        body, more = question.body, question.headers() | {"accept-encoding": "identity"}  # as wrk
        answer = await self._client.request(
            "POST" if body else "GET", question.path, content=body, headers=more
        )
        return Answer(answer.status_code, answer.content, comparable(answer.headers))


@pytest.fixture(scope="module")
def small_world():
    """Enough for pages with a next one, a municipality in every region, four acceptances and two new series."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "PRODUCERS": 50,
            "PRODUCTS": 300,
            "LOTS": 900,
            "ORDERS": 40,
            "SPREAD": 20,
            "FAIRS": 28,
            "FAIRS_PER_TOWN": 4,
            "NEW_FAIRS": 2,
        }.items():
            patch.setattr(world, name, value)
        yield


@pytest.fixture
def loaded(engine, small_world, request, tmp_path):
    if engine == "sqlite":
        asyncio.run(data.load_sqlite(tmp_path / "bench.db"))
        return f"sqlite:///{tmp_path / 'bench.db'}"
    url = postgres.create_database(request.getfixturevalue("postgres_server"), "minka_test_bench")
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, data.load_postgres(url)).result()
    return url


async def test_the_floor_does_what_the_application_does(loaded):
    settings = http.settings_of(loaded)
    await copies.stored(settings)

    async with await connect(settings) as db, Floor(settings) as floor:
        app = build_app(settings, db=db)
        for case in cases.CASES:
            lines = await case.lines(settings)
            await http.is_fair(case, lines, _Side(app), _Side(floor), {"app": loaded, "floor": loaded})
