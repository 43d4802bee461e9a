"""Who reads what of plans and parts."""

import pytest

from app.kernel.db import Database
from app.people.models import Role
from tests.client import Client, problem
from tests.factories import orders, people


@pytest.fixture
async def market(client: Client, db: Database) -> orders.Market:
    return await orders.market(client, db)


def _kilos(value: str) -> dict[str, str]:
    return {"value": value, "unit": "KGM"}


async def test_each_side_reads_its_own_of_a_part(client: Client, db: Database, market: orders.Market) -> None:
    await market.accepted("90")
    await market.answer("Ayni", quantity=_kilos("20"))
    part = await market.part_of("Ayni")
    path = f"/v1/allocations/{part['id']}"
    foreign = await orders.stranger(client, db)

    own = (await market.groups["Ayni"].client.get(path)).json()
    bought = (await market.purchaser.get(path)).json()
    network = (await market.secretary.get(path)).json()

    assert own["text"] == "La parte igual para todos: 10 kg por persona."
    assert own["table"] == network["table"]
    assert [(row["producer"], row["quantity"]["value"], row["people"]) for row in own["table"]] == [
        ("Grupo Ayni", "20", 3),
        ("Grupo Inti", "30", 3),
        ("Grupo Killa", "30", 3),
    ]
    assert {bought[name] for name in ("text", "table", "spoke", "reason", "answer_channel", "late")} == {None}
    assert (bought["quantity"], bought["actions"]) == (_kilos("20"), [])
    for reader in (foreign, market.groups["Inti"].client):
        assert problem(await reader.get(path)) == (404, "not_found")
        assert problem(await reader.get(f"{path}/record")) == (404, "not_found")
        assert problem(await reader.post(f"{path}/confirmation")) == (404, "not_found")
        assert problem(await reader.post(f"{path}/decline")) == (404, "not_found")
        extension = await reader.post(f"{path}/extension", json={"in_days": 3, "reason": "Viaje"})
        assert problem(extension) == (404, "not_found")
    assert problem(await market.purchaser.get(f"{path}/record")) == (403, "forbidden")
    assert problem(await market.purchaser.post(f"{path}/confirmation")) == (403, "forbidden")
    member = client.signed_in((await people.member(db, market.groups["Ayni"].id, Role.MEMBER)).token)
    assert problem(await member.post(f"{path}/confirmation")) == (403, "forbidden")


async def test_table_is_shown_to_groups_only_where_their_network_says_so(market: orders.Market) -> None:
    policy = f"/v1/organisations/{market.network}/policy"
    await market.secretary.put(policy, json={"show_table": False}, headers={"if-match": '"0"'})
    await market.accepted("90")
    path = f"/v1/allocations/{(await market.part_of('Ayni'))['id']}"

    assert (await market.groups["Ayni"].client.get(path)).json()["table"] is None
    assert len((await market.secretary.get(path)).json()["table"]) == 3


async def test_reason_about_a_group_is_read_by_it_and_the_network_alone(
    client: Client, market: orders.Market
) -> None:
    order = await market.submitted("90")
    inti, reason = str(market.groups["Inti"].id), "Este mes ya entregan otro pedido"
    cap = {"act": "cap", "producer": inti, "quantity": {"value": "10", "unit": "KGM"}, "reason": reason}
    plan = await market.released(order, changes=[cap])
    await market.accept(order, plan)
    paths = {name: f"/v1/allocations/{(await market.part_of(name))['id']}" for name in market.groups}

    async def why(reader: Client, path: str) -> str:
        table = (await reader.get(path)).json()["table"]
        return str(next(row["why"] for row in table if row["producer"] == "Grupo Inti"))

    told = f"Hay un tope para esta parte. {reason}."
    assert await why(market.groups["Ayni"].client, paths["Ayni"]) == "Hay un tope para esta parte."
    assert await why(market.groups["Inti"].client, paths["Inti"]) == told
    assert await why(market.secretary, paths["Ayni"]) == told
    said = {
        each["recipient"]["name"]: each["text"]
        for each in (await market.secretary.get("/v1/messages")).json()["items"]
        if each["kind"] == "offer"
    }
    assert f"Les tocan 10 kg a S/ 8.00 el kilo = S/ 80.00 para ustedes. {told} Entrega" in said["Grupo Inti"]
    assert all("por persona" not in text and "30 kg" not in text for text in said.values())
    page = (await client.get(f"/r/{said['Grupo Inti'].rpartition('/')[2]}")).text
    assert f"Pidieron 90 kg. {told}" in page
    bought = (await market.purchaser.get(f"/v1/plans/{plan}")).json()["shares"]
    assert {share["people"] for share in bought} == {None}
    seen = (await market.secretary.get(f"/v1/plans/{plan}")).json()["shares"]
    assert {share["people"] for share in seen} == {3}


async def test_table_adds_up_what_a_group_gives_by_two_plans(market: orders.Market) -> None:
    order = await market.accepted("90")
    await market.answer("Ayni")
    await market.answer("Inti", "decline")
    await market.secretary.post(f"/v1/orders/{order}/repairs")
    part = await market.part_of("Ayni")

    read = (await market.groups["Ayni"].client.get(f"/v1/allocations/{part['id']}")).json()

    assert [(row["producer"], row["quantity"]["value"], row["people"]) for row in read["table"]] == [
        ("Grupo Ayni", "45", 3),
        ("Grupo Killa", "45", 3),
    ]


async def test_record_is_kept_behind_the_sentence(market: orders.Market) -> None:
    await market.accepted("90")
    part = await market.part_of("Ayni")

    found = (await market.groups["Ayni"].client.get(f"/v1/allocations/{part['id']}/record")).json()

    assert found["text"] == "La parte igual para todos: 10 kg por persona."
    assert {name: found["record"][name] for name in ("rule", "weight", "allotted", "bound", "level")} == {
        "rule": "minka-1",
        "weight": 3,
        "allotted": 30_000,
        "bound": "level",
        "level": "10000/1",
    }


async def test_stock_is_read_only_while_its_group_lets_the_network_see_it(
    client: Client, db: Database, market: orders.Market
) -> None:
    plan = await market.released(order := await market.submitted("400"))
    await market.accept(order, plan)
    ayni, path = market.groups["Ayni"], f"/v1/plans/{plan}/document"
    record = f"/v1/allocations/{(await market.part_of('Ayni'))['id']}/record"
    before = (await market.secretary.get(path)).json()
    seen = (await market.secretary.get(record)).json()["record"]
    of_ayni = {"group": str(ayni.id)}
    (asked,) = (await market.secretary.get("/v1/affiliations", params=of_ayni)).json()["items"]
    scopes, etag = {"see_stock": False, "answer_for": False}, f'"{asked["version"]}"'
    president = client.signed_in((await people.member(db, ayni.id, Role.COORDINATOR, "Presidenta")).token)
    withdrawn = await president.patch(
        f"/v1/affiliations/{asked['id']}", json=scopes, headers={"if-match": etag}
    )
    assert withdrawn.status_code == 200, withdrawn.text

    network = client.signed_in((await people.member(db, market.network, Role.COORDINATOR, "Otra")).token)
    after = (await network.get(path)).json()
    hidden = (await network.get(record)).json()["record"]
    own = (await ayni.client.get(record)).json()["record"]

    assert (before["withheld"], seen["eligible_stock"], len(before["document"]["lots"])) == ([], 100_000, 3)
    assert after["withheld"] == [str(ayni.id)]
    assert str(ayni.id) not in {lot["producer"] for lot in after["document"]["lots"]}
    assert len(after["document"]["lots"]) == 2
    assert [one["eligible_stock"] for one in after["records"] if one["producer"] == str(ayni.id)] == [None]
    assert (hidden["eligible_stock"], hidden["packs"]) == (None, None)
    assert (hidden["allotted"], hidden["bound"]) == (100_000, "stock")
    assert own == seen


async def test_news_of_others_is_never_hidden_by_the_etag(market: orders.Market) -> None:
    await market.accepted("90")
    path = f"/v1/allocations/{(await market.part_of('Ayni'))['id']}"
    etag = (await market.groups["Ayni"].client.get(path)).headers["etag"]
    same = await market.groups["Ayni"].client.get(path, headers={"if-none-match": etag})

    await market.answer("Inti", "decline")
    changed = await market.groups["Ayni"].client.get(path, headers={"if-none-match": etag})

    assert same.status_code == 304
    assert len(changed.json()["table"]) == 2


async def test_parts_are_listed_with_as_many_reads(market: orders.Market) -> None:
    group = market.groups["Ayni"].client
    await market.accepted("30")
    one = await orders.reads_of(group, "/v1/allocations")
    await market.accepted("30")
    await market.accepted("30")
    three = await orders.reads_of(group, "/v1/allocations")
    page = (await group.get("/v1/allocations", params={"limit": 2})).json()
    rest = (await group.get("/v1/allocations", params={"limit": 2, "cursor": page["next_cursor"]})).json()

    assert (len(page["items"]), len(rest["items"])) == (2, 1)
    assert one == three
    assert (await group.get("/v1/allocations", params={"state": "confirmed"})).json()["items"] == []
    assert (await market.purchaser.get("/v1/allocations")).json()["items"] == []


async def test_plan_is_hidden_from_strangers_and_its_document_from_the_buyer(
    client: Client, db: Database, market: orders.Market
) -> None:
    order = await market.submitted("90")
    plan = (await market.planned(order))["id"]
    foreign = await orders.stranger(client, db)

    for reader in (foreign, market.groups["Ayni"].client):
        for path in (f"/v1/plans/{plan}", f"/v1/plans/{plan}/document", f"/v1/orders/{order}/plans"):
            assert problem(await reader.get(path)) == (404, "not_found")
        assert problem(await reader.post(f"/v1/plans/{plan}/release")) == (404, "not_found")
        assert problem(await reader.post(f"/v1/orders/{order}/plans")) == (404, "not_found")
    assert problem(await market.purchaser.get(f"/v1/plans/{plan}/document")) == (403, "forbidden")
    assert problem(await market.purchaser.post(f"/v1/plans/{plan}/release")) == (403, "forbidden")
    unknown = "0198c0de-0000-7000-8000-000000000000"
    assert problem(await market.secretary.get(f"/v1/plans/{unknown}")) == (404, "not_found")


async def test_plans_are_listed_with_as_many_reads(market: orders.Market) -> None:
    order = await market.submitted("90")
    await market.planned(order)
    path = f"/v1/orders/{order}/plans"
    one = await orders.reads_of(market.secretary, path)
    for _ in range(2):
        await market.planned(order)
    three = await orders.reads_of(market.secretary, path)
    listed = (await market.secretary.get(path)).json()["items"]

    assert len(listed) == 3
    assert one == three
