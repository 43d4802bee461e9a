"""What producers say to their parts: yes, less, no; too late; through their network; and who may read it."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import wiring
from app.inventory.models import LotKind
from app.kernel import jobs
from app.kernel.db import Database
from app.kernel.journal import AuditEntry
from app.kernel.schema import table
from app.people.models import Affiliation, Role
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import inventory, orders, people, products
from tests.inventory.stock import broken, quantities

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
        (_kilos("999999999999"), "too_large", "Es demasiado grande.", "Too large."),
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

    assert wrong.json()["errors"][0]["code"] == "not_a_multiple"
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
    assert await quantities(db, market.groups["Ayni"].lot_id) == (100_000, 0)


# -- by the network, on a group's behalf ------------------------------------------------------------------------


async def test_network_enters_what_a_group_said_and_who_said_it(market: orders.Market, db: Database) -> None:
    await market.accepted("90")
    path = f"/v1/allocations/{(await market.part_of('Ayni'))['id']}"

    unnamed = await market.secretary.post(f"{path}/confirmation")
    future = await market.secretary.post(
        f"{path}/confirmation", json={"spoke": SPOKE | {"at": "2026-03-02T16:00:00Z"}}
    )
    by_app = await market.secretary.post(f"{path}/confirmation", json={"spoke": SPOKE | {"channel": "app"}})
    entered = await market.secretary.post(
        f"{path}/confirmation", json={"spoke": SPOKE | {"at": "2026-03-02T14:30:00Z"}}
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
    assert [fault["pointer"] for fault in future.json()["errors"]] == ["#/spoke/at"]
    assert by_app.status_code == 422
    assert {
        name: entered.json()[name] for name in ("spoke", "spoke_at", "answer_channel", "answered_at")
    } == {
        "spoke": "Rosa, la presidenta",
        "spoke_at": "2026-03-02T14:30:00Z",
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


# -- late -------------------------------------------------------------------------------------------------------


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


# -- a poor harvest ---------------------------------------------------------------------------------------------


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


# -- who reads what ---------------------------------------------------------------------------------------------


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
