"""A repeated POST has one effect: the answer is kept in the transaction of its effect and given again.

The row is written last. A repeat therefore either finds it, or does the work, meets the unique key and is undone; in
both cases it gets the first one's answer (draft-ietf-httpapi-idempotency-key-header).
"""

import hashlib
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam as given
from sqlmodel import Field, SQLModel

from app.kernel.db import Database, Tx
from app.kernel.errors import KeyReusedError
from app.kernel.schema import table

CONSTRAINT = "pk_kept_answer"


class KeptAnswer(SQLModel, table=True):
    """What a request with an Idempotency-Key was answered, so that its repetition is answered the same."""

    __tablename__ = "kept_answer"
    __table_args__ = (sa.Index("ix_kept_answer_made_at", "made_at"),)
    principal: str = Field(primary_key=True, max_length=60)
    route: str = Field(primary_key=True, max_length=200)
    key: str = Field(primary_key=True, max_length=200)
    body_digest: bytes
    status: int
    headers: str = Field(max_length=400)
    body: bytes
    made_at: datetime


class Key(NamedTuple):
    """Whose key it is, on which path, and what came with it."""

    principal: str
    route: str
    key: str
    body_digest: bytes


_T = table(KeptAnswer)
_KEEP = sa.insert(_T)
_FIND = sa.select(_T.c.body_digest, _T.c.status, _T.c.headers, _T.c.body).where(
    _T.c.principal == given("principal"), _T.c.route == given("route"), _T.c.key == given("key")
)
_FORGET = sa.delete(_T).where(_T.c.made_at < given("before"))


def digest_of(body: bytes) -> bytes:
    """What identifies a body."""
    return hashlib.sha256(body).digest()


async def keep(tx: Tx, key: Key, *, status: int, headers: str, body: bytes, now: datetime) -> None:
    """Store the answer. Raises ConstraintError(CONSTRAINT) when another request with this key was first."""
    await tx.run(_KEEP, **key._asdict(), status=status, headers=headers, body=body, made_at=now)


async def find(db: Database, key: Key) -> dict[str, Any] | None:
    """The kept answer. Raises KeyReusedError when the key came with another body."""
    kept = await db.one(_FIND, principal=key.principal, route=key.route, key=key.key)
    if kept and kept["body_digest"] != key.body_digest:
        raise KeyReusedError
    return kept


async def forget(tx: Tx, before: datetime) -> int:
    """Drop answers made before; returns how many."""
    return await tx.run(_FORGET, before=before)
