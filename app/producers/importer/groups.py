"""Producer groups as their network keeps them: one row per group, with its members and who answers for it."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import sheets
from app.kernel.caller import Caller
from app.kernel.db import Database, Tx
from app.kernel.errors import ForbiddenError
from app.kernel.imports import Ask, Cells, Line
from app.kernel.sheets import Column, Record, is_blank, written
from app.kernel.sheets.numbers import Mark
from app.kernel.text import slug
from app.people import access
from app.people.models import AffiliationState, LegalStatus, OrganisationKind
from app.producers import rules
from app.producers.importer import forms, reading
from app.producers.importer.forms import Form
from app.producers.importer.lines import KnownLines, known_lines
from app.producers.queries.parts import AFFILIATION, ORGANISATION

_LEGAL = {
    "informal": LegalStatus.INFORMAL,
    "sin personería": LegalStatus.INFORMAL,
    "asociación": LegalStatus.ASSOCIATION,
    "cooperativa": LegalStatus.COOPERATIVE,
    "empresa": LegalStatus.COMPANY,
    "pública": LegalStatus.PUBLIC,
    "otra": LegalStatus.OTHER,
    **{status.value: status for status in LegalStatus},
}
_MEMBERS = {"mujeres": "women", "hombres": "men", "activos": "active", "verificados": "verified"}
_NETWORKS = sa.select(ORGANISATION.c.id, ORGANISATION.c.code).where(
    sa.or_(ORGANISATION.c.code.in_(given("codes")), ORGANISATION.c.id.in_(given("ids"))),
    ORGANISATION.c.kind.in_(sorted(access.NETWORKS)),
    ORGANISATION.c.verified_at.is_not(None),
)
_INVOICES = sa.select(AFFILIATION.c.group_id, AFFILIATION.c.network_id).where(
    AFFILIATION.c.group_id.in_(given("ids")),
    AFFILIATION.c.state == AffiliationState.ACCEPTED,
    AFFILIATION.c.invoice_for,
)


class _Networks(NamedTuple):
    """The verified networks a file names, by code, and which of them invoices for which (and for itself)."""

    by_code: Mapping[str, UUID]
    invoices: Collection[tuple[UUID, UUID]]
    importing: UUID | None


class GroupImporter:
    """Groups by code. A verified network brings its own; the platform brings those of any."""

    kind = "groups"
    columns: Mapping[str, Column] = MappingProxyType(
        {
            "codigo": Column(("código", "code"), required=True),
            "nombre": Column(("grupo", "organización", "name"), required=True),
            "pais": Column(("país", "country")),
            "region": Column(("región", "departamento")),
            "distrito": Column(("lugar", "comunidad", "municipio", "comuna", "place")),
            "latitud": Column(("lat",)),
            "longitud": Column(("lon", "long")),
            "lineas": Column(("líneas", "línea", "rubros", "productos")),
            "mujeres": Column(("socias",)),
            "hombres": Column(("socios",)),
            "activos": Column(("activas", "miembros activos", "integrantes")),
            "verificados": Column(("verificadas", "miembros verificados")),
            "dirigen_mujeres": Column(("liderado por mujeres", "dirigido por mujeres")),
            "situacion_legal": Column(("situación legal", "legal")),
            "factura_por": Column(("factura por", "facturan por")),
            "red": Column(("network", "pertenece a")),
            "telefono": Column(("teléfono", "celular", "whatsapp")),
            "necesidades": Column(("necesita",)),
            "fortalezas": Column(),
            "historia": Column(),
            "anio": Column(("año", "desde", "fundación")),
        }
    )

    def require(self, caller: Caller, organisation_id: UUID | None) -> None:
        """Raise ForbiddenError unless the caller coordinates this network, or is the platform."""
        if organisation_id is not None:
            access.require(caller, "coordinate", organisation_id)
        elif not caller.is_admin:
            raise ForbiddenError

    async def check(self, db: Database, found: sheets.Table, ask: Ask) -> list[Line]:
        """What every row says and would do."""
        records = list(found.records())
        lines, networks = await known_lines(db), await _networks(db, records, ask)
        mark = sheets.decimal_mark(found.sheet)
        read = [_read(record, lines, networks, mark) for record in records]
        await forms.place(db, read, "distrito")
        await forms.refuse_unknown_lines(lines, read)
        known = await forms.stored(db, [form.code for form in read if form.code])
        return [forms.line_of(form, known.get(form.code), ask) for form in read]

    async def apply(self, tx: Tx, lines: Sequence[Line], ask: Ask) -> None:
        """Register groups, and change those that differ. Raises ImportStaleError."""
        await forms.apply(tx, lines, ask)


async def _networks(db: Database, records: Sequence[Record], ask: Ask) -> _Networks:
    said = {_code(written(record[column])) for record in records for column in ("red", "factura_por")}
    own = [] if ask.organisation_id is None else [ask.organisation_id]
    rows = await db.all(_NETWORKS, codes=sorted(said), ids=own)
    by_code = {row["code"]: row["id"] for row in rows}
    pairs = {(network, network) for network in by_code.values()}
    if by_code:
        found = await db.all(_INVOICES, ids=sorted(by_code.values()))
        pairs |= {(row["group_id"], row["network_id"]) for row in found}
    return _Networks(by_code, pairs, ask.organisation_id)


def _read(record: Record, lines: KnownLines, networks: _Networks, mark: Mark | None) -> Form:
    cells = Cells(record)
    form = reading.start(record, cells)
    form.ask("nombre", "name", cells.need("nombre", reading.name))
    reading.place(form, country_column="pais", region_column="region", place_column="distrito")
    _location(form, mark)
    if cells.has("lineas"):
        form.lines, form.unknown_lines = lines.codes_of(cells.take("lineas", sheets.listing, ()) or ())
    _members(form)
    legal = cells.take("situacion_legal", sheets.choice, None, options=_LEGAL)
    form.ask("situacion_legal", "legal_status", legal and legal.value)
    cooperative = legal is LegalStatus.COOPERATIVE
    form.kind = OrganisationKind.COOPERATIVE if cooperative else OrganisationKind.PRODUCER_GROUP
    _network(form, record, networks)
    form.ask("telefono", "phone", cells.take("telefono", sheets.phone, None, region=form.country or "PE"))
    for column, name in (("necesidades", "needs"), ("fortalezas", "strengths"), ("historia", "story")):
        form.ask(column, name, cells.take(column, sheets.text, None, max_length=2000))
    form.ask("anio", "founded_year", cells.take("anio", sheets.integer, None, least=1800, most=2200))
    return form


def _location(form: Form, mark: Mark | None) -> None:
    """Degrees, both or none. What the public sees of them is rounded."""
    cells = form.cells
    if not cells.has("latitud") and not cells.has("longitud"):
        return
    for column, name, most in (("latitud", "latitude_e6", 90), ("longitud", "longitude_e6", 180)):
        degrees = cells.need(column, sheets.decimal_es, mark=mark)
        if degrees is not None and abs(degrees) > most:
            cells.refuse(column, "out_of_range", least=-most, most=most)
        form.ask(column, name, degrees if degrees is None else round(degrees * 1_000_000))


def _members(form: Form) -> None:
    """Women, men, active and verified: active are all of them in a new group that says nothing else."""
    cells = form.cells
    said = {column: cells.take(column, sheets.integer, None, most=100_000) for column in _MEMBERS}
    for column, name in _MEMBERS.items():
        form.ask(column, name, said[column])
    form.ask("dirigen_mujeres", "women_led", cells.take("dirigen_mujeres", sheets.yes_no, None))
    if any(cells.has(column) and number is None for column, number in said.items()):
        return
    women, men = said["mujeres"], said["hombres"]
    if women is not None or men is not None:
        counted = {"women": women or 0, "men": men or 0, "active": (women or 0) + (men or 0)}
        form.defaults = {**counted, "women_led": rules.is_led_by_women(women or 0, men)}


def _network(form: Form, record: Record, networks: _Networks) -> None:
    """Who answers for the group, and who invoices for it: its network, or one that invoices for that network."""
    form.network = networks.importing
    if networks.importing not in (None, *networks.by_code.values()):
        form.cells.refuse(None, "unknown_network")
    if not is_blank(record["red"]):
        named = networks.by_code.get(_code(written(record["red"])))
        if named is None:
            form.cells.refuse("red", "unknown_network")
        elif networks.importing not in (None, named):
            form.cells.refuse("red", "other_network")
        form.network = named
    if form.cells.has("verificados") and form.network is None and not form.cells.has("red"):
        form.cells.refuse("verificados", "verified_by_nobody")
    if is_blank(record["factura_por"]):
        return
    invoicer = networks.by_code.get(_code(written(record["factura_por"])))
    if invoicer is None:
        form.cells.refuse("factura_por", "unknown_network")
    elif form.network is None or (form.network, invoicer) not in networks.invoices:
        form.cells.refuse("factura_por", "invoices_for_others")
    else:
        form.ask("factura_por", "invoiced_by", str(invoicer))


def _code(said: str) -> str:
    return slug(said).upper()
