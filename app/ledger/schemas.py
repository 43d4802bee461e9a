"""What crosses the door about accounts and what was posted to them."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import Shown
from app.kernel.wire import Money
from app.ledger.models import AccountKind


class AccountParty(Shown):
    """An organisation whose account it is, or towards whom."""

    id: UUID
    name: str


class LedgerAccount(Shown):
    """One kind of money of an organisation in one currency, towards one counterparty where there is one."""

    id: UUID
    owner: AccountParty
    kind: AccountKind
    currency: str = Field(examples=["CLP"])
    counterparty: AccountParty | None
    balance: Money = Field(
        description="Debit positive, credit negative: a positive `receivable` is what is owed to the owner",
        examples=[{"amount": "12000", "currency": "CLP"}],
    )


class LedgerAccountPage(Shown):
    """A page of accounts, the oldest first."""

    items: list[LedgerAccount]
    next_cursor: str | None


class EntrySubject(Shown):
    """What the money was about, by its kind and id."""

    kind: str = Field(examples=["fee"])
    id: UUID


class LedgerEntry(Shown):
    """One side of a posting, in this account. It is never edited: a mistake is undone by another posting."""

    id: UUID
    posting_id: UUID
    at: datetime
    reason: str = Field(examples=["fee_due"])
    subject: EntrySubject
    amount: Money = Field(description="Debit positive, credit negative")
    reference: str = Field(description="For example the cashier's receipt number", examples=["0001-48213"])


class LedgerEntryPage(Shown):
    """A page of an account's entries, the newest first."""

    items: list[LedgerEntry]
    next_cursor: str | None
