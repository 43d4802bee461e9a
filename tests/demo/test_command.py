"""`minka demo`: loads once, plays once, tells every time; stays out of databases that are really used."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
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
from tests.factories import people

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


async def test_a_database_that_is_really_used_is_refused(db: Database, settings: Settings) -> None:
    await people.member(db, await people.network(db))

    with pytest.raises(RealDataError):
        await command.tell_in(db, settings)
    with pytest.raises(RealDataError):
        await start_over(db)


async def test_a_database_with_an_administrator_is_refused(
    db: Database, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await commands._grant_admin(settings, "+51987654321")

    with pytest.raises(RealDataError):
        await command.tell_in(db, settings)
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
        made = await client.signed_in("mkd_grupo").post(
            "/v1/organisations", json={"name": "Red Nueva", "kind": "network", "country": "PE"}
        )

    await start_over(db)

    assert made.status_code == 201, made.text
