"""Plans: who reads what of them, the coordinating organisation's decisions, several lines, variants, capacity, history."""

from typing import Any

import pytest
import sqlalchemy as sa

from app.kernel.db import Database
from app.kernel.schema import table
from app.orders.models import Plan
from app.people.models import OrganisationKind
from app.places.countries import COUNTRIES
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import inventory, orders, people, products

_PLANS = sa.select(sa.func.count().label("plans")).select_from(table(Plan))
REASON = "Este mes ya entregan otro pedido grande"


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
    assert after["actions"] == ["accept"]
    assert after["shares"][0] == {
        "producer": {"id": str(market.groups["Ayni"].id), "name": "Grupo Ayni"},
        "line": 1,
        "people": 3,
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


# -- decisions --------------------------------------------------------------------------------------------------


async def test_fixed_and_capped_shares_stand_in_the_plan_with_their_reason(market: orders.Market) -> None:
    order = await market.submitted("90")
    ayni, inti = (str(market.groups[name].id) for name in ("Ayni", "Inti"))

    plan = await market.planned(
        order,
        changes=[
            {"act": "fix", "producer": ayni, "quantity": _kilos("50"), "reason": REASON},
            {
                "act": "cap",
                "producer": inti,
                "line": 1,
                "quantity": _kilos("10"),
                "reason": "Tienen poca gente",
            },
        ],
    )

    assert _shares(plan) == {"Grupo Ayni": "50", "Grupo Inti": "10", "Grupo Killa": "30"}
    why = {share["producer"]["name"]: (share["bound"], share["why"]) for share in plan["shares"]}
    assert why["Grupo Ayni"] == ("fixed", f"La organización coordinadora fijó esta cantidad. {REASON}")
    assert why["Grupo Inti"] == ("cap", "Hay un tope por grupo en este pedido. Tienen poca gente")
    assert [(c["act"], c["producer"]["name"], c["quantity"]) for c in plan["changes"]] == [
        ("fix", "Grupo Ayni", _kilos("50")),
        ("cap", "Grupo Inti", _kilos("10")),
    ]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"act": "fix", "quantity": _kilos("500")}, "#/changes/0/quantity", "fix_not_reachable"),
        ({"act": "fix", "quantity": _kilos("91")}, "#/changes/0/quantity", "fix_above_wanted"),
        ({"act": "fix"}, "#/changes/0/quantity", "missing"),
        ({"act": "cap", "quantity": _kilos("-1")}, "#/changes/0/quantity", "negative"),
        ({"act": "leave_out", "line": 7}, "#/changes/0/line", "unknown_line"),
        ({"act": "leave_out", "reason": "  "}, "#/changes/0/reason", "string_too_short"),
        ({"act": "leave_out", "producer": "buyer"}, "#/changes/0/producer", "not_in_network"),
    ],
)
async def test_change_that_cannot_be_carried_out_is_refused_where_it_stands(
    market: orders.Market, db: Database, change: dict[str, Any], pointer: str, code: str
) -> None:
    order = await market.submitted("90")
    whole = {"producer": str(market.groups["Ayni"].id), "reason": REASON} | change
    if whole["producer"] == "buyer":
        whole["producer"] = str(market.buyer)

    answer = await market.secretary.post(f"/v1/orders/{order}/plans", json={"changes": [whole]})

    assert answer.status_code == 422, answer.text
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]
    assert await db.value(_PLANS) == 0


async def test_change_in_an_order_of_several_lines_names_its_line(market: orders.Market) -> None:
    lines = market.order("90")["lines"] * 2
    order = (await market.purchaser.post("/v1/orders", json=market.order() | {"lines": lines})).json()["id"]
    await market.purchaser.post(f"/v1/orders/{order}/submission")
    cap = {"act": "cap", "producer": str(market.groups["Ayni"].id), "quantity": _kilos("9"), "reason": REASON}

    answer = await market.secretary.post(f"/v1/orders/{order}/plans", json={"changes": [cap]})

    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [
        ("#/changes/0/line", "line_needed")
    ]


async def test_decisions_stand_until_others_are_given(market: orders.Market) -> None:
    order = await market.submitted("90")
    ayni = str(market.groups["Ayni"].id)
    decided = [{"act": "leave_out", "producer": ayni, "reason": REASON}]
    await market.planned(order, changes=decided, answer_in_days=5, reason="Hay feriado")

    by_buyer = (await market.purchaser.post(f"/v1/orders/{order}/plans")).json()
    kept = (await market.secretary.get(f"/v1/plans/{by_buyer['id']}")).json()
    dropped = await market.planned(order, changes=[])

    assert [change["act"] for change in kept["changes"]] == ["leave_out", "extend"]
    assert kept["answer_until"] == "2026-03-08T01:00:00Z"  # 20:00 in Lima
    assert [change["act"] for change in dropped["changes"]] == ["extend"]
    assert len(dropped["shares"]) == 3


async def test_an_edited_order_keeps_only_who_is_left_out(market: orders.Market) -> None:
    order = await market.submitted("90")
    ayni, inti = (str(market.groups[name].id) for name in ("Ayni", "Inti"))
    await market.planned(
        order,
        changes=[
            {"act": "leave_out", "producer": ayni, "reason": REASON},
            {"act": "fix", "producer": inti, "quantity": _kilos("80"), "reason": REASON},
        ],
    )
    etag = (await market.purchaser.get(f"/v1/orders/{order}")).headers["etag"]

    await market.purchaser.patch(
        f"/v1/orders/{order}", json={"lines": market.order("60")["lines"]}, headers={"if-match": etag}
    )
    await market.purchaser.post(f"/v1/orders/{order}/submission")
    plan = await market.planned(order)

    assert _shares(plan) == {"Grupo Inti": "30", "Grupo Killa": "30"}


async def test_fixed_share_that_is_gone_waits_for_the_coordinating_organisation(
    market: orders.Market, db: Database
) -> None:
    order = await market.submitted("90")
    fix = {
        "act": "fix",
        "producer": str(market.groups["Ayni"].id),
        "quantity": _kilos("90"),
        "reason": REASON,
    }
    plan = await market.released(order, changes=[fix])
    await market.accepted("240")  # another order takes 80 of Ayni's 100

    asked = await market.purchaser.post(f"/v1/orders/{order}/plans")
    accepted = await market.accept(order, plan)

    assert problem(asked) == (409, "fixed_share_gone")
    assert problem(accepted) == (409, "fixed_share_gone")


@pytest.mark.parametrize(
    ("asked", "pointer", "code"),
    [
        ({"answer_in_days": 5}, "#/reason", "reason_needed"),
        ({"answer_until": "2026-03-03T15:00:00Z", "reason": "Feriado"}, "#/answer_until", "too_early"),
        ({"answer_until": "2026-03-09T15:00:00", "reason": "Feriado"}, "#/answer_until", "timezone_aware"),
    ],
)
async def test_extension_needs_a_reason_and_48_hours(
    market: orders.Market, asked: dict[str, Any], pointer: str, code: str
) -> None:
    order = await market.submitted("90")

    answer = await market.secretary.post(f"/v1/orders/{order}/plans", json=asked)

    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]


async def test_extended_deadline_is_the_offers(market: orders.Market) -> None:
    order = await market.submitted("90")
    plan = await market.released(order, answer_in_days=5, reason="Hay feriado")

    accepted = await market.accept(order, plan)

    assert accepted.json()["cutoff_at"] == "2026-03-08T01:00:00Z"
    assert (await market.part_of("Ayni"))["answer_until"] == "2026-03-08T01:00:00Z"


# -- who reads what ---------------------------------------------------------------------------------------------


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


# -- supply -----------------------------------------------------------------------------------------------------


async def test_a_price_ceiling_below_every_floor_is_an_empty_plan_that_says_so_in_both_languages(
    market: orders.Market,
) -> None:
    ceiling = {"amount": "7.99", "currency": "PEN", "per": _kilos("1")}
    order = await market.submitted("90", max_price=ceiling)
    plan = await market.planned(order)

    english = await market.purchaser.get(f"/v1/plans/{plan['id']}", headers={"accept-language": "en"})

    assert (plan["lines"][0]["fill"]["value"], plan["total"]["amount"], plan["shares"]) == ("0", "0.00", [])
    assert plan["lines"][0]["relaxations"][0]["text"] == "Si sube el precio máximo, se suman 90 kg."
    assert english.json()["lines"][0]["relaxations"][0]["text"] == "With a higher ceiling price, 90 kg more."
    assert {left["why"] for left in plan["left_out"]} == {"Su precio es mayor que el máximo del comprador."}


async def test_seal_that_is_not_held_keeps_a_group_out(market: orders.Market) -> None:
    plan = await market.planned(await market.submitted("90", seals=["spg"]))

    assert plan["lines"][0]["fill"]["value"] == "0"
    assert {(left["code"], left["why"]) for left in plan["left_out"]} == {
        ("missing_seal", "No tiene un sello pedido, o vence antes de la entrega.")
    }
    assert plan["lines"][0]["relaxations"][0]["condition"] == "missing_seal"


async def test_only_groups_of_the_network_or_of_one_below_it_take_part(
    client: Client, db: Database, market: orders.Market
) -> None:
    below = await people.network(db, "Red del valle")
    await people.affiliate(db, below, market.network)
    inner, outer = await people.organisation(db, "Grupo Valle"), await people.organisation(db, "Grupo Ajeno")
    await people.affiliate(db, inner, below)
    for group in (inner, outer):
        await inventory.lot(db, group, market.product, 100_000)

    plan = await market.planned(await market.submitted("400"))

    assert sorted(_shares(plan)) == ["Grupo Ayni", "Grupo Inti", "Grupo Killa", "Grupo Valle"]


async def test_shares_follow_people_up_to_the_networks_cap(client: Client, db: Database) -> None:
    market = await orders.market(client, db, people_of={"Ayni": 2, "Inti": 4, "Killa": 90})
    path = f"/v1/organisations/{market.network}/policy"
    await market.secretary.put(path, json={"weight_cap": 6}, headers={"if-match": '"0"'})

    plan = await market.planned(await market.submitted("120"))

    assert _shares(plan) == {"Grupo Ayni": "20", "Grupo Inti": "40", "Grupo Killa": "60"}


async def test_what_was_confirmed_lately_counts_and_the_buyer_does_not_read_it(
    client: Client, db: Database, market: orders.Market, clock: MovableClock
) -> None:
    first = await market.submitted("30")
    others = [str(market.groups[name].id) for name in ("Inti", "Killa")]
    leave_out = [{"act": "leave_out", "producer": name, "reason": REASON} for name in others]
    await market.accept(first, await market.released(first, changes=leave_out))
    await market.answer("Ayni")

    order = await market.submitted("90")
    plan = await market.planned(order)
    await market.secretary.post(f"/v1/plans/{plan['id']}/release")
    bought = (await market.purchaser.get(f"/v1/plans/{plan['id']}")).text

    assert _shares(plan) == {"Grupo Ayni": "10", "Grupo Inti": "40", "Grupo Killa": "40"}
    why = {share["producer"]["name"]: share["why"] for share in plan["shares"]}
    assert why["Grupo Ayni"].endswith("Se cuenta también lo que ya confirmaron en estos meses.")
    assert "confirmaron" not in bought
    clock.advance(days=200)  # the first order's delivery is older than 90 days
    later = await market.planned(await market.submitted("90"))
    assert _shares(later) == {"Grupo Ayni": "30", "Grupo Inti": "30", "Grupo Killa": "30"}


async def test_an_open_line_and_a_line_of_one_colour_share_the_same_stock(
    client: Client, db: Database, market: orders.Market
) -> None:
    scarf = await products.product(
        db, "Chalina", base_unit="H87", unit="H87", price_unit_base=1, variants=("roja", "azul")
    )
    ayni, inti = market.groups["Ayni"].id, market.groups["Inti"].id
    await inventory.lot(db, ayni, scarf, 10, variant="roja", price_minor=4_000)
    await inventory.lot(db, inti, scarf, 10, variant="azul", price_minor=4_000)
    piece = {"product": str(scarf), "due_in_days": 30}
    lines = [
        piece | {"quantity": {"value": "8", "unit": "H87"}, "variant": "roja"},
        piece | {"quantity": {"value": "12", "unit": "H87"}},
    ]
    order = (await market.purchaser.post("/v1/orders", json=market.order() | {"lines": lines})).json()["id"]
    await market.purchaser.post(f"/v1/orders/{order}/submission")

    plan = await market.planned(order)
    await market.secretary.post(f"/v1/plans/{plan['id']}/release")
    accepted = await market.accept(order, plan["id"])

    given = [(s["line"], s["producer"]["name"], s["quantity"]["value"]) for s in plan["shares"]]
    assert given == [(1, "Grupo Ayni", "8"), (2, "Grupo Ayni", "2"), (2, "Grupo Inti", "10")]
    assert accepted.status_code == 201, accepted.text
    assert [line["offered"]["value"] for line in accepted.json()["lines"]] == ["8", "12"]
    declined = await market.answer("Inti", "decline")
    repaired = await market.secretary.post(f"/v1/orders/{order}/repairs")
    assert (declined.status_code, repaired.status_code) == (200, 201), repaired.text


async def test_capacity_gives_pieces_of_several_weeks(
    client: Client, db: Database, market: orders.Market
) -> None:
    scarf = await products.product(db, "Chalina", base_unit="H87", unit="H87", price_unit_base=1)
    poncho = await products.product(db, "Poncho", base_unit="H87", unit="H87", price_unit_base=1)
    loom = await inventory.capacity(db, market.groups["Ayni"].id, per_week_base=10, notice_weeks=1)
    for product in (scarf, poncho):
        await inventory.capacity_lot(db, market.groups["Ayni"].id, product, loom, price_minor=4_000)
    lines = [
        {"product": str(product), "quantity": {"value": value, "unit": "H87"}, "due_on": "2026-03-30"}
        for product, value in ((scarf, "20"), (poncho, "15"))
    ]
    order = (await market.purchaser.post("/v1/orders", json=market.order() | {"lines": lines})).json()["id"]
    await market.purchaser.post(f"/v1/orders/{order}/submission")

    plan = await market.planned(order)
    await market.secretary.post(f"/v1/plans/{plan['id']}/release")
    accepted = await market.accept(order, plan["id"])

    # three whole weeks lie between a week's notice and the 30th: 30 pieces for both lines
    assert sum(int(line["fill"]["value"]) for line in plan["lines"]) == 30
    assert accepted.status_code == 201, accepted.text
    assert (await market.answer("Ayni", "decline")).status_code == 200
    again = await market.planned(await _of(market, lines))
    assert sum(int(line["fill"]["value"]) for line in again["lines"]) < 30  # the other line is still held


async def _of(market: orders.Market, lines: list[dict[str, Any]]) -> str:
    order = (await market.purchaser.post("/v1/orders", json=market.order() | {"lines": lines})).json()["id"]
    await market.purchaser.post(f"/v1/orders/{order}/submission")
    return str(order)


async def test_shares_are_fair_over_the_whole_order_not_per_line(
    client: Client, db: Database, market: orders.Market
) -> None:
    oca = await products.product(db, "Oca")
    papa = await products.product(db, "Papa")
    ayni, inti, killa = (market.groups[name].id for name in ("Ayni", "Inti", "Killa"))
    for group, product in ((ayni, papa), (inti, papa), (inti, oca), (killa, oca)):
        await inventory.lot(db, group, product, 100_000)
    lines = [
        {"product": str(product), "quantity": _kilos("60"), "due_in_days": 30} for product in (papa, oca)
    ]

    plan = await market.planned(await _of(market, lines))

    given = {(s["line"], s["producer"]["name"]): s["quantity"]["value"] for s in plan["shares"]}
    assert given == {
        (1, "Grupo Ayni"): "40", (1, "Grupo Inti"): "20", (2, "Grupo Inti"): "20", (2, "Grupo Killa"): "40",
    }  # fmt: skip


async def test_days_and_deadlines_follow_the_networks_clocks(client: Client, db: Database) -> None:
    market = await orders.market(client, db)
    punta = await people.organisation(
        db, "Red Austral", kind=OrganisationKind.NETWORK, verified=True, country="CL", region="CL-MA"
    )
    secretary = client.signed_in((await people.member(db, punta)).token)
    await people.affiliate(db, market.groups["Ayni"].id, punta)
    body = market.order("10") | {"coordinator": str(punta)}
    order = (await market.purchaser.post("/v1/orders", json=body)).json()["id"]
    await market.purchaser.post(f"/v1/orders/{order}/submission")
    plan = (await secretary.post(f"/v1/orders/{order}/plans")).json()["id"]
    await secretary.post(f"/v1/plans/{plan}/release")

    accepted = await market.accept(order, plan)

    assert COUNTRIES["CL"].zone == "America/Santiago"
    assert accepted.json()["cutoff_at"] == "2026-03-04T23:00:00Z"  # 20:00 in Magallanes all the year


@pytest.mark.parametrize("price", [10**12, 10**14])
async def test_absurd_price_is_told_not_a_fault(
    client: Client, db: Database, market: orders.Market, price: int
) -> None:
    group = await people.organisation(db, "Grupo Oro")
    await people.affiliate(db, group, market.network)
    await inventory.lot(db, group, market.product, 10**12, price_minor=price)
    order = await market.submitted("900000")

    answer = await market.secretary.post(f"/v1/orders/{order}/plans")

    if price == 10**12:
        assert problem(answer) == (409, "total_too_large")
    else:  # more than the rule reckons with: as if it were not there
        assert answer.json()["lines"][0]["fill"]["value"] == "300"


async def test_preview_is_bounded_and_says_what_is_wrong(market: orders.Market) -> None:
    document = {"orders": [{"id": "o", "lines": [{"id": "l", "product": "quinua", "qty": 90}]}], "lots": []}

    fine = await market.purchaser.post("/v1/plans/preview", json=document)
    wrong = await market.purchaser.post("/v1/plans/preview", json=document | {"mode": "batch"})
    large = await market.purchaser.post(
        "/v1/plans/preview",
        content=b'{"x":"' + b"a" * 1_000_001 + b'"}',
        headers={"content-type": "application/json"},
    )

    assert fine.json()["lines"]["o/l"]["shortfall"] == 90
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["pointer"] == "#/mode"
    assert problem(large) == (413, "too_large")
