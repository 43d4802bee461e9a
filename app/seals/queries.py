"""Reads of seals. Which seals exist and who holds them is public; the evidence is for the holder and the issuer."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.errors import NotFoundError
from app.kernel.schema import nested, table
from app.people import access
from app.people.models import Organisation
from app.places.countries import today_in
from app.seals import rules
from app.seals.models import SealGrant, SealScheme

SCHEME, GRANT, ORGANISATION = table(SealScheme), table(SealGrant), table(Organisation)
_ISSUER = ORGANISATION.alias("issuer")
_PRODUCER = ORGANISATION.alias("producer")

_SCHEMES = sa.select(
    SCHEME.c.id, SCHEME.c.code, SCHEME.c.name_es, SCHEME.c.name_en, SCHEME.c.kind, SCHEME.c.owner_id
).order_by(SCHEME.c.code)
_SCHEME = _SCHEMES.where(SCHEME.c.code == given("code"))
_KNOWN = sa.select(SCHEME.c.code).where(SCHEME.c.code.in_(given("codes")))
_GRANTS = (
    sa.select(
        GRANT.c.id,
        SCHEME.c.code.label("scheme"),
        SCHEME.c.name_es,
        SCHEME.c.name_en,
        SCHEME.c.kind,
        GRANT.c.producer_id,
        _PRODUCER.c.name.label("producer_name"),
        _PRODUCER.c.country,
        GRANT.c.issuer_id,
        _ISSUER.c.name.label("issuer_name"),
        GRANT.c.number,
        GRANT.c.valid_from,
        GRANT.c.valid_until,
        GRANT.c.evidence,
        GRANT.c.revoked_at,
        GRANT.c.revoked_why,
        GRANT.c.version,
    )
    .join(SCHEME, SCHEME.c.id == GRANT.c.scheme_id)
    .join(_PRODUCER, _PRODUCER.c.id == GRANT.c.producer_id)
    .join(_ISSUER, _ISSUER.c.id == GRANT.c.issuer_id)
)
_ONE = _GRANTS.where(GRANT.c.id == given("id"))
_OF_PRODUCER = _GRANTS.where(GRANT.c.producer_id == given("producer")).order_by(
    GRANT.c.valid_until.desc(), GRANT.c.id
)
_OF_ISSUER = Query(
    _GRANTS.where(GRANT.c.issuer_id == given("issuer"))
    .order_by(GRANT.c.valid_until, GRANT.c.id)
    .limit(given("limit", type_=sa.Integer)),
    after_day=sa.tuple_(GRANT.c.valid_until, GRANT.c.id)
    > sa.tuple_(given("after_day", type_=sa.Date), given("after_id", type_=GRANT.c.id.type)),
)
_EXISTS = sa.select(ORGANISATION.c.id).where(ORGANISATION.c.id == given("id"))
_VALID = (
    sa.select(GRANT.c.producer_id, SCHEME.c.code)
    .join(SCHEME, SCHEME.c.id == GRANT.c.scheme_id)
    .where(
        GRANT.c.producer_id.in_(given("producers")),
        GRANT.c.valid_from <= given("day", type_=sa.Date),
        GRANT.c.valid_until >= given("day", type_=sa.Date),
        GRANT.c.revoked_at.is_(None),
    )
)
_TODAY = given("today", type_=sa.Date)
_VALID_TODAY = (GRANT.c.valid_from <= _TODAY, GRANT.c.valid_until >= _TODAY, GRANT.c.revoked_at.is_(None))
_AT_ONCE = 10_000  # SQLite takes 32,766 parameters, PostgreSQL 65,535


async def valid_on(db: Database, producer_ids: Collection[UUID], day: date) -> dict[UUID, set[str]]:
    """The codes of the seals that count on that day, by producer; producers without any are left out."""
    found: dict[UUID, set[str]] = {}
    asked = sorted(set(producer_ids))
    for start in range(0, len(asked), _AT_ONCE):
        for row in await db.all(_VALID, producers=asked[start : start + _AT_ONCE], day=day):
            found.setdefault(row["producer_id"], set()).add(row["code"])
    return found


async def held(db: Database, producer_id: UUID, codes: Collection[str], day: date) -> set[str]:
    """Those of these seals that the producer holds on that day; what is left of `codes` is missing."""
    valid = await valid_on(db, [producer_id], day)
    return valid.get(producer_id, set()).intersection(codes)


def valid_seals(organisation: sa.Table) -> sa.Label[Any]:
    """A column for reads of organisations: the seals valid on the parameter `today`, named in `lang`, as JSON."""
    return nested(
        sa.select(
            SCHEME.c.code,
            sa.case((given("lang", type_=sa.Text) == "en", SCHEME.c.name_en), else_=SCHEME.c.name_es).label(
                "name"
            ),
        )
        .where(
            SCHEME.c.id.in_(
                sa.select(GRANT.c.scheme_id)
                .where(GRANT.c.producer_id == organisation.c.id, *_VALID_TODAY)
                .correlate(organisation)
            )
        )
        .order_by(SCHEME.c.code)
        .correlate(organisation),
        "seals",
    )


def holders_of(parameter: str) -> sa.Select[Any]:
    """A subquery of the producers that hold, on the parameter `today`, the seal whose code is that parameter."""
    return (
        sa.select(GRANT.c.producer_id)
        .join(SCHEME, SCHEME.c.id == GRANT.c.scheme_id)
        .where(SCHEME.c.code == given(parameter), *_VALID_TODAY)
    )


async def schemes(db: Database, lang: str) -> list[Row]:
    """Every guarantee by code."""
    return [_named(row, lang) for row in await db.all(_SCHEMES)]


async def scheme(db: Database, code: str) -> Row | None:
    """One guarantee, or None."""
    return await db.one(_SCHEME, code=code)


async def known(db: Database, codes: Collection[str]) -> set[str]:
    """Those of these codes that name a guarantee."""
    return {row["code"] for row in await db.all(_KNOWN, codes=sorted(set(codes)))} if codes else set()


async def grant(db: Database, caller: Caller, grant_id: UUID, *, lang: str, now: datetime) -> Row:
    """A grant with its evidence. Raises NotFoundError; ForbiddenError for who neither holds nor issued it."""
    found = await grant_row(db, grant_id)
    if not caller.may("read", found["issuer_id"]):
        access.require(caller, "read", found["producer_id"])
    return shown(found, lang=lang, now=now)


async def grant_row(db: Database, grant_id: UUID) -> Row:
    """A grant as stored. Raises NotFoundError."""
    found = await db.one(_ONE, id=grant_id)
    if found is None:
        raise NotFoundError
    return found


async def of_producer(db: Database, producer_id: UUID, *, lang: str, now: datetime) -> list[Row]:
    """Every seal that a producer holds or held. Raises NotFoundError for an unknown organisation."""
    found = await db.all(_OF_PRODUCER, producer=producer_id)
    if not found and await db.one(_EXISTS, id=producer_id) is None:
        raise NotFoundError
    return [_public(row, lang=lang, now=now) for row in found]


async def page_of_issuer(
    db: Database, issuer_id: UUID, *, limit: int, after: list[Any] | None, lang: str, now: datetime
) -> list[Row]:
    """Up to limit + 1 grants of one issuer, the soonest to end first."""
    keyset = {"after_day": date.fromisoformat(after[0]), "after_id": UUID(after[1])} if after else {}
    rows = await db.all(_OF_ISSUER, issuer=issuer_id, limit=limit + 1, **keyset)
    return [_public(row, lang=lang, now=now) for row in rows]


def shown(row: Row, *, lang: str, now: datetime) -> Row:
    """The wire form of a grant; today is the day where the producer is."""
    row["state"] = rules.state_on(
        today_in(row.pop("country"), now),
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        is_revoked=row.pop("revoked_at") is not None,
    )
    return _named(row, lang)


def _public(row: Row, *, lang: str, now: datetime) -> Row:
    for private in ("evidence", "revoked_why", "version"):
        row.pop(private)
    return shown(row, lang=lang, now=now)


def _named(row: Row, lang: str) -> Row:
    names = {"es": row.pop("name_es"), "en": row.pop("name_en")}
    row["name"] = names[lang]
    return row
