"""What comes too late, and what a harvest takes away."""

from datetime import date
from typing import Any

import pytest

from app import wiring
from app.inventory.models import LotKind
from app.kernel import jobs
from app.kernel.db import Database
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import orders
from tests.inventory.stock import broken, quantities


@pytest.fixture
async def market(client: Client, db: Database) -> orders.Market:
    return await orders.market(client, db)


def _kilos(value: str) -> dict[str, str]:
    return {"value": value, "unit": "KGM"}


async def _expired(market: orders.Market, db: Database, clock: MovableClock, *yes: str) -> str:
    """An order of 90 kg where everybody was told, some said yes, and the deadline is over; no repair yet."""
    order = await market.accepted("90")
    await market.tell_all()
    for group in yes:
        await market.answer(group)
    clock.advance(days=4)
    await jobs.run_due(db, [job for job in wiring.JOBS if job.name == "expire offers"], clock())
    return order


async def test_late_yes_that_nobody_took_counts_in_part_too(
    market: orders.Market, db: Database, clock: MovableClock
) -> None:
    order = await _expired(market, db, clock, "Ayni", "Inti")

    late = await market.answer("Killa", quantity=_kilos("12"))

    assert (late.json()["state"], late.json()["quantity"]) == ("partially_confirmed", _kilos("12"))
    assert (await market.read(order))["lines"][0]["missing"] == _kilos("18")
    assert await quantities(db, market.groups["Killa"].lot_id) == (100_000, 12_000)
    assert await broken(db) == []


async def test_late_yes_that_others_were_given_waits_for_the_next_repair(
    market: orders.Market, db: Database, clock: MovableClock
) -> None:
    order = await _expired(market, db, clock, "Ayni", "Inti")
    await market.secretary.post(f"/v1/orders/{order}/repairs")  # Ayni and Inti are asked for 15 more each

    late = await market.answer("Killa", quantity=_kilos("12"))
    before = await market.board(order)
    declined = await market.answer("Inti", "decline")  # 15 are missing again
    await market.secretary.post(f"/v1/orders/{order}/repairs")
    after = await market.board(order)
    newest = await market.part_of("Killa")

    assert (late.json()["state"], late.json()["late"], late.json()["spoke"]) == (
        "expired",
        _kilos("12"),
        None,
    )
    assert declined.status_code == 200
    assert before.count(("Grupo Killa", "expired", "0")) == 1
    # the late 12 go out as an offer of at most 12, the rest to Ayni, who is still free to be asked
    assert ("Grupo Killa", "offered", newest["quantity"]["value"]) in after
    assert float(newest["quantity"]["value"]) <= 12
    old = (await market.groups["Killa"].client.get("/v1/allocations")).json()["items"][-1]
    assert (await market.groups["Killa"].client.get(f"/v1/allocations/{old['id']}")).json()["late"] is None
    assert sum(float(kilos) for _, state, kilos in after if state in {"offered", "confirmed"}) == 90


async def test_late_no_is_not_an_answer(market: orders.Market, db: Database, clock: MovableClock) -> None:
    await _expired(market, db, clock, "Ayni")

    late = await market.answer("Killa", "decline")

    assert problem(late) == (409, "wrong_state")
    assert late.json()["allowed"] == ["confirmed", "partially_confirmed"]


async def test_after_the_orders_end_it_is_too_late(
    market: orders.Market, db: Database, clock: MovableClock
) -> None:
    await market.accepted("90")
    await market.tell_all()
    clock.advance(days=4)
    await jobs.run_due(db, wiring.JOBS, clock())

    late = await market.answer("Killa")

    assert problem(late) == (409, "too_late")


async def _harvest(group: orders.Group, kilos: str) -> Any:
    return await group.client.post(
        f"/v1/lots/{group.lot_id}/movements",
        json={"reason": "harvested", "counted": _kilos(kilos)},
        headers={"idempotency-key": f"harvest-{kilos}"},
    )


async def test_poor_harvest_lowers_that_producers_own_parts_first(client: Client, db: Database) -> None:
    market = await orders.market(client, db, people_of={"Ayni": 3})
    pledged = await orders.group(
        client, db, market, "Wayra", kilos=60, kind=LotKind.PLEDGED, ready_on=date(2026, 3, 20)
    )
    market.groups["Wayra"] = pledged
    first = await market.accepted("60")
    await market.answer("Wayra")
    await market.answer("Ayni")
    second = await market.accepted("40")

    weighed = await _harvest(pledged, "22")
    parts = (await pledged.client.get("/v1/allocations")).json()["items"]

    assert weighed.status_code < 300, weighed.text
    # 30 confirmed and 20 offered were promised: the offer goes first, then the yes comes down to what there is
    assert [(part["state"], part["quantity"]["value"]) for part in parts] == [
        ("declined", "0"),
        ("partially_confirmed", "22"),
    ]
    assert await quantities(db, pledged.lot_id) == (22_000, 22_000)
    assert ("Grupo Ayni", "confirmed", "30") in await market.board(first)
    assert (await market.read(first))["state"] == "awaiting_producers"  # its hole is offered to others
    assert (await market.read(second))["lines"][0]["missing"]["value"] == "20"
    assert await broken(db) == []
    newest = (await pledged.client.get(f"/v1/allocations/{parts[0]['id']}")).json()
    assert newest["reason"] == "La cosecha dio menos."


async def test_good_harvest_touches_nobody(client: Client, db: Database) -> None:
    market = await orders.market(client, db, people_of={"Ayni": 3})
    market.groups["Wayra"] = pledged = await orders.group(
        client, db, market, "Wayra", kilos=60, kind=LotKind.PLEDGED
    )
    await market.accepted("60")

    await _harvest(pledged, "30")

    assert (await market.part_of("Wayra"))["quantity"] == _kilos("30")


async def test_offer_that_a_harvest_lowered_is_an_offer_of_less(client: Client, db: Database) -> None:
    market = await orders.market(client, db, people_of={"Ayni": 3})
    market.groups["Wayra"] = pledged = await orders.group(
        client, db, market, "Wayra", kilos=60, kind=LotKind.PLEDGED
    )
    await market.accepted("60")
    await _harvest(pledged, "12")

    offered = await market.part_of("Wayra")
    too_much = await market.answer("Wayra", quantity=_kilos("30"))
    yes = await market.answer("Wayra")

    assert (offered["state"], offered["quantity"], offered["amount"]["amount"]) == (
        "offered",
        _kilos("12"),
        "96.00",
    )
    assert problem(too_much) == (422, "more_than_offered")
    assert (yes.json()["state"], yes.json()["quantity"]) == ("partially_confirmed", _kilos("12"))
