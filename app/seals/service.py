"""Granting and ending seals. Only verified certifiers and networks grant; nobody to a group they belong to."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import journal, wire
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx, when_broken
from app.kernel.errors import ConflictError, Fault, ForbiddenError, InvalidError
from app.kernel.text import clean, clean_line
from app.people import access
from app.seals import queries, rules
from app.seals.queries import GRANT, ORGANISATION, SCHEME
from app.seals.schemas import GrantCreate, SchemeCreate

_ADD_SCHEME, _ADD = sa.insert(SCHEME), sa.insert(GRANT)
_ORGANISATION = sa.select(ORGANISATION.c.kind, ORGANISATION.c.verified_at, ORGANISATION.c.is_demo).where(
    ORGANISATION.c.id == given("id")
)
_REVOKE = (
    sa.update(GRANT)
    .where(GRANT.c.id == given("grant"), GRANT.c.revoked_at.is_(None))
    .values(
        revoked_at=given("at"),
        revoked_why=given("why"),
        revoked_by=given("by"),
        version=GRANT.c.version + 1,
    )
)
_MOST_YEARS = 10


class SealCodeTakenError(ConflictError):
    """Another seal has this code."""


class MayNotGrantError(ForbiddenError):
    """This organisation may not grant seals of this scheme: not verified, of another kind, or not the owner."""


class OwnGroupError(ForbiddenError):
    """Nobody vouches for a group they belong to."""


class AlreadyRevokedError(ConflictError):
    """The seal was ended before."""


when_broken("uq_seal_scheme_code", SealCodeTakenError)


async def add_scheme(
    tx: Tx, *, caller: Caller, scheme: SchemeCreate, now: datetime, lang: str, is_demo: bool = False
) -> Row:
    """Add a guarantee. Raises InvalidError, SealCodeTakenError."""
    if scheme.kind is rules.SchemeKind.OWN and scheme.owner is None:
        raise InvalidError(Fault("#/owner", "missing"))
    owner = await tx.one(_ORGANISATION, id=scheme.owner) if scheme.owner else None
    if scheme.owner is not None and owner is None:
        raise InvalidError(Fault("#/owner", "unknown_organisation"))
    identifier = wire.read_id(scheme.id, now)
    await tx.run(
        _ADD_SCHEME,
        id=identifier,
        code=scheme.code,
        name_es=clean_line(scheme.name_es),
        name_en=clean_line(scheme.name_en),
        kind=scheme.kind,
        owner_id=scheme.owner,
        is_demo=is_demo or (owner is not None and owner["is_demo"]),
        created_at=now,
    )
    await journal.record(tx, caller, now, "seal.scheme_added", ("seal_scheme", identifier), code=scheme.code)
    return next(row for row in await queries.schemes(tx, lang) if row["id"] == identifier)


async def grant(tx: Tx, *, caller: Caller, seal: GrantCreate, now: datetime, lang: str) -> Row:
    """Give a producer organisation a seal. Raises InvalidError, ForbiddenError, MayNotGrantError, OwnGroupError."""
    access.require(caller, "certify", seal.issuer)
    if seal.producer in caller.own or seal.producer == seal.issuer:
        raise OwnGroupError
    scheme, producer = await _scheme_and_producer(tx, seal)
    await _require_issuer(tx, scheme, seal.issuer)
    identifier = wire.read_id(seal.id, now)
    await tx.run(
        _ADD,
        id=identifier,
        scheme_id=scheme["id"],
        producer_id=seal.producer,
        issuer_id=seal.issuer,
        valid_from=seal.valid_from,
        valid_until=seal.valid_until,
        number=clean_line(seal.number),
        evidence=clean(seal.evidence),
        granted_by=caller.name,
        is_demo=producer["is_demo"],
        created_at=now,
    )
    await journal.record(
        tx,
        caller,
        now,
        "seal.granted",
        ("seal_grant", identifier),
        scheme=seal.scheme,
        producer=str(seal.producer),
        issuer=str(seal.issuer),
    )
    return queries.shown(await queries.grant_row(tx, identifier), lang=lang, now=now)


async def revoke(tx: Tx, grant_id: UUID, *, caller: Caller, reason: str, now: datetime, lang: str) -> Row:
    """End a seal at once, for good. Raises NotFoundError, ForbiddenError, AlreadyRevokedError."""
    found = await queries.grant_row(tx, grant_id)
    access.require(caller, "certify", found["issuer_id"])
    if not await tx.run(_REVOKE, grant=grant_id, at=now, why=clean_line(reason), by=caller.name):
        raise AlreadyRevokedError
    await journal.record(
        tx,
        caller,
        now,
        "seal.revoked",
        ("seal_grant", grant_id),
        scheme=found["scheme"],
        producer=str(found["producer_id"]),
    )
    return queries.shown(await queries.grant_row(tx, grant_id), lang=lang, now=now)


async def _scheme_and_producer(tx: Tx, seal: GrantCreate) -> tuple[Row, Row]:
    scheme = await queries.scheme(tx, seal.scheme)
    producer = await tx.one(_ORGANISATION, id=seal.producer)
    faults = _faults_of_validity(seal)
    if scheme is None:
        faults.append(Fault("#/scheme", "unknown_seal"))
    if producer is None or producer["kind"] not in rules.HOLDERS:
        faults.append(Fault("#/producer", "unknown_producer"))
    if faults or scheme is None or producer is None:
        raise InvalidError(*faults)
    return scheme, producer


def _faults_of_validity(seal: GrantCreate) -> list[Fault]:
    if seal.valid_until < seal.valid_from:
        return [Fault("#/valid_until", "ends_before_it_begins")]
    if seal.valid_from.year < 1990 or seal.valid_until.year > seal.valid_from.year + _MOST_YEARS:
        return [Fault("#/valid_until", "validity_too_long", most=_MOST_YEARS)]
    return []


async def _require_issuer(tx: Tx, scheme: Row, issuer_id: UUID) -> None:
    issuer = await tx.one(_ORGANISATION, id=issuer_id)
    if issuer is None or not rules.may_issue(
        rules.SchemeKind(scheme["kind"]),
        scheme["owner_id"],
        issuer_id=issuer_id,
        issuer_kind=issuer["kind"],
        issuer_is_verified=issuer["verified_at"] is not None,
    ):
        raise MayNotGrantError
