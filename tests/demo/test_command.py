"""`minka demo`: loads once, plays once, tells every time; stays out of databases that are really used."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from httpx import Response
from pydantic import ValidationError

from app.demo import command
from app.demo.cast import CAST
from app.demo.load import _STEPS as STEPS
from app.demo.load import RealDataError, load, loaded_at, start_over
from app.kernel.clock import now
from app.kernel.db import Database
from app.kernel.schema import table
from app.kernel.settings import Settings
from app.main import build_app
from app.orders.models import Order
from app.people import commands
from app.people.models import Organisation
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import people, places, producers, products

_COUNT = sa.select(sa.func.count().label("rows")).select_from(table(Organisation))
_ORDERS = sa.select(sa.func.count().label("rows")).select_from(table(Order))


async def _tell(db: Database, settings: Settings, capsys: pytest.CaptureFixture[str]) -> str:
    await command.tell_in(db, settings.model_copy(update={"demo": True}))
    return capsys.readouterr().out


async def test_the_story_is_told_whole(
    db: Database, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    story = await _tell(db, settings, capsys)

    for said in (
        "400 kg de Quinua blanca",
        "1200 piezas de Bufanda de alpaca",
        "La propuesta de reparto, y por qué",
        "deja fuera a Productoras Hatun Sonqo",
        "WhatsApp a",
        "esta vez no",
        "quién da qué ahora",
        "A nadie que dijo que sí se le bajó su parte.",
    ):
        assert said in story, said
    assert all(part.token in story for part in CAST)
    assert len(re.findall(r"^ +curl ", story, flags=re.MULTILINE)) == 5


async def test_loading_twice_changes_nothing(
    db: Database, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    first = await _tell(db, settings, capsys)
    before = (await loaded_at(db), await db.value(_COUNT), await db.value(_ORDERS))

    second = await _tell(db, settings, capsys)

    assert (await loaded_at(db), await db.value(_COUNT), await db.value(_ORDERS)) == before
    assert second.strip() == first.strip()


def _interrupt(name: str) -> None:
    if name == STEPS[1][0]:
        raise KeyboardInterrupt


async def test_starting_over_leaves_nothing_behind(
    db: Database, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(KeyboardInterrupt):
        await load(db, now(), _interrupt)
    assert "se empieza de nuevo" in await _tell(db, settings, capsys)

    await start_over(db)

    assert await db.value(_COUNT) == 0


@pytest.mark.parametrize("real", ["organisation", "category", "line", "territory"])
async def test_a_database_that_is_really_used_is_refused(db: Database, settings: Settings, real: str) -> None:
    makers: dict[str, Callable[[Database], Awaitable[object]]] = {
        "organisation": people.organisation,
        "category": products.category,
        "line": producers.line,
        "territory": partial(places.territory, code="PE-080101", name="Cusco"),
    }
    await makers[real](db)

    with pytest.raises(RealDataError):
        await command.tell_in(db, settings)
    with pytest.raises(RealDataError):
        await start_over(db)


async def test_a_database_with_an_administrator_is_refused(
    db: Database, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await commands._grant_admin(settings, "+51987654321")

    with pytest.raises(RealDataError):
        await command._guard(settings)


async def test_an_account_made_beside_the_demo_ends_it(
    db: Database, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await _tell(db, settings, capsys)
    await command._guard(settings)

    await commands._grant_admin(settings, "+51987654321")

    with pytest.raises(RealDataError):
        await command.tell_in(db, settings)
    with pytest.raises(RealDataError):
        await start_over(db)
    with pytest.raises(RealDataError):
        await command._guard(settings)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.10", "example.org"])
def test_the_demo_listens_on_this_machine_alone(host: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="loopback"):
        Settings(demo=True, host=host, database_url=f"sqlite:///{tmp_path}/x.db", _env_file=None)  # type: ignore[arg-type]


async def test_demo_tokens_open_nothing_outside_the_demo(
    client: Client, db: Database, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await _tell(db, settings, capsys)

    answer = await client.signed_in("mkd_secretaria").get("/v1/me")

    assert problem(answer) == (401, "sign_in_required")


async def test_what_is_made_in_the_demo_does_not_keep_it_from_starting_over(
    db: Database, settings: Settings, clock: MovableClock, capsys: pytest.CaptureFixture[str]
) -> None:
    await _tell(db, settings, capsys)
    demo = settings.model_copy(update={"demo": True})
    clock.time = now()
    async with Client(build_app(demo, db=db, now=clock)) as client:
        made = await _make_something_of_everything(client)

    assert [each.status_code for each in made] == [201] * len(made), [each.text for each in made]
    assert [each.json()["is_demo"] for each in made[:3]] == [True] * 3
    await start_over(db)

    assert await db.value(_COUNT) == 0


async def _make_something_of_everything(client: Client) -> list[Response]:
    """What carries the mark, and an import that puts another one right."""
    admin, officer, network = (
        client.signed_in(f"mkd_{who}") for who in ("administra", "municipalidad", "secretaria")
    )
    town = (await officer.get("/v1/me")).json()["organisations"][0]["id"]
    own = (await network.get("/v1/me")).json()["organisations"][0]["id"]
    sent = await network.post(
        "/v1/imports",
        params={"kind": "groups", "for": own, "filename": "g.csv"},
        content=b"codigo,nombre,pais\nNUEVO,Grupo Nuevo,PE\nOTRO,,PE",
        headers={"content-type": "text/csv"},
    )
    rows = {"rows": [{"row": 3, "cells": {"nombre": "Grupo Otro"}}]}
    mended = await network.post(f"/v1/imports/{sent.json()['id']}/corrections", json=rows)
    await network.post(f"/v1/imports/{mended.json()['id']}/commit")
    product = {"code": "olluco", "name": "Olluco", "category": "tuberculos", "unit": "KGM"}
    seal = {"code": "limpio", "name_es": "Limpio", "name_en": "Clean", "kind": "participatory"}
    return [
        await network.post(
            "/v1/organisations", json={"name": "Red Nueva", "kind": "network", "country": "PE"}
        ),
        await officer.post(
            "/v1/places", json={"owner": town, "kind": "venue", "name": "Plaza Nueva", "country": "PE"}
        ),
        await admin.post("/v1/products", json=product),
        await admin.post("/v1/seals", json=seal),
        sent,
        mended,
    ]
