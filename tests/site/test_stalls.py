"""A stall offered by message: one link, one tap, no sign-in."""

import re
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.fairs.service import passing
from app.kernel.db import Database, write
from app.site import stalls
from app.site.stalls import StallView
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories.fairs import Called, called

MOST_BYTES = 8_000
STATES: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "offered": ({}, ["confirm", "decline"], "Les toca el puesto 12"),
    "confirmed": (
        {"state": "confirmed", "fee_state": "due"},
        ["decline"],
        "Paguen S/ 3.00 en la caja de Municipalidad",
    ),
    "paid": ({"state": "confirmed", "fee_state": "paid"}, ["decline"], "Ya pagaron S/ 3.00."),
    "free": ({"state": "confirmed", "fee": None}, ["decline"], "El puesto no cuesta nada."),
    "declined": ({"state": "declined"}, [], "Anotado: esta vez no pueden."),
    "expired": ({"state": "expired"}, [], "El puesto pasó al siguiente de la lista de espera."),
    "released": ({"state": "released", "reason": "Obras"}, [], "Motivo: Obras"),
    "cancelled": ({"state": "cancelled", "reason": "Lluvias"}, [], "Motivo: Lluvias"),
    "over": ({"state": "over"}, [], "Esta feria ya empezó o ya pasó."),
    "moved": ({"before": "viernes 6 de marzo, 8:00"}, ["confirm", "decline"], "Antes: viernes 6 de marzo"),
    "suspended": ({"is_suspended": True}, ["confirm", "decline"], "Esta feria está suspendida"),
    "hostile": (
        {"group": "<script>x</script>", "fair": "{fair}<b>"},
        ["confirm", "decline"],
        "{fair}&lt;b&gt;",
    ),
}


@pytest.fixture
async def world(client: Client, db: Database, clock: MovableClock) -> Called:
    """Two groups are offered the two stalls of a fair, a third one waits; what the officer has to send."""
    found = await called(client, db, clock, stalls=2, fee={"amount": "3.00", "currency": "PEN"})
    for _ in range(3):
        _, application = await found.apply(client, db)
        await found.decide(application)
    await found.finish()
    await found.allocate(await found.date())
    return found


@pytest.mark.parametrize("name", STATES)
def test_the_page_is_small_and_whole_in_every_state(name: str) -> None:
    values, buttons, words = STATES[name]
    view = StallView(
        **{
            "fair": "Feria de productores de Qori Pampa",
            "organiser": "Municipalidad de Qori Pampa (demostración)",
            "group": "Grupo Sumaq Tika (demostración)",
            "stall": "12",
            "when": "sábado 7 de marzo, de 8:00 a 14:00",
            "place": "Plaza de Armas, Jr. Lima 120",
            "deadline": "jueves 5, 8 de la noche",
            "due": "sábado 7 de marzo",
            "fee": "S/ 3.00",
            "state": "offered",
            "path": "/ferias/feria-qori-pampa-7KX2/2026-03-07",
        }
        | values
    )

    for lang in ("en", "es"):
        body = stalls.draw(view, "t" * 44, lang=lang).body
        assert len(body) < MOST_BYTES
        assert re.findall(r'name="answer" value="(\w+)"', body.decode()) == buttons
        assert b"<script" not in body
    assert words in _words(body.decode())


async def test_a_yes_and_a_later_no_are_one_tap_each_and_may_be_repeated(
    world: Called, client: Client
) -> None:
    first, second = await _messages(world)
    path = _path(first)

    shown = await client.get(path)
    tapped = [await client.post(path, data={"answer": "confirm"}) for _ in range(2)]
    thanks = await client.get(path)
    back = [await client.post(path, data={"answer": "decline"}) for _ in range(2)]
    again = await client.post(path, data={"answer": "confirm"})
    declined = [await client.post(_path(second), data={"answer": "decline"}) for _ in range(2)]

    stands = {stand["stall"]: stand for stand in await world.stands(await world.date())}
    words = _words(shown.text)
    assert "Municipalidad de Qori Pampa les pregunta:" in words
    assert f"Les toca el puesto {_stall(first)} en Feria de Qori Pampa: " in words
    assert "en Plaza de Armas, por S/ 3.00. Respondan hasta el" in words
    assert re.findall(r'name="answer" value="(\w+)"', shown.text) == ["confirm", "decline"]
    assert [each.status_code for each in (*tapped, *back, *declined)] == [303] * 6
    assert "Paguen S/ 3.00 en la caja de Municipalidad de Qori Pampa" in _words(thanks.text)
    assert again.status_code == 409
    assert "No se cambió nada. Si quieren cambiar algo, llamen a Municipalidad" in _words(again.text)
    assert len(first["sms"]) <= 160
    assert first["sms"].startswith(f"Puesto {_stall(first)}: ")
    (taken,) = stands.values()  # whoever waited was offered the stall that came free first
    assert (taken["stall"], taken["state"]) == (_stall(first), "offered")


async def test_what_is_over_is_told_kindly(
    world: Called, client: Client, db: Database, clock: MovableClock
) -> None:
    first, second = await _messages(world)
    date = await world.date()
    await client.post(_path(second), data={"answer": "confirm"})
    clock.advance(hours=49)

    early = await client.post(_path(first), data={"answer": "confirm"})  # before the worker has seen to it
    for due in await passing.due(db, clock()):
        await write(db, partial(passing.expire, assignment_id=due, now=clock()))
    late = await client.post(_path(first), data={"answer": "decline"})
    sent = await world.officer.post(f"/v1/messages/{first['id']}/sent", json={"channel": "sms"})
    etag = (await world.officer.get(f"/v1/occurrences/{date['id']}")).headers["etag"]
    await world.officer.patch(
        f"/v1/occurrences/{date['id']}",
        json={"starts_local": f"{date['starts_local'][:10]}T09:00", "reason": "Misa"},
        headers={"if-match": etag},
    )
    moved = await _messages(world)
    await world.officer.post(f"/v1/occurrences/{date['id']}/cancellation", json={"reason": "Huaico"})
    off = await client.get(_path(second))
    odd = await client.post(_path(second), data={"answer": "confirm"})

    assert [each.status_code for each in (early, late, odd)] == [409, 409, 409]
    assert "El puesto pasó al siguiente de la lista de espera." in early.text
    assert problem(sent) == (409, "message_cancelled")
    assert sorted(each["kind"] for each in moved) == ["changed_offer", "moved"]
    assert all("9 de la mañana, en Plaza de Armas. Misa." in each["text"] for each in moved)
    assert "Motivo: Huaico" in _words(off.text)
    assert "<form" not in off.text


async def _messages(world: Called) -> list[dict[str, Any]]:
    listed = await world.officer.get("/v1/messages", params={"state": "to_send"})
    found: list[dict[str, Any]] = listed.json()["items"]
    return found


def _path(message: dict[str, Any]) -> str:
    (link,) = re.findall(r"https?://\S+", message["text"])
    return urlsplit(link).path


def _stall(message: dict[str, Any]) -> str:
    return re.search(r"les toca el puesto (\w+)", message["text"])[1]


def _words(html: str) -> str:
    plain = re.sub("<style>.*?</style>|<[^>]+>", " ", html).replace("\u00a0", " ")
    return re.sub(r" ([.:])", r"\1", re.sub(r"\s+", " ", plain))
