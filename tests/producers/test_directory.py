from typing import Any
from uuid import UUID

import pytest

from app.kernel.db import Database
from app.people.models import OrganisationKind
from tests.client import Client, problem
from tests.counting import counted_reads
from tests.factories import people, producers, seals
from tests.factories.people import LONG_AGO

PHONE = {"phone": "+51951234567"}


async def _names(client: Client, path: str = "/v1/producers", **asked: Any) -> list[str]:
    answer = await client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


async def _directory(db: Database) -> None:
    """Ceramists of Chulucanas, weavers of Puno (women), growers of Bolivia with a seal, and a network."""
    for code, name in (("ceramics", "cerámica"), ("textiles", "tejidos"), ("quinoa", "quinua")):
        await producers.line(db, code, name)
    piura = {"region": "PE-PIU", "place": "Chulucanas", "territory_code": "PE-200201"}
    await producers.producer(db, "Alfareros La Encantada", "ceramics", organisation_values=piura)
    await producers.producer(db, "Tejedoras del Lago", "textiles", women_led=True)
    oruro = {"country": "BO", "region": "BO-O"}
    growers = await producers.producer(
        db, "Jupha", "quinoa", "textiles", organisation_values=oruro, kind=OrganisationKind.COOPERATIVE
    )
    await seals.grant(db, growers, await seals.scheme(db))
    await producers.profile(db, await people.network(db, "Red Ayni Sur"))


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["Alfareros La Encantada", "Jupha", "Tejedoras del Lago"]),
        ({"q": "CERAMICA"}, ["Alfareros La Encantada"]),
        ({"q": "chulucanas"}, ["Alfareros La Encantada"]),
        ({"q": "tejedora puno"}, ["Tejedoras del Lago"]),
        ({"q": "ceramics"}, ["Alfareros La Encantada"]),
        ({"q": "nada de eso"}, []),
        ({"country": "BO"}, ["Jupha"]),
        ({"region": "PE-PUN"}, ["Tejedoras del Lago"]),
        ({"territory": "PE-2002"}, ["Alfareros La Encantada"]),
        ({"territory": "PE-21"}, []),
        ({"line": "textiles"}, ["Jupha", "Tejedoras del Lago"]),
        ({"seal": "organico"}, ["Jupha"]),
        ({"seal": "justo"}, []),
        ({"women_led": True}, ["Tejedoras del Lago"]),
        ({"line": "textiles", "country": "PE"}, ["Tejedoras del Lago"]),
    ],
)
async def test_the_directory_finds(client: Client, db: Database, asked, names) -> None:
    await _directory(db)

    assert await _names(client, **asked) == names


async def test_everybody_known_is_in_the_wider_directory(client: Client, db: Database) -> None:
    await _directory(db)

    everybody = ["Alfareros La Encantada", "Jupha", "Red Ayni Sur", "Tejedoras del Lago"]
    assert await _names(client, "/v1/directory") == everybody
    assert await _names(client, "/v1/directory", kind="network") == ["Red Ayni Sur"]
    unknown = await client.get("/v1/directory", params={"kind": "bank"})
    assert problem(unknown) == (422, "invalid")


async def test_a_seal_that_ended_finds_nobody(client: Client, db: Database, clock) -> None:
    await _directory(db)
    clock.advance(days=365)

    assert await _names(client, seal="organico") == []
    assert (await client.get("/v1/producers?q=jupha")).json()["items"][0]["seals"] == []


async def test_a_line_of_the_directory_says_enough_to_choose(client: Client, db: Database) -> None:
    await _directory(db)

    found = (await client.get("/v1/producers?q=jupha")).json()["items"][0]

    assert found == {
        "id": found["id"],
        "code": found["code"],
        "name": "Jupha",
        "kind": "cooperative",
        "country": "BO",
        "region": "BO-O",
        "place": None,
        "women_led": False,
        "is_demo": False,
        "lines": [{"code": "quinoa", "name": "quinua"}, {"code": "textiles", "name": "tejidos"}],
        "seals": [{"code": "organico", "name": "Organico"}],
    }


async def test_pages_of_the_directory_follow_each_other(client: Client, db: Database) -> None:
    for name in ("Ñandú", "Álamo", "Quinua", "oca", "Zorzal"):
        await producers.producer(db, name)

    names, cursor = [], None
    while True:
        page = (
            await client.get("/v1/producers", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        ).json()
        names += [item["name"] for item in page["items"]]
        if not (cursor := page["next_cursor"]):
            break

    assert names == ["Álamo", "Ñandú", "oca", "Quinua", "Zorzal"]


async def test_a_cursor_belongs_to_its_filters(client: Client, db: Database) -> None:
    for name in ("Uno", "Dos"):
        await producers.producer(db, name)
    cursor = (await client.get("/v1/producers?limit=1")).json()["next_cursor"]

    refused = await client.get("/v1/producers", params={"cursor": cursor, "country": "PE"})

    assert problem(refused) == (400, "cursor")


async def test_three_producers_take_as_many_reads_as_one(client: Client, db: Database) -> None:
    reads = []
    await producers.line(db)
    for name in ("Uno", "Dos", "Tres"):
        await producers.producer(db, name, "textiles")
        with counted_reads() as count:
            await client.get("/v1/producers")
            await client.get("/v1/producers.geojson")
        reads.append(count.reads)

    assert reads == [2, 2, 2]


async def test_a_producer_is_read_by_anybody(client: Client, db: Database) -> None:
    await producers.line(db)
    group = await producers.producer(
        db,
        "Grupo Sumaq Tika",
        "textiles",
        organisation_values={"place": "Cabana", "facts": "Desde 2014"} | PHONE,
        founded_year=2014,
        story="Tres generaciones",
        strengths="Cumplen",
        needs="Sacos",
    )
    network = await people.network(db)
    await people.affiliate(db, group, network)

    read = await client.get(f"/v1/producers/{group}")

    assert read.json() == {
        "id": str(group),
        "code": read.json()["code"],
        "name": "Grupo Sumaq Tika",
        "acronym": None,
        "kind": "producer_group",
        "country": "PE",
        "region": "PE-PUN",
        "territory_code": None,
        "place": "Cabana",
        "women_led": False,
        "is_demo": False,
        "lines": [{"code": "textiles", "name": "tejidos"}],
        "seals": [],
        "members": 5,
        "founded_year": 2014,
        "story": "Tres generaciones",
        "strengths": "Cumplen",
        "facts": "Desde 2014",
        "website": None,
        "phone": None,
        "networks": [{"id": str(network), "name": "Red Ayni Sur"}],
        "location": None,
    }
    again = await client.get(f"/v1/producers/{group}", headers={"if-none-match": read.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_names_of_lines_follow_the_language(client: Client, db: Database) -> None:
    await producers.line(db)
    group = await producers.producer(db, "Tika", "textiles")
    english = {"accept-language": "en"}

    read = await client.get(f"/v1/producers/{group}", headers=english)
    listed = await client.get("/v1/producer-lines", headers=english)

    assert read.json()["lines"] == [{"code": "textiles", "name": "textiles"}]
    assert listed.json() == {"items": [{"code": "textiles", "name": "textiles"}]}


@pytest.mark.parametrize("consent", [None, LONG_AGO])
async def test_a_phone_is_shown_only_with_its_dated_consent(client: Client, db: Database, consent) -> None:
    group = await producers.producer(
        db, organisation_values=PHONE | {"phone_consent_at": consent, "region": "PE-LMA"}
    )

    answers = [await client.get(f"/v1/producers/{group}"), await client.get("/v1/producers")]
    phone = answers[0].json()["phone"]

    assert phone == (PHONE["phone"] if consent else None)
    assert PHONE["phone"] not in answers[1].text


async def test_the_map_rounds_places_unless_the_group_agreed(client: Client, db: Database) -> None:
    place = {"latitude_e6": -15_664_999, "longitude_e6": -70_325_001}
    await producers.producer(db, "Cerca", **place)
    await producers.producer(db, "Exacto", **place, location_consent_at=LONG_AGO)
    await producers.producer(db, "Sin lugar")

    found = await client.get("/v1/producers.geojson")

    assert found.headers["content-type"] == "application/geo+json"
    content = found.json()
    assert content["type"] == "FeatureCollection"
    assert [(feature["properties"]["name"], feature["geometry"]) for feature in content["features"]] == [
        ("Cerca", {"type": "Point", "coordinates": [-70.33, -15.66]}),
        ("Exacto", {"type": "Point", "coordinates": [-70.325001, -15.664999]}),
    ]
    assert content["next_cursor"] is None
    assert "latitude" not in found.text


async def test_the_map_goes_on_after_its_last_feature(client: Client, db: Database) -> None:
    for name in ("Uno", "Dos"):
        await producers.producer(db, name, latitude_e6=0, longitude_e6=0)

    first = (await client.get("/v1/producers.geojson?limit=1")).json()
    second = (
        await client.get("/v1/producers.geojson", params={"limit": 1, "cursor": first["next_cursor"]})
    ).json()

    names = [page["features"][0]["properties"]["name"] for page in (first, second)]
    assert (names, second["next_cursor"]) == (["Dos", "Uno"], None)


async def test_a_group_that_is_not_listed_is_found_by_its_own_only(client: Client, db: Database) -> None:
    await producers.line(db)
    group = await producers.producer(db, "Casa Refugio", "textiles", is_listed=False)
    network = await people.network(db)
    await people.affiliate(db, group, network)
    member = client.signed_in((await people.member(db, group)).token)
    secretary = client.signed_in((await people.member(db, network)).token)
    stranger = client.signed_in((await people.person(db)).token)
    path = f"/v1/producers/{group}"

    assert await _names(client) == await _names(client, q="refugio") == []
    for foreign in (client, stranger):
        assert problem(await foreign.get(path)) == (404, "not_found")
    assert problem(await stranger.get(f"{path}/profile")) == (404, "not_found")
    for own in (member, secretary):
        assert (await own.get(path)).json()["name"] == "Casa Refugio"


async def test_an_unknown_producer_is_not_found(client: Client) -> None:
    assert problem(await client.get(f"/v1/producers/{UUID(int=7)}")) == (404, "not_found")
