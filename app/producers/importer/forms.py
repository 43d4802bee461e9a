"""What a row of a file asks for an organisation and its form: compared with what is stored, and done."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.caller import WORKER
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import StaleVersionError
from app.kernel.imports import Ask, Cells, ImportStaleError, Line, Outcome
from app.kernel.schema import Json, nested
from app.kernel.text import fold
from app.people.models import AffiliationState
from app.people.schemas.organisations import OrganisationCreate, OrganisationUpdate
from app.people.service import organisations
from app.places import territories
from app.producers import service
from app.producers.importer.lines import KnownLines
from app.producers.queries.parts import AFFILIATION, HAS_LINE, ORGANISATION, PROFILE
from app.producers.schemas import MemberVerification, ProfileUpdate

ORGANISATION_FIELDS = (
    *("name", "acronym", "legal_status", "region", "territory_code", "place"),
    *("phone", "website", "facts"),
)
PROFILE_FIELDS = ("women", "men", "active", "women_led", "founded_year", "needs", "strengths", "story")
PLACE_FIELDS = ("latitude_e6", "longitude_e6")
_STORED = (
    sa.select(
        ORGANISATION.c.id,
        ORGANISATION.c.code,
        *(ORGANISATION.c[name] for name in ORGANISATION_FIELDS),
        ORGANISATION.c.version.label("organisation_version"),
        *(PROFILE.c[name] for name in (*PROFILE_FIELDS, *PLACE_FIELDS)),
        PROFILE.c.verified,
        sa.cast(PROFILE.c.invoiced_by_id, sa.String).label("invoiced_by"),
        PROFILE.c.version.label("profile_version"),
        sa.type_coerce(
            nested(
                sa.select(HAS_LINE.c.line_code)
                .where(HAS_LINE.c.organisation_id == ORGANISATION.c.id)
                .order_by(HAS_LINE.c.line_code)
                .correlate(ORGANISATION),
                "lines",
            ).element,
            Json,
        ).label("lines"),
        sa.type_coerce(
            nested(
                sa.select(sa.cast(AFFILIATION.c.network_id, sa.String).label("id"))
                .where(
                    AFFILIATION.c.group_id == ORGANISATION.c.id,
                    AFFILIATION.c.state == AffiliationState.ACCEPTED,
                )
                .correlate(ORGANISATION),
                "networks",
            ).element,
            Json,
        ).label("networks"),
    )
    .outerjoin(PROFILE, PROFILE.c.organisation_id == ORGANISATION.c.id)
    .where(ORGANISATION.c.code.in_(given("codes")))
)
_AT_ONCE = 1_000


@dataclass(slots=True)
class Form:
    """A row as read: `asked` is (column, field, value) of every cell that says something; `lines` are codes."""

    row: int
    key: str | None
    code: str
    cells: Cells
    country: str | None = None
    kind: str | None = None
    network: UUID | None = None
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    unknown_lines: list[str] = field(default_factory=list)  # as written
    defaults: dict[str, Any] = field(default_factory=dict)  # what a new one gets where the row says nothing

    def ask(self, column: str, name: str, value: Any) -> None:
        """The row says this; None is a cell that was bad."""
        if value is not None:
            self.asked.append((column, name, value))

    def values(self, **defaults: Any) -> dict[str, Any]:
        """What the row asks for, in JSON types."""
        return {
            "code": self.code,
            "country": self.country,
            "kind": self.kind,
            "network": self.network and str(self.network),
            "fields": defaults | {name: value for _, name, value in self.asked},
            "lines": self.lines,
        }


async def place(db: Database, forms: Collection[Form], column: str) -> None:
    """Add the official code of the district, municipality or comuna that a row names in its region, where it is known.

    A name that is nearly a known one gets a warning, no more: a village may be called almost as its district.
    """
    named = {
        form.row: (values["region"], fold(values["place"]))
        for form in forms
        if {"region", "place"} <= (values := form.values()["fields"]).keys()
    }
    codes = await territories.codes_named(db, [name for _, name in named.values()])
    meant = await territories.names_meant(db, set(named.values()) - codes.keys())
    for form in forms:
        where = named.get(form.row, ("", ""))
        form.ask(column, "territory_code", codes.get(where))
        if where in meant:
            form.cells.warn(column, "misspelt_place", meant=meant[where])


async def refuse_unknown_lines(known: KnownLines, forms: Collection[Form]) -> None:
    """Say which line a name that nobody knows may be a slip of: a new one would stand in everybody's list for good."""
    meant = await asyncio.to_thread(
        known.meant, {fold(name) for form in forms for name in form.unknown_lines}
    )
    for form in forms:
        for name in form.unknown_lines:
            if near := meant.get(fold(name)):
                form.cells.refuse("lineas", "misspelt_line", said=name[:60], meant=near)
            else:
                form.cells.refuse("lineas", "unknown_line", said=name[:60])


async def stored(db: Database, codes: Collection[str]) -> dict[str, Row]:
    """Organisations as files are compared with them, by code; codes that nobody uses are left out."""
    asked, found = sorted(set(codes)), {}
    for start in range(0, len(asked), _AT_ONCE):
        for row in await db.all(_STORED, codes=asked[start : start + _AT_ONCE]):
            row["lines"] = [line["line_code"] for line in row["lines"]]
            row["networks"] = {UUID(network["id"]) for network in row["networks"]}
            row["invoiced_by"] = row["invoiced_by"] and str(UUID(row["invoiced_by"]))
            found[row["code"]] = row
    return found


def line_of(form: Form, was: Row | None, ask: Ask) -> Line:
    """What committing the row would do."""
    if was is not None and not form.cells.flaws:
        _refuse_what_is_not_theirs(form, was, ask)
    if not form.cells.flaws:
        _refuse_impossible_numbers(form, was)
    if form.cells.flaws:
        return Line(form.row, form.code or form.key, flaws=form.cells.flaws, warnings=form.cells.warnings)
    if was is None:
        values = form.values(**form.defaults)
        return Line(form.row, form.code, outcome=Outcome.CREATED, values=values, warnings=form.cells.warnings)
    changes = [column for column, name, value in form.asked if was[name] != value]
    if form.lines and form.lines != was["lines"]:
        changes.append("lineas")
    return Line(
        form.row,
        form.code,
        outcome=Outcome.CHANGED if changes else Outcome.SAME,
        values=form.values() | {"organisation_version": was["organisation_version"]},
        target=was["id"],
        seen=was["profile_version"] or 0,
        changes=list(dict.fromkeys(changes)),
        warnings=form.cells.warnings,
    )


async def apply(tx: Tx, lines: Iterable[Line], ask: Ask) -> None:
    """Create and change what the lines say. Raises ImportStaleError."""
    for line in lines:
        try:
            await (_create if line.outcome is Outcome.CREATED else _change)(tx, line, ask)
        except StaleVersionError as stale:
            raise ImportStaleError from stale


def _refuse_what_is_not_theirs(form: Form, was: Row, ask: Ask) -> None:
    if not ask.caller.is_admin and not ask.caller.may("profile", was["id"]):
        form.cells.refuse("codigo", "code_of_others")
    elif form.network is not None and form.network not in was["networks"]:
        form.cells.refuse("red", "not_of_this_network")


def _refuse_impossible_numbers(form: Form, was: Row | None) -> None:
    """With what is stored where the row says nothing."""
    known = dict(was or form.defaults) | {name: value for _, name, value in form.asked}
    women, men, active, verified = (known.get(name) for name in ("women", "men", "active", "verified"))
    if (women is None) != (men is None):
        form.cells.refuse("hombres" if men is None else "mujeres", "missing")
    elif women is not None and men is not None and (active or 0) > women + men:
        form.cells.refuse("activos", "more_active_than_members", most=women + men)
    elif (verified or 0) > (active or 0) and any(name == "verified" for _, name, _ in form.asked):
        form.cells.refuse("verificados", "more_verified_than_active", most=active or 0)


async def _create(tx: Tx, line: Line, ask: Ask) -> None:
    values = line.values
    fields, network = values["fields"], values["network"] and UUID(values["network"])
    asked = {name: fields[name] for name in ORGANISATION_FIELDS if name in fields}
    made = await organisations.create(
        tx,
        caller=ask.caller if network else WORKER,  # nobody coordinates what is known by facts alone
        organisation=OrganisationCreate.model_validate(
            asked | {name: values[name] for name in ("code", "country", "kind", "network")}
        ),
        now=ask.now,
        is_demo=ask.is_demo,
        invoice_for="invoiced_by" in fields,
    )
    await service.register(
        tx,
        made["id"],
        caller=ask.caller,
        form=_form(values, changed=None),
        verified=fields.get("verified", 0),
        network=network,
        now=ask.now,
    )


async def _change(tx: Tx, line: Line, ask: Ask) -> None:
    """Only what differs, at the versions that were seen."""
    if line.target is None or line.seen is None:
        raise ImportStaleError
    was = (await stored(tx, [line.values["code"]])).get(line.values["code"])
    seen = (line.seen, line.values["organisation_version"])
    if was is None or ((was["profile_version"] or 0), was["organisation_version"]) != seen:
        raise ImportStaleError
    differs = {name for name, value in line.values["fields"].items() if was[name] != value}
    if asked := {name: line.values["fields"][name] for name in ORGANISATION_FIELDS if name in differs}:
        await organisations.update(
            tx,
            line.target,
            caller=ask.caller,
            change=OrganisationUpdate.model_validate(asked),
            expected=was["organisation_version"],
            now=ask.now,
        )
    await _change_form(tx, line, was, differs, ask)


async def _change_form(tx: Tx, line: Line, was: Row, differs: set[str], ask: Ask) -> None:
    if line.target is None:
        raise ImportStaleError
    if was["profile_version"] is None:
        await service.open_any(tx, line.target, now=ask.now)
    form = _form(line.values, changed=differs | {"lines"})
    if differs - {"verified"} - set(ORGANISATION_FIELDS) or "lineas" in line.changes:
        await service.update(
            tx,
            line.target,
            caller=ask.caller,
            change=form,
            expected=was["profile_version"] or 1,
            now=ask.now,
            lang=ask.lang,
        )
    if "verified" in differs and line.values["network"]:
        count = MemberVerification(
            network=UUID(line.values["network"]), verified=line.values["fields"]["verified"]
        )
        await service.verify_members(tx, line.target, caller=ask.caller, count=count, now=ask.now)


def _form(values: Mapping[str, Any], *, changed: set[str] | None) -> ProfileUpdate:
    names = (*PROFILE_FIELDS, "invoiced_by")
    asked = {
        name: values["fields"][name]
        for name in names
        if name in values["fields"] and (changed is None or name in changed)
    }
    if "latitude_e6" in values["fields"] and (changed is None or changed.intersection(PLACE_FIELDS)):
        latitude, longitude = (values["fields"][name] / 1_000_000 for name in PLACE_FIELDS)
        asked["location"] = {"latitude": latitude, "longitude": longitude}
    if values["lines"]:
        asked["lines"] = values["lines"]
    return ProfileUpdate.model_validate(asked)
