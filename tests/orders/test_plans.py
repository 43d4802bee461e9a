"""Plans: made, released, replaced, previewed; what they say."""

from typing import Any

import pytest
import sqlalchemy as sa

from app.kernel.db import Database
from app.kernel.errors import TooManyRequestsError
from app.kernel.ids import uuid7
from app.kernel.schema import table
from app.orders.service.preview import preview
from app.people.models import Organisation
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import orders
from tests.orders.world import caller


@pytest.fixture
async def market(client: Client, db: Database) -> orders.Market:
    return await orders.market(client, db)


def _kilos(value: str) -> dict[str, str]:
    return {"value": value, "unit": "KGM"}


def _shares(plan: dict[str, Any]) -> dict[str, str]:
    return {share["producer"]["name"]: share["quantity"]["value"] for share in plan["shares"]}


async def test_buyer_reads_fill_and_total_until_the_plan_is_released(market: orders.Market) -> None:
    order = await market.submitted("90")

    plan = (await market.purchaser.post(f"/v1/orders/{order}/plans")).json()
    refused = await market.accept(order, plan["id"])
    released = await market.secretary.post(f"/v1/plans/{plan['id']}/release")
    after = (await market.purchaser.get(f"/v1/plans/{plan['id']}")).json()

    line = plan["lines"][0]
    assert (line["fill"]["value"], plan["total"]["amount"]) == ("90", "720.00")
    assert [line["groups"], line["level"], plan["shares"], plan["left_out"], plan["changes"]] == [None] * 5
    assert (plan["state"], plan["actions"]) == ("drafted", [])
    assert problem(refused) == (409, "plan_not_released")
    assert released.json()["state"] == "released"
    assert after["actions"] == ["accept", "replace"]
    assert after["shares"][0] == {
        "producer": {"id": str(market.groups["Ayni"].id), "name": "Grupo Ayni"},
        "line": 1,
        "people": None,
        "quantity": _kilos("30"),
        "amount": {"amount": "240.00", "currency": "PEN"},
        "points": [],
        "bound": None,
        "why": None,
    }
    assert [after["lines"][0]["groups"], after["lines"][0]["level"], after["left_out"]] == [3, None, None]


async def test_released_plan_holds_for_72_hours_inclusive(market: orders.Market, clock: MovableClock) -> None:
    order = await market.submitted("90")
    plan = await market.released(order)
    until = (await market.read(order))["valid_until"]

    clock.advance(hours=72, seconds=1)
    late = await market.accept(order, plan, key="late")
    clock.advance(seconds=-1)
    last = await market.accept(order, plan, key="in-time")

    assert until == "2026-03-05T15:00:00Z"
    assert problem(late) == (409, "plan_expired")
    assert last.status_code == 201


async def test_releasing_twice_changes_nothing(market: orders.Market, clock: MovableClock) -> None:
    order = await market.submitted("90")
    plan = await market.released(order)
    before = await market.read(order)

    clock.advance(hours=3)
    again = await market.secretary.post(f"/v1/plans/{plan}/release")

    assert again.json()["state"] == "released"
    assert await market.read(order) == before


async def test_a_new_plan_voids_the_one_before_and_is_accepted_only_once_released(
    market: orders.Market,
) -> None:
    order = await market.submitted("90")
    old = await market.released(order)

    new = await market.planned(order)
    listed = (await market.purchaser.get(f"/v1/orders/{order}/plans")).json()["items"]
    read = await market.read(order)
    superseded = await market.secretary.post(f"/v1/plans/{old}/release")
    unreleased = await market.accept(order, new["id"])

    assert [(plan["number"], plan["state"]) for plan in listed] == [(2, "drafted"), (1, "void")]
    assert (read["state"], read["valid_until"], "accept" in read["actions"]) == ("proposed", None, False)
    assert problem(superseded) == (409, "plan_not_newest")
    assert superseded.json()["newest_plan_id"] == new["id"]
    assert problem(unreleased) == (409, "plan_not_released")


async def test_a_buyer_who_asks_again_reads_what_that_did(market: orders.Market) -> None:
    order = await market.submitted("90")
    first = (await market.purchaser.post(f"/v1/orders/{order}/plans")).json()
    old = await market.released(order)
    before = await market.purchaser.get(f"/v1/plans/{old}")

    new = (await market.purchaser.post(f"/v1/orders/{order}/plans")).json()
    void = await market.purchaser.get(f"/v1/plans/{old}", headers={"if-none-match": before.headers["etag"]})
    english = await market.purchaser.get(f"/v1/plans/{new['id']}", headers={"accept-language": "en"})
    released = (await market.secretary.post(f"/v1/plans/{new['id']}/release")).json()

    gone = "La propuesta 2, que ya se podía aceptar, quedó sin efecto."
    assert [before.json()[name] for name in ("actions", "replaced_by_id", "notice")] == [
        ["accept", "replace"],
        None,
        None,  # nobody could have accepted the one before
    ]
    assert before.json()["replaces_id"] == first["id"]
    assert [new[name] for name in ("state", "actions", "replaces_id", "replaced_by_id", "notice")] == [
        "drafted",
        [],
        old,
        None,
        f"{gone} Solo vale esta, cuando la organización coordinadora la suelte.",
    ]
    assert [void.json()[name] for name in ("state", "actions", "replaced_by_id", "notice")] == [
        "void",
        [],
        new["id"],
        "Sin efecto: la reemplaza la propuesta 3.",
    ]
    assert english.json()["notice"].startswith("Proposal 2, which could be accepted, is void now.")
    assert (released["actions"], released["notice"]) == (["replace"], f"{gone} Solo vale esta.")


async def test_a_plan_void_by_an_edit_names_its_successor_once_there_is_one(market: orders.Market) -> None:
    order = await market.submitted("90")
    old = await market.released(order)
    etag = (await market.purchaser.get(f"/v1/orders/{order}")).headers["etag"]
    await market.purchaser.patch(
        f"/v1/orders/{order}", json={"note": "Para mayo"}, headers={"if-match": etag}
    )
    alone = await market.purchaser.get(f"/v1/plans/{old}")
    await market.purchaser.post(f"/v1/orders/{order}/submission")
    new = await market.planned(order)

    named = await market.purchaser.get(f"/v1/plans/{old}", headers={"if-none-match": alone.headers["etag"]})

    assert [alone.json()[name] for name in ("state", "replaced_by_id", "notice")] == ["void", None, None]
    assert (named.status_code, named.json()["replaced_by_id"]) == (200, new["id"])


async def test_policy_may_release_at_once(market: orders.Market) -> None:
    path = f"/v1/organisations/{market.network}/policy"
    put = await market.secretary.put(path, json={"release_at_once": True}, headers={"if-match": '"0"'})
    order = await market.submitted("90")

    plan = (await market.purchaser.post(f"/v1/orders/{order}/plans")).json()

    assert put.json()["version"] == 1
    assert (plan["state"], len(plan["shares"])) == ("released", 3)
    assert (await market.accept(order, plan["id"])).status_code == 201


async def test_plan_reserves_nothing(market: orders.Market) -> None:
    first, second = await market.submitted("300"), await market.submitted("300")

    plans = [await market.planned(order) for order in (first, second, first)]

    assert [plan["lines"][0]["fill"]["value"] for plan in plans] == ["300"] * 3


async def test_same_inputs_give_the_same_plan(market: orders.Market) -> None:
    order = await market.submitted("100")
    plans = [await market.planned(order) for _ in range(2)]
    documents = [(await market.secretary.get(f"/v1/plans/{plan['id']}/document")).json() for plan in plans]

    assert plans[0]["input_digest"] == plans[1]["input_digest"]
    assert documents[0] == documents[1]
    preview = await market.purchaser.post("/v1/plans/preview", json=documents[0]["document"])
    (line,) = preview.json()["lines"].values()
    assert sorted(line["by_producer"].values()) == [33_333, 33_333, 33_334]
    assert preview.json()["input_digest"] != ""


async def test_two_previews_at_a_time_are_enough_for_anybody() -> None:
    who = caller(uuid7(), acts="buy")
    running = {who.name: 2}

    with pytest.raises(TooManyRequestsError):
        await preview(running, who, b"{}")

    assert running == {who.name: 2}


async def test_network_that_lost_its_verification_runs_no_more_orders(
    market: orders.Market, db: Database
) -> None:
    order = (await market.purchaser.post("/v1/orders", json=market.order("90"))).json()["id"]
    async with db.tx() as tx:
        where = table(Organisation).c.id == market.network
        await tx.run(sa.update(table(Organisation)).where(where).values(verified_at=None))

    answer = await market.purchaser.post(f"/v1/orders/{order}/submission")

    assert problem(answer) == (409, "unverified_coordinator")


async def test_empty_plan_for_want_of_the_currency_says_so(market: orders.Market) -> None:
    body = market.order() | {"currency": "CLP"}
    order = str((await market.purchaser.post("/v1/orders", json=body)).json()["id"])
    await market.purchaser.post(f"/v1/orders/{order}/submission")

    plan = await market.released(order)

    read = (await market.purchaser.get(f"/v1/plans/{plan}")).json()
    assert read["shares"] == []
    assert read["notice"] == "Nadie pone su precio en CLP: haga el pedido en la moneda de los grupos."
