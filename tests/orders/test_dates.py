"""Days near the ends of the calendar, where arithmetic overflows, are refused at the door, with the years that are good."""

from typing import Any

import pytest

from app.kernel.db import Database
from tests.client import Client
from tests.factories import orders

_LAST, _FIRST = "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"


@pytest.fixture
async def market(client: Client, db: Database) -> orders.Market:
    return await orders.market(client, db)


def _refused(answer: Any, pointer: str) -> bool:
    faults = answer.json()["errors"]
    assert (answer.status_code, [(fault["pointer"], fault["code"]) for fault in faults]) == (
        422,
        [(pointer, "out_of_years")],
    )
    return bool(faults[0]["message"] == "Debe ser de un año entre 2000 y 2150.")


@pytest.mark.parametrize("when", [_LAST, _FIRST, "1999-12-31T23:59:59Z", "2151-01-01T00:00:00Z"])
async def test_instant_far_from_now_is_refused_with_the_years(market: orders.Market, when: str) -> None:
    order = await market.submitted()
    deadline = {"answer_until": when, "reason": "Cosechan tarde"}
    planned = await market.secretary.post(f"/v1/orders/{order}/plans", json=deadline)
    await market.accept(order, await market.released(order))
    part = f"/v1/allocations/{(await market.part_of('Ayni'))['id']}"
    extended = await market.secretary.post(f"{part}/extension", json={"until": when, "reason": "Viaje"})
    spoke = {"name": "Rosa", "channel": "phone", "at": when}
    confirmed = await market.secretary.post(f"{part}/confirmation", json={"spoke": spoke})

    assert _refused(planned, "#/answer_until")
    assert _refused(extended, "#/until")
    assert _refused(confirmed, "#/spoke/at")


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2151-01-01", "9999-12-31"])
async def test_day_far_from_now_is_refused_with_the_years(market: orders.Market, day: str) -> None:
    body = market.order()
    del body["lines"][0]["due_in_days"]
    body["lines"][0]["due_on"] = day
    group = market.groups["Ayni"]
    lot = {
        "producer": str(group.id),
        "product": str(market.product),
        "quantity": {"value": "1", "unit": "KGM"},
        "price": {"amount": "8", "currency": "PEN", "per": {"value": "1", "unit": "KGM"}},
    }

    assert _refused(await market.purchaser.post("/v1/orders", json=body), "#/lines/0/due_on")
    for name in ("ready_on", "expires_on"):
        assert _refused(await group.client.post("/v1/lots", json=lot | {name: day}), f"#/{name}")
