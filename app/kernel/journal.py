"""Every change leaves two rows in its own transaction: who did what (audit) and what others may react to (outbox)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.kernel.caller import Caller
from app.kernel.db import Tx
from app.kernel.ids import uuid7
from app.kernel.logs import request_id
from app.kernel.schema import Json, table


class AuditEntry(SQLModel, table=True):
    """Somebody changed something: kept for ever, pseudonymised when a person is erased."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index("ix_audit_entry_subject", "subject_kind", "subject_id"),)
    id: UUID = Field(primary_key=True)
    at: datetime
    actor: str = Field(max_length=60)
    request_id: str = Field(max_length=64)
    action: str = Field(max_length=60)
    subject_kind: str = Field(max_length=40)
    subject_id: UUID
    facts: Any = Field(sa_type=Json)


class OutboxEvent(SQLModel, table=True):
    """Something happened. The worker stamps `sequence` after the commit, so that it is commit order."""

    __tablename__ = "outbox_event"
    __table_args__ = (sa.Index("ix_outbox_event_sequence", "sequence"),)
    id: UUID = Field(primary_key=True)
    at: datetime
    kind: str = Field(max_length=60)
    subject_kind: str = Field(max_length=40)
    subject_id: UUID
    facts: Any = Field(sa_type=Json)
    sequence: int | None = Field(default=None, sa_type=sa.BigInteger)


class Happening(NamedTuple):
    """What happened, as reactions see it."""

    kind: str
    subject_kind: str
    subject_id: UUID
    at: datetime
    caller: Caller
    facts: dict[str, Any]


Reaction = Callable[[Tx, Happening], Awaitable[None]]
_REACTIONS: dict[str, Sequence[Reaction]] = {}

PLATFORM = UUID(int=0)  # the subject of what belongs to nobody: names in everybody's lists
_ADD_AUDIT = sa.insert(table(AuditEntry))
_ADD_EVENT = sa.insert(table(OutboxEvent))


def connect(reactions: Mapping[str, Sequence[Reaction]]) -> None:
    """Set what reacts to what (called once, by `wiring`)."""
    _REACTIONS.clear()
    _REACTIONS.update(reactions)


async def record(
    tx: Tx, caller: Caller, now: datetime, kind: str, subject: tuple[str, UUID], **facts: Any
) -> None:
    """Write the audit and outbox rows of a change (`lot.created`) and run its reactions, in this transaction.

    `facts` are JSON values without personal data: ids, quantities, states.
    """
    subject_kind, subject_id = subject
    common = {
        "id": uuid7(),
        "at": now,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "facts": facts,
    }
    await tx.run(_ADD_AUDIT, **common, actor=caller.name, request_id=request_id.get(), action=kind)
    await tx.run(_ADD_EVENT, **common, kind=kind, sequence=None)
    await announce(tx, caller, now, kind, subject, **facts)


async def announce(
    tx: Tx, caller: Caller, now: datetime, kind: str, subject: tuple[str, UUID], **facts: Any
) -> None:
    """Run the reactions to something, in this transaction, without a row: to what is about to happen."""
    for react in _REACTIONS.get(kind, ()):
        await react(tx, Happening(kind, *subject, now, caller, facts))
