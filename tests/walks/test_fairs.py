"""The people of a fair, counted in calls and bytes: the officer, a weaver, a neighbour. Minutes are in docs/walks.md."""

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from app.kernel.db import Database
from tests.client import Client
from tests.conftest import MovableClock
from tests.factories import people, products
from tests.factories.fairs import keeper
from tests.kernel import photos
from tests.walks.walk import Walk

PHOTO = photos.of_a_phone(900, 700)
LIMA = ZoneInfo("America/Lima")
ANSWER = {"content-type": "application/x-www-form-urlencoded"}


async def test_the_officer_goes_from_the_call_to_the_acta_and_the_weaver_to_her_stall(
    client: Client, db: Database, clock: MovableClock
) -> None:
    town = await keeper(client, db)
    await products.category(db, "textiles")
    fair = await town.fair(fee={"amount": "3.00", "currency": "PEN"})
    stalls = [{"code": "1"}, {"code": "2", "has_roof": True}, {"code": "3"}]
    assert (
        await town.officer.put(f"/v1/fairs/{fair['id']}/layout", json={"stalls": stalls})
    ).status_code == 200
    groups = [await people.organisation(db, f"Grupo {name}") for name in ("Sumaq", "Inti", "Killa")]
    rosa, *others = [client.signed_in((await people.member(db, group)).token) for group in groups]
    officer, weaver = Walk(town.officer), Walk(rosa)

    call = (await officer("POST", "/v1/calls", json=_bases(fair["id"]))).json()["id"]
    await officer("POST", f"/v1/calls/{call}/publication")

    (open_call,) = (await weaver("GET", "/v1/calls?is_open=true&region=PE-CUS")).json()["items"]
    bases = (await weaver("GET", f"/v1/calls/{open_call['id']}")).json()
    card = {"code": bases["documents"][0]["code"], "file": await _photo(weaver)}
    asked = {"category": "textiles", "needs_roof": True, "documents": [card]}
    await weaver("POST", f"/v1/calls/{call}/applications", json=asked | {"organisation": str(groups[0])})
    for group, other in zip(groups[1:], others, strict=True):
        mine = {"code": "carne-sanidad", "file": await _photo(Walk(other))}
        body = {"organisation": str(group), "category": "textiles", "documents": [mine]}
        assert (await other.post(f"/v1/calls/{call}/applications", json=body)).status_code == 201

    todo = (await officer("GET", "/v1/todo")).json()["items"]
    waiting = (await officer("GET", todo[0]["href"])).json()["items"]
    decisions = [{"application": each["id"], "outcome": "approved"} for each in waiting]
    decisions[0] |= {"outcome": "needs_info", "reason": "El carné no se lee"}
    await officer("POST", f"/v1/calls/{call}/decisions", json={"items": decisions})
    await _tell(officer, "observed")

    (observed,) = (await weaver("GET", "/v1/todo")).json()["items"]
    application = (await weaver("GET", observed["href"])).json()
    again = {"documents": [{"code": application["documents"][0]["code"], "file": await _photo(weaver)}]}
    mended = await weaver("POST", f"/v1/applications/{application['id']}/mending", json=again)

    one = {"application": application["id"], "outcome": "approved"}
    await officer("POST", f"/v1/calls/{call}/decisions", json={"items": [one]})
    clock.advance(days=11)
    await officer("POST", f"/v1/calls/{call}/review")
    clock.advance(days=4)
    await officer("POST", f"/v1/calls/{call}/final")
    (next_date, *_) = (await officer("GET", "/v1/todo")).json()["items"]
    path = f"{next_date['href']}/allocation"
    await officer("POST", path)
    run = (await officer("POST", f"{path}/final")).json()
    acta = await officer("GET", f"{path}/acta.pdf")
    offers = await _tell(officer, "offer")

    link = next(_path(each) for each in offers if each["recipient"]["id"] == str(groups[0]))
    page = await weaver("GET", link)
    tapped = await weaver("POST", link, content="answer=confirm", headers=ANSWER)
    thanks = await weaver("GET", tapped.headers["location"])

    assert todo[0]["title"] == "Revisar 3 postulaciones: Convocatoria de puestos"
    assert observed["title"] == "Corregir su postulación a Feria de Qori Pampa"
    assert (mended.json()["state"], mended.json()["missing"]) == ("in_review", [])
    assert next_date["title"].startswith("Repartir los puestos de Feria de Qori Pampa, sábado 21")
    assert (acta.content[:5], len(run["placed"]), len(run["waiting"])) == (b"%PDF-", 3, 0)
    assert run["placed"][str(groups[0])] == "2"
    assert "Les toca el <b>puesto 2</b>" in page.text
    assert "Paguen S/ 3.00" in thanks.text.replace("\u00a0", " ")
    assert (officer.calls, officer.bytes < 40_000) == (16, True), officer.bytes
    assert (weaver.calls, weaver.bytes < 25_000) == (13, True), weaver.bytes


async def test_the_neighbour_learns_on_saturday_morning_that_the_fair_moved(
    client: Client, db: Database, clock: MovableClock
) -> None:
    town = await keeper(client, db)
    fair = await town.fair()
    (date, *_) = await town.dates(fair)
    neighbour = Walk(client)

    shown = await neighbour("GET", f"/ferias/{fair['code']}")
    feed = urlsplit(re.search(r'href="(webcal:[^"]+)"', shown.text)[1]).path
    first = await neighbour("GET", feed)
    clock.time = datetime(2026, 3, 7, 6, tzinfo=LIMA).astimezone(UTC)
    same = await neighbour("GET", feed, headers={"if-none-match": first.headers["etag"]})
    await town.officer.patch(
        f"/v1/occurrences/{date['id']}",
        json={"starts_local": "2026-03-07T10:00", "reason": "Desfile escolar en la plaza"},
        headers={"if-match": '"1"'},
    )
    clock.advance(minutes=5)
    changed = await neighbour("GET", feed, headers={"if-none-match": first.headers["etag"]})
    page = await neighbour("GET", f"/ferias/{fair['code']}/2026-03-07")

    before, after = _events(first.content), _events(changed.content)
    moved = after[-1]
    (about,) = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text)[1])[
        "@graph"
    ]
    assert (len(before), same.status_code, changed.status_code) == (1, 304, 200)
    assert moved["UID"] == before[0]["UID"]
    assert moved.decoded("RECURRENCE-ID") == datetime(2026, 3, 7, 8, tzinfo=LIMA)
    assert moved.decoded("DTSTART") == datetime(2026, 3, 7, 10, tzinfo=LIMA)
    assert moved["SEQUENCE"] > before[0].get("SEQUENCE", 0)
    assert "CAMBIA DE FECHA U HORA" in page.text
    assert about["eventStatus"] == "https://schema.org/EventRescheduled"
    shared = _shared(page.text)
    assert shared.splitlines()[0].startswith("CAMBIA")
    assert "Desfile escolar" in shared
    assert (neighbour.calls, neighbour.bytes < 15_000) == (5, True), neighbour.bytes


def _bases(fair: str) -> dict[str, Any]:
    return {
        "fair": fair,
        "title": "Convocatoria de puestos",
        "resolution": "Resolución de Alcaldía N.º 12-MQP",
        "bases": "Puestos para grupos con producción propia. Los mejores lugares rotan. " * 20,
        "closes_in_days": 10,
        "from_in_days": 0,
        "until_in_days": 300,
        "documents": [{"code": "carne-sanidad", "name": "Carné de sanidad"}],
    }


async def _photo(who: Walk) -> str:
    """A photo of a paper, sent from a phone."""
    opened = await who("POST", "/v1/uploads", json={"name": "carne.jpg", "size": len(PHOTO)})
    identifier: str = opened.json()["id"]
    headers = {"content-type": "application/offset+octet-stream", "upload-offset": "0"}
    sent = await who("PATCH", f"/v1/uploads/{identifier}", content=PHOTO, headers=headers)
    assert sent.json()["file"]["sha256"] == hashlib.sha256(PHOTO).hexdigest()
    return identifier


async def _tell(officer: Walk, kind: str) -> list[dict[str, Any]]:
    """What must be said is read once, said one by one, and noted once."""
    found: list[dict[str, Any]] = (await officer("GET", "/v1/messages?state=to_send")).json()["items"]
    assert {each["kind"] for each in found} == {kind}
    assert all(each["wa_link"] and len(each["sms"]) <= 160 for each in found)
    said = {"messages": [each["id"] for each in found], "channel": "whatsapp"}
    marked = (await officer("POST", "/v1/messages/sent", json=said)).json()["items"]
    assert {each["state"] for each in marked} == {"sent"}
    return found


def _path(message: dict[str, Any]) -> str:
    (link,) = re.findall(r"https?://\S+", message["text"])
    return urlsplit(link).path


def _events(body: bytes) -> list[Event]:
    return list(Calendar.from_ical(body).walk("VEVENT"))


def _shared(html: str) -> str:
    (link,) = set(re.findall(r'href="(https://wa\.me/[^"]+)"', html))
    return parse_qs(urlsplit(link.replace("&amp;", "&")).query)["text"][0]
