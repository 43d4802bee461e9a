"""Postings balance, have one effect however often and at the same time they are asked, and are never edited."""

import asyncio
import re
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import ids
from app.kernel.db import Database
from app.kernel.journal import AuditEntry, OutboxEvent
from app.kernel.money import MoneyError
from app.kernel.schema import table
from app.ledger import queries
from app.ledger.checks import CHECKS
from app.ledger.models import AccountKind
from app.ledger.queries import ACCOUNT, ENTRY, POSTING
from app.ledger.rules import UnbalancedError, check_balance
from app.ledger.service import AccountKey
from app.people.models import OrganisationKind
from tests.factories import ledger, people
from tests.project.tree import ROOT


@pytest.fixture
async def town(db: Database) -> UUID:
    return await people.organisation(
        db, "Municipalidad", kind=OrganisationKind.MUNICIPALITY, country="CL", region=None
    )


@pytest.fixture
async def group(db: Database) -> UUID:
    return await people.organisation(db)


async def _count(db: Database, *tables: sa.Table) -> list[int]:
    return [await db.value(sa.select(sa.func.count()).select_from(table)) for table in tables]


async def _broken(db: Database) -> list[str]:
    return [code for code, statement in CHECKS if await db.all(statement)]


async def test_a_fee_that_was_paid_leaves_income_and_cash(db: Database, town: UUID, group: UUID) -> None:
    await ledger.fee_due(db, town, group)
    await ledger.fee_paid(db, town, group)

    found = {
        kind: await queries.balance(db, town, kind, "CLP")
        for kind in (AccountKind.CASH, AccountKind.RECEIVABLE, AccountKind.INCOME)
    }
    assert found == {"cash": 12_000, "receivable": 0, "income": -12_000}
    assert await _count(db, ACCOUNT, POSTING, ENTRY) == [3, 2, 4]
    assert await _broken(db) == []


async def test_balances_are_told_apart_by_counterparty_and_currency(
    db: Database, town: UUID, group: UUID
) -> None:
    other = await people.organisation(db, "Otro Grupo")
    await ledger.fee_due(db, town, group, 500)
    await ledger.fee_due(db, town, other, 700)
    await ledger.fee_due(db, town, group, 900, "USD")

    owed = [
        await queries.balance(db, town, AccountKind.RECEIVABLE, "CLP", group),
        await queries.balance(db, town, AccountKind.RECEIVABLE, "CLP", other),
        await queries.balance(db, town, AccountKind.RECEIVABLE, "CLP"),
        await queries.balance(db, town, AccountKind.RECEIVABLE, "USD", group),
        await queries.balance(db, town, AccountKind.CASH, "USD"),
    ]
    assert owed == [500, 700, 1_200, 900, 0]


async def test_a_repeated_posting_changes_nothing_and_names_the_first(
    db: Database, town: UUID, group: UUID
) -> None:
    subject = ids.uuid7()

    first = await ledger.fee_due(db, town, group, 500, subject=subject)
    again = await ledger.fee_due(db, town, group, 900, subject=subject)
    other_reason = await ledger.fee_due(db, town, group, 100, subject=subject, reason="fee_credited")

    assert first == again != other_reason
    assert await queries.balance(db, town, AccountKind.RECEIVABLE, "CLP", group) == 600
    assert await _count(db, table(AuditEntry), table(OutboxEvent)) == [2, 2]


async def test_32_postings_of_one_subject_at_once_have_one_effect(
    db: Database, town: UUID, group: UUID
) -> None:
    subject = ids.uuid7()

    made = await asyncio.gather(*(ledger.fee_due(db, town, group, subject=subject) for _ in range(32)))

    assert len(set(made)) == 1
    assert await queries.balance(db, town, AccountKind.RECEIVABLE, "CLP", group) == 12_000
    assert await _count(db, ACCOUNT, POSTING, ENTRY, table(AuditEntry)) == [2, 1, 2, 1]
    assert await _broken(db) == []


async def test_32_subjects_at_once_make_each_account_once(db: Database, town: UUID, group: UUID) -> None:
    ways = (ledger.fee_due, ledger.fee_paid)

    made = await asyncio.gather(*(ways[number % 2](db, town, group, 100) for number in range(32)))

    assert len(set(made)) == 32
    assert await _count(db, ACCOUNT, POSTING, ENTRY) == [3, 32, 64]
    assert await queries.balance(db, town, AccountKind.RECEIVABLE, "CLP", group) == 0
    assert await queries.balance(db, town, AccountKind.CASH, "CLP") == 1_600


async def test_what_does_not_balance_leaves_nothing(db: Database, town: UUID) -> None:
    sides = [
        (AccountKey(town, AccountKind.CASH, "CLP"), 500),
        (AccountKey(town, AccountKind.INCOME, "USD"), -500),
    ]

    with pytest.raises(UnbalancedError):
        await ledger.posted(db, sides)

    assert await _count(db, ACCOUNT, POSTING, ENTRY) == [0, 0, 0]


async def test_a_currency_that_does_not_exist_is_refused(db: Database, town: UUID, group: UUID) -> None:
    with pytest.raises(MoneyError, match="unknown_currency"):
        await ledger.fee_due(db, town, group, currency="XXX")


@given(st.lists(st.tuples(st.sampled_from(["PEN", "CLP"]), st.integers(-3, 3)), max_size=5))
def test_only_what_sums_to_zero_in_every_currency_balances(sides) -> None:
    left = {currency: sum(amount for name, amount in sides if name == currency) for currency, _ in sides}
    well = len(sides) > 1 and not any(left.values()) and all(amount for _, amount in sides)

    try:
        check_balance(sides)
    except UnbalancedError:
        assert not well
    else:
        assert well


async def test_a_statement_has_every_entry_newest_first_and_goes_on(
    db: Database, town: UUID, group: UUID
) -> None:
    other = await people.organisation(db, "Otro Grupo")
    due = await ledger.fee_due(db, town, group)
    paid = await ledger.fee_paid(db, town, group)
    await ledger.fee_due(db, other, group)

    first = (await queries.statement(db, town, limit=3))[:3]
    rest = await queries.statement(db, town, limit=3, before=first[-1]["id"])

    assert [row["posting_id"] for row in first + rest] == [paid, paid, due, due]
    towards = await queries.statement(db, town, limit=9, counterparty=group)
    assert [(row["reason"], row["amount_minor"]) for row in towards] == [
        ("fee_paid", -12_000),
        ("fee_due", 12_000),
    ]


async def test_what_was_posted_about_a_subject_is_found(db: Database, town: UUID, group: UUID) -> None:
    fee = ids.uuid7()
    await ledger.fee_due(db, town, group, subject=fee)
    await ledger.fee_paid(db, town, group, subject=fee)
    await ledger.fee_due(db, town, group)

    found = await queries.about(db, "fee", [fee])

    assert [(row["reason"], row["kind"], row["amount_minor"]) for row in found] == [
        ("fee_due", "receivable", 12_000),
        ("fee_due", "income", -12_000),
        ("fee_paid", "cash", 12_000),
        ("fee_paid", "receivable", -12_000),
    ]


async def test_a_posting_that_does_not_balance_is_found(db: Database, town: UUID, group: UUID) -> None:
    await ledger.fee_due(db, town, group)
    posting = await ledger.fee_paid(db, town, group)
    async with db.tx() as tx:
        await tx.run(
            sa.update(ENTRY)
            .where(ENTRY.c.posting_id == posting, ENTRY.c.amount_minor > 0)
            .values(amount_minor=11_999)
        )

    assert await _broken(db) == ["posting_balances"]
    assert await db.all(CHECKS[0][1]) == [{"posting_id": posting, "currency": "CLP", "left_minor": -1}]


async def test_a_posting_without_entries_is_found(db: Database, town: UUID, group: UUID) -> None:
    posting = await ledger.fee_due(db, town, group)
    async with db.tx() as tx:
        await tx.run(sa.delete(ENTRY))

    assert await _broken(db) == ["posting_has_two_sides"]
    assert await db.all(CHECKS[2][1]) == [{"id": posting, "sides": 0}]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # PostgreSQL cannot be told to look away
async def test_an_entry_without_posting_is_found(db: Database, town: UUID, group: UUID) -> None:
    posting = await ledger.fee_due(db, town, group)
    db._writer.execute("pragma foreign_keys = off")
    async with db.tx() as tx:
        await tx.run(sa.delete(POSTING).where(POSTING.c.id == posting))

    assert await _broken(db) == ["entry_has_posting_and_account"]


_EDITS = re.compile(
    r"(?:update|delete)\(\s*(?:table\(\s*)?(?:\w+\.)*(ACCOUNT|POSTING|ENTRY|Account|Posting|Entry)\b"
    r"|(?:update|delete from)\s+ledger_",
    re.IGNORECASE,
)


def test_nothing_in_the_program_edits_the_ledger() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "app").rglob("*.py"))
        if "ledger" in (text := path.read_text()) and _EDITS.search(text)
    ]

    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "_X = sa.update(ENTRY).values(amount_minor=1)",
        "_X = sa.delete(\n    queries.POSTING\n)",
        "_X = update(table(Account))",
        'sa.text("DELETE FROM ledger_entry")',
    ],
)
def test_the_search_for_edits_can_find_one(text: str) -> None:
    assert _EDITS.search(text)
