"""What producers say to their parts: yes, less, no; by themselves and through their network."""

import pytest
import sqlalchemy as sa

from app.kernel.db import Database
from app.kernel.journal import AuditEntry
from app.kernel.schema import table
from app.people.models import Affiliation
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import inventory, orders, people, products
from tests.inventory.stock import quantities

AUDIT = table(AuditEntry)
SPOKE = {"name": "Rosa, la presidenta", "channel": "phone"}


@pytest.fixture
async def market(client: Client, db: Database) -> orders.Market:
    return await orders.market(client, db)


def _kilos(value: str) -> dict[str, str]:
    return {"value": value, "unit": "KGM"}


async def test_answer_may_be_repeated_and_lowered_until_the_deadline(
    market: orders.Market, db: Database, clock: MovableClock
) -> None:
    await market.accepted("90")

    whole = await market.answer("Ayni")
    same = await market.answer("Ayni")
    clock.time = clock.time.fromisoformat("2026-03-05T01:00:00+00:00")  # the deadline itself: 20:00 in Lima
    less = await market.answer("Ayni", quantity=_kilos("20"))
    more = await market.answer("Ayni", quantity=_kilos("25"))
    clock.advance(seconds=1)
    late_less = await market.answer("Ayni", quantity=_kilos("10"))
    late_no = await market.answer("Ayni", "decline")
    late_same = await market.answer("Ayni", quantity=_kilos("20"))

    assert (whole.json()["state"], whole.json()["actions"]) == ("confirmed", ["lower", "decline"])
    assert same.json() == whole.json()
    assert (less.json()["state"], less.json()["quantity"]) == ("partially_confirmed", _kilos("20"))
    assert problem(more) == (422, "more_than_offered")
    assert more.json()["detail"] == "Pueden confirmar hasta 20 kg."
    assert [problem(answer) for answer in (late_less, late_no)] == [(409, "too_late")] * 2
    assert (late_same.status_code, late_same.json()["actions"]) == (200, [])
    assert await quantities(db, market.groups["Ayni"].lot_id) == (100_000, 20_000)


@pytest.mark.parametrize(
    ("quantity", "code", "es", "en"),
    [
        (
            _kilos("30.001"),
            "more_than_offered",
            "Pueden confirmar hasta 30 kg.",
            "At most 30 kg can be confirmed.",
        ),
        (_kilos("0"), "zero", "Debe ser mayor que cero.", "Must be greater than zero."),
        (_kilos("-1"), "negative", "No puede ser negativo.", "Cannot be negative."),
        (
            _kilos("999999999999"),
            "too_large",
            "Es demasiado grande: a lo más 1\xa0000\xa0000\xa0000 kg.",
            "Too large: at most 1,000,000,000 kg.",
        ),
        ({"value": "3", "unit": "LTR"}, "other_measure", None, None),
    ],
)
async def test_wrong_amount_changes_nothing_and_says_what_to_write(
    market: orders.Market, quantity: dict[str, str], code: str, es: str | None, en: str | None
) -> None:
    await market.accepted("90")
    part = await market.part_of("Ayni")
    path, group = f"/v1/allocations/{part['id']}/confirmation", market.groups["Ayni"].client

    answers = [
        await group.post(path, json={"quantity": quantity}, headers={"accept-language": lang})
        for lang in ("es", "en")
    ]

    for answer, text in zip(answers, (es, en), strict=True):
        body = answer.json()
        assert answer.status_code == 422
        assert code in {body["code"], *(fault["code"] for fault in body["errors"])}
        assert text is None or text in {body["detail"], *(fault["message"] for fault in body["errors"])}
    assert await market.part_of("Ayni") == part


async def test_less_respects_the_smallest_step(client: Client, db: Database) -> None:
    market = await orders.market(client, db)
    honey = await products.product(db, "Miel", step_base=500)
    await inventory.lot(db, market.groups["Ayni"].id, honey, 10_000)
    await market.accepted("10", product=str(honey))

    wrong = await market.answer("Ayni", quantity=_kilos("1.2"))
    right = await market.answer("Ayni", quantity=_kilos("1.5"))

    [fault] = wrong.json()["errors"]
    assert (fault["code"], fault["message"]) == (
        "not_a_multiple",
        "Debe ser múltiplo de 0,5 kg, el paso más pequeño del producto.",
    )
    assert right.json()["state"] == "partially_confirmed"


async def test_less_is_understood_in_local_measures(market: orders.Market) -> None:
    await market.accepted("90")

    answer = await market.answer("Ayni", quantity={"value": "1", "unit": "arroba"})

    assert answer.json()["quantity"] == _kilos("11.5")


async def test_a_no_is_final_and_repeats_quietly(market: orders.Market, db: Database) -> None:
    await market.accepted("90")

    no = await market.answer("Ayni", "decline", reason="Una compañera está enferma")
    again = await market.answer("Ayni", "decline")
    yes = await market.answer("Ayni")

    assert (no.json()["state"], no.json()["reason"]) == ("declined", "Una compañera está enferma")
    assert (no.json()["quantity"], no.json()["amount"]["amount"]) == (_kilos("0"), "0.00")
    assert again.json() == no.json()
    assert problem(yes) == (409, "wrong_state")
    assert yes.json()["allowed"] == []
    assert yes.json()["detail"] == (
        "Está en estado «esta vez no pueden». Ya no cambia: si hace falta otra cosa, hable con quien coordina u organiza."
    )
    assert await quantities(db, market.groups["Ayni"].lot_id) == (100_000, 0)


async def test_network_enters_what_a_group_said_and_who_said_it(market: orders.Market, db: Database) -> None:
    await market.accepted("90")
    path = f"/v1/allocations/{(await market.part_of('Ayni'))['id']}"

    unnamed = await market.secretary.post(f"{path}/confirmation")
    future = await market.secretary.post(
        f"{path}/confirmation", json={"spoke": SPOKE | {"at": "2026-03-02T16:00:00Z"}}
    )
    before = await market.secretary.post(
        f"{path}/confirmation", json={"spoke": SPOKE | {"at": "2026-03-02T14:59:00Z"}}
    )
    by_app = await market.secretary.post(f"{path}/confirmation", json={"spoke": SPOKE | {"channel": "app"}})
    entered = await market.secretary.post(
        f"{path}/confirmation", json={"spoke": SPOKE | {"at": "2026-03-02T15:00:00Z"}}
    )
    record = await db.one(
        sa.select(AUDIT.c.actor, AUDIT.c.facts).where(AUDIT.c.action == "allocation.confirmed")
    )

    assert unnamed.json()["errors"] == [
        {
            "pointer": "#/spoke",
            "code": "spoke_needed",
            "message": "Diga quién habló por el grupo y por qué medio.",
        }
    ]
    assert [fault["code"] for fault in future.json()["errors"]] == ["in_the_future"]
    assert [fault["code"] for fault in before.json()["errors"]] == ["before_the_offer"]
    assert by_app.status_code == 422
    assert {
        name: entered.json()[name] for name in ("spoke", "spoke_at", "answer_channel", "answered_at")
    } == {
        "spoke": "Rosa, la presidenta",
        "spoke_at": "2026-03-02T15:00:00Z",
        "answer_channel": "phone",
        "answered_at": "2026-03-02T15:00:00Z",
    }
    assert record is not None
    assert record["actor"].startswith("user:")
    assert record["facts"]["channel"] == "phone"


async def test_network_answers_only_for_groups_that_let_it(
    client: Client, market: orders.Market, db: Database
) -> None:
    affiliation = table(Affiliation)
    where = affiliation.c.group_id == market.groups["Ayni"].id
    async with db.tx() as tx:
        await tx.run(sa.update(affiliation).where(where).values(answer_for=False))
    await market.accepted("90")
    path = f"/v1/allocations/{(await market.part_of('Ayni'))['id']}"

    read = await market.secretary.get(path)
    answers = [
        await market.secretary.post(f"{path}/{what}", json={"spoke": SPOKE})
        for what in ("confirmation", "decline")
    ]

    assert read.json()["actions"] == ["extend"]
    assert [problem(answer) for answer in answers] == [(403, "forbidden")] * 2


async def test_network_above_answers_for_groups_of_a_network_that_lets_it(
    client: Client, market: orders.Market, db: Database
) -> None:
    below = await people.network(db, "Red del valle")
    await people.affiliate(db, below, market.network)
    inner = await people.organisation(db, "Grupo Valle")
    await people.affiliate(db, inner, below)
    await inventory.lot(db, inner, market.product, 100_000)
    order = await market.accepted("100")
    rows = (await market.secretary.get(f"/v1/orders/{order}/board")).json()["rows"]
    (part,) = [row["allocation_id"] for row in rows if row["producer"]["name"] == "Grupo Valle"]

    entered = await market.secretary.post(f"/v1/allocations/{part}/confirmation", json={"spoke": SPOKE})

    assert entered.json()["state"] == "confirmed"
