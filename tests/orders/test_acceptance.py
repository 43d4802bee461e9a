"""The buyer's yes: what it holds, what it says, who may, and what happens when stock has moved since the plan."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.inventory.models import Lot, LotStatus
from app.kernel.db import Database
from app.kernel.schema import table
from app.orders.models import Allocation
from app.orders.service import acceptance, gathering
from app.people.models import Organisation
from tests.client import Client, problem
from tests.counting import counted_reads
from tests.factories import orders
from tests.inventory.stock import quantities

LOT = table(Lot)
_PARTS = sa.select(sa.func.count().label("parts")).select_from(table(Allocation))


@pytest.fixture
async def market(client: Client, db: Database) -> orders.Market:
    return await orders.market(client, db)


async def _change(db: Database, lot: UUID, **values: Any) -> None:
    async with db.tx() as tx:
        await tx.run(
            sa.update(LOT).where(LOT.c.id == sa.bindparam("lot")).values(**values, version=LOT.c.version + 1),
            lot=lot,
        )


async def test_acceptance_holds_each_share_and_answers_the_order_as_it_is_read(
    market: orders.Market, db: Database
) -> None:
    order = await market.submitted("90")
    plan = await market.released(order)

    accepted = await market.accept(order, plan)
    read = await market.read(order)

    assert accepted.status_code == 201
    assert accepted.json() == read
    assert read["actions"] == ["cancel"]
    assert [line[name]["value"] for line in read["lines"] for name in ("offered", "agreed", "missing")] == [
        "90",
        "0",
        "0",
    ]
    for group in market.groups.values():
        assert await quantities(db, group.lot_id) == (100_000, 30_000)


async def test_acceptance_needs_a_key_and_is_done_once(market: orders.Market, db: Database) -> None:
    order = await market.submitted("90")
    plan = await market.released(order)
    path, body = f"/v1/orders/{order}/acceptance", {"plan_id": plan}

    without = await market.purchaser.post(path, json=body)
    first = await market.accept(order, plan, key="uno")
    repeated = await market.accept(order, plan, key="uno")
    other_key = await market.accept(order, plan, key="dos")
    other_body = await market.purchaser.post(
        path, json={"plan_id": order}, headers={"idempotency-key": "uno"}
    )

    assert problem(without) == (400, "idempotency_key_required")
    assert repeated.content == first.content
    assert repeated.headers["idempotency-replayed"] == "true"
    assert problem(other_key) == (409, "wrong_state")
    assert problem(other_body) == (422, "idempotency_key_reused")
    assert await db.value(_PARTS) == 3


async def test_only_the_buyer_accepts_and_only_a_plan_of_this_order(
    client: Client, db: Database, market: orders.Market
) -> None:
    order, other = await market.submitted("90"), await market.submitted("90")
    plan, foreign = await market.released(order), await market.released(other)
    path, body, key = f"/v1/orders/{order}/acceptance", {"plan_id": plan}, {"idempotency-key": "a"}
    stranger = await orders.stranger(client, db)

    assert problem(await market.secretary.post(path, json=body, headers=key)) == (403, "forbidden")
    assert problem(await stranger.post(path, json=body, headers=key)) == (404, "not_found")
    assert problem(await market.accept(order, foreign)) == (404, "not_found")


async def test_buyer_that_nobody_verified_may_plan_not_accept(market: orders.Market, db: Database) -> None:
    async with db.tx() as tx:
        where = table(Organisation).c.id == market.buyer
        await tx.run(sa.update(table(Organisation)).where(where).values(verified_at=None))
    order = await market.submitted("90")
    plan = await market.released(order)

    assert problem(await market.accept(order, plan)) == (403, "unverified_buyer")


async def test_buyer_has_at_most_so_many_orders_waiting(
    market: orders.Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acceptance, "MOST_WAITING", 1)
    await market.accepted("10")
    order = await market.submitted("10")
    plan = await market.released(order)

    refused = await market.accept(order, plan)
    for group in market.groups:
        await market.answer(group)
    accepted = await market.accept(order, plan)

    assert problem(refused) == (409, "too_many_orders")
    assert accepted.status_code == 201  # nobody waits any more


@pytest.mark.parametrize("most_locked", [0, gathering.MOST_LOCKED])
async def test_stock_that_moved_is_planned_again_when_the_buyer_loses_nothing(
    market: orders.Market, db: Database, monkeypatch: pytest.MonkeyPatch, most_locked: int
) -> None:
    monkeypatch.setattr(gathering, "MOST_LOCKED", most_locked)
    order = await market.submitted("90")
    plan = await market.released(order)
    await _change(db, market.groups["Ayni"].lot_id, note="otra bolsa")  # another version, the same terms

    accepted = await market.accept(order, plan)
    listed = (await market.secretary.get(f"/v1/orders/{order}/plans")).json()["items"]

    assert accepted.status_code == 201, accepted.text
    assert accepted.json()["plan_id"] == listed[0]["id"] != plan
    assert [(each["number"], each["state"]) for each in listed] == [(2, "accepted"), (1, "void")]
    assert accepted.json() == await market.read(order)


@pytest.mark.parametrize(
    "change", [{"price_minor": 900}, {"status": LotStatus.PAUSED}, {"available_base": 5_000}]
)
async def test_stock_that_moved_against_the_buyer_is_a_new_plan_to_read(
    market: orders.Market, db: Database, change: dict[str, Any]
) -> None:
    order = await market.submitted("90")
    plan = await market.released(order)
    await _change(db, market.groups["Ayni"].lot_id, **change)

    refused = await market.accept(order, plan)
    english = await market.purchaser.post(
        f"/v1/orders/{order}/acceptance",
        json={"plan_id": plan},
        headers={"idempotency-key": "x", "accept-language": "en"},
    )
    new = refused.json()["newest_plan_id"]

    assert problem(refused) == (409, "plan_changed")
    assert refused.json()["title"] == "Lo ofrecido cambió"
    assert problem(english) == (409, "plan_not_newest")
    assert english.json()["newest_plan_id"] == new
    assert (await market.read(order))["plan_id"] == new
    assert await db.value(_PARTS) == 0
    for group in market.groups.values():
        assert (await quantities(db, group.lot_id))[1] == 0
    await market.secretary.post(f"/v1/plans/{new}/release")
    assert (await market.accept(order, new)).status_code == 201


async def test_a_lot_that_always_moves_is_given_up_after_three_tries(
    market: orders.Market, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await market.submitted("90")
    plan = await market.released(order)
    real = acceptance.offers.offer

    async def moved_meanwhile(tx, offering, **how):
        await tx.run(sa.update(LOT).values(version=LOT.c.version + 1))  # as if another had been quicker
        await real(tx, offering, **how)

    monkeypatch.setattr(acceptance.offers, "offer", moved_meanwhile)
    refused = await market.accept(order, plan)
    monkeypatch.undo()
    listed = (await market.secretary.get(f"/v1/orders/{order}/plans")).json()["items"]

    assert problem(refused) == (409, "plan_changed")
    assert refused.json()["newest_plan_id"] == listed[0]["id"]
    assert [each["state"] for each in listed] == ["drafted", "void"]
    assert (await market.read(order))["state"] == "proposed"


async def test_a_new_plan_by_the_network_meanwhile_is_not_overridden(
    market: orders.Market, db: Database
) -> None:
    order = await market.submitted("90")
    plan = await market.released(order)
    await _change(db, market.groups["Ayni"].lot_id, note="otra bolsa")
    leave_out = {"act": "leave_out", "producer": str(market.groups["Ayni"].id), "reason": "No responden"}
    newer = await market.planned(order, changes=[leave_out])

    refused = await market.accept(order, plan)

    assert problem(refused) == (409, "plan_not_newest")
    assert refused.json()["newest_plan_id"] == newer["id"]
    assert (await market.read(order))["plan_id"] == newer["id"]


async def test_price_and_seals_are_those_of_the_acceptance(market: orders.Market, db: Database) -> None:
    await market.accepted("90")

    await _change(db, market.groups["Ayni"].lot_id, price_minor=2_000)
    answer = await market.answer("Ayni")

    assert answer.json()["amount"] == {"amount": "240.00", "currency": "PEN"}


async def test_one_line_order_is_accepted_with_few_statements(market: orders.Market, db: Database) -> None:
    order = await market.submitted("20")
    only = [
        {"act": "leave_out", "producer": str(market.groups[name].id), "reason": "Esta vez no"}
        for name in ("Inti", "Killa")
    ]
    plan = await market.released(order, changes=only)
    await market.purchaser.get("/v1/me")  # the caller is known

    with counted_reads() as reads:
        accepted = await market.accept(order, plan)

    assert accepted.status_code == 201
    assert (
        reads.reads <= 4
    )  # order with plan, lines, telephones; the look for the key's answer only where it failed


async def test_demo_orders_are_marked(client: Client, db: Database) -> None:
    market = await orders.market(client, db)
    async with db.tx() as tx:
        where = table(Organisation).c.id == market.buyer
        await tx.run(sa.update(table(Organisation)).where(where).values(is_demo=True))

    order = await market.accepted("90")

    assert (await market.read(order))["is_demo"] is True
    assert (await market.part_of("Ayni"))["is_demo"] is True
