"""The pages of fairs: plain HTML under a strict policy, right for machines too, and no change is missed."""

import base64
import hashlib
import io
import json
import re
from datetime import datetime
from html.parser import HTMLParser
from urllib.parse import quote, unquote_plus

import pypdf
import pytest

from app.kernel.db import Database
from tests.client import Client
from tests.conftest import MovableClock
from tests.factories.fairs import Keeper, keeper

NASTY = '<script>alert("x")</script>\r\n{{ 7 * 7 }}'
VOID = {"meta", "input", "img", "br", "link", "base"}


class Page(HTMLParser):
    """A page read strictly: every element that needs an end has one, nothing runs."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.graphs: list = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []
        assert not any(name.startswith("on") or name == "style" for _, attrs in self.seen for name in attrs)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag == "script":
            assert dict(attrs) == {"type": "application/ld+json"}
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        while self.open and self.open[-1] == "body" and tag == "html":
            self.open.pop()
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.graphs += json.loads(data)["@graph"]
        elif self.open and self.open[-1] != "style":
            self.text += data

    def all(self, tag: str, name: str) -> list[str]:
        return [attrs[name] or "" for each, attrs in self.seen if each == tag and name in attrs]


@pytest.fixture
async def town(client: Client, db: Database) -> Keeper:
    return await keeper(client, db)


async def _page(client: Client, path: str, status: int = 200) -> Page:
    answer = await client.get(path)
    assert answer.status_code == status, answer.text
    policy = answer.headers["content-security-policy"]
    for style in re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL):
        assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in policy
    assert "default-src 'none'" in policy
    assert ("frame-ancestors *" in policy) == path.startswith("/incrustar/")
    page = Page(answer.text)
    assert ("html", {"lang": "es"}) in page.seen
    assert re.search(r"<title>[^<]{6,}</title>", answer.text)
    assert all(
        datetime.fromisoformat(said).tzinfo or len(said) == 10 for said in page.all("time", "datetime")
    )
    assert status != 200 or {"og:title", "og:url", "og:type"} <= set(page.all("meta", "property"))
    return page


async def test_a_fair_says_when_where_and_who(town: Keeper, client: Client) -> None:
    fair = await town.fair(stalls=3)

    page = await _page(client, f"/ferias/{fair['code']}")

    assert ("html", {"lang": "es"}) in page.seen
    assert "Todos los sábados, de 8:00 a 14:00" in page.text
    assert "Municipalidad de Qori Pampa" in page.text
    assert page.all("time", "datetime")[0] == "2026-03-07T08:00:00-05:00"
    assert page.graphs[0]["startDate"] == "2026-03-07T08:00:00-05:00"
    assert {event["eventStatus"] for event in page.graphs} == {"https://schema.org/EventScheduled"}
    hrefs = page.all("a", "href")
    assert any(href.startswith("webcal://") and href.endswith("feed.ics") for href in hrefs)
    assert any(
        href.startswith("https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2F") for href in hrefs
    )
    assert "og:title" in page.all("meta", "property")


async def test_every_link_of_a_page_opens(town: Keeper, client: Client) -> None:
    fair = await town.fair(stalls=3)
    organiser = (await client.get(f"/v1/organisations/{town.organisation}")).json()["code"]

    for path in (
        f"/ferias/{fair['code']}",
        f"/ferias/{fair['code']}/2026-03-07",
        "/ferias",
        f"/organiza/{organiser}",
    ):
        page = await _page(client, path)
        for href in {*page.all("a", "href"), *page.all("link", "href")}:
            inside = href.removeprefix("http://127.0.0.1:8000")
            if inside.startswith("/"):
                assert (await client.get(inside)).status_code == 200, (path, href)


async def test_moved_and_cancelled_dates_cannot_be_missed(town: Keeper, client: Client) -> None:
    fair = await town.fair()
    first, second, *_ = await town.dates(fair)
    await town.officer.patch(
        f"/v1/occurrences/{first['id']}",
        json={"starts_local": "2026-03-08T09:00", "reason": "Elecciones"},
        headers={"if-match": '"1"'},
    )
    await town.officer.post(f"/v1/occurrences/{second['id']}/cancellation", json={"reason": "Lluvia"})

    whole = await _page(client, f"/ferias/{fair['code']}")
    moved = await _page(client, f"/ferias/{fair['code']}/2026-03-07")
    found_there = await _page(client, f"/ferias/{fair['code']}/2026-03-08")
    cancelled = await _page(client, f"/ferias/{fair['code']}/2026-03-14")
    listed = await _page(client, "/ferias?mes=2026-03")

    await town.officer.post(
        f"/v1/fairs/{fair['id']}/occurrences",
        json={"starts_local": "2026-03-14T15:00", "ends_local": "2026-03-14T19:00"},
    )
    both = await _page(client, f"/ferias/{fair['code']}/2026-03-14")

    shared = {unquote_plus(link) for link in both.all("a", "href") if link.startswith("https://wa.me/")}
    assert all("CANCELADA" in text and "de 15:00 a 19:00" in text for text in shared)
    assert len(shared) == 1
    for page in (whole, moved, found_there, listed):
        assert "Ahora: domingo 8 de marzo, de 9:00 a 15:00" in page.text
        assert "CAMBIA DE FECHA U HORA" in page.text
        assert "Motivo: Elecciones" in page.text
        assert "2026-03-07T08:00:00-05:00" in page.all("time", "datetime")
    for page in (whole, cancelled, listed):
        assert "CANCELADA" in page.text
        assert "Motivo: Lluvia" in page.text
    assert moved.graphs[0]["eventStatus"] == "https://schema.org/EventRescheduled"
    assert moved.graphs[0]["previousStartDate"] == "2026-03-07T08:00:00-05:00"
    assert cancelled.graphs[0]["eventStatus"] == "https://schema.org/EventCancelled"
    assert moved.all("link", "href")[1].endswith("/2026-03-07")


async def test_a_suspended_fair_says_so_everywhere(town: Keeper, client: Client) -> None:
    fair = await town.fair()
    await town.officer.post(f"/v1/fairs/{fair['id']}/suspension", json={"reason": "Obras"})

    one, listed = await _page(client, f"/ferias/{fair['code']}"), await _page(client, "/ferias")

    organiser = await _page(client, f"/organiza/{town.organisation}")
    poster = await client.get(f"/ferias/{fair['code']}/afiche.pdf")
    printed = pypdf.PdfReader(io.BytesIO(poster.content)).pages[0].extract_text()

    assert "Esta feria está suspendida" in one.text
    assert "Motivo: Obras" in organiser.text
    assert "SUSPENDIDA" in listed.text
    assert "Motivo: Obras" in listed.text
    assert "Esta feria está suspendida" in " ".join(printed.split())
    assert "Motivo: Obras" in printed
    assert "Todos los" not in printed


async def test_the_weekend_begins_on_friday_and_the_month_ends_at_local_midnight(
    town: Keeper, client: Client, clock: MovableClock
) -> None:
    await town.fair()
    await town.fair(
        name="Feria del cierre", rule={"kind": "dates", "dates": ["2026-03-31"]}, starts="22:00", ends="23:30"
    )

    monday = await _page(client, "/ferias/fin-de-semana?region=PE-CUS")
    march, april = (
        await _page(client, "/ferias?mes=2026-03&fbclid=x"),
        await _page(client, "/ferias?mes=2026-04"),
    )
    clock.time = datetime.fromisoformat("2026-03-08T23:00:00+00:00")
    sunday = await _page(client, "/ferias/fin-de-semana")

    assert monday.text.count("Feria de Qori Pampa") == 1
    assert "2026-03-07T08:00:00-05:00" in sunday.all("time", "datetime")
    assert "YA TERMINÓ" in sunday.text
    assert "YA TERMINÓ" not in monday.text
    assert "Feria del cierre" in march.text
    assert "Feria del cierre" not in april.text
    assert "No hay ferias" in (await _page(client, "/ferias?region=PE-PUN")).text
    for nothing in ("/ferias?q=%25", "/ferias?q=_", "/ferias/fin-de-semana?q=ponchos"):
        assert "Feria de Qori Pampa" not in (await _page(client, nothing)).text
    assert "Feria de Qori Pampa" in (await _page(client, "/ferias/fin-de-semana?q=qori")).text
    assert "Feria de Qori Pampa" not in (await _page(client, "/ferias?tipo=barter")).text


async def test_a_place_without_a_region_is_in_every_list(town: Keeper, client: Client, db: Database) -> None:
    nowhere = await keeper(
        client, db, "Municipalidad sin región", region=None, latitude_e6=None, longitude_e6=None
    )
    await town.fair()
    fair = await nowhere.fair(name="Feria sin región", stalls=2)
    quarter = f"/v1/organisers/{nowhere.organisation}/indicators"

    for path in (
        *("/ferias", "/ferias/fin-de-semana", "/incrustar/ferias", "/ferias?mes=2026-03", "/ferias?q=feria"),
        *(f"/ferias/{fair['code']}", f"/ferias/{fair['code']}/2026-03-07", f"/ferias/{fair['code']}/plano"),
        f"/organiza/{nowhere.organisation}",
    ):
        assert "sin región" in (await _page(client, path)).text
    assert "Feria sin región" not in (await _page(client, "/ferias?region=PE-CUS")).text
    assert "Feria sin región" in (await _page(client, "/ferias/radio")).text
    for form in ("ics", "rss", "geojson", "json"):
        assert "Feria sin regi" in (await client.get(f"/v1/feeds/fairs.{form}")).text
    for form in ("", ".csv", ".pdf"):
        assert (await nowhere.officer.get(f"{quarter}{form}?quarter=2026-Q1")).status_code == 200


async def test_the_radio_reads_the_coming_week(town: Keeper, client: Client) -> None:
    await town.fair()

    page = await _page(client, "/ferias/radio?region=PE-CUS")

    assert "Esta semana hay una feria." in page.text
    assert "de las ocho de la mañana a las dos de la tarde" in page.text


async def test_the_poster_is_a_pdf_and_the_same_each_time(town: Keeper, client: Client) -> None:
    fair = await town.fair()

    first = await client.get(f"/ferias/{fair['code']}/afiche.pdf")
    again = await client.get(f"/ferias/{fair['code']}/afiche.pdf")

    assert first.headers["content-type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    assert first.content == again.content


async def test_what_people_write_is_inert(town: Keeper, client: Client) -> None:
    fair = await town.fair(name=NASTY, description=NASTY, policy=NASTY, contact=NASTY[:60], stalls=2)
    version = (await town.officer.get(f"/v1/fairs/{fair['id']}")).headers["etag"]
    sponsors = await town.officer.put(
        f"/v1/fairs/{fair['id']}/sponsors",
        json={
            "items": [{"name": NASTY, "gives": NASTY, "conditions": NASTY, "website": "https://x.test/'\"<"}]
        },
        headers={"if-match": version},
    )
    date = (await town.dates(fair))[0]
    await town.officer.post(f"/v1/occurrences/{date['id']}/cancellation", json={"reason": NASTY})
    organiser = (await client.get(f"/v1/organisations/{town.organisation}")).json()["code"]

    assert sponsors.status_code in {200, 422}
    for path in (
        f"/ferias/{fair['code']}",
        f"/ferias/{fair['code']}/2026-03-07",
        f"/ferias/{fair['code']}/plano",
        f"/incrustar/ferias/{fair['code']}",
        f"/organiza/{organiser}",
        "/ferias",
        "/incrustar/ferias",
        f"/ferias?q={quote(NASTY)}",
        "/ferias/radio",
    ):
        page = await _page(client, path)
        assert "{{ 7 * 7 }}" in page.text or "ferias/radio" in path
        assert not any(href.startswith("javascript:") for href in page.all("a", "href"))


@pytest.mark.parametrize(
    "path", ["/ferias/nada", "/ferias/nada/plano", "/organiza/nada", "/ferias/nada/2026-03-07"]
)
async def test_what_does_not_exist_is_a_page_too(client: Client, path: str) -> None:
    await _page(client, path, 404)


async def test_drafts_and_days_without_fair_have_no_page(town: Keeper, client: Client) -> None:
    draft, fair = await town.draft(), await town.fair(stalls=2)

    for path in (
        f"/ferias/{draft['code']}",
        f"/ferias/{fair['code']}/2026-03-09",
        f"/ferias/{fair['code']}/2150-01-03",  # a Saturday, which is no row yet
        f"/ferias/{fair['code']}/plano?dia=2150-01-03",
        f"/ferias/{fair['code']}/2026-02-30",
        f"/ferias/{fair['code']}/hoy",
    ):
        assert (await town.officer.get(path)).status_code == 404


async def test_a_fair_and_the_one_that_follows_it_name_each_other(town: Keeper, client: Client) -> None:
    fair = await town.fair()
    made = await town.officer.post(
        f"/v1/fairs/{fair['id']}/successor",
        json={
            "from_on": "2026-04-01",
            "rule": {"kind": "weekly", "days": ["sun"]},
            "reason": "Ahora los domingos",
        },
    )
    new = made.json()["code"]

    old_page, new_page = await _page(client, f"/ferias/{fair['code']}"), await _page(client, f"/ferias/{new}")
    moved = await client.get(f"/ferias/{fair['code']}/2026-04-05")

    assert "Todos los sábados, de 8:00 a 14:00, hasta el 31 de marzo de 2026" in old_page.text
    assert "Desde el 1 de abril de 2026 hay cambios" in old_page.text
    assert f"/ferias/{new}" in old_page.all("a", "href")
    assert "Hasta el 31 de marzo de 2026 vale lo anterior" in new_page.text
    assert f"/ferias/{fair['code']}" in new_page.all("a", "href")
    assert (moved.status_code, moved.headers["location"]) == (302, f"/ferias/{new}/2026-04-05")


async def test_a_yearly_fair_is_found_all_year(client: Client, db: Database) -> None:
    town = await keeper(client, db)
    rule = {"kind": "yearly_date", "month": 1, "day": 20}  # asked in March
    fair = await town.fair(name="Expoferia del tejido", rule=rule)

    one = Page((await client.get(f"/ferias/{fair['code']}")).text)
    found = Page((await client.get("/ferias?q=expoferia")).text)
    elsewhere = Page((await client.get("/ferias?q=expoferia&region=BO-L")).text)

    assert "20 de enero de 2027" in one.text
    assert f"/ferias/{fair['code']}" in found.all("a", "href")
    assert "Cada 20 de enero" in found.text
    assert f"/ferias/{fair['code']}" not in elsewhere.all("a", "href")
