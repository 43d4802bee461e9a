"""Bases that contradict themselves are refused where they do, before anybody reads them."""

import pytest

from app.kernel.db import Database
from tests.client import Client, problem
from tests.factories import products
from tests.factories.fairs import Keeper, keeper

PAPER = {"code": "dni", "name": "DNI"}


@pytest.fixture
async def town(client: Client, db: Database) -> Keeper:
    await products.category(db, "textiles")
    return await keeper(client, db)


async def test_bases_that_contradict_themselves_are_refused(town: Keeper) -> None:
    fair = await town.fair(stalls=2)
    good = {
        "fair": fair["id"],
        "title": "Puestos",
        "closes_in_days": 9,
        "from_in_days": 0,
        "until_in_days": 90,
    }
    few = {"of": "category", "value": "textiles", "at_least": 2, "at_most": 1}
    wrong = (
        ({"closes_at": "2026-04-01T15:00:00Z"}, "#/closes_at", "day_or_days"),
        ({"closes_in_days": None}, "#/closes_at", "day_or_days"),
        (
            {"closes_in_days": None, "closes_at": "2026-03-01T15:00:00Z"},
            "#/closes_at",
            "closes_before_opening",
        ),
        ({"closes_in_days": None, "closes_at": "2026-04-01T15:00:00"}, "#/closes_at", "timezone_aware"),
        ({"from_in_days": None}, "#/from_on", "day_or_days"),
        ({"from_in_days": 91}, "#/until_on", "last_day_before_first"),
        ({"documents": [PAPER, PAPER]}, "#/documents", "repeated_code"),
        ({"categories": ["textiles", "nada"]}, "#/categories/1", "unknown_category"),
        ({"quotas": [few | {"value": "nada"}]}, "#/quotas/0/value", "unknown_category"),
        ({"quotas": [few]}, "#/quotas/0/at_most", "quota_contradicts"),
        ({"quotas": [few | {"at_most": 3}, few]}, "#/quotas/1", "repeated_code"),
    )

    for change, pointer, code in wrong:
        refused = await town.officer.post("/v1/calls", json=good | change)
        assert problem(refused) == (422, "invalid"), change
        assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [(pointer, code)]


async def test_a_call_waits_for_its_fair_and_for_claims(town: Keeper) -> None:
    fair = await town.draft(stalls=2)
    asked = {
        "fair": fair["id"],
        "title": "Puestos",
        "closes_in_days": 9,
        "from_in_days": 0,
        "until_in_days": 90,
    }
    call = f"/v1/calls/{(await town.officer.post('/v1/calls', json=asked)).json()['id']}"

    early = await town.officer.post(f"{call}/publication")

    assert [each["code"] for each in early.json()["errors"]] == ["fair_not_published"]
