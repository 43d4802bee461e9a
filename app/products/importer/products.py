"""Products from a file. A second import of the same file changes nothing; a changed file changes words and adds parts."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from app.kernel import sheets
from app.kernel.caller import Caller
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import ForbiddenError, StaleVersionError
from app.kernel.imports import Ask, ImportStaleError, Line, Outcome
from app.kernel.sheets import Column
from app.kernel.wire import Quantity
from app.people import access
from app.products import queries, service
from app.products.importer.reading import Reading
from app.products.schemas import LocalUnitPut, PackPut, ProductCreate, ProductUpdate, VariantPut

_PARTS = (("variantes", "variants"), ("empaques", "packs"), ("medidas_locales", "local_units"))
_WORDS = (("nombre", "name"), ("ficha_de_calidad", "quality"), ("categoria", "category"))


class ProductImporter:
    """Products by code. For the platform, or a verified network that keeps them in the catalogue."""

    kind = "products"
    columns: Mapping[str, Column] = MappingProxyType(
        {
            "codigo": Column(("código", "code"), required=True),
            "nombre": Column(("producto", "name"), required=True),
            "categoria": Column(("categoría", "category", "rubro"), required=True),
            "ficha_de_calidad": Column(("calidad", "ficha", "quality")),
            "unidad_base": Column(("base",)),
            "unidad_precio": Column(("unidad", "unit", "precio_por"), required=True),
            "paso_minimo": Column(("paso", "paso mínimo", "step")),
            "variantes": Column(("variants", "colores", "tallas")),
            "medidas_locales": Column(("medidas", "local_units")),
            "empaques": Column(("packs", "envases")),
        }
    )

    def require(self, caller: Caller, organisation_id: UUID | None) -> None:
        """Raise ForbiddenError unless the caller may keep products for this organisation."""
        if organisation_id is not None:
            access.require(caller, "coordinate", organisation_id)
        elif not caller.is_admin:
            raise ForbiddenError

    async def check(self, db: Database, found: sheets.Table, ask: Ask) -> list[Line]:
        """What every row says and would do."""
        categories = await queries.categories_by_code(db)
        mark = sheets.decimal_mark(found.sheet)
        read = [Reading(record, categories, mark) for record in found.records()]
        known = await queries.by_codes(db, [reading.code for reading in read if reading.code])
        return [_line(reading, known.get(reading.code or ""), ask) for reading in read]

    async def apply(self, tx: Tx, lines: Sequence[Line], ask: Ask) -> None:
        """Add and change products. Raises ImportStaleError."""
        for line in lines:
            category = line.values["category"]
            await service.category_for(
                tx, category, line.values["category_name"], caller=ask.caller, now=ask.now
            )
            if line.outcome is Outcome.CREATED:
                product = _product(line.values, ask.organisation_id)
                await service.create(tx, caller=ask.caller, product=product, now=ask.now, is_demo=ask.is_demo)
            else:
                await _change(tx, line, ask)


def _line(reading: Reading, known: Row | None, ask: Ask) -> Line:
    if known is not None and not reading.flaws:
        _refuse_what_is_fixed(reading, known)
    if reading.flaws:
        return Line(reading.row, reading.code or reading.key, flaws=reading.flaws)
    if known is None:
        return Line(reading.row, reading.code, outcome=Outcome.CREATED, values=reading.values)
    changes = _changes(reading, known)
    if changes and not _keeps(ask, known):
        reading.refuse("codigo", "kept_by_others")
        return Line(reading.row, reading.code, flaws=reading.flaws)
    return Line(
        reading.row,
        reading.code,
        outcome=Outcome.CHANGED if changes else Outcome.SAME,
        values=reading.values,
        target=known["id"],
        seen=known["version"],
        changes=changes,
    )


def _refuse_what_is_fixed(reading: Reading, known: Row) -> None:
    """Lots are counted in these: they never change."""
    if reading.values["unit"] != known["unit"]:
        reading.refuse("unidad_precio", "unit_is_fixed", unit=known["unit"])
    if reading.has("paso_minimo") and reading.values["step_base"] != known["step_base"]:
        reading.refuse("paso_minimo", "step_is_fixed")


def _changes(reading: Reading, known: Row) -> list[str]:
    """The columns that say something new. An empty cell says nothing, and no part is removed by a file."""
    words = [
        column for column, field in _WORDS if reading.has(column) and reading.values[field] != known[field]
    ]
    return words + [column for column, field in _PARTS if _new_parts(reading.values[field], known[field])]


def _new_parts(
    wanted: Sequence[Mapping[str, Any]], known: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    return [part for part in wanted if part not in known]


def _keeps(ask: Ask, known: Row) -> bool:
    return ask.caller.is_admin or (known["owner_id"] is not None and known["owner_id"] == ask.organisation_id)


def _product(values: Mapping[str, Any], owner: UUID | None) -> ProductCreate:
    base = values["base_unit"]
    return ProductCreate.model_validate(
        {
            "code": values["code"],
            "category": values["category"],
            "name": values["name"],
            "quality": values["quality"],
            "unit": values["unit"],
            "step": _quantity(values["step_base"], base),
            "owner": owner,
            "variants": values["variants"],
            "packs": [
                {"code": p["code"], "name": p["name"], "quantity": _quantity(p["quantity_base"], base)}
                for p in values["packs"]
            ],
            "local_units": [
                {"code": u["code"], "quantity": _quantity(u["factor_base"], base)}
                for u in values["local_units"]
            ],
        }
    )


async def _change(tx: Tx, line: Line, ask: Ask) -> None:
    """Only what differs, at the version that was seen."""
    if line.target is None or line.seen is None:
        raise ImportStaleError
    known = await queries.row(tx, line.target)
    if known["version"] != line.seen:
        raise ImportStaleError
    words = {field: line.values[field] for column, field in _WORDS if column in line.changes}
    how: dict[str, Any] = {"caller": ask.caller, "now": ask.now}
    try:
        if words:
            await service.update(
                tx, line.target, change=ProductUpdate(**words), expected=known["version"], **how
            )
        await _change_parts(tx, line, known, expected=known["version"] + bool(words), **how)
    except StaleVersionError as stale:
        raise ImportStaleError from stale


async def _change_parts(tx: Tx, line: Line, known: Row, *, expected: int, **how: Any) -> None:
    base, product = known["base_unit"], known["id"]
    for part in _new_parts(line.values["variants"], known["variants"]):
        variant = VariantPut(name=part["name"])
        await service.put_variant(tx, product, part["code"], variant=variant, expected=expected, **how)
        expected += 1
    for part in _new_parts(line.values["packs"], known["packs"]):
        pack = PackPut(name=part["name"], quantity=_quantity(part["quantity_base"], base))
        await service.put_pack(tx, product, part["code"], pack=pack, expected=expected, **how)
        expected += 1
    for part in _new_parts(line.values["local_units"], known["local_units"]):
        unit = LocalUnitPut(quantity=_quantity(part["factor_base"], base))
        await service.put_local_unit(tx, product, part["code"], unit=unit, expected=expected, **how)
        expected += 1


def _quantity(quantity_base: int, base: str) -> Quantity:
    return Quantity(value=str(quantity_base), unit=base)
