"""Who stands where on a date, what they bring and why, as everybody reads it."""

import io
from datetime import date as date_of
from uuid import UUID

import pypdf

from app.fairs.allocation import draw
from app.kernel import said as say
from app.kernel import search
from app.kernel.db import Database
from app.kernel.schema import table
from app.products.models import ProductWord
from tests.client import Client
from tests.conftest import MovableClock
from tests.factories import people, products
from tests.factories.fairs import called
from tests.site.test_fairs import Page


async def test_a_date_shows_who_stands_where_and_why_and_nothing_private(
    client: Client, db: Database, clock: MovableClock
) -> None:
    world = await called(client, db, clock, stalls=2)
    for _ in range(3):
        _, application = await world.apply(client, db, attendants=["Rosa Mamani"])
        await world.decide(application)
    final = await world.finish()
    date, later = await world.date(), await world.date(1)
    run = await world.allocate(date)
    path = f"/v1/fairs/{world.fair['id']}/layout"
    await world.officer.put(path, json={"count": 5})  # for dates that were not given yet
    laid = [(await client.get(f"{path}?occurrence={each['id']}")).json() for each in (date, later)]
    first, second = await world.stands(date)
    sure, waits = world.groups[UUID(first["organisation_id"])], run["waiting"][0]
    await sure.post(f"/v1/assignments/{first['id']}/confirmation", json={"attendants": ["Rosa Mamani"]})
    quinua = await products.product(db, "Quinua blanca")
    async with db.tx() as tx:
        await search.index(tx, table(ProductWord), quinua, "Quinua blanca")
    for group in (first["organisation_id"], waits):
        said = {"items": [{"product": str(quinua), "note": "en saco", "is_own_production": False}]}
        path = f"/v1/occurrences/{date['id']}/announcements/{group}"
        assert (await world.groups[UUID(group)].put(path, json=said)).status_code == 200
    home, day = f"/ferias/{world.fair['code']}", date["starts_local"][:10]

    one = Page((await client.get(f"{home}/{day}")).text)
    plan, next_plan = [Page((await client.get(f"{home}/plano{of}")).text) for of in ("", f"?dia={day}")]
    acta = await client.get(f"/v1/occurrences/{date['id']}/allocation/acta.pdf")
    empty = Page((await client.get(f"{home}/plano?dia={later['starts_local'][:10]}")).text)
    found = Page((await client.get("/ferias?q=quinuas")).text)
    await world.officer.post(f"/v1/occurrences/{date['id']}/cancellation", json={"reason": "Lluvia"})
    cancelled = Page((await client.get(f"{home}/{day}")).text)

    who = {each["organisation_id"]: each["organisation_name"] for each in (first, second)}
    for page in (one, plan, next_plan):
        assert all(name in page.text for name in who.values())
        assert page.text.count("por confirmar") == 1
        assert "Rosa Mamani" not in page.text
    reasons = {each["group"]: each["sentence"] for each in run["explanations"]}
    assert all(reasons[group] in plan.text for group in who)
    assert one.text.count("Quinua blanca (en saco)") == 2
    assert plan.text.count("Quinua blanca (en saco)") == 1  # who waits stands nowhere
    assert not any(name in page.text for name in who.values() for page in (empty, cancelled))
    assert f"Quinua blanca: {who[first['organisation_id']]} {first['stall']}" in found.text
    assert "2 puestos, 2 con grupo" in plan.text
    assert "5 puestos" in empty.text
    assert {"map few", "map many"} <= set(empty.all("div", "class"))
    assert [len(each["stalls"]) for each in laid] == [2, 5]
    signed = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(acta.content)).pages)
    assert f"{say.day(date_of.fromisoformat(day), 'es', today=date_of.min)}, de 8:00 a 14:00" in " ".join(
        signed.split()
    )
    for each in run["explanations"]:  # what it prints is enough to repeat the draw
        assert draw(f"{final['seed']}:{date['starts_local']}", each["group"])[:16] in signed
        assert each["group"] in signed


async def test_a_page_costs_little_while_nothing_changed(client: Client, db: Database) -> None:
    await people.organisation(db, "Red")
    first = await client.get("/ferias")
    plain = await client.get("/ferias", headers={"accept-encoding": "br, gzip;q=0"})
    again = [
        await client.get("/ferias", headers={"if-none-match": tag})
        for tag in (first.headers["etag"], f'"x", W/{plain.headers["etag"]}', "*", '"x"')
    ]

    assert first.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert (first.text, first.headers["cache-control"]) == (plain.text, "public, no-cache")
    assert first.headers["etag"] != plain.headers["etag"]
    assert "accept-encoding" in first.headers["vary"]
    assert [answer.status_code for answer in again] == [304, 304, 304, 200]
    assert again[0].content == b""
    assert again[1].headers["etag"] == plain.headers["etag"]


async def test_an_address_that_nobody_knows_is_a_page_for_people(client: Client) -> None:
    page = await client.get("/feria", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    program = await client.get("/v1/feria", headers={"accept": "text/html"})

    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "No encontramos esta página" in Page(page.text).text
    wrong = Page((await client.get("/ferias?mes=abc")).text).text
    assert "Esta dirección tiene un error" in wrong
    assert "errors" not in wrong
    assert program.headers["content-type"] == "application/problem+json"
