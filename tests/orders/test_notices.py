"""What people are told besides their offers: that a plan is ready, and what was noted as their answer."""

from typing import Any

import pytest
import sqlalchemy as sa

from app import wiring
from app.inventory.models import Lot
from app.kernel import jobs
from app.kernel.db import Database
from app.kernel.schema import table
from app.kernel.text import fits_sms
from app.people.models import Organisation
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import orders

LOT, ORGANISATION = table(Lot), table(Organisation)
PHONE = {"name": "Rosa, la presidenta", "channel": "phone"}
Message = dict[str, Any]


@pytest.fixture
async def market(client: Client, db: Database) -> orders.Market:
    found = await orders.market(client, db)
    async with db.tx() as tx:
        where = ORGANISATION.c.id == found.buyer
        await tx.run(sa.update(ORGANISATION).where(where).values(phone="+51911222333"))
    return found


async def _of_kind(market: orders.Market, kind: str) -> list[Message]:
    found = (await market.secretary.get("/v1/messages", params={"limit": 200})).json()["items"]
    return sorted((each for each in found if each["kind"] == kind), key=lambda each: str(each["created_at"]))


async def _todo(client: Client) -> list[tuple[str, str]]:
    return [(item["kind"], item["title"]) for item in (await client.get("/v1/todo")).json()["items"]]


async def _note(market: orders.Market, group: str, what: str = "confirmation", **body: Any) -> Message:
    """The network enters a group's answer; what the group is told of it."""
    part = await market.part_of(group)
    path = f"/v1/allocations/{part['id']}/{what}"
    noted = await market.secretary.post(path, json={"spoke": PHONE, **body})
    assert noted.status_code == 200, noted.text
    return (await _of_kind(market, "noted"))[-1]


# -- a plan is ready ----------------------------------------------------------------------------------------------


async def test_buyer_is_told_of_a_released_plan(market: orders.Market) -> None:
    order = await market.submitted("90")
    code = (await market.read(order))["code"]
    plan = await market.released(order)

    (ready,) = await _of_kind(market, "plan_ready")
    waits = await _todo(market.secretary)
    (item,) = (await market.secretary.get("/v1/todo")).json()["items"]
    listed = (await market.secretary.get(item["href"])).json()["items"]

    assert ready["recipient"]["name"] == "Exportadora Qhatu"
    assert (ready["subject"], ready["topic_id"]) == ({"kind": "plan", "id": plan}, order)
    assert ready["text"] == (
        f"Pedido {code}: la propuesta está lista. Cubre todo lo pedido. Total: S/ 720.00. "
        "Se puede leer y aceptar hasta el jueves 5, 10 de la mañana; después vence."
    )
    assert ready["sms"] == (
        f"Minka {code}: propuesta lista, S/ 720.00. Cubre todo lo pedido. "
        "Se acepta hasta jueves 5, 10 de la mañana"
    )
    assert fits_sms(ready["sms"])
    assert ready["wa_link"].startswith("https://wa.me/51911222333?text=Pedido%20")
    assert ready["act_by"] == (await market.read(order))["valid_until"]
    assert waits == [("tell_buyer", f"Avisar al comprador del pedido {code}")]
    assert [each["id"] for each in listed] == [ready["id"]]


async def test_a_plan_that_falls_short_says_so(market: orders.Market) -> None:
    await market.released(await market.submitted("400"))

    (ready,) = await _of_kind(market, "plan_ready")

    assert "la propuesta está lista. No cubre todo lo pedido. Total: S/ 2,400.00." in ready["text"]


async def test_releasing_twice_tells_once(market: orders.Market) -> None:
    plan = await market.released(await market.submitted("90"))

    await market.secretary.post(f"/v1/plans/{plan}/release")

    assert len(await _of_kind(market, "plan_ready")) == 1


@pytest.mark.parametrize(("who", "told"), [("secretary", 1), ("purchaser", 0)])
async def test_a_plan_released_at_once_is_told_to_a_buyer_who_did_not_ask(
    market: orders.Market, who: str, told: int
) -> None:
    path = f"/v1/organisations/{market.network}/policy"
    await market.secretary.put(path, json={"release_at_once": True}, headers={"if-match": '"0"'})
    order = await market.submitted("90")

    await getattr(market, who).post(f"/v1/orders/{order}/plans")

    assert len(await _of_kind(market, "plan_ready")) == told


@pytest.mark.parametrize("end", ["plan", "edit", "cancel", "expire", "accept and cancel"])
async def test_what_is_no_longer_so_is_not_said(
    market: orders.Market, db: Database, clock: MovableClock, end: str
) -> None:
    order = await market.submitted("90")
    plan = await market.released(order)

    if end == "plan":
        await market.planned(order)
    elif end == "edit":
        etag = (await market.purchaser.get(f"/v1/orders/{order}")).headers["etag"]
        change = {"json": {"note": "Para mayo"}, "headers": {"if-match": etag}}
        await market.purchaser.patch(f"/v1/orders/{order}", **change)
    elif end == "expire":
        clock.advance(days=4)
        await jobs.run_due(db, wiring.JOBS, clock())
    else:
        if end == "accept and cancel":
            await market.accept(order, plan)
        await market.purchaser.post(f"/v1/orders/{order}/cancellation", json={"reason": "El barco no sale"})

    (ready,) = await _of_kind(market, "plan_ready")
    assert (ready["state"], ready["sms"], ready["wa_link"]) == ("cancelled", None, None)


async def test_the_acceptance_answers_it(market: orders.Market, db: Database, clock: MovableClock) -> None:
    order = await market.submitted("90")
    await market.accept(order, await market.released(order))
    waits = await _todo(market.secretary)

    done = await jobs.run_due(db, wiring.JOBS, clock())
    again = await jobs.run_due(db, wiring.JOBS, clock())

    assert [kind for kind, _ in waits] == ["tell"]  # the groups, nobody else
    assert (done.get("answer notices"), again.get("answer notices")) == (1, None)
    assert [each["state"] for each in await _of_kind(market, "plan_ready")] == ["answered"]


@pytest.mark.parametrize("release_at_once", [False, True])
async def test_a_plan_that_stock_made_necessary_waits_for_the_network(
    market: orders.Market, db: Database, release_at_once: bool
) -> None:
    order = await market.submitted("90")
    code = (await market.read(order))["code"]
    plan = await market.released(order)
    path = f"/v1/organisations/{market.network}/policy"
    await market.secretary.put(path, json={"release_at_once": release_at_once}, headers={"if-match": '"0"'})
    async with db.tx() as tx:
        where = LOT.c.id == market.groups["Ayni"].lot_id
        await tx.run(sa.update(LOT).where(where).values(available_base=5_000))

    refused = await market.accept(order, plan)

    assert problem(refused) == (409, "plan_changed")
    assert [each["state"] for each in await _of_kind(market, "plan_ready")] == ["cancelled"]
    review = [("review", f"Revisar y soltar la propuesta del pedido {code}")]
    accept = [("accept", f"Leer y aceptar la propuesta del pedido {code}")]
    assert await _todo(market.secretary) == ([] if release_at_once else review)
    assert await _todo(market.purchaser) == (accept if release_at_once else [])


# -- an answer was noted ------------------------------------------------------------------------------------------


async def test_a_group_is_told_what_was_noted_and_can_correct_it(
    client: Client, market: orders.Market
) -> None:
    order = await market.accepted("90")
    code = (await market.read(order))["code"]

    noted = await _note(market, "Ayni")

    link = noted["text"].rpartition(" ")[2]
    assert noted["text"] == (
        f"Pedido {code}: anotamos que dan 30 kg de Quinua blanca. Lo dijo Rosa, la presidenta, por teléfono. "
        f"Si no es así, avisen a Red Ayni Sur o corríjanlo hasta el miércoles 4, 8 de la noche: {link}"
    )
    assert noted["sms"] == f"Anotamos que dan 30 kg de Quinua blanca. Si no es asi, avisen {link}"
    assert fits_sms(noted["sms"])
    assert noted["wa_link"].startswith("https://wa.me/51987654321?text=Pedido%20")
    assert noted["recipient"]["name"] == "Grupo Ayni"
    corrected = await client.post(
        f"/r/{link.rpartition('/')[2]}", content="answer=decline",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert corrected.status_code == 303
    assert (await market.part_of("Ayni"))["state"] == "declined"
    assert [each["state"] for each in await _of_kind(market, "noted")] == ["cancelled"]  # no longer so


async def test_a_no_and_a_lower_yes_are_told_as_well(market: orders.Market) -> None:
    await market.accepted("90")

    less = await _note(market, "Inti", quantity={"value": "20", "unit": "KGM"})
    no = await _note(market, "Killa", "decline")

    assert "anotamos que dan 20 kg de Quinua blanca." in less["text"]
    assert "http" in less["text"]
    assert no["text"].endswith(
        "anotamos que esta vez no pueden dar Quinua blanca. Lo dijo Rosa, la presidenta, por teléfono. "
        "Si no es así, avisen pronto a Red Ayni Sur."
    )
    assert "http" not in no["text"] + no["sms"]  # a no is given to others: only people can help
    assert fits_sms(no["sms"])


async def test_a_late_answer_that_was_kept_is_told(
    market: orders.Market, db: Database, clock: MovableClock
) -> None:
    await market.accepted("300")
    await market.tell_all()
    await market.answer("Inti")
    clock.advance(days=4)
    await jobs.run_due(db, wiring.JOBS, clock())
    async with db.tx() as tx:
        where = LOT.c.id == market.groups["Ayni"].lot_id
        await tx.run(sa.update(LOT).where(where).values(available_base=5_000, version=LOT.c.version + 1))

    late = await _note(market, "Ayni")

    assert "anotamos que todavía podrían dar 100 kg de Quinua blanca." in late["text"]
    assert late["text"].endswith("Si no es así, avisen pronto a Red Ayni Sur.")


async def test_only_the_newest_note_is_to_be_said_and_none_of_what_they_said_themselves(
    market: orders.Market,
) -> None:
    await market.accepted("90")
    first = await _note(market, "Ayni")
    second = await _note(market, "Ayni", quantity={"value": "20", "unit": "KGM"})
    await market.answer("Inti")
    await market.answer("Killa", "decline")

    noted = await _of_kind(market, "noted")

    assert [(each["id"], each["state"]) for each in noted] == [
        (first["id"], "cancelled"),
        (second["id"], "to_send"),
    ]
    assert "20 kg" in second["text"]


async def test_a_note_is_one_group_to_tell_and_no_question_on_the_board(market: orders.Market) -> None:
    order = await market.accepted("90")
    await market.tell_all()
    before = await market.board(order)
    await _note(market, "Ayni")

    rows = (await market.secretary.get(f"/v1/orders/{order}/board")).json()["rows"]
    waits = [title for kind, title in await _todo(market.secretary) if kind == "tell"]

    code = (await market.read(order))["code"]
    assert waits == [f"Avisar a 1 grupo del pedido {code}"]
    assert [state for _, state, _ in before] == ["offered"] * 3
    assert [(row["told"], row["answered"], row["missing"]) for row in rows] == [
        (True, True, False),
        (True, False, True),
        (True, False, True),
    ]
