"""Changes of producers' profiles: what the group says of itself, and how many members its network knows."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import journal, search
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, ForbiddenError, InvalidError, StaleVersionError
from app.kernel.text import clean
from app.people import access
from app.people.models import AffiliationState
from app.places.countries import COUNTRIES, SUBDIVISIONS
from app.producers import queries, rules
from app.producers.queries.parts import AFFILIATION, HAS_LINE, LINE, ORGANISATION, PROFILE, WORD
from app.producers.schemas import MemberVerification, ProfileUpdate
from app.seals.service import OwnGroupError

_CHANGED = (
    *("women", "men", "active", "verified", "women_led", "founded_year", "story", "needs", "strengths"),
    *("invoiced_by_id", "latitude_e6", "longitude_e6", "location_consent_at", "is_listed"),
)
_CHANGE = (
    sa.update(PROFILE)
    .where(PROFILE.c.organisation_id == given("producer"), PROFILE.c.version == given("expected"))
    .values(
        **{name: given(f"new_{name}") for name in _CHANGED},
        updated_at=given("now"),
        version=PROFILE.c.version + 1,
    )
)
_VERIFY = (
    sa.update(PROFILE)
    .where(PROFILE.c.organisation_id == given("producer"), PROFILE.c.active >= given("verified_now"))
    .values(
        verified=given("verified_now"),
        verified_at=given("now"),
        verified_by_id=given("network"),
        verified_by=given("by"),
        version=PROFILE.c.version + 1,
    )
)
_OPEN = sa.insert(PROFILE)
_PRODUCING = sa.select(ORGANISATION.c.id).where(
    ORGANISATION.c.id == given("id"),
    ORGANISATION.c.kind.in_(rules.PRODUCING),
    ORGANISATION.c.id.not_in(sa.select(PROFILE.c.organisation_id)),
)
_KNOWN_LINES = sa.select(LINE.c.code).where(LINE.c.code.in_(given("codes")))
_FORGET_LINES = sa.delete(HAS_LINE).where(HAS_LINE.c.organisation_id == given("producer"))
_ADD_LINE = sa.insert(HAS_LINE)
_ITS_LINES = (
    sa.select(LINE.c.name_es, LINE.c.name_en, LINE.c.also)
    .join(HAS_LINE, HAS_LINE.c.line_code == LINE.c.code)
    .where(HAS_LINE.c.organisation_id == given("producer"))
)
_FACTS = (
    sa.select(
        ORGANISATION.c.name,
        ORGANISATION.c.acronym,
        ORGANISATION.c.place,
        ORGANISATION.c.country,
        ORGANISATION.c.region,
        ORGANISATION.c.facts,
    )
    .join(PROFILE, PROFILE.c.organisation_id == ORGANISATION.c.id)
    .where(ORGANISATION.c.id == given("producer"))
)
_AFFILIATED = (
    sa.select(AFFILIATION.c.answer_for, ORGANISATION.c.verified_at)
    .join(ORGANISATION, ORGANISATION.c.id == AFFILIATION.c.network_id)
    .where(
        AFFILIATION.c.group_id == given("group"),
        AFFILIATION.c.network_id == given("network"),
        AFFILIATION.c.state == AffiliationState.ACCEPTED,
    )
)
_DIRECT = AFFILIATION.alias("direct")
_ITS_INVOICERS = sa.select(_DIRECT.c.network_id).where(
    _DIRECT.c.group_id == given("group"),
    _DIRECT.c.state == AffiliationState.ACCEPTED,
    _DIRECT.c.invoice_for,
)
_MAY_INVOICE = sa.select(AFFILIATION.c.id).where(
    AFFILIATION.c.network_id == given("network"),
    AFFILIATION.c.state == AffiliationState.ACCEPTED,
    AFFILIATION.c.invoice_for,
    sa.or_(AFFILIATION.c.group_id == given("group"), AFFILIATION.c.group_id.in_(_ITS_INVOICERS)),
)
_ROW = sa.select(PROFILE.c.version).where(PROFILE.c.organisation_id == given("id"))


class MayNotVerifyMembersError(ForbiddenError):
    """Only a verified network that answers for the group counts its members."""


async def open_profile(tx: Tx, organisation_id: UUID, *, now: datetime) -> None:
    """Give a producing organisation its empty form, and with it a place in the directory. Once; others get none."""
    if await tx.one(_PRODUCING, id=organisation_id):
        await open_any(tx, organisation_id, now=now)


async def open_any(tx: Tx, organisation_id: UUID, *, now: datetime) -> None:
    """Give any organisation that has no form an empty one: it is in the directory then."""
    if await tx.one(_ROW, id=organisation_id) is None:
        await tx.run(_OPEN, organisation_id=organisation_id, updated_at=now)
        await reindex(tx, organisation_id)


async def register(
    tx: Tx,
    organisation_id: UUID,
    *,
    caller: Caller,
    form: ProfileUpdate,
    verified: int,
    network: UUID | None,
    now: datetime,
) -> None:
    """Fill in the form of an organisation that has just been created, by whoever created it.

    `verified` members were counted by `network`. Raises InvalidError, StaleVersionError when somebody filled it first.
    """
    await open_any(tx, organisation_id, now=now)
    await _store(tx, organisation_id, form, expected=1, now=now)
    if verified and not await _verify(tx, organisation_id, network, verified, caller=caller, now=now):
        raise InvalidError(Fault("#/verified", "more_than_active", most=form.active or 0))
    await journal.record(
        tx, caller, now, "producer.registered", ("organisation", organisation_id), verified=verified
    )


async def update(
    tx: Tx,
    producer_id: UUID,
    *,
    caller: Caller,
    change: ProfileUpdate,
    expected: int,
    now: datetime,
    lang: str,
) -> Row:
    """Change the form. Fewer active members than were verified lower those.

    Raises NotFoundError, ForbiddenError, InvalidError, StaleVersionError.
    """
    found = await queries.profile_row(tx, producer_id)
    access.require(caller, "profile", producer_id, visible=found["is_listed"])
    await _store(tx, producer_id, change, expected=expected, now=now)
    await journal.record(
        tx, caller, now, "producer.changed", ("organisation", producer_id), version=expected + 1
    )
    return await queries.profile(tx, caller, producer_id, lang=lang)


async def verify_members(
    tx: Tx, producer_id: UUID, *, caller: Caller, count: MemberVerification, now: datetime
) -> Row:
    """A network says how many members of a group it knows: they weigh fully in a plan.

    Raises NotFoundError, ForbiddenError, OwnGroupError, MayNotVerifyMembersError, InvalidError.
    """
    found = await queries.profile_row(tx, producer_id)
    access.require(caller, "coordinate", count.network)
    if producer_id in caller.own or producer_id == count.network:
        raise OwnGroupError
    affiliated = await tx.one(_AFFILIATED, group=producer_id, network=count.network)
    if affiliated is None or not affiliated["answer_for"] or affiliated["verified_at"] is None:
        raise MayNotVerifyMembersError
    if not await _verify(tx, producer_id, count.network, count.verified, caller=caller, now=now):
        raise InvalidError(Fault("#/verified", "more_than_active", most=found["active"] or 0))
    await journal.record(
        tx,
        caller,
        now,
        "producer.members_verified",
        ("organisation", producer_id),
        network=str(count.network),
        verified=count.verified,
    )
    return {
        "producer_id": producer_id,
        "network_id": count.network,
        "active": found["active"],
        "verified": count.verified,
        "verified_at": now,
    }


async def set_lines(tx: Tx, producer_id: UUID, codes: Collection[str]) -> None:
    """Replace the lines of a producer. Raises InvalidError for one that does not exist."""
    wanted = sorted(set(codes))
    if wanted:
        known = {row["code"] for row in await tx.all(_KNOWN_LINES, codes=wanted)}
        if missing := [at for at, code in enumerate(codes) if code not in known]:
            raise InvalidError(*(Fault(f"#/lines/{at}", "unknown_production_line") for at in missing))
    await tx.run(_FORGET_LINES, producer=producer_id)
    await tx.many(_ADD_LINE, [{"organisation_id": producer_id, "line_code": code} for code in wanted])


async def reindex(tx: Tx, producer_id: UUID) -> None:
    """Find the organisation by its name, place, lines and facts as they are now. Nothing for one without a profile."""
    facts = await tx.one(_FACTS, producer=producer_id)
    if facts is None:
        return
    lines = await tx.all(_ITS_LINES, producer=producer_id)
    await search.index(
        tx,
        WORD,
        producer_id,
        *(facts[name] for name in ("name", "acronym", "place", "facts")),
        *_names_of_places(facts["country"], facts["region"]),
        *(name for line in lines for name in line.values()),
    )


async def _store(tx: Tx, producer_id: UUID, change: ProfileUpdate, *, expected: int, now: datetime) -> None:
    found = await queries.profile_row(tx, producer_id)
    row = {name: found[name] for name in _CHANGED} | _asked(change, now)
    row["verified"] = rules.verified_after(found["verified"], row["active"])
    _check_members(row)
    if "invoiced_by" in change.model_fields_set:
        row["invoiced_by_id"] = await _invoicer(tx, producer_id, change.invoiced_by)
    changed = await tx.run(
        _CHANGE,
        producer=producer_id,
        expected=expected,
        now=now,
        **{f"new_{name}": value for name, value in row.items()},
    )
    if not changed:
        raise StaleVersionError
    if "lines" in change.model_fields_set:
        await set_lines(tx, producer_id, change.lines or [])
    await reindex(tx, producer_id)


async def _verify(
    tx: Tx, producer_id: UUID, network: UUID | None, verified: int, *, caller: Caller, now: datetime
) -> int:
    return await tx.run(
        _VERIFY, producer=producer_id, verified_now=verified, now=now, network=network, by=caller.name
    )


def _names_of_places(country: str, region: str | None) -> Iterable[str]:
    if country in COUNTRIES:
        yield COUNTRIES[country].es
        yield COUNTRIES[country].en
    if region is not None and region in SUBDIVISIONS:
        yield SUBDIVISIONS[region].name


def _asked(change: ProfileUpdate, now: datetime) -> dict[str, Any]:
    """The columns that were sent. Null empties; texts and switches that cannot be empty become "" and stay."""
    asked: dict[str, Any] = {}
    for name in change.model_fields_set:
        value = getattr(change, name)
        if name in {"women", "men", "active", "founded_year"}:
            asked[name] = value
        elif name in {"story", "needs", "strengths"}:
            asked[name] = clean(value or "")
        elif name in {"women_led", "is_listed"} and value is not None:
            asked[name] = value
        elif name == "location":
            asked["latitude_e6"] = None if value is None else round(value.latitude * 1_000_000)
            asked["longitude_e6"] = None if value is None else round(value.longitude * 1_000_000)
        elif name == "location_is_public":
            asked["location_consent_at"] = now if value else None
    return asked


def _check_members(row: dict[str, Any]) -> None:
    women, men, active = row["women"], row["men"], row["active"]
    if (women is None) != (men is None):
        raise InvalidError(Fault("#/men" if men is None else "#/women", "missing"))
    if active is not None and women is not None and active > women + men:
        raise InvalidError(Fault("#/active", "more_than_members", most=women + men))


async def _invoicer(tx: Tx, producer_id: UUID, network_id: UUID | None) -> UUID | None:
    if network_id is None:
        return None
    if await tx.one(_MAY_INVOICE, group=producer_id, network=network_id) is None:
        raise InvalidError(Fault("#/invoiced_by", "may_not_invoice"))
    return network_id
