"""What one row of a file of products says, cell by cell."""

from collections.abc import Mapping
from typing import Any

from app.kernel import sheets, units
from app.kernel.db import Row
from app.kernel.imports import Cells, Flaw
from app.kernel.sheets import Amount, Cell, CellError, Record
from app.kernel.sheets.numbers import Mark
from app.kernel.text import clean_line, fold, slug
from app.kernel.units import Unit, UnitsError

_BASES = {
    **dict.fromkeys(("g", "gramo", "gramos", "kg", "peso", units.GRAM), units.GRAM),
    **dict.fromkeys(
        ("ml", "mililitro", "mililitros", "litro", "volumen", units.MILLILITRE), units.MILLILITRE
    ),
    **dict.fromkeys(("pieza", "piezas", "unidad", "unidades", units.PIECE), units.PIECE),
}


class Reading:
    """A row: its `code`, the `values` it asks for in JSON types, and its `flaws`."""

    def __init__(self, record: Record, categories: Mapping[str, Row], mark: Mark | None) -> None:
        self.row = record.number
        self._cells, self._mark = Cells(record), mark
        self.key = self._cells.need("codigo", sheets.text, max_length=58)
        self.code = slug(self.key or "") or None
        if self.key and self.code is None:
            self.refuse("codigo", "not_a_code")
        unit = self._unit()
        category, category_name = self._category(categories)
        self.values: dict[str, Any] = {
            "code": self.code,
            "name": self._cells.need("nombre", _name),
            "category": category,
            "category_name": category_name,
            "quality": self._cells.take("ficha_de_calidad", sheets.text, "", max_length=2000),
            "unit": unit and unit.code,
            "base_unit": unit and unit.base,
            "step_base": self._step(unit),
            "variants": self._variants(),
            "packs": self._packs(unit),
            "local_units": self._local_units(unit),
        }

    @property
    def flaws(self) -> list[Flaw]:
        """What is to be corrected."""
        return self._cells.flaws

    def has(self, column: str) -> bool:
        """Whether something is written there."""
        return self._cells.has(column)

    def refuse(self, column: str, code: str, **params: str | int) -> None:
        """Note what is wrong with a cell."""
        self._cells.refuse(column, code, **params)

    def _unit(self) -> Unit | None:
        """«1 kg», «litro»: one of a unit with a fixed size, of the base that `unidad_base` names if it does."""
        amount = self._cells.need("unidad_precio", _one_of_a_unit)
        base = self._cells.take("unidad_base", sheets.choice, None, options=_BASES)
        unit = amount.unit if amount else None
        if unit is not None and base is not None and unit.base != base:
            self.refuse("unidad_precio", "other_measure")
        return unit

    def _category(self, known: Mapping[str, Row]) -> tuple[str | None, str | None]:
        said = self._cells.need("categoria", sheets.text, max_length=120)
        if said is None:
            return None, None
        for code, category in known.items():
            if fold(said) in {code, fold(category["name_es"]), fold(category["name_en"])}:
                return code, category["name_es"]
        code = slug(said)
        if not code:
            self.refuse("categoria", "not_a_code")
        return code, said.replace("-", " ").capitalize() if said == code else said

    def _step(self, unit: Unit | None) -> int:
        amount = self._cells.take("paso_minimo", sheets.quantity, None, mark=self._mark, usual=unit)
        return self._base("paso_minimo", amount, unit) or 1

    def _variants(self) -> list[dict[str, str]]:
        names = self._cells.take("variantes", sheets.listing, (), most=50) or ()
        return self._distinct("variantes", [{"code": slug(name, 40), "name": name} for name in names])

    def _packs(self, unit: Unit | None) -> list[dict[str, Any]]:
        return self._distinct(
            "empaques",
            [
                {"code": slug(name, 40), "name": name, "quantity_base": held}
                for name, held in self._pairs("empaques", unit)
            ],
        )

    def _local_units(self, unit: Unit | None) -> list[dict[str, Any]]:
        found = []
        for name, held in self._pairs("medidas_locales", unit):
            measure = _found(name)
            if measure is None or not measure.is_local:
                self.refuse("medidas_locales", "unknown_measure", name=name)
            else:
                found.append({"code": measure.code, "factor_base": held})
        return self._distinct("medidas_locales", found)

    def _pairs(self, column: str, unit: Unit | None) -> list[tuple[str, int]]:
        """«saco=46 kg; caja de 12 = 12 piezas» in base units."""
        pairs = []
        for said in self._cells.take(column, sheets.listing, (), most=50) or ():
            name, equals, amount = said.partition("=")
            found = sheets.quantity(amount, mark=self._mark, usual=unit) if equals else None
            if found is None or not clean_line(name):
                self.refuse(column, "not_a_measure", said=said)
            elif isinstance(found, CellError):
                self.refuse(column, found.code, **found.params)
            elif (held := self._base(column, found, unit)) is not None:
                pairs.append((clean_line(name), held))
        return pairs

    def _base(self, column: str, amount: Amount | None, unit: Unit | None) -> int | None:
        if amount is None or unit is None or amount.unit is None:
            return None
        try:
            return units.to_base(amount.value, amount.unit, base=unit.base)
        except UnitsError as error:
            self.refuse(column, error.code, **error.params)
            return None

    def _distinct(self, column: str, parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        codes = [part["code"] for part in parts]
        if "" in codes:
            self.refuse(column, "not_a_code")
        elif len(set(codes)) != len(codes):
            self.refuse(column, "repeated_name")
        return sorted(parts, key=lambda part: str(part["code"]))


def _name(cell: Cell) -> str | CellError:
    found = sheets.text(cell, max_length=120)
    if isinstance(found, CellError):
        return found
    return clean_line(found) if len(clean_line(found)) > 1 else CellError("too_short", {"least": 2})


def _one_of_a_unit(cell: Cell) -> Amount | CellError:
    said = clean_line(sheets.written(cell))
    found = sheets.quantity(said if said[:1].isdigit() or not said else f"1 {said}")
    if isinstance(found, CellError):
        return found
    is_plain = found.unit is not None and isinstance(found.unit.factor, int) and found.value == 1
    return found if is_plain else CellError("not_a_price_unit")


def _found(name: str) -> Unit | None:
    try:
        return units.find(name)
    except UnitsError:
        return None
