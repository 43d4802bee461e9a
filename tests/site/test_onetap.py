"""The weaver's answer from her phone: one link, one tap, no sign-in."""

import re
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.kernel.db import Database
from app.kernel.journal import AuditEntry
from app.kernel.schema import table
from app.kernel.settings import Settings
from app.messages import onetap
from tests.client import Client
from tests.conftest import MovableClock
from tests.factories import orders

MOST_BYTES = 8_000
AUDIT = table(AuditEntry)
_RECORDED = sa.select(AUDIT.c.action, AUDIT.c.actor).where(AUDIT.c.subject_id == sa.bindparam("subject"))


@pytest.fixture
async def market(client: Client, db: Database) -> orders.Market:
    return await orders.market(client, db)


async def _offered(
    market: orders.Market, kilos: str = "90", name: str = "Ayni"
) -> tuple[dict[str, Any], str]:
    """An order that waits for its producers: a group's message, and the path of its link."""
    await market.accepted(kilos)
    listed = (await market.secretary.get("/v1/messages")).json()["items"]
    (found,) = [item for item in listed if item["recipient"]["name"] == f"Grupo {name}"]
    return found, _path(found)


async def _state(market: orders.Market, name: str = "Ayni") -> tuple[str, str]:
    part = await market.part_of(name)
    return part["state"], part["quantity"]["value"]


def _words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<style>.*?</style>|<[^>]+>", " ", html)).replace(" .", ".")


async def test_link_shows_the_share_and_takes_a_yes(client: Client, market: orders.Market) -> None:
    _, path = await _offered(market)

    shown = await client.get(path)
    before = await _state(market)
    tapped = await client.post(path, data={"answer": "confirm"})
    after = await client.get(tapped.headers["location"])

    assert before == ("offered", "30")
    words = _words(shown.text)
    assert "Red Ayni Sur les pregunta: Grupo Ayni" in words
    assert "Les tocan 30 kg de quinua blanca a S/ 8.00 el kilo = S/ 240.00 para ustedes." in words
    assert "Respondan hasta el miércoles 4, 8 de la noche" in words
    assert (
        "Pidieron 90 kg. Son 9 personas en 3 grupos. Ustedes son 3 personas. "
        "La parte igual para todos: 10 kg por persona." in words
    )
    assert re.findall(r'name="answer" value="(\w+)"', shown.text) == ["confirm", "less", "decline"]
    assert (tapped.status_code, tapped.headers["location"], tapped.content) == (303, path, b"")
    assert await _state(market) == ("confirmed", "30")
    assert "¡Gracias! Quedó anotado que sí pueden." in after.text
    assert re.findall(r'name="answer" value="(\w+)"', after.text) == ["less", "decline"]
    for answer in (shown, after):
        assert len(answer.content) < MOST_BYTES


async def test_one_tap_stands_in_the_records_and_on_the_board(
    client: Client, db: Database, market: orders.Market
) -> None:
    message, path = await _offered(market)

    await client.post(path, data={"answer": "confirm"})

    part = await market.groups["Ayni"].client.get(f"/v1/allocations/{message['subject']['id']}")
    assert part.json()["answer_channel"] == "one_tap"
    recorded = await db.all(_RECORDED, subject=_id(message))
    assert {(row["action"], row["actor"]) for row in recorded} >= {
        ("allocation.confirmed", f"one_tap:{_id(message)}"),
        ("message.answered", f"one_tap:{_id(message)}"),
    }
    assert "anonymous" not in {row["actor"] for row in recorded}
    again = (await market.secretary.get("/v1/messages", params={"state": "answered"})).json()["items"]
    assert [item["id"] for item in again] == [message["id"]]


async def test_an_additional_part_says_what_it_comes_on_top_of(
    client: Client, market: orders.Market, settings: Settings
) -> None:
    order = await market.accepted("90")
    first = {name: await market.part_of(name) for name in market.groups}
    await market.groups["Ayni"].client.post(f"/v1/allocations/{first['Ayni']['id']}/confirmation")
    await market.groups["Inti"].client.post(f"/v1/allocations/{first['Inti']['id']}/decline")

    await market.secretary.post(f"/v1/orders/{order}/repairs")
    found = (await market.secretary.get("/v1/messages", params={"state": "to_send"})).json()["items"]
    written = {
        item["recipient"]["name"]: item
        for item in found
        if item["kind"] == "offer" and _id(item) not in _ids(first)
    }

    ayni, killa = written["Grupo Ayni"], written["Grupo Killa"]
    assert "Además de los 30 kg que ya confirmaron, les pedimos 15 kg más a S/ 8.00 el kilo" in ayni["text"]
    assert "Además de los 30 kg que ya les tocan, les pedimos 15 kg más" in killa["text"]
    assert len(ayni["sms"]) <= 160
    assert ayni["sms"].startswith(
        "Ademas de los 30 kg, 15 kg mas = S/ 120.00, hasta miércoles 4, 8 de la noche:"
    )
    pages = {name: _words((await client.get(_path(item))).text) for name, item in written.items()}
    assert "Les tocan 15 kg" in pages["Grupo Ayni"]
    assert "Es además de los 30 kg que ya confirmaron." in pages["Grupo Ayni"]
    assert "Es además de los 30 kg que ya les tocan." in pages["Grupo Killa"]
    before = onetap.make(settings.server_key, "allocation", UUID(first["Ayni"]["id"]), 1)
    assert "Es además" not in (await client.get(f"/r/{before}")).text


async def test_what_comes_on_top_follows_the_answers(client: Client, market: orders.Market) -> None:
    order = await market.accepted("90")
    killa, inti = await market.part_of("Killa"), await market.part_of("Inti")
    await market.groups["Inti"].client.post(f"/v1/allocations/{inti['id']}/decline")
    await market.secretary.post(f"/v1/orders/{order}/repairs")
    more = await market.part_of("Killa")
    found = (await market.secretary.get("/v1/messages", params={"state": "to_send"})).json()["items"]
    (path,) = [_path(item) for item in found if item["subject"]["id"] == more["id"]]

    body = {"quantity": {"value": "20", "unit": "KGM"}}
    await market.groups["Killa"].client.post(f"/v1/allocations/{killa['id']}/confirmation", json=body)
    lower = await client.get(path)
    await market.groups["Killa"].client.post(f"/v1/allocations/{killa['id']}/decline")
    none = await client.get(path)

    assert "Es además de los 20 kg que ya confirmaron." in _words(lower.text)
    assert "Es además" not in none.text


async def test_less_is_taken_as_people_write_it(client: Client, market: orders.Market) -> None:
    _, path = await _offered(market)

    tapped = await client.post(path, data={"answer": "less", "quantity": "12,5 kg"})
    after = await client.get(path)

    assert tapped.status_code == 303
    assert await _state(market) == ("partially_confirmed", "12.5")
    assert "Ustedes ponen 12,5 kg de quinua blanca a S/ 8.00 el kilo = S/ 100.00" in _words(after.text)


async def test_decline_needs_no_reason_and_can_be_repeated(client: Client, market: orders.Market) -> None:
    _, path = await _offered(market)

    first = await client.post(path, data={"answer": "decline"})
    again = await client.post(path, data={"answer": "decline"})
    after = await client.get(path)

    assert (first.status_code, again.status_code) == (303, 303)
    assert await _state(market) == ("declined", "0")
    assert "Anotado: esta vez no pueden." in after.text
    assert "Les tocaban 30 kg" in _words(after.text)
    assert "<form" not in after.text


@pytest.mark.parametrize("answer", ["confirm", "less"])
async def test_yes_after_a_no_is_told_whom_to_call(
    client: Client, market: orders.Market, answer: str
) -> None:
    _, path = await _offered(market)
    await client.post(path, data={"answer": "decline"})

    tapped = await client.post(path, data={"answer": answer, "quantity": "3"})

    assert tapped.status_code == 409
    assert "No se cambió nada. Si quieren cambiar algo, llamen a Red Ayni Sur." in _words(tapped.text)
    assert "—" not in _words(tapped.text)
    assert await _state(market) == ("declined", "0")


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ("veinte", 422, "Escriban solo el número"),
        ("", 422, "Escriban solo el número"),
        ("0", 422, "Escriban cuánto sí pueden. Si no pueden nada, toquen «Esta vez no podemos»."),
        ("-3", 422, "Escriban solo el número"),
        ("20 litros", 422, "Escriban solo el número"),
        ("500", 422, "Pueden confirmar hasta 30 kg"),
        ('"><script>', 422, "Escriban solo el número"),
    ],
)
async def test_wrong_amount_changes_nothing_and_says_what_to_write(
    client: Client, market: orders.Market, typed: str, status: int, said: str
) -> None:
    _, path = await _offered(market)

    answer = await client.post(path, data={"answer": "less", "quantity": typed})

    assert answer.status_code == status
    assert said in answer.text
    assert "<script" not in answer.text
    assert re.findall(r'name="answer" value="(\w+)"', answer.text) == ["confirm", "less", "decline"]
    assert await _state(market) == ("offered", "30")


async def test_preview_robot_confirms_nothing(client: Client, market: orders.Market) -> None:
    message, path = await _offered(market)
    await market.secretary.post(f"/v1/messages/{message['id']}/sent", json={"channel": "whatsapp"})

    for method in ("GET", "HEAD"):
        assert (await client.request(method, path, headers={"user-agent": "WhatsApp/2"})).status_code == 200

    assert await _state(market) == ("offered", "30")
    (found,) = (await market.secretary.get("/v1/messages", params={"state": "sent"})).json()["items"]
    assert found["id"] == message["id"]


async def test_opening_the_page_marks_what_was_sent_as_seen(client: Client, market: orders.Market) -> None:
    message, path = await _offered(market)
    page = await client.get(path)
    (picture,) = re.findall(r'<img src="([^"]+)"', page.text)

    await client.get(picture)
    unsent = (await market.secretary.get("/v1/messages", params={"state": "seen"})).json()["items"]
    await market.secretary.post(f"/v1/messages/{message['id']}/sent", json={"channel": "whatsapp"})
    drawn = await client.get(picture)
    seen = (await market.secretary.get("/v1/messages", params={"state": "seen"})).json()["items"]

    assert unsent == []
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/gif")
    assert [item["id"] for item in seen] == [message["id"]]


async def test_late_answer_counts_while_nobody_else_has_the_amount(
    client: Client, market: orders.Market, clock: MovableClock
) -> None:
    _, path = await _offered(market)
    clock.advance(hours=80)

    late = await client.get(path)
    tapped = await client.post(path, data={"answer": "confirm"})

    assert "El plazo ya pasó, pero todavía sirve que respondan." in late.text
    assert "El plazo era el miércoles 4, 8 de la noche" in _words(late.text)
    assert re.findall(r'name="answer" value="(\w+)"', late.text) == ["confirm", "less"]
    assert tapped.status_code == 303
    assert (await _state(market))[0] == "confirmed"


async def test_wrong_links_are_told_kindly(client: Client, market: orders.Market, settings: Settings) -> None:
    message, path = await _offered(market)
    other = onetap.make(b"x" * 40, "allocation", _id(message), 1)
    older = onetap.make(settings.server_key, "allocation", _id(message), 2)

    for wrong in ("/r/x", path[:-1], path + "A", f"/r/{other}", f"/r/{older}", "/r/" + "A" * 44, "/r/ñandú"):
        for method in ("GET", "POST"):
            answer = await client.request(
                method, wrong, data={"answer": "confirm"} if method == "POST" else None
            )
            assert answer.status_code == 404, wrong
            assert "Este enlace no abre nada" in answer.text
            assert answer.headers["cache-control"] == "no-store"
    assert (await client.get(path + "/seen")).status_code == 200
    assert (await client.get("/r/" + "A" * 44 + "/seen")).status_code == 404
    assert await _state(market) == ("offered", "30")


def _path(message: dict[str, Any]) -> str:
    (link,) = re.findall(r"https?://\S+", message["text"])
    return urlsplit(link).path


def _ids(parts: dict[str, dict[str, Any]]) -> set[UUID]:
    return {UUID(part["id"]) for part in parts.values()}


def _id(message: dict[str, Any]) -> UUID:
    return UUID(message["subject"]["id"])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"origin": "null"}, 303),
        ({"origin": "http://minka.test"}, 303),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 303),
        ({"origin": "https://evil.test"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
async def test_forms_of_other_sites_are_refused(
    client: Client, market: orders.Market, headers: dict[str, str], status: int
) -> None:
    _, path = await _offered(market)

    answer = await client.post(path, data={"answer": "confirm"}, headers=headers)

    assert answer.status_code == status
    assert (await _state(market))[0] == ("confirmed" if status == 303 else "offered")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"answer": "confirm"}', "application/json", 415),
        (b"answer=confirm&x=" + b"1" * 3_000, "application/x-www-form-urlencoded", 413),
        (b"answer=%FF", "application/x-www-form-urlencoded", 422),
        (b"answer=\xff", "application/x-www-form-urlencoded", 422),
        (b"a=1&b=2&c=3&d=4&e=5&f=6", "application/x-www-form-urlencoded", 422),
        (b"answer=maybe", "application/x-www-form-urlencoded", 422),
        (b"", "application/x-www-form-urlencoded", 422),
    ],
)
async def test_odd_forms_change_nothing(
    client: Client, market: orders.Market, body: bytes, kind: str, status: int
) -> None:
    _, path = await _offered(market)

    answer = await client.post(path, content=body, headers={"content-type": kind})

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert (await _state(market))[0] == "offered"
    if status == 422:
        words = _words(answer.text)
        assert "Su respuesta no llegó bien No se cambió nada. Abran otra vez el enlace del mensaje" in words
        assert "errors" not in words
        assert "cantidad" not in words


async def test_page_is_kept_by_nobody_and_tells_nobody(client: Client, market: orders.Market) -> None:
    _, path = await _offered(market)

    headers = (await client.get(path, headers={"accept-language": "en"})).headers

    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-robots-tag"] == "noindex, nofollow"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-language"] == "es"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "form-action 'self'" in headers["content-security-policy"]


async def test_log_names_the_route_never_the_link(
    client: Client, market: orders.Market, capsys: pytest.CaptureFixture[str]
) -> None:
    _, path = await _offered(market)
    capsys.readouterr()

    await client.get(path)
    await client.post(path, data={"answer": "confirm"})

    written = "".join(capsys.readouterr())
    assert "read_offer_page" in written
    assert path.removeprefix("/r/")[22:] not in written


async def test_tapping_without_end_is_slowed_down(client: Client, market: orders.Market) -> None:
    _, path = await _offered(market)

    for _ in range(20):
        await client.post(path, data={"answer": "maybe"})
    slowed = await client.post(path, data={"answer": "confirm"})

    assert slowed.status_code == 429
    assert int(slowed.headers["retry-after"]) > 0
    assert (await client.get(path)).status_code == 200
