"""What must hold whatever happened: each room lists its invariants, `minka check` asks a live database for what breaks them.

An invariant is a code and a statement that returns the rows that break it. Its sentence, which says what must hold, is
in `[checks]` of the room's messages.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.kernel.db import Database, Row
from app.kernel.journal import AuditEntry, OutboxEvent
from app.kernel.schema import table

Check = tuple[str, sa.Select[Any] | sa.CompoundSelect[Any]]


class Verdict(NamedTuple):
    """What one invariant's statement found: nothing, or the rows that break it."""

    room: str
    code: str
    broken: list[Row]


async def verify(db: Database, checks: Mapping[str, Sequence[Check]]) -> list[Verdict]:
    """Ask for every invariant of every room, in their order. Reads only."""
    return [
        Verdict(room, code, await db.slow(statement))
        for room, listed in checks.items()
        for code, statement in listed
    ]


AUDIT, EVENT = table(AuditEntry), table(OutboxEvent)

_ALONE = (
    sa.select(AUDIT.c.id, AUDIT.c.action)
    .outerjoin(EVENT, EVENT.c.id == AUDIT.c.id)
    .where(
        EVENT.c.id.is_(None) | (EVENT.c.kind != AUDIT.c.action) | (EVENT.c.subject_id != AUDIT.c.subject_id)
    )
    .union_all(
        sa.select(EVENT.c.id, EVENT.c.kind.label("action"))
        .outerjoin(AUDIT, AUDIT.c.id == EVENT.c.id)
        .where(AUDIT.c.id.is_(None))
    )
)
_TWICE = (
    sa.select(EVENT.c.sequence, sa.func.count().label("events"))
    .where(EVENT.c.sequence.is_not(None))
    .group_by(EVENT.c.sequence)
    .having(sa.func.count() > 1)
)

CHECKS: Sequence[Check] = (("change_has_both_rows", _ALONE), ("event_number_is_given_once", _TWICE))
