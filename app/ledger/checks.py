"""What must hold of the ledger, as statements that return the rows that break it."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.kernel.checks import Check
from app.ledger.queries import ACCOUNT, ENTRY, POSTING

_LEFT = sa.func.sum(ENTRY.c.amount_minor)

CHECKS: Sequence[Check] = (
    (
        "posting_balances",
        sa.select(ENTRY.c.posting_id, ACCOUNT.c.currency, sa.cast(_LEFT, sa.BigInteger).label("left_minor"))
        .join(ACCOUNT, ACCOUNT.c.id == ENTRY.c.account_id)
        .group_by(ENTRY.c.posting_id, ACCOUNT.c.currency)
        .having(_LEFT != 0),
    ),
    (
        "entry_has_posting_and_account",
        sa.select(ENTRY.c.id)
        .outerjoin(POSTING, POSTING.c.id == ENTRY.c.posting_id)
        .outerjoin(ACCOUNT, ACCOUNT.c.id == ENTRY.c.account_id)
        .where(POSTING.c.id.is_(None) | ACCOUNT.c.id.is_(None)),
    ),
    (
        "posting_has_two_sides",
        sa.select(POSTING.c.id, sa.func.count(ENTRY.c.id).label("sides"))
        .outerjoin(ENTRY, ENTRY.c.posting_id == POSTING.c.id)
        .group_by(POSTING.c.id)
        .having(sa.func.count(ENTRY.c.id) < 2),
    ),
)
