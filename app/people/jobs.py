"""Due work: secrets that no longer open anything are removed a day after they expired."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.db import Database, Tx
from app.kernel.jobs import Job
from app.kernel.schema import table
from app.people.models import AccessToken, RefreshToken, SignInCode

KEPT = timedelta(
    days=1
)  # a used refresh token is kept until it would have expired: its reuse must be noticed
_REMOVE = {
    model.__name__: sa.delete(secrets).where(secrets.c.expires_at < given("before"))
    for model, secrets in ((m, table(m)) for m in (AccessToken, RefreshToken, SignInCode))
}
_FIND = {
    model.__name__: sa.select(secrets.c.expires_at).where(secrets.c.expires_at < given("before")).limit(1)
    for model, secrets in ((m, table(m)) for m in (AccessToken, RefreshToken, SignInCode))
}


async def _expired(db: Database, now: datetime) -> Sequence[str]:
    return [name for name, find in _FIND.items() if await db.one(find, before=now - KEPT)]


async def _remove(tx: Tx, name: Any, now: datetime) -> None:
    await tx.run(_REMOVE[name], before=now - KEPT)


JOBS: Sequence[Job] = (Job("remove expired secrets", _expired, _remove),)
