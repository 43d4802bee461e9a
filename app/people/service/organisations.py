"""Changes of organisations: created by a person, or by the network that registers its groups; verified by others."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import ids, journal, search, text, wire
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx, draw_again, when_broken
from app.kernel.errors import ConflictError, Fault, InvalidError, StaleVersionError
from app.kernel.text import clean, clean_line, fold
from app.people import access, contacts
from app.people.models import Role
from app.people.queries import organisations as queries
from app.people.schemas.organisations import OrganisationCreate, OrganisationUpdate
from app.people.service import affiliations, members
from app.people.tables import ORGANISATION, WORD

_ADD = sa.insert(ORGANISATION)
_CHANGED = (
    *("name", "name_folded", "acronym", "legal_status", "tax_id", "region", "territory_code", "place"),
    *("phone", "phone_consent_at", "email", "website", "facts"),
)
_CHANGE = (
    sa.update(ORGANISATION)
    .where(ORGANISATION.c.id == given("organisation"), ORGANISATION.c.version == given("expected"))
    .values({name: given(name) for name in _CHANGED} | {"version": ORGANISATION.c.version + 1})
)
_LINES = ("acronym", "tax_id", "place")


class OrganisationCodeTakenError(ConflictError):
    """Another organisation has this code."""


draw_again("uq_organisation_code")
when_broken("uq_organisation_code", OrganisationCodeTakenError)


async def create(
    tx: Tx,
    *,
    caller: Caller,
    organisation: OrganisationCreate,
    now: datetime,
    is_demo: bool = False,
    invoice_for: bool = False,
) -> Row:
    """Add an organisation that its creator coordinates; with `network`, a group that this network answers for.

    Raises InvalidError, ForbiddenError, NotFoundError (the network), OrganisationCodeTakenError.
    """
    if organisation.network is not None:
        await queries.row(tx, organisation.network)
        access.require(caller, "coordinate", organisation.network)
        if organisation.phone_is_public:
            raise InvalidError(Fault("#/phone_is_public", "consent_is_theirs"))
    identifier = wire.read_id(organisation.id, now)
    name = clean_line(organisation.name)
    values = _read(
        organisation.model_dump(exclude={"id", "network", "phone_is_public"}), organisation.country
    )
    values |= {"code": organisation.code or _code_of(name), "name": name, "name_folded": fold(name)[:200]}
    consent = now if organisation.phone_is_public and values["phone"] else None
    await tx.run(_ADD, **values, id=identifier, phone_consent_at=consent, is_demo=is_demo, created_at=now)
    await _index(tx, identifier, values)
    await journal.record(
        tx,
        caller,
        now,
        "organisation.created",
        ("organisation", identifier),
        organisation_kind=organisation.kind,
    )
    if organisation.network is not None:
        await affiliations.register(
            tx,
            caller=caller,
            group_id=identifier,
            network_id=organisation.network,
            now=now,
            invoice_for=invoice_for,
        )
    elif caller.user_id is not None:
        await members.add(tx, caller, identifier, caller.user_id, roles=[Role.COORDINATOR], now=now)
    return await queries.organisation(tx, _as_seen_by_creator(caller, identifier), identifier)


async def update(
    tx: Tx,
    organisation_id: UUID,
    *,
    caller: Caller,
    change: OrganisationUpdate,
    expected: int,
    now: datetime,
) -> Row:
    """Change what is said of an organisation. Raises NotFoundError, ForbiddenError, StaleVersionError, InvalidError."""
    found = await queries.row(tx, organisation_id)
    is_theirs = organisation_id in caller.own
    if not is_theirs or change.model_fields_set != {
        "phone_is_public"
    }:  # each of them may hide the phone, or show it
        access.require(caller, "profile", organisation_id)
    if change.phone_is_public and not is_theirs:
        raise InvalidError(Fault("#/phone_is_public", "consent_is_theirs"))
    asked = change.model_dump(exclude_unset=True, exclude={"phone_is_public"})
    for needed in ("name", "legal_status"):
        if needed in asked and asked[needed] is None:
            raise InvalidError(Fault(f"#/{needed}", "missing"))
    values = {name: found[name] for name in _CHANGED} | _read(asked, found["country"])
    values["name"] = clean_line(values["name"])
    values["name_folded"] = fold(values["name"])[:200]
    values["phone_consent_at"] = _consent(found, values["phone"], change.phone_is_public, now)
    if not await tx.run(_CHANGE, organisation=organisation_id, expected=expected, **values):
        raise StaleVersionError
    await _index(tx, organisation_id, values | {"code": found["code"]})
    await journal.record(
        tx,
        caller,
        now,
        "organisation.changed",
        ("organisation", organisation_id),
        fields=sorted(change.model_fields_set),
    )
    return await queries.organisation(tx, caller, organisation_id)


def _read(asked: dict[str, Any], country: str) -> dict[str, Any]:
    """The given fields as they are stored. Raises InvalidError."""
    if not contacts.is_country(country):
        raise InvalidError(Fault("#/country", "unknown_country"))
    for pointer in ("region", "territory_code"):
        if asked.get(pointer) and not asked[pointer].startswith(f"{country}-"):
            raise InvalidError(Fault(f"#/{pointer}", "of_another_country"))
    if asked.get("phone"):
        asked["phone"] = contacts.phone(asked["phone"], "#/phone", country=country)
    if asked.get("email"):
        asked["email"] = contacts.email(asked["email"], "#/email")
    for line in _LINES:
        if asked.get(line):
            asked[line] = clean_line(asked[line])
    if asked.get("facts"):
        asked["facts"] = clean(asked["facts"])
    return asked


def _consent(found: Row, phone: str | None, is_public: bool | None, now: datetime) -> datetime | None:  # noqa: FBT001
    """When the present number's owner agreed to show it. A new number needs a new consent."""
    if is_public is None:
        kept: datetime | None = found["phone_consent_at"] if phone == found["phone"] else None
        return kept
    return now if is_public and phone else None


def _code_of(name: str) -> str:
    """«Grupo Sumaq Tika» -> «GRUPO-SUMAQ-7K2M»: people recognise it, two groups of one name differ."""
    start = "-".join(text.words(name)[:2])[:30].upper()
    ascii_only = "".join(char for char in start if char.isascii() and (char.isalnum() or char == "-"))
    return f"{ascii_only.strip('-') or 'ORG'}-{ids.spellable_code(5)}"


def _as_seen_by_creator(caller: Caller, organisation_id: UUID) -> Caller:
    """The creator reads its own new organisation; what it may do there is looked up again after the commit."""
    acts = {**caller.acts, organisation_id: access.CAPABILITIES[Role.COORDINATOR]}
    return Caller(
        caller.user_id,
        caller.key_id,
        caller.session_id,
        caller.is_admin,
        acts,
        caller.own | {organisation_id},
    )


async def _index(tx: Tx, organisation_id: UUID, values: dict[str, Any]) -> None:
    await search.index(
        tx, WORD, organisation_id, values["name"], values["acronym"], values["code"], values["place"]
    )
