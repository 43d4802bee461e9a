"""Every route by every kind of caller, as the table and the cases say."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from app import main
from app.kernel.db import Database
from app.kernel.route import room
from app.kernel.visit import Visit
from app.people.doors import TABLE
from tests.access_cases import OK, Case, cases, of_list
from tests.access_cases.world import KINDS, World, build
from tests.client import Client

ROUTES = {route.name: route for route in main.build_api().routes if isinstance(route, APIRoute)}
CASES = cases()


@pytest.mark.parametrize("name", sorted(ROUTES.keys() | CASES.keys()))
async def test_every_caller_is_answered_as_the_table_says(name: str, client: Client, db: Database) -> None:
    case = _case(name)

    found: dict[str, str | int] = {}
    world = None
    for kind in sorted(
        KINDS, key=lambda kind: case.expected[kind] == OK
    ):  # those who may change it come last
        if world is None:
            world = await _prepared(case, client, db)
        found[kind] = await _knock(case, world, kind)
        if found[kind] == OK and case.method != "GET":
            world = None

    assert found == dict(case.expected)


def test_every_case_is_of_a_route() -> None:
    assert {name.partition("@")[0] for name in CASES} - ROUTES.keys() == set()


def test_every_line_of_the_table_is_of_a_route() -> None:
    assert TABLE.keys() == ROUTES.keys()


def test_the_application_does_not_start_with_a_route_that_the_table_does_not_know(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forgotten: APIRouter = room("forgotten")

    @forgotten.get("/forgotten")
    async def read_forgotten(visit: Visit) -> Any:
        return visit.listing({})

    monkeypatch.setattr(main, "ROOMS", (*main.ROOMS, forgotten))

    with pytest.raises(LookupError, match="read_forgotten"):
        main.build_api()


def _case(name: str) -> Case:
    if name in CASES:
        return CASES[name]
    route = ROUTES[name]
    if route.methods == {"GET"} and "{" not in route.path:
        return of_list(name, route.path)
    pytest.fail(f"{name}: add its case to tests/access_cases")


async def _prepared(case: Case, client: Client, db: Database) -> World:
    world = await build(client, db)
    if case.prepare:
        await case.prepare(world)
    return world


async def _knock(case: Case, world: World, kind: str) -> str | int:
    options: dict[str, Any] = {"headers": case.headers}
    if isinstance(case.body, bytes):
        options["content"] = case.body
    elif case.body is not None:
        options["json"] = json.loads(_filled(json.dumps(case.body), world.names))
    answer = await world.callers[kind].request(case.method, _filled(case.path, world.names), **options)
    assert answer.status_code < 500, answer.text
    return answer.status_code if answer.status_code in {401, 403, 404} else OK


def _filled(text: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return text
