"""Private calendar addresses of a group: made, listed, revoked. Only their digests are kept."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.queries.feeds import TOKEN
from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import ForbiddenError, NotFoundError
from app.people import access
from app.people.queries import organisations

PREFIX = "mkf"
_COLUMNS = (TOKEN.c.id, TOKEN.c.organisation_id, TOKEN.c.created_at, TOKEN.c.revoked_at)
_ADD = sa.insert(TOKEN)
_ONE = sa.select(*_COLUMNS).where(TOKEN.c.id == given("id"))
_LIST = (
    sa.select(*_COLUMNS)
    .where(TOKEN.c.organisation_id == given("organisation"))
    .order_by(TOKEN.c.id.desc())
    .limit(200)
)
_REVOKE = (
    sa.update(TOKEN)
    .where(TOKEN.c.id == given("token"), TOKEN.c.revoked_at.is_(None))
    .values(revoked_at=given("now"))
)


async def create(tx: Tx, organisation_id: UUID, *, caller: Caller, public_url: str, now: datetime) -> Row:
    """Make an address; the answer holds it, nothing else ever does. Raises NotFoundError, ForbiddenError."""
    await organisations.row(tx, organisation_id)
    _require(caller, organisation_id)
    identifier, secret = ids.uuid7(), ids.token(PREFIX)
    await tx.run(
        _ADD,
        id=identifier,
        organisation_id=organisation_id,
        digest=ids.digest(secret).hex(),
        created_at=now,
        created_by=caller.name,
    )
    subject = ("organisation", organisation_id)
    await journal.record(tx, caller, now, "feed_token.created", subject, token=str(identifier))
    url = f"{public_url.rstrip('/')}/v1/feeds/stalls/{secret}.ics"
    return (await tx.one(_ONE, id=identifier) or {}) | {"url": url}


async def listed(db: Database, organisation_id: UUID, *, caller: Caller) -> list[Row]:
    """The newest addresses of a group, without their secrets. Raises NotFoundError, ForbiddenError."""
    access.require(caller, "read", organisation_id, visible=False)
    _require(caller, organisation_id)
    return await db.all(_LIST, organisation=organisation_id)


async def revoke(tx: Tx, token_id: UUID, *, caller: Caller, now: datetime) -> None:
    """End an address; an ended one stays ended. Raises NotFoundError, ForbiddenError."""
    found = await tx.one(_ONE, id=token_id)
    if found is None:
        raise NotFoundError
    organisation_id = found["organisation_id"]
    access.require(caller, "read", organisation_id, visible=False)
    _require(caller, organisation_id)
    if await tx.run(_REVOKE, token=token_id, now=now):
        subject = ("organisation", organisation_id)
        await journal.record(tx, caller, now, "feed_token.revoked", subject, token=str(token_id))


def _require(caller: Caller, organisation_id: UUID) -> None:
    """Who answers for the group or keeps its profile."""
    if not (caller.is_admin or any(caller.may(act, organisation_id) for act in ("answer", "profile"))):
        raise ForbiddenError
