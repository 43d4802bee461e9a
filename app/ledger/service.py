"""The one way money is recorded: a posting whose entries sum to zero, once per subject and reason, never edited."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam as given
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT DO NOTHING is SQLite's too

from app.kernel import journal, money
from app.kernel.caller import Caller
from app.kernel.db import Tx
from app.kernel.ids import uuid7
from app.ledger import rules
from app.ledger.models import AccountKind
from app.ledger.queries import ACCOUNT, ENTRY, POSTING

_ADD_POSTING = insert(POSTING).on_conflict_do_nothing(index_elements=["subject_kind", "subject_id", "reason"])
_ADD_ACCOUNT = insert(ACCOUNT).on_conflict_do_nothing(
    index_elements=["owner_id", "kind", "currency", "counterparty_key"]
)
_ADD_ENTRY = insert(ENTRY)
_POSTING = select(POSTING.c.id).where(
    POSTING.c.subject_kind == given("subject_kind"),
    POSTING.c.subject_id == given("subject_id"),
    POSTING.c.reason == given("reason"),
)
_ACCOUNT = select(ACCOUNT.c.id).where(
    ACCOUNT.c.owner_id == given("owner_id"),
    ACCOUNT.c.kind == given("kind"),
    ACCOUNT.c.currency == given("currency"),
    ACCOUNT.c.counterparty_key == given("counterparty_key"),
)


class AccountKey(NamedTuple):
    """Which account: whose, what it gathers, in which currency, and towards whom where there is somebody."""

    owner: UUID
    kind: AccountKind
    currency: str
    counterparty: UUID | None = None


Side = tuple[AccountKey, int]
"""An account and what is posted to it, in minor units: debit positive, credit negative."""


async def post(
    tx: Tx,
    *,
    reason: str,
    subject: tuple[str, UUID],
    sides: Sequence[Side],
    reference: str = "",
    caller: Caller,
    now: datetime,
) -> UUID:
    """Record that money moved; returns the posting's id. Accounts are made at their first use.

    Repeated for the same subject and reason it changes nothing and returns the first posting's id, whatever its sides.
    Raises rules.UnbalancedError unless the sides sum to zero per currency.
    """
    for key, _ in sides:
        money.find(key.currency)
    rules.check_balance([(key.currency, amount) for key, amount in sides])
    kind, subject_id = subject
    same = {"subject_kind": kind, "subject_id": subject_id, "reason": reason}
    identifier = uuid7()
    added = await tx.run(
        _ADD_POSTING, id=identifier, at=now, reference=reference, recorded_by=caller.name, **same
    )
    if not added:
        first: UUID = await tx.value(_POSTING, **same)
        return first
    accounts = await _accounts(tx, [key for key, _ in sides], now)
    await tx.many(
        _ADD_ENTRY,
        [
            {
                "id": uuid7(),
                "posting_id": identifier,
                "account_id": accounts[key],
                "amount_minor": amount,
            }
            for key, amount in sides
        ],
    )
    await journal.record(
        tx,
        caller,
        now,
        "ledger.posted",
        ("posting", identifier),
        reason=reason,
        about_kind=kind,
        about_id=str(subject_id),
    )
    return identifier


async def _accounts(tx: Tx, keys: Sequence[AccountKey], now: datetime) -> dict[AccountKey, UUID]:
    """The accounts' ids; those that were missing are made, in one order for everybody: no two wait for each other."""
    found: dict[AccountKey, UUID] = {}
    for key in sorted(set(keys), key=_order):
        unique = {
            "owner_id": key.owner,
            "kind": key.kind,
            "currency": key.currency,
            "counterparty_key": str(key.counterparty or ""),
        }
        identifier = await tx.value(_ACCOUNT, **unique)
        if identifier is None:
            await tx.run(_ADD_ACCOUNT, id=uuid7(), counterparty_id=key.counterparty, created_at=now, **unique)
            identifier = await tx.value(_ACCOUNT, **unique)
        found[key] = identifier
    return found


def _order(key: AccountKey) -> tuple[str, str, str, str]:
    return str(key.owner), key.kind, key.currency, str(key.counterparty or "")
