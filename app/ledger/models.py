"""Tables of the ledger: accounts, and postings whose entries sum to zero. Nothing is ever edited."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.kernel.schema import belongs_to, one_of


class AccountKind(StrEnum):
    """What an account of an organisation gathers, in double entry: debits are positive, credits negative."""

    CASH = "cash"
    RECEIVABLE = "receivable"
    CREDIT_OWED = "credit_owed"
    INCOME = "income"
    WAIVED = "waived"


class Account(SQLModel, table=True):
    """One kind of money of an organisation in one currency, towards one counterparty where there is one."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        sa.UniqueConstraint("owner_id", "kind", "currency", "counterparty_key"),
        sa.CheckConstraint("length(currency) = 3", name="currency_is_iso"),
    )
    id: UUID = Field(primary_key=True)
    owner_id: UUID = belongs_to("organisation.id")
    kind: AccountKind = Field(sa_type=one_of(AccountKind, "ledger_account_kind"))
    currency: str = Field(max_length=3)
    counterparty_id: UUID | None = belongs_to("organisation.id", default=None)
    counterparty_key: str = Field(max_length=36)  # its id as text, or "": a unique key may not hold nulls
    created_at: datetime


class Posting(SQLModel, table=True):
    """Something that moved money, once: its entries sum to zero per currency. Undone only by another posting."""

    __tablename__ = "ledger_posting"
    __table_args__ = (
        sa.UniqueConstraint("subject_kind", "subject_id", "reason"),  # one effect, however often it is asked
    )
    id: UUID = Field(primary_key=True)
    at: datetime
    reason: str = Field(max_length=40)  # «fee_due», «fee_paid», «fee_waived», «fee_credited»
    subject_kind: str = Field(max_length=40)
    subject_id: UUID  # a plain id with its kind: the ledger knows organisations, nothing above
    reference: str = Field(default="", max_length=60)  # the cashier's receipt number
    recorded_by: str = Field(max_length=60)


class Entry(SQLModel, table=True):
    """One side of a posting: an amount in the currency's smallest unit, debit positive, credit negative."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.CheckConstraint("amount_minor <> 0", name="amount_moves"),
        sa.Index(
            "ix_ledger_entry_account_id_id", "account_id", "id"
        ),  # a statement, in the order of recording
    )
    id: UUID = Field(primary_key=True)
    posting_id: UUID = belongs_to("ledger_posting.id")
    account_id: UUID = Field(foreign_key="ledger_account.id", ondelete="RESTRICT")
    amount_minor: int = Field(sa_type=sa.BigInteger)
