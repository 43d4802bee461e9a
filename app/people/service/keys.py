"""API keys: an organisation's programs act with some of its coordinators' capabilities."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import Fault, InvalidError, NotFoundError
from app.kernel.text import clean_line
from app.people import access
from app.people.queries import organisations
from app.people.schemas.persons import KeyCreate
from app.people.tables import KEY
from app.people.tokens import KEY_PREFIX

_COLUMNS = [column for column in KEY.c if column.name not in {"digest", "version"}]
_ADD = sa.insert(KEY)
_ONE = sa.select(*_COLUMNS).where(KEY.c.id == given("id"))
_LIST = (
    sa.select(*_COLUMNS)
    .where(KEY.c.organisation_id == given("organisation"))
    .order_by(KEY.c.id.desc())
    .limit(200)
)
_REVOKE = (
    sa.update(KEY)
    .where(KEY.c.id == given("key"), KEY.c.revoked_at.is_(None))
    .values(revoked_at=given("now"), version=KEY.c.version + 1)
)


async def create(tx: Tx, organisation_id: UUID, *, caller: Caller, key: KeyCreate, now: datetime) -> Row:
    """Make a key; the answer holds its secret, which is not kept. Raises NotFoundError, ForbiddenError, InvalidError."""
    await organisations.row(tx, organisation_id)
    access.require(caller, "members", organisation_id)
    if unknown := set(key.scopes) - access.KEY_SCOPES:
        place = next(number for number, scope in enumerate(key.scopes) if scope in unknown)
        expected = ", ".join(sorted(access.KEY_SCOPES))
        raise InvalidError(Fault(f"#/scopes/{place}", "enum", expected=expected))
    identifier, secret = ids.uuid7(), ids.token(KEY_PREFIX)
    await tx.run(
        _ADD,
        id=identifier,
        organisation_id=organisation_id,
        name=clean_line(key.name),
        digest=ids.digest(secret),
        scopes=" ".join(sorted(set(key.scopes))),
        expires_at=now + timedelta(days=key.days),
        created_at=now,
    )
    subject = ("organisation", organisation_id)
    await journal.record(
        tx, caller, now, "key.created", subject, key=str(identifier), scopes=sorted(key.scopes)
    )
    return _shown(await tx.one(_ONE, id=identifier) or {}) | {"key": secret}


async def listed(db: Database, organisation_id: UUID, *, caller: Caller) -> list[Row]:
    """The newest keys of an organisation, without their secrets. Raises NotFoundError, ForbiddenError."""
    access.require(caller, "read", organisation_id, visible=False)
    access.require(caller, "members", organisation_id)
    return [_shown(row) for row in await db.all(_LIST, organisation=organisation_id)]


async def revoke(tx: Tx, key_id: UUID, *, caller: Caller, now: datetime) -> None:
    """End a key; an ended one stays ended. Raises NotFoundError, ForbiddenError."""
    found = await tx.one(_ONE, id=key_id)
    if found is None:
        raise NotFoundError
    access.require(caller, "read", found["organisation_id"], visible=False)
    access.require(caller, "members", found["organisation_id"])
    if await tx.run(_REVOKE, key=key_id, now=now):
        subject = ("organisation", found["organisation_id"])
        await journal.record(tx, caller, now, "key.revoked", subject, key=str(key_id))


def _shown(found: Row) -> Row:
    return found | {"scopes": found["scopes"].split()}
