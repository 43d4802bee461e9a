"""Units people weigh and count with: exact conversion to whole base units (g, ml, piece) and back. Pure.

Codes are UN/CEFACT Recommendation 20 where one exists. Local units (arroba, quintal, saco, manojo) have none:
their code is their Spanish name and their factor depends on the country or, for a saco, on the product.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from app.kernel import decimals
from app.kernel.text import fold

GRAM, MILLILITRE, PIECE = "GRM", "MLT", "H87"
BASES = (GRAM, MILLILITRE, PIECE)
MAX_BASE = 10**12  # a million tonnes: beyond it somebody mistyped

Factor = int | Fraction
Overrides = Mapping[str, Factor]


class UnitsError(ValueError):
    """A quantity that cannot be counted. `code` says why, `params` what the sentence needs."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure. `factor` is base units per unit; None when the country or the product decides."""

    code: str
    base: str | None
    factor: Factor | None
    es: tuple[str, str]
    en: tuple[str, str]
    symbol: str = ""

    @property
    def is_local(self) -> bool:
        """True when the unit has no fixed factor: only then may a product override it."""
        return self.factor is None


UNITS: tuple[Unit, ...] = (
    Unit("GRM", GRAM, 1, ("gramo", "gramos"), ("gram", "grams"), "g"),
    Unit("KGM", GRAM, 1_000, ("kilo", "kilos"), ("kilogram", "kilograms"), "kg"),
    Unit("TNE", GRAM, 1_000_000, ("tonelada", "toneladas"), ("tonne", "tonnes"), "t"),
    Unit("MLT", MILLILITRE, 1, ("mililitro", "mililitros"), ("millilitre", "millilitres"), "ml"),
    Unit("CLT", MILLILITRE, 10, ("centilitro", "centilitros"), ("centilitre", "centilitres"), "cl"),
    Unit("LTR", MILLILITRE, 1_000, ("litro", "litros"), ("litre", "litres"), "l"),
    Unit("H87", PIECE, 1, ("pieza", "piezas"), ("piece", "pieces")),
    Unit("PR", PIECE, 2, ("par", "pares"), ("pair", "pairs")),
    Unit("DZN", PIECE, 12, ("docena", "docenas"), ("dozen", "dozens")),
    Unit("CEN", PIECE, 100, ("ciento", "cientos"), ("hundred", "hundreds")),
    Unit("GRO", PIECE, 144, ("gruesa", "gruesas"), ("gross", "gross")),
    Unit("MIL", PIECE, 1_000, ("millar", "millares"), ("thousand", "thousands")),
    Unit("libra", GRAM, None, ("libra", "libras"), ("pound", "pounds")),
    Unit("arroba", GRAM, None, ("arroba", "arrobas"), ("arroba", "arrobas")),
    Unit("quintal", GRAM, None, ("quintal", "quintales"), ("quintal", "quintals")),
    Unit("saco", None, None, ("saco", "sacos"), ("sack", "sacks")),
    Unit("bolsa", None, None, ("bolsa", "bolsas"), ("bag", "bags")),
    Unit("manojo", None, None, ("manojo", "manojos"), ("bunch", "bunches")),
    Unit("trenza", None, None, ("trenza", "trenzas"), ("braid", "braids")),
    Unit("madeja", None, None, ("madeja", "madejas"), ("skein", "skeins")),
    Unit("carga", None, None, ("carga", "cargas"), ("load", "loads")),
    Unit("molde", None, None, ("molde", "moldes"), ("wheel", "wheels")),
    Unit("caja", None, None, ("caja", "cajas"), ("box", "boxes")),
    Unit("lata", None, None, ("lata", "latas"), ("tin", "tins")),
    Unit("balde", None, None, ("balde", "baldes"), ("bucket", "buckets")),
    Unit("frasco", None, None, ("frasco", "frascos"), ("jar", "jars")),
    Unit("botella", None, None, ("botella", "botellas"), ("bottle", "bottles")),
    Unit("juego", None, None, ("juego", "juegos"), ("set", "sets")),
)

_ALIASES = MappingProxyType(
    {
        "GRM": "gr, grs, gs",
        "KGM": "kgs, k, kilogramo, kilogramos",
        "TNE": "tm, tn, tns, ton, tons, tonelada metrica, toneladas metricas",
        "MLT": "cc, mls, milliliter, milliliters",
        "LTR": "lt, lts, ltr, ltrs, liter, liters",
        "H87": "pza, pzas, pz, pzs, pcs, u, ud, uds, un, und, unds, unid, unids, unidad, unidades, unit, units, c/u",
        "PR": "prs",
        "DZN": "doc, docs, dna, dz",
        "CEN": "cto, centena, centenas",
        "MIL": "mll",
        "libra": "lb, lbs",
        "arroba": "@, arrova, arrovas",
        "quintal": "qq, qqs, qtl",
        "saco": "costal, costales",
        "manojo": "atado, atados",
        "frasco": "pote, potes",
        "juego": "jgo, jgos",
    }
)
_ANDEAN_GRAMS: Mapping[str, Factor] = MappingProxyType({"libra": 460, "arroba": 11_500, "quintal": 46_000})
_NO_USAGE: Mapping[str, Factor] = MappingProxyType({})
_BY_COUNTRY: Mapping[str, Mapping[str, Factor]] = MappingProxyType({"PE": _ANDEAN_GRAMS, "BO": _ANDEAN_GRAMS})


def find(name_or_code: str) -> Unit:
    """The unit people mean: «KGM», «kilos», «Kg.», «Arrobas». Raises UnitsError `unknown_unit`."""
    unit = _BY_NAME.get(_key(name_or_code))
    if unit is None:
        raise UnitsError("unknown_unit")
    return unit


def factor_of(unit: Unit | str, *, country: str | None = None, overrides: Overrides | None = None) -> Factor:
    """Base units in one unit: the product's own measure first, then the country's.

    Raises UnitsError `no_factor` when nobody has said how much a saco of this product holds.
    """
    unit = find(unit) if isinstance(unit, str) else unit
    if unit.factor is not None:
        return unit.factor
    usual = _BY_COUNTRY.get(country or "", _NO_USAGE)
    factor = (overrides or {}).get(unit.code, usual.get(unit.code))
    if factor is None or factor <= 0:
        raise UnitsError("no_factor", unit=unit.code)
    return factor


def to_base(
    value: Decimal | str,
    unit: Unit | str,
    *,
    country: str | None = None,
    overrides: Overrides | None = None,
    base: str | None = None,
) -> int:
    """The quantity in whole base units, exactly; 1..10**12.

    `base` is what the product is counted in: kilos of scarves are refused (`other_measure`).
    Raises UnitsError: unknown_unit, no_factor, other_measure, not_a_number, negative, zero, not_whole, too_large.
    """
    unit = find(unit) if isinstance(unit, str) else unit
    if base is not None and unit.base is not None and unit.base != base:
        raise UnitsError("other_measure", unit=unit.code, base=base)
    exact = _number(value) * factor_of(unit, country=country, overrides=overrides)
    if exact < 0:
        raise UnitsError("negative")
    if exact == 0:
        raise UnitsError("zero")
    if exact > MAX_BASE:
        raise UnitsError("too_large", most=MAX_BASE)
    if exact.denominator != 1:
        raise UnitsError("not_whole", unit=unit.code)
    return exact.numerator


def from_base(
    quantity_base: int, unit: Unit | str, *, country: str | None = None, overrides: Overrides | None = None
) -> str:
    """The quantity in this unit as a plain decimal without trailing zeros.

    Raises UnitsError `not_exact` when no decimal says it (1 kg is 2/23 of an arroba): see `exact`.
    """
    text = decimals.plain(Fraction(quantity_base) / factor_of(unit, country=country, overrides=overrides))
    if text is None:
        raise UnitsError("not_exact")
    return text


def exact(
    quantity_base: int,
    unit: Unit | str,
    *,
    base: str,
    country: str | None = None,
    overrides: Overrides | None = None,
) -> tuple[str, str]:
    """(value, unit code) in this unit where a decimal says it, else in kilos, litres or pieces."""
    unit = find(unit) if isinstance(unit, str) else unit
    try:
        return from_base(quantity_base, unit, country=country, overrides=overrides), unit.code
    except UnitsError:
        usual = _USUAL[base]
        return from_base(quantity_base, usual), usual


def usual(base: str) -> Unit:
    """The unit in which people say quantities of a base: kilos, litres, pieces."""
    return find(_USUAL[base])


def display(
    quantity_base: int,
    unit: Unit | str,
    lang: str,
    *,
    country: str | None = None,
    overrides: Overrides | None = None,
) -> str:
    """The quantity as people say it: «12,5 kg», «1 docena», "12.5 kg"; at most three decimals, half up."""
    unit = find(unit) if isinstance(unit, str) else unit
    value = Fraction(quantity_base) / factor_of(unit, country=country, overrides=overrides)
    number = decimals.fixed(value, 3).rstrip("0").rstrip(".")
    return f"{decimals.localised(number, lang)} {name(unit, lang, one=number in ('1', '-1'))}"


def name(unit: Unit | str, lang: str, *, one: bool) -> str:
    """The unit's symbol, or its name in the singular or plural."""
    unit = find(unit) if isinstance(unit, str) else unit
    if unit.symbol:
        return unit.symbol
    names = unit.en if lang.lower().startswith("en") else unit.es
    return names[0] if one else names[1]


def names_of(unit: Unit) -> tuple[str, ...]:
    """Everything people write for this unit."""
    aliases = _ALIASES.get(unit.code, "").split(", ")
    return tuple(said for said in (unit.code, unit.symbol, *unit.es, *unit.en, *aliases) if said)


def _number(value: Decimal | str) -> Fraction:
    try:
        return decimals.parse(value)
    except decimals.DecimalsError:
        raise UnitsError("not_a_number") from None


def _key(text: str) -> str:
    return " ".join(fold(text).replace(".", " ").split())


def _index() -> dict[str, Unit]:
    index: dict[str, Unit] = {}
    for unit in UNITS:
        for said in names_of(unit):
            index.setdefault(_key(said), unit)
    return index


_USUAL = MappingProxyType({GRAM: "KGM", MILLILITRE: "LTR", PIECE: "H87"})
_BY_NAME = MappingProxyType(_index())
