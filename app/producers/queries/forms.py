"""The registration form for those it concerns: the group's members, whoever answers for it, and its networks."""

from collections.abc import Collection
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.errors import NotFoundError
from app.people import access
from app.people.models import AffiliationState
from app.producers.queries.parts import AFFILIATION, ORGANISATION, PROFILE, lines_of, named, networks_of

_VERIFIER, _INVOICER = ORGANISATION.alias("verifier"), ORGANISATION.alias("invoicer")
_FORM = (
    sa.select(
        ORGANISATION.c.id,
        ORGANISATION.c.code,
        ORGANISATION.c.name,
        ORGANISATION.c.kind,
        ORGANISATION.c.legal_status,
        *(column for column in PROFILE.c if column.name not in {"organisation_id", "verified_by"}),
        _VERIFIER.c.name.label("verifier_name"),
        _INVOICER.c.name.label("invoicer_name"),
        lines_of(),
        networks_of(),
    )
    .join(PROFILE, PROFILE.c.organisation_id == ORGANISATION.c.id)
    .outerjoin(_VERIFIER, _VERIFIER.c.id == PROFILE.c.verified_by_id)
    .outerjoin(_INVOICER, _INVOICER.c.id == PROFILE.c.invoiced_by_id)
    .where(ORGANISATION.c.id == given("id"))
)
_ROW = sa.select(PROFILE).where(PROFILE.c.organisation_id == given("id"))
_OF_NETWORK = Query(
    sa.select(
        ORGANISATION.c.id,
        ORGANISATION.c.code,
        ORGANISATION.c.name,
        ORGANISATION.c.name_folded,
        ORGANISATION.c.place,
        ORGANISATION.c.legal_status,
        sa.case(
            (
                sa.or_(AFFILIATION.c.answer_for, ORGANISATION.c.phone_consent_at.is_not(None)),
                ORGANISATION.c.phone,
            )
        ).label("phone"),
        PROFILE.c.women,
        PROFILE.c.men,
        PROFILE.c.active,
        PROFILE.c.verified,
        PROFILE.c.verified_at,
        PROFILE.c.needs,
        AFFILIATION.c.answer_for,
        AFFILIATION.c.invoice_for,
        ORGANISATION.c.is_demo,
    )
    .join(PROFILE, PROFILE.c.organisation_id == ORGANISATION.c.id)
    .join(AFFILIATION, AFFILIATION.c.group_id == ORGANISATION.c.id)
    .where(AFFILIATION.c.network_id == given("network"), AFFILIATION.c.state == AffiliationState.ACCEPTED)
    .order_by(ORGANISATION.c.name_folded, ORGANISATION.c.id)
    .limit(given("limit", type_=sa.Integer)),
    after_name=sa.tuple_(ORGANISATION.c.name_folded, ORGANISATION.c.id)
    > sa.tuple_(
        given("after_name", type_=ORGANISATION.c.name_folded.type),
        given("after_id", type_=ORGANISATION.c.id.type),
    ),
)
_NUMBERS = sa.select(PROFILE.c.organisation_id, PROFILE.c.active, PROFILE.c.verified).where(
    PROFILE.c.organisation_id.in_(given("producers"))
)
_AT_ONCE = 10_000


class Members(NamedTuple):
    """How many active members a group says it has, and how many of them a network verified."""

    active: int
    verified: int


async def numbers(db: Database, producer_ids: Collection[UUID]) -> dict[UUID, Members]:
    """The members of each producer, which its weight in a plan is made of; 0 and 0 where nothing is known."""
    found = dict.fromkeys(producer_ids, Members(0, 0))
    asked = sorted(found)
    for start in range(0, len(asked), _AT_ONCE):
        for row in await db.all(_NUMBERS, producers=asked[start : start + _AT_ONCE]):
            found[row["organisation_id"]] = Members(row["active"] or 0, row["verified"])
    return found


async def profile_row(db: Database, producer_id: UUID) -> Row:
    """A profile as stored. Raises NotFoundError."""
    found = await db.one(_ROW, id=producer_id)
    if found is None:
        raise NotFoundError
    return found


async def profile(db: Database, caller: Caller, producer_id: UUID, *, lang: str) -> Row:
    """The whole form. Raises NotFoundError; ForbiddenError for who does not act for the group."""
    found = await db.one(_FORM, id=producer_id, lang=lang)
    if found is None:
        raise NotFoundError
    access.require(caller, "read", producer_id, visible=found["is_listed"])
    return _shown(found, caller)


async def network_page(
    db: Database, caller: Caller, network_id: UUID, *, limit: int, after: list[Any] | None
) -> list[Row]:
    """Up to limit + 1 groups of a network by name. Raises ForbiddenError for who does not coordinate it."""
    access.require(caller, "coordinate", network_id)
    keyset = {"after_name": after[0], "after_id": UUID(after[1])} if after else {}
    rows = await db.all(_OF_NETWORK, network=network_id, limit=limit + 1, **keyset)
    for row in rows:
        verifiable = row["answer_for"] and row["id"] not in caller.own and row["active"]
        row["actions"] = ["verify_members"] if verifiable else []
    return rows


def _shown(row: Row, caller: Caller) -> Row:
    row["networks"] = named(row["networks"])
    row["verified_by"] = _or_nobody(row.pop("verified_by_id"), row.pop("verifier_name"))
    row["invoiced_by"] = _or_nobody(row.pop("invoiced_by_id"), row.pop("invoicer_name"))
    latitude, longitude = row.pop("latitude_e6"), row.pop("longitude_e6")
    row["location"] = (
        None
        if latitude is None
        else {"latitude": latitude / 1_000_000, "longitude": longitude / 1_000_000, "is_exact": True}
    )
    row["actions"] = ["update"] if caller.is_admin or caller.may("profile", row["id"]) else []
    return row


def _or_nobody(identifier: UUID | None, name: str | None) -> Row | None:
    return None if identifier is None else {"id": identifier, "name": name}
