"""One row of a file: its words in numbers, or what to correct in each cell."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.inventory.importer.columns import KINDS
from app.inventory.importer.known import Known, Producer, World
from app.inventory.models import LotKind
from app.inventory.queries.facts import Measure
from app.kernel import money, sheets, units
from app.kernel.imports import Cells, Measured
from app.kernel.sheets import Amount, Asked
from app.kernel.sheets.numbers import Mark
from app.kernel.text import fold

_DAYS = {"least": 0, "most": 3650}


@dataclass(slots=True)
class Wanted:
    """What a row says; None where it says nothing."""

    code: str | None = None
    producer: Producer | None = None
    product: Known | None = None
    variant: str | None = None
    kind: LotKind | None = None
    quantity: int | None = None
    pack: int | None = None
    price: int | None = None
    currency: str | None = None
    ready_on: date | None = None
    expires_on: date | None = None
    per_week: int | None = None
    notice: int | None = None
    workshop: str | None = None
    seals: list[str] | None = None
    grade: int | None = None
    note: str | None = None
    measure: Measure | None = None


def read(cells: Cells, world: World, mark: Mark | None) -> Wanted:
    """Everything a row says. What is wrong is in `cells.flaws`."""
    wanted = Wanted(code=cells.need("codigo", sheets.text, max_length=60))
    wanted.producer = _producer(cells, world)
    wanted.product = _product(cells, world)
    wanted.kind = cells.take("tipo", sheets.choice, None, options=KINDS)
    wanted.grade = cells.take("grado", sheets.integer, None, most=100)
    wanted.note = cells.take("nota", sheets.text, None, max_length=500)
    wanted.workshop = cells.take("taller", sheets.text, None, max_length=80)
    wanted.notice = cells.take("semanas_aviso", sheets.integer, None, most=52)
    if (
        wanted.kind is None
        and not cells.has("tipo")
        and cells.has("por_semana")
        and not cells.has("cantidad")
    ):
        wanted.kind = LotKind.CAPACITY
    wanted.seals = _seals(cells, world)
    if wanted.producer is not None:
        today = wanted.producer.today
        wanted.ready_on = _day(cells, "disponible_desde", "listo_en_dias", today)
        wanted.expires_on = _day(cells, "vence", "vence_en_dias", today)
    if wanted.producer is not None and wanted.product is not None:
        _read_measured(cells, wanted, wanted.producer, wanted.product, mark)
    return wanted


def _read_measured(
    cells: Cells, wanted: Wanted, producer: Producer, product: Known, mark: Mark | None
) -> None:
    """What depends on how the product is measured."""
    wanted.measure = measure = product.measure(producer.country)
    wanted.variant = _variant(cells, product)
    wanted.quantity = _quantity(cells, "cantidad", measure, mark)
    wanted.per_week = _quantity(cells, "por_semana", measure, mark)
    wanted.pack = _pack(cells, product, measure, mark)
    _read_price(cells, wanted, measure, producer.currency, mark)


def _producer(cells: Cells, world: World) -> Producer | None:
    if not cells.has("grupo"):
        if world.usual is None:
            cells.refuse("grupo", "missing")
        return world.usual
    said = cells.need("grupo", sheets.text)
    found = world.producers.get(fold(said)) if said else None
    if said and found is None:
        cells.refuse("grupo", "unknown_group")
    return found


def _product(cells: Cells, world: World) -> Known | None:
    said = cells.need("producto", sheets.text)
    found = world.products.get(fold(said)) if said else None
    if said and found is None:
        cells.refuse("producto", "unknown_product")
    return found


def _variant(cells: Cells, product: Known) -> str | None:
    said = cells.take("variante", sheets.text, None)
    if said is None:
        return None
    for variant in product.row["variants"]:
        if fold(said) in (fold(variant["name"]), fold(variant["code"])):
            return str(variant["code"])
    cells.refuse("variante", "unknown_variant", options=", ".join(v["name"] for v in product.row["variants"]))
    return None


def _day(cells: Cells, on: str, in_days: str, today: date) -> date | None:
    if cells.has(on) and cells.has(in_days):
        cells.refuse(in_days, "one_of_two")
        return None
    days = cells.take(in_days, sheets.integer, None, **_DAYS)
    return today + timedelta(days=days) if days is not None else cells.take(on, sheets.date_es, None)


def _quantity(cells: Cells, column: str, measure: Measure, mark: Mark | None) -> int | None:
    """Base units of a cell, a multiple of the product's smallest step."""
    amount = cells.take(column, sheets.quantity, None, mark=mark, usual=units.find(measure.unit))
    found = None if amount is None else _base(cells, column, amount, measure)
    if found is not None and found % measure.step_base:
        cells.refuse(column, "not_a_multiple_of", step=Measured(measure.step_base, measure.unit))
        return None
    return found


def _base(cells: Cells, column: str, amount: Amount, measure: Measure) -> int | None:
    try:
        return units.to_base(
            amount.value,
            amount.unit or measure.unit,
            country=measure.country,
            overrides=measure.overrides,
            base=measure.base,
        )
    except units.UnitsError as error:
        cells.refuse(column, error.code, **error.params)
        return None


def _pack(cells: Cells, product: Known, measure: Measure, mark: Mark | None) -> int | None:
    """A pack by the name the product gives it, or by what it holds."""
    said = fold(cells.take("empaque", sheets.text, "") or "")
    for pack in product.row["packs"]:
        if said in (fold(pack["name"]), fold(pack["code"])):
            return int(pack["quantity_base"])
    return _quantity(cells, "empaque", measure, mark)


def _read_price(
    cells: Cells, wanted: Wanted, measure: Measure, usual_currency: str | None, mark: Mark | None
) -> None:
    currency = _currency(cells, usual_currency)
    per = _per(cells, measure, mark)
    asked = cells.need("precio", sheets.price, currency=currency, mark=mark)
    if asked is None:
        return
    wanted.currency = asked.currency
    per_base = per if asked.unit is None else _base(cells, "precio", Amount(asked.per, asked.unit), measure)
    minor = _minor(cells, asked)
    if per_base is None or minor is None:
        return
    whole, rest = divmod(minor * measure.factor, per_base)
    if rest:
        cells.refuse("precio", "price_not_exact")
    else:
        wanted.price = whole


def _minor(cells: Cells, asked: Asked) -> int | None:
    try:
        minor = money.to_minor(format(asked.amount, "f"), asked.currency)
    except money.MoneyError as error:
        cells.refuse("precio", error.code, **error.params)
        return None
    if minor <= 0:
        cells.refuse("precio", "zero" if minor == 0 else "negative")
        return None
    return minor


def _currency(cells: Cells, usual: str | None) -> str | None:
    """«PEN», «soles»; the country's when the cell is empty."""
    said = cells.take("moneda", sheets.text, None)
    if said is None:
        return usual
    found = sheets.price(f"1 {said}", currency=usual)
    if isinstance(found, Asked):
        return found.currency
    cells.refuse("moneda", "unknown_currency")
    return usual


def _per(cells: Cells, measure: Measure, mark: Mark | None) -> int | None:
    """Base units for which the price is: «kg», «docena», «11,5 kg»; one price unit when the cell is empty."""
    said = cells.take("por", sheets.text, None)
    if said is None:
        return None if cells.has("por") else measure.factor
    amount = sheets.quantity(said if said[0].isdigit() else f"1 {said}", mark=mark)
    if isinstance(amount, Amount):
        return _base(cells, "por", amount, measure)
    cells.refuse("por", amount.code)
    return None


def _seals(cells: Cells, world: World) -> list[str] | None:
    """The codes of the seals that are named; whether they are held is seen later."""
    if not cells.has("sellos"):
        return None
    found = set()
    for said in cells.need("sellos", sheets.listing) or ():
        if code := world.schemes.get(fold(said)):
            found.add(code)
        else:
            cells.refuse("sellos", "unknown_seal", seal=said[:60])
    return sorted(found)
