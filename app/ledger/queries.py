"""Reads of the ledger. An account is read by its owner's people, and by its counterparty's: it is about them too."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import wire
from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.errors import NotFoundError
from app.kernel.schema import table
from app.ledger.models import Account, AccountKind, Entry, Posting
from app.people.models import Organisation

ACCOUNT, POSTING, ENTRY, ORGANISATION = table(Account), table(Posting), table(Entry), table(Organisation)
_COUNTERPARTY = ORGANISATION.alias("counterparty")
_ID = ACCOUNT.c.id.type
_LIMIT = given("limit", type_=sa.Integer)

_BALANCE = (
    sa.select(sa.cast(sa.func.coalesce(sa.func.sum(ENTRY.c.amount_minor), 0), sa.BigInteger))
    .where(ENTRY.c.account_id == ACCOUNT.c.id)
    .correlate(ACCOUNT)
    .scalar_subquery()
)
_ACCOUNTS = (
    sa.select(
        ACCOUNT.c.id,
        ACCOUNT.c.owner_id,
        ORGANISATION.c.name.label("owner_name"),
        ACCOUNT.c.kind,
        ACCOUNT.c.currency,
        ACCOUNT.c.counterparty_id,
        _COUNTERPARTY.c.name.label("counterparty_name"),
        _BALANCE.label("balance_minor"),
    )
    .join(ORGANISATION, ORGANISATION.c.id == ACCOUNT.c.owner_id)
    .outerjoin(_COUNTERPARTY, _COUNTERPARTY.c.id == ACCOUNT.c.counterparty_id)
)
_ONE = _ACCOUNTS.where(ACCOUNT.c.id == given("id"))
_PAGE = Query(
    _ACCOUNTS.where(ACCOUNT.c.owner_id == given("owner")).order_by(ACCOUNT.c.id).limit(_LIMIT),
    kind=ACCOUNT.c.kind == given("kind"),
    towards=ACCOUNT.c.counterparty_id.in_(given("towards", expanding=True, type_=_ID)),
    after=ACCOUNT.c.id > given("after"),
)
_ENTRIES = sa.select(
    ENTRY.c.id,
    ENTRY.c.posting_id,
    ENTRY.c.account_id,
    ACCOUNT.c.kind,
    ACCOUNT.c.currency,
    ENTRY.c.amount_minor,
    POSTING.c.at,
    POSTING.c.reason,
    POSTING.c.subject_kind,
    POSTING.c.subject_id,
    POSTING.c.reference,
).select_from(
    ENTRY.join(POSTING, POSTING.c.id == ENTRY.c.posting_id).join(ACCOUNT, ACCOUNT.c.id == ENTRY.c.account_id)
)
_NEWEST = _ENTRIES.order_by(ENTRY.c.id.desc()).limit(_LIMIT)
_BEFORE = ENTRY.c.id < given("before")
_OF_ACCOUNT = Query(_NEWEST.where(ENTRY.c.account_id == given("account")), before=_BEFORE)
_OF_OWNER = Query(
    _NEWEST.where(ACCOUNT.c.owner_id == given("owner")),
    counterparty=ACCOUNT.c.counterparty_id == given("counterparty"),
    before=_BEFORE,
)
_OF_SUBJECTS = _ENTRIES.where(
    POSTING.c.subject_kind == given("subject_kind"), POSTING.c.subject_id.in_(given("subjects"))
).order_by(ENTRY.c.id)
_SUM = Query(
    sa.select(
        sa.cast(sa.func.coalesce(sa.func.sum(ENTRY.c.amount_minor), 0), sa.BigInteger).label("balance_minor")
    )
    .join(ACCOUNT, ACCOUNT.c.id == ENTRY.c.account_id)
    .where(
        ACCOUNT.c.owner_id == given("owner"),
        ACCOUNT.c.kind == given("kind"),
        ACCOUNT.c.currency == given("currency"),
    ),
    counterparty=ACCOUNT.c.counterparty_id == given("counterparty"),
)
_AT_ONCE = 10_000


async def balance(
    db: Database, owner: UUID, kind: AccountKind, currency: str, counterparty: UUID | None = None
) -> int:
    """What an organisation's accounts of one kind hold in minor units, debit positive; towards one or all together."""
    found: int = await db.value(_SUM, owner=owner, kind=kind, currency=currency, counterparty=counterparty)
    return found


async def statement(
    db: Database, owner: UUID, *, limit: int, before: UUID | None = None, counterparty: UUID | None = None
) -> list[Row]:
    """Up to limit + 1 entries of every account of an organisation, the newest first. For rooms above, who ask who may."""
    return await db.all(_OF_OWNER, owner=owner, limit=limit + 1, before=before, counterparty=counterparty)


async def about(db: Database, kind: str, subjects: Collection[UUID]) -> list[Row]:
    """The entries of everything posted about these subjects, as recorded. For rooms above, who ask who may."""
    asked, found = sorted(set(subjects)), []
    for start in range(0, len(asked), _AT_ONCE):
        listed = asked[start : start + _AT_ONCE]
        found += await db.all(_OF_SUBJECTS, subject_kind=kind, subjects=listed)
    return found


async def page(
    db: Database,
    caller: Caller,
    *,
    owner: UUID,
    kind: AccountKind | None,
    limit: int,
    after: list[Any] | None,
) -> list[Row]:
    """Up to limit + 1 of an organisation's accounts with their balances, as far as the caller may read them."""
    towards = (
        None if _may_read(caller, owner) else sorted(org for org in caller.acts if _may_read(caller, org))
    )
    if towards == []:
        return []
    found = await db.all(
        _PAGE,
        owner=owner,
        kind=kind,
        limit=limit + 1,
        towards=towards,
        after=UUID(after[0]) if after else None,
    )
    return [_shown_account(row) for row in found]


async def entries(
    db: Database, caller: Caller, account_id: UUID, *, limit: int, after: list[Any] | None
) -> list[Row]:
    """Up to limit + 1 entries of one account, the newest first. Raises NotFoundError for who may not read it."""
    account = await db.one(_ONE, id=account_id)
    if account is None or not (
        _may_read(caller, account["owner_id"]) or _may_read(caller, account["counterparty_id"])
    ):
        raise NotFoundError
    before = UUID(after[0]) if after else None
    found = await db.all(_OF_ACCOUNT, account=account_id, limit=limit + 1, before=before)
    return [_shown_entry(row) for row in found]


def _may_read(caller: Caller, organisation_id: UUID | None) -> bool:
    if caller.is_admin or organisation_id is None:
        return caller.is_admin
    return caller.may("read", organisation_id) or caller.may("money", organisation_id)


def _shown_account(row: Row) -> Row:
    row["owner"] = {"id": row.pop("owner_id"), "name": row.pop("owner_name")}
    towards, name = row.pop("counterparty_id"), row.pop("counterparty_name")
    row["counterparty"] = {"id": towards, "name": name} if towards else None
    row["balance"] = wire.amount(row.pop("balance_minor"), row["currency"])
    return row


def _shown_entry(row: Row) -> Row:
    row["amount"] = wire.amount(row.pop("amount_minor"), row.pop("currency"))
    row["subject"] = {"kind": row.pop("subject_kind"), "id": row.pop("subject_id")}
    del row["account_id"], row["kind"]
    return row
