"""Postings for tests, by the room's own verb."""

from uuid import UUID

from app.kernel import ids
from app.kernel.caller import WORKER
from app.kernel.db import Database, write
from app.ledger.models import AccountKind
from app.ledger.service import AccountKey, post
from tests.factories.people import LONG_AGO


async def fee_due(
    db: Database, town: UUID, group: UUID, amount_minor: int = 12_000, currency: str = "CLP", **facts
) -> UUID:
    """A stall's fee: the group owes it to the municipality. Returns the posting's id."""
    sides = [
        (AccountKey(town, AccountKind.RECEIVABLE, currency, group), amount_minor),
        (AccountKey(town, AccountKind.INCOME, currency), -amount_minor),
    ]
    return await posted(db, sides, **facts)


async def fee_paid(
    db: Database, town: UUID, group: UUID, amount_minor: int = 12_000, currency: str = "CLP", **facts
) -> UUID:
    """The group paid at the municipal cashier."""
    sides = [
        (AccountKey(town, AccountKind.CASH, currency), amount_minor),
        (AccountKey(town, AccountKind.RECEIVABLE, currency, group), -amount_minor),
    ]
    return await posted(db, sides, **{"reason": "fee_paid", "reference": "0001-48213"} | facts)


async def posted(db: Database, sides, *, subject: UUID | None = None, reason="fee_due", reference="") -> UUID:
    """One posting in a transaction of its own."""
    about = ("fee", subject or ids.uuid7())
    return await write(
        db,
        lambda tx: post(
            tx,
            reason=reason,
            subject=about,
            sides=sides,
            reference=reference,
            caller=WORKER,
            now=LONG_AGO,
        ),
    )
