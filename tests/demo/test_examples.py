"""Every example of the API's description succeeds at the first click, in the demo, as the role it names."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from app.demo import examples
from app.demo.cast import BY_KEY
from app.kernel.db import Lite
from app.kernel.openapi import operations
from app.kernel.settings import Settings
from app.main import build_api, build_app
from tests.client import Client

KEPT = json.loads(examples.KEPT.read_text("utf-8"))
# What has no example, by its reason.
WITHOUT = {
    # A secret that nobody is told: a code, a PIN, a password, a token.
    *("acceptInvitation", "changePin", "readStallFeed", "refreshTokens", "setPassword"),
    *("signInByPassword", "signInByPin", "signInFirst"),
    "appendUpload",  # bytes in a body of another kind than JSON, and a header of its own
    # A day or a quarter of the calendar: a description holds none.
    *("createSealGrant", "setCapacityWeek", "createKeyDate"),
    *("createOccurrence", "createSanction", "noteAttendance", "succeedFair"),
    *("exportIndicators", "printIndicators", "readIndicators"),
    *("readKeyDate", "removeKeyDate", "updateKeyDate"),  # the worker fills them in, year by year
    "createSubstitute",  # only on the day of the fair
    "readTerritory",  # the countries' official lists are brought in by whoever serves the program
}


class Asked(NamedTuple):
    """One operation with its example."""

    method: str
    path: str
    operation: dict[str, Any]
    example: dict[str, Any]


OPERATIONS = {
    operation["operationId"]: Asked(method, path, operation, KEPT.get(operation["operationId"], {}))
    for path, item in build_api().openapi()["paths"].items()
    for method, operation in operations({"paths": {path: item}})
}


class Demo(NamedTuple):
    """The demo's database file, and what its examples are now."""

    content: bytes
    examples: dict[str, Any]


async def _played(path: Path, at: datetime) -> dict[str, Any]:
    async with await examples.played(path, at) as db:
        return await examples.resolved(db)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    with ThreadPoolExecutor(1) as thread:  # the suite's own event loop may be running here
        found = thread.submit(asyncio.run, _played(path, examples.AT)).result()
    return Demo(path.read_bytes(), found)


async def test_a_demo_of_another_day_describes_its_own_rows(tmp_path: Path) -> None:
    """Who stands where depends on the day: a server of the demo finds its examples in its own rows."""
    at = examples.AT + timedelta(days=319, hours=3)
    found = await _played(tmp_path / "played.db", at)
    changed = [name for name, example in found.items() if example != KEPT[name]]
    assert changed

    refused = {}
    for name in changed:
        path = tmp_path / f"{name}.db"
        path.write_bytes((tmp_path / "played.db").read_bytes())
        answer = await _click(OPERATIONS[name]._replace(example=found[name]), path, at)
        if not answer.is_success:
            refused[name] = answer.text
    assert refused == {}


def test_kept_examples_name_the_rows_of_the_demo(demo: Demo) -> None:
    assert examples.text(demo.examples) == examples.KEPT.read_text("utf-8"), "make openapi"


def test_every_operation_has_an_example_where_it_needs_one() -> None:
    without = set()
    for name, asked in OPERATIONS.items():
        needed = [p for p in asked.operation["parameters"] if p.get("required") and p["in"] != "header"]
        wanted = {p["name"] for p in needed}
        given = {*asked.example.get("path", {}), *asked.example.get("query", {})}
        needs_body = asked.operation.get("requestBody", {}).get("required")
        if wanted - given or (needs_body and not {"body", "raw"} & asked.example.keys()):
            without.add(name)

    assert without == WITHOUT


@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - WITHOUT))
async def test_example_succeeds_at_the_first_click(name: str, demo: Demo, tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    path.write_bytes(demo.content)

    answer = await _click(OPERATIONS[name], path, examples.AT)

    assert answer.is_success, answer.text


async def _click(asked: Asked, path: Path, at: datetime) -> Any:
    configured = Settings(database_url=f"sqlite:///{path}", secret_key="k" * 40, demo=True, _env_file=None)  # type: ignore[arg-type]
    async with Lite.open(path) as db:
        app = build_app(configured, db=db, now=lambda: at + timedelta(hours=1))
        async with Client(app) as client:
            return await _ask(client, asked)


async def _ask(client: Client, asked: Asked) -> Any:
    example, headers = asked.example, {}
    if asked.operation["security"]:
        headers["authorization"] = f"Bearer {BY_KEY[example.get('as', 'secretaria')].token}"
    if asked.method == "post":
        headers["idempotency-key"] = "ejemplo-1"
    if "428" in asked.operation["responses"]:
        headers["if-match"] = f'"{example.get("version", 1)}-es"'
    content: dict[str, Any] = {"json": example["body"]} if "body" in example else {}
    if "raw" in example:
        content, headers["content-type"] = {"content": example["raw"].encode()}, "text/csv"
    url = asked.path.format_map(example.get("path", {}))
    return await client.request(
        asked.method.upper(), url, params=example.get("query"), headers=headers, **content
    )
