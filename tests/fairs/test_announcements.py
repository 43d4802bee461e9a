from typing import Any
from uuid import UUID

import pytest

from app.kernel import search
from app.kernel.db import Database
from app.kernel.schema import table
from app.people.models import OrganisationKind
from app.products.models import ProductWord
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.counting import counted_reads
from tests.factories import people, places
from tests.factories.fairs import Keeper, called, keeper
from tests.factories.products import product


@pytest.fixture
async def town(client: Client, db: Database) -> Keeper:
    return await keeper(client, db)


@pytest.fixture
async def quinua(db: Database) -> str:
    return await _product(db, "Quinua blanca")


async def test_what_is_resold_is_marked_and_comes_after_what_people_make(
    town: Keeper, client: Client, db: Database, quinua: str
) -> None:
    path = await _announcements(town)
    honey = await _product(db, "Miel")
    await _brings(client, db, path, "Abejas del Valle", {"product": quinua, "is_own_production": False})
    await _brings(client, db, path, "Tejedoras", {"product": honey, "note": " De  flor de muña "})

    listed = (await client.get(path)).json()

    assert [(one["organisation_name"], one["is_own_production"], one["note"]) for one in listed["items"]] == [
        ("Tejedoras", True, "De flor de muña"),
        ("Abejas del Valle", False, ""),
    ]
    assert set(listed["items"][0]) == {
        *("organisation_id", "organisation_name", "stall", "product_id", "product_name", "note"),
        "is_own_production",
    }


async def test_a_group_replaces_what_it_said_and_takes_it_back(
    town: Keeper, client: Client, db: Database, quinua: str
) -> None:
    path = await _announcements(town)
    honey = await _product(db, "Miel")
    mine = await _brings(client, db, path, "Tejedoras", {"product": quinua})

    replaced = await mine.put(mine.path, json={"items": [{"product": honey}]})
    removed = await mine.delete(mine.path)
    again = await mine.delete(mine.path)

    assert [item["product_name"] for item in replaced.json()["items"]] == ["Miel"]
    assert (removed.status_code, problem(again)) == (204, (404, "not_found"))
    assert (await client.get(path)).json()["items"] == []


async def test_its_network_speaks_for_a_group_and_the_organiser_may_take_back(
    town: Keeper, client: Client, db: Database, quinua: str
) -> None:
    path = await _announcements(town)
    group, network = await people.organisation(db), await people.network(db)
    await people.affiliate(db, group, network)
    other = await people.network(db, "Otra red")
    await people.affiliate(db, group, other, answer_for=False)
    said = {"items": [{"product": quinua}]}
    secretary, without = [
        client.signed_in((await people.member(db, found)).token) for found in (network, other)
    ]

    by_network = await secretary.put(f"{path}/{group}", json=said)
    by_other = await without.put(f"{path}/{group}", json=said)
    by_organiser = await town.officer.put(f"{path}/{group}", json=said)
    removed = await town.officer.delete(f"{path}/{group}")

    assert by_network.status_code == 200
    assert problem(by_other) == problem(by_organiser) == (403, "forbidden")
    assert removed.status_code == 204


async def test_a_date_that_is_over_or_cancelled_takes_no_announcements(
    town: Keeper, client: Client, db: Database, quinua: str, clock: MovableClock
) -> None:
    fair = await town.fair()
    first, second = (await town.dates(fair))[:2]
    draft = (await town.dates(await town.draft()))[0]
    await town.officer.post(f"/v1/occurrences/{second['id']}/cancellation", json={"reason": "Lluvia"})
    group = await people.organisation(db)
    mine = client.signed_in((await people.member(db, group)).token)
    clock.advance(days=6)
    said = {"items": [{"product": quinua}]}

    answers = [
        await mine.put(f"/v1/occurrences/{date['id']}/announcements/{group}", json=said)
        for date in (first, second, draft)
    ]

    assert [problem(answer) for answer in answers] == [
        (409, "occurrence_over"),
        (409, "occurrence_over"),
        (404, "not_found"),
    ]


async def test_only_those_who_take_part_say_what_they_bring(
    client: Client, db: Database, quinua: str, clock: MovableClock
) -> None:
    world = await called(client, db, clock)
    path = f"/v1/occurrences/{(await world.date())['id']}/announcements"
    open_path = await _announcements(world.town)
    said = {"items": [{"product": quinua}]}
    applied, _ = await world.apply(client, db)
    shop = await people.organisation(db, "Tienda", kind=OrganisationKind.BUYER)
    other = await people.organisation(db, "Otro")
    asks = {each: client.signed_in((await people.member(db, each)).token) for each in (shop, other)}
    asks[applied] = world.groups[applied]

    called_for = [await asks[each].put(f"{path}/{each}", json=said) for each in (applied, other, shop)]
    without = [await asks[each].put(f"{open_path}/{each}", json=said) for each in (other, shop)]

    assert [answer.status_code for answer in called_for] == [200, 409, 409]
    assert without[0].status_code == 200
    assert problem(without[1]) == (409, "not_at_this_date")


async def test_a_product_twice_or_unknown_is_refused_where_it_stands(
    town: Keeper, client: Client, db: Database, quinua: str
) -> None:
    path = await _announcements(town)
    group = await people.organisation(db)
    mine = client.signed_in((await people.member(db, group)).token)
    twice = {"items": [{"product": quinua}, {"product": quinua}]}
    unknown = {"items": [{"product": str(group)}]}

    answers = [await mine.put(f"{path}/{group}", json=said) for said in (twice, unknown)]

    assert [(a.json()["errors"][0]["pointer"], a.json()["errors"][0]["code"]) for a in answers] == [
        ("#/items/1/product", "repeated_product"),
        ("#/items/0/product", "unknown_product"),
    ]


async def test_a_visitor_finds_quinua_near_them_on_saturday(
    town: Keeper, client: Client, db: Database, quinua: str
) -> None:
    honey = await _product(db, "Miel")
    far = await keeper(client, db, "Lejos", latitude_e6=-13_900_000)
    near = await keeper(client, db, "Cerca", latitude_e6=-13_430_000)
    for keeps, what in ((far, quinua), (town, quinua), (near, quinua), (town, honey)):
        await _brings(client, db, await _announcements(keeps), "Tejedoras", {"product": what})

    found = (await client.get("/v1/announcements?q=quínua&near=-13.43,-71.85&within_km=20")).json()
    paged = await _pages(client, "q=quinua&near=-13.43,-71.85&within_km=100")
    anywhere = (await client.get("/v1/announcements?q=quinua&limit=200")).json()["items"]

    assert [(one["organiser_name"], one["distance_km"]) for one in found["items"]] == [
        ("Cerca", 0.0),
        ("Municipalidad de Qori Pampa", 1.1),
    ]
    assert [one["product_name"] for one in found["items"][1]["brings"]] == ["Quinua blanca"]
    assert [(name, km) for name, km in paged] == [
        ("Cerca", 0.0),
        ("Municipalidad de Qori Pampa", 1.1),
        ("Lejos", 52.3),
    ]
    assert {one["distance_km"] for one in anywhere} == {None}
    assert len(anywhere) == 3


async def test_what_lies_in_the_corner_of_the_box_is_not_in_the_circle(
    town: Keeper, client: Client, db: Database, quinua: str
) -> None:
    await _brings(client, db, await _announcements(town), "Tejedoras", {"product": quinua})
    at = "-13.55,-71.98"  # 14.5 km south and 14 km west of it

    inside = await _pages(client, f"near={at}&within_km=21")
    corner = await _pages(client, f"near={at}&within_km=17")

    assert inside == [("Municipalidad de Qori Pampa", 20.2)]
    assert corner == []


async def test_cancelled_and_unpublished_dates_are_not_found_and_suspended_ones_say_so(
    town: Keeper, client: Client, db: Database, quinua: str
) -> None:
    fair = await town.fair()
    dates = (await town.dates(fair))[:2]
    for date in dates:
        path = f"/v1/occurrences/{date['id']}/announcements"
        await _brings(client, db, path, f"Grupo {date['starts_local']}", {"product": quinua})
    await town.officer.post(f"/v1/occurrences/{dates[0]['id']}/cancellation", json={"reason": "Lluvia"})
    await town.officer.post(f"/v1/fairs/{fair['id']}/suspension", json={"reason": "Obras"})

    found = (await client.get("/v1/announcements?q=quinua")).json()["items"]

    assert [(one["id"], one["fair_state"]) for one in found] == [(dates[1]["id"], "suspended")]


async def test_a_fair_that_is_going_on_is_found_and_one_that_is_over_is_not(
    town: Keeper, client: Client, db: Database, quinua: str, clock: MovableClock
) -> None:
    await _brings(client, db, await _announcements(town), "Tejedoras", {"product": quinua})

    clock.advance(days=5)  # Saturday at ten in Lima
    going_on = (await client.get("/v1/announcements?q=quinua")).json()["items"]
    clock.advance(hours=5)
    over = (await client.get("/v1/announcements?q=quinua")).json()["items"]
    asked = (await client.get("/v1/announcements?q=quinua&since=2026-03-07T18:00:00Z")).json()["items"]

    assert [len(found) for found in (going_on, over, asked)] == [1, 0, 1]


async def test_a_date_that_moved_is_found_where_it_is_now(
    town: Keeper, client: Client, db: Database, quinua: str
) -> None:
    date = (await town.dates(await town.fair()))[0]
    path = f"/v1/occurrences/{date['id']}"
    await _brings(client, db, f"{path}/announcements", "Tejedoras", {"product": quinua})
    elsewhere = await places.place(
        db, town.organisation, "Estadio", latitude_e6=-13_904_999, longitude_e6=-71_000_000
    )

    moved = await town.officer.patch(
        path, json={"place": str(elsewhere), "reason": "Obras"}, headers={"if-match": '"1"'}
    )
    here = await _pages(client, "near=-13.42,-71.85")
    there = await _pages(client, "near=-13.90,-71.00&within_km=1")

    assert moved.json()["location"] == {"latitude": -13.9, "longitude": -71.0, "is_exact": False}
    assert (here, there) == ([], [("Municipalidad de Qori Pampa", 0.0)])


@pytest.mark.parametrize("near", ["91,0", "0,181", "-91.5,-200"])
async def test_a_point_off_the_earth_is_refused(client: Client, near: str) -> None:
    refused = await client.get(f"/v1/announcements?near={near}")

    assert refused.json()["errors"][0]["code"] == "not_a_point"


async def test_a_page_of_dates_asks_the_database_as_often_for_three_as_for_one(
    town: Keeper, client: Client, db: Database, quinua: str
) -> None:
    dates = (await town.dates(await town.fair()))[:3]
    await _brings(client, db, f"/v1/occurrences/{dates[0]['id']}/announcements", "A", {"product": quinua})
    with counted_reads() as one:
        await client.get("/v1/announcements?q=quinua&near=-13.42,-71.85")
    for date in dates[1:]:
        await _brings(client, db, f"/v1/occurrences/{date['id']}/announcements", "B", {"product": quinua})

    with counted_reads() as three:
        found = await client.get("/v1/announcements?q=quinua&near=-13.42,-71.85")

    assert len(found.json()["items"]) == 3
    assert three.reads == one.reads


class _Group(Client):
    path: str


async def _brings(client: Client, db: Database, path: str, name: str, *items: dict[str, Any]) -> _Group:
    group = await people.organisation(db, name)
    mine = _Group(client.app, headers={"authorization": f"Bearer {(await people.member(db, group)).token}"})
    mine.path = f"{path}/{group}"
    answer = await mine.put(mine.path, json={"items": list(items)})
    assert answer.status_code == 200, answer.text
    return mine


async def _announcements(town: Keeper) -> str:
    date = (await town.dates(await town.fair()))[0]
    return f"/v1/occurrences/{date['id']}/announcements"


async def _product(db: Database, name: str) -> str:
    identifier = await product(db, name)
    async with db.tx() as tx:
        await search.index(tx, table(ProductWord), UUID(str(identifier)), name)
    return str(identifier)


async def _pages(client: Client, query: str) -> list[tuple[str, float]]:
    """Every page of one date each."""
    found, cursor = [], ""
    while True:
        page = (await client.get(f"/v1/announcements?limit=1&{query}{cursor}")).json()
        found += [(one["organiser_name"], one["distance_km"]) for one in page["items"]]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"
