"""Reads of organisations. That one exists is public; what is private to it, its members read."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import search
from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.errors import NotFoundError
from app.people import access
from app.people.models import OrganisationKind
from app.people.tables import ORGANISATION, WORD

_ONE = sa.select(ORGANISATION).where(ORGANISATION.c.id == given("id"))
_LIST = Query(
    sa.select(
        ORGANISATION.c.id,
        ORGANISATION.c.code,
        ORGANISATION.c.name,
        ORGANISATION.c.name_folded,
        ORGANISATION.c.acronym,
        ORGANISATION.c.kind,
        ORGANISATION.c.country,
        ORGANISATION.c.region,
        ORGANISATION.c.verified_at,
        ORGANISATION.c.is_demo,
    )
    .order_by(ORGANISATION.c.name_folded, ORGANISATION.c.id)
    .limit(given("limit", type_=sa.Integer)),
    kind=ORGANISATION.c.kind == given("kind"),
    country=ORGANISATION.c.country == given("country"),
    after_name=sa.tuple_(ORGANISATION.c.name_folded, ORGANISATION.c.id)
    > sa.tuple_(
        given("after_name", type_=ORGANISATION.c.name_folded.type),
        given("after_id", type_=ORGANISATION.c.id.type),
    ),
    **search.filters(ORGANISATION.c.id, WORD),
)
_PUBLIC = (
    *("id", "code", "name", "acronym", "kind", "country", "region", "is_verified", "is_demo"),
    *("legal_status", "territory_code", "place", "phone", "website", "facts", "version"),
)
_OWN = (*_PUBLIC, "tax_id", "email", "phone_consent_at", "verified_at", "created_at")


async def row(db: Database, organisation_id: UUID) -> Row:
    """An organisation with every column. Raises NotFoundError."""
    found = await db.one(_ONE, id=organisation_id)
    if found is None:
        raise NotFoundError
    return found


async def organisation(db: Database, caller: Caller, organisation_id: UUID) -> Row:
    """What this caller may read of an organisation. Raises NotFoundError."""
    return shown(await row(db, organisation_id), caller)


async def page(
    db: Database,
    *,
    limit: int,
    after: list[Any] | None,
    kind: OrganisationKind | None,
    country: str | None,
    q: str | None,
) -> list[Row]:
    """Up to limit + 1 organisations by name."""
    keyset = {"after_name": after[0], "after_id": UUID(after[1])} if after else {}
    found = await db.slow(
        _LIST, limit=limit + 1, kind=kind, country=country, **keyset, **search.parameters(q)
    )
    for line in found:
        line["is_verified"] = line.pop("verified_at") is not None
    return found


def is_own(caller: Caller, organisation_id: UUID) -> bool:
    """Whether the caller reads what is private to the organisation."""
    return caller.is_admin or caller.may("read", organisation_id)


def shown(found: Row, caller: Caller) -> Row:
    """The wire form of an organisation's row for this caller."""
    found["is_verified"] = found["verified_at"] is not None
    if is_own(caller, found["id"]):
        return {name: found[name] for name in _OWN} | {"actions": _actions(found, caller)}
    if found["phone_consent_at"] is None:
        found["phone"] = None
    return {name: found[name] for name in _PUBLIC}


def _actions(found: Row, caller: Caller) -> list[str]:
    may = {"update": "profile", "invitations": "members", "handover": "members", "people": "people"}
    actions = [a for a, needed in may.items() if caller.is_admin or caller.may(needed, found["id"])]
    if caller.is_admin and found["id"] not in caller.own and found["kind"] in access.VERIFIABLE:
        actions.append("revocation" if found["is_verified"] else "verification")
    return sorted(actions)
