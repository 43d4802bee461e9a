"""The ledger as people read it: the owner all of it, the counterparty what concerns it, nobody else anything."""

from uuid import UUID

import pytest

from app.kernel import ids
from app.kernel.db import Database
from app.people.models import OrganisationKind, Role
from tests.client import Client, problem
from tests.counting import counted_reads
from tests.factories import ledger, people


@pytest.fixture
async def town(db: Database) -> UUID:
    return await people.organisation(
        db, "Municipalidad de Qori Pampa", kind=OrganisationKind.MUNICIPALITY, country="CL", region=None
    )


@pytest.fixture
async def group(db: Database) -> UUID:
    return await people.organisation(db, "Grupo Sumaq Tika")


@pytest.fixture
async def cashier(client: Client, db: Database, town: UUID) -> Client:
    return client.signed_in((await people.member(db, town, Role.TREASURER)).token)


@pytest.fixture
async def weaver(client: Client, db: Database, group: UUID) -> Client:
    return client.signed_in((await people.member(db, group, Role.MEMBER)).token)


async def _accounts(caller: Client, owner: UUID, **params: str) -> list:
    answer = await caller.get("/v1/accounts", params={"owner": str(owner), **params})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_the_cashier_reads_balances_without_decimals_in_chile(
    cashier: Client, db: Database, town: UUID, group: UUID
) -> None:
    await ledger.fee_due(db, town, group)

    receivable, income = sorted(
        await _accounts(cashier, town), key=lambda account: account["kind"] == "income"
    )

    assert {**receivable, "id": ""} == {
        "id": "",
        "owner": {"id": str(town), "name": "Municipalidad de Qori Pampa"},
        "kind": "receivable",
        "currency": "CLP",
        "counterparty": {"id": str(group), "name": "Grupo Sumaq Tika"},
        "balance": {"amount": "12000", "currency": "CLP"},
    }
    assert (income["counterparty"], income["balance"]["amount"]) == (None, "-12000")
    assert await _accounts(cashier, town, kind="receivable") == [receivable]


async def test_the_counterparty_reads_what_concerns_it_and_no_more(
    weaver: Client, db: Database, town: UUID, group: UUID
) -> None:
    other = await people.organisation(db, "Otro Grupo")
    await ledger.fee_due(db, town, other)
    fee = ids.uuid7()
    due = await ledger.fee_due(db, town, group, 1_550, "PEN", subject=fee)
    await ledger.fee_paid(db, town, group, 1_550, "PEN", subject=fee)

    (account,) = await _accounts(weaver, town)

    assert (account["kind"], account["balance"]) == ("receivable", {"amount": "0.00", "currency": "PEN"})
    paid, owed = (await weaver.get(f"/v1/accounts/{account['id']}/entries")).json()["items"]
    assert {**owed, "id": ""} == {
        "id": "",
        "posting_id": str(due),
        "at": "2026-01-01T00:00:00Z",
        "reason": "fee_due",
        "subject": {"kind": "fee", "id": str(fee)},
        "amount": {"amount": "15.50", "currency": "PEN"},
        "reference": "",
    }
    assert (paid["amount"]["amount"], paid["reference"]) == ("-15.50", "0001-48213")


async def test_others_read_nothing(
    client: Client, cashier: Client, db: Database, town: UUID, group: UUID
) -> None:
    await ledger.fee_due(db, town, group)
    (account, *_) = await _accounts(cashier, town)
    other = await people.organisation(db, "Otro Grupo")
    stranger = client.signed_in((await people.member(db, other)).token)

    assert await _accounts(stranger, town) == []
    assert problem(await stranger.get(f"/v1/accounts/{account['id']}/entries")) == (404, "not_found")
    assert problem(await cashier.get(f"/v1/accounts/{ids.uuid7()}/entries")) == (404, "not_found")


async def test_the_counterparty_does_not_read_the_income_account(
    cashier: Client, weaver: Client, db: Database, town: UUID, group: UUID
) -> None:
    await ledger.fee_due(db, town, group)
    (income,) = await _accounts(cashier, town, kind="income")

    assert problem(await weaver.get(f"/v1/accounts/{income['id']}/entries")) == (404, "not_found")


async def test_lists_go_on_where_the_page_ended(
    cashier: Client, db: Database, town: UUID, group: UUID
) -> None:
    for amount in (100, 200, 300):
        await ledger.fee_due(db, town, group, amount)
    (receivable,) = await _accounts(cashier, town, kind="receivable")
    path = f"/v1/accounts/{receivable['id']}/entries"

    first = (await cashier.get(path, params={"limit": 2})).json()
    rest = (await cashier.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    accounts = (await cashier.get("/v1/accounts", params={"owner": str(town), "limit": 1})).json()
    more = {"owner": str(town), "limit": 1, "cursor": accounts["next_cursor"]}
    second = (await cashier.get("/v1/accounts", params=more)).json()

    amounts = [entry["amount"]["amount"] for entry in first["items"] + rest["items"]]
    assert (amounts, rest["next_cursor"]) == (["300", "200", "100"], None)
    assert {accounts["items"][0]["kind"], second["items"][0]["kind"]} == {"receivable", "income"}
    assert second["next_cursor"] is None


async def test_lists_ask_the_database_as_often_for_three_as_for_one(
    cashier: Client, db: Database, town: UUID, group: UUID
) -> None:
    await ledger.fee_due(db, town, group)
    (receivable,) = await _accounts(cashier, town, kind="receivable")
    path = f"/v1/accounts/{receivable['id']}/entries"
    with counted_reads() as one:
        await cashier.get(path)
        await _accounts(cashier, town)
    for name in ("Otro Grupo", "Tercer Grupo"):
        await ledger.fee_due(db, town, await people.organisation(db, name))
        await ledger.fee_due(db, town, group)

    with counted_reads() as three:
        await cashier.get(path)
        await _accounts(cashier, town)

    assert one.reads == three.reads
