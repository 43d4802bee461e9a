"""If-Match where a state change is asked for by POST: what was read meanwhile changed, so nothing is done."""

import asyncio
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa

from app.kernel.db import Database
from app.kernel.journal import AuditEntry
from app.kernel.schema import table
from tests.client import Client, problem
from tests.factories import orders

_CHANGES = sa.select(sa.func.count().label("changes")).select_from(table(AuditEntry))


@pytest.fixture
async def market(client: Client, db: Database) -> orders.Market:
    return await orders.market(client, db)


def _sent(answer: Any) -> dict[str, str]:
    """What was read, by its ETag."""
    return {"if-match": answer.headers["etag"]}


async def test_order_that_changed_since_it_was_read_is_not_submitted(
    market: orders.Market, db: Database
) -> None:
    read = await market.purchaser.post("/v1/orders", json=market.order())
    path = f"/v1/orders/{read.json()['id']}"
    changed = await market.purchaser.patch(path, json={"note": "Para mayo"}, headers=_sent(read))
    before = await db.value(_CHANGES)

    stale = await market.purchaser.post(f"{path}/submission", headers=_sent(read))
    unchanged = await market.purchaser.get(path), await db.value(_CHANGES)
    done = await market.purchaser.post(f"{path}/submission", headers=_sent(changed))

    assert problem(stale) == (412, "stale_version")
    assert (unchanged[0].json()["state"], unchanged[1]) == ("draft", before)
    assert (done.status_code, done.json()["state"]) == (200, "submitted")


async def test_each_change_of_state_answers_to_the_version_of_what_its_path_names(
    market: orders.Market,
) -> None:
    order = await market.submitted("90")
    old = {"if-match": '"0-es"'}
    path = f"/v1/orders/{order}"

    assert problem(await market.secretary.post(f"{path}/plans", headers=old)) == (412, "stale_version")
    plan = await market.secretary.post(f"{path}/plans", headers=_sent(await market.secretary.get(path)))
    release = f"/v1/plans/{plan.json()['id']}/release"
    assert problem(await market.secretary.post(release, headers=old)) == (412, "stale_version")
    assert (await market.secretary.post(release, headers=_sent(plan))).status_code == 200
    body, key = {"plan_id": plan.json()["id"]}, {"idempotency-key": "acepto-una-vez"}
    refused = await market.purchaser.post(f"{path}/acceptance", json=body, headers=old | key)
    assert problem(refused) == (412, "stale_version")
    now = _sent(await market.purchaser.get(path))
    accepted = await market.purchaser.post(f"{path}/acceptance", json=body, headers=now | key)
    again = await market.purchaser.post(f"{path}/acceptance", json=body, headers=now | key)
    assert (accepted.status_code, again.content) == (201, accepted.content)
    ayni, part = market.groups["Ayni"].client, f"/v1/allocations/{(await market.part_of('Ayni'))['id']}"
    offered = _sent(await ayni.get(part))
    for what in ("confirmation", "decline"):
        assert problem(await ayni.post(f"{part}/{what}", headers=old)) == (412, "stale_version")
    later = {"in_days": 6, "reason": "Está de viaje"}
    assert problem(await market.secretary.post(f"{part}/extension", json=later, headers=old)) == (
        412,
        "stale_version",
    )
    assert (await ayni.post(f"{part}/confirmation", headers=offered)).json()["state"] == "confirmed"
    assert problem(await ayni.post(f"{part}/decline", headers=offered)) == (412, "stale_version")
    for what, sent in (("repairs", None), ("cancellation", {"reason": "Ya no hace falta"})):
        answer = await market.secretary.post(f"{path}/{what}", json=sent, headers=old)
        assert problem(answer) == (412, "stale_version"), what
    assert (await market.part_of("Ayni"))["state"] == "confirmed"


async def test_whoever_may_not_know_of_it_is_told_nothing_of_its_version(
    client: Client, db: Database, market: orders.Market
) -> None:
    order = await market.submitted("90")
    stranger = await orders.stranger(client, db)

    for sent in ('"1-es"', '"2-es"', "*"):
        path = f"/v1/orders/{order}/submission"
        foreign = await stranger.post(path, headers={"if-match": sent})
        absent = await stranger.post(path.replace(order[-4:], "0000"), headers={"if-match": sent})
        assert problem(foreign) == problem(absent) == (404, "not_found")


async def test_of_answers_to_one_version_at_once_one_counts(market: orders.Market) -> None:
    await market.accepted("90")
    group = market.groups["Ayni"].client
    path = f"/v1/allocations/{(await market.part_of('Ayni'))['id']}"
    read = _sent(await group.get(path))

    answers = await asyncio.gather(
        *(
            group.post(
                f"{path}/confirmation", json={"quantity": {"value": str(kilos), "unit": "KGM"}}, headers=read
            )
            for kilos in range(10, 18)
        )
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 7}
