"""What the coordinating organisation decides about a plan, with its reasons."""

from typing import Any

import pytest
import sqlalchemy as sa

from app.kernel.db import Database
from app.kernel.schema import table
from app.orders.models import Plan
from tests.client import Client, problem
from tests.factories import orders

_PLANS = sa.select(sa.func.count().label("plans")).select_from(table(Plan))
REASON = "Este mes ya entregan otro pedido grande"


@pytest.fixture
async def market(client: Client, db: Database) -> orders.Market:
    return await orders.market(client, db)


def _kilos(value: str) -> dict[str, str]:
    return {"value": value, "unit": "KGM"}


def _shares(plan: dict[str, Any]) -> dict[str, str]:
    return {share["producer"]["name"]: share["quantity"]["value"] for share in plan["shares"]}


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
    assert why["Grupo Ayni"] == ("fixed", f"La organización coordinadora fijó esta cantidad. {REASON}.")
    assert why["Grupo Inti"] == ("cap", "Hay un tope para esta parte. Tienen poca gente.")
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

    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == (pointer, code)
    if code == "too_early":
        assert fault["message"] == "Debe ser más tarde, después del miércoles 4, 10 de la mañana."


async def test_extended_deadline_is_the_offers(market: orders.Market) -> None:
    order = await market.submitted("90")
    plan = await market.released(order, answer_in_days=5, reason="Hay feriado")

    accepted = await market.accept(order, plan)

    assert accepted.json()["cutoff_at"] == "2026-03-08T01:00:00Z"
    assert (await market.part_of("Ayni"))["answer_until"] == "2026-03-08T01:00:00Z"
