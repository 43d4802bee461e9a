"""The demo's files are what users would send: they must be readable, honest, and tell the story."""

import csv
import io
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import phonenumbers
import pytest

from app.kernel import money, sheets, units
from app.kernel.sheets import Amount, Column
from app.kernel.text import fold
from app.places import countries

DATA = Path(__file__).parents[2] / "app" / "demo" / "data"
MARK = " (demostración)"
COUNTRY_FILES = {"PE": "pe.csv", "BO": "bo.csv", "CL": "cl.xlsx"}
BASES = {"g": "GRM", "ml": "MLT", "pieza": "H87"}

PRODUCT_COLUMNS = "codigo nombre categoria ficha_de_calidad unidad_base unidad_precio paso_minimo variantes medidas_locales empaques"
GROUP_COLUMNS = (
    "codigo nombre pais region distrito lineas mujeres hombres activos verificados "
    "situacion_legal factura_por red telefono necesidades fortalezas año latitud longitud"
)
LOT_COLUMNS = (
    "codigo grupo producto variante cantidad empaque precio moneda por listo_en_dias vence_en_dias "
    "tipo por_semana semanas_aviso sellos"
)


def _records(file, columns):
    """(records, decimal mark) of a file, with its header understood as the importer does."""
    sheet = sheets.read(file, (DATA / file).read_bytes(), max_rows=2_000, max_cols=40)
    wanted = {
        name: Column(aliases=("comuna",) if name == "distrito" else (), required=True)
        for name in columns.split()
    }
    table = sheets.match(sheet, wanted)
    assert table.unknown == ()
    return list(table.records()), sheets.decimal_mark(sheet)


@cache
def products():
    return {sheets.written(r["codigo"]): r for r in _records("productos.csv", PRODUCT_COLUMNS)[0]}


@cache
def groups():
    return {
        country: {sheets.written(r["codigo"]): r for r in _records(f"grupos_{file}", GROUP_COLUMNS)[0]}
        for country, file in COUNTRY_FILES.items()
    }


@cache
def lots():
    return {country: _records(f"existencias_{file}", LOT_COLUMNS) for country, file in COUNTRY_FILES.items()}


def networks():
    return {
        r["codigo"]: r
        for r in _records("redes.csv", "codigo nombre tipo pais region distrito pertenece_a descripcion")[0]
    }


def seals():
    return {r["codigo"]: r for r in _records("sellos.csv", "codigo nombre tipo otorgado_por descripcion")[0]}


def grants():
    return _records("sellos_otorgados.csv", "sello grupo otorgado_hace_dias vence_en_dias numero")[0]


def organisations():
    return list(csv.DictReader(io.StringIO((DATA / "organizaciones.csv").read_text("utf-8"), newline="")))


def measures(product):
    """The product's own measures, in base units."""
    found = {}
    for said in sheets.listing(product["medidas_locales"]):
        name, _, amount = said.partition("=")
        found[units.find(name).code] = Fraction(base_quantity(amount))
    return found


def base_quantity(cell, *, usual=None, **more):
    amount = sheets.quantity(cell, usual=usual, mark=more.pop("mark", None))
    assert isinstance(amount, Amount), (cell, amount)
    assert amount.unit is not None, cell
    return units.to_base(amount.value, amount.unit, **more)


def every_group():
    return {code: record for country in groups().values() for code, record in country.items()}


def every_lot():
    return [(country, record, mark) for country, (records, mark) in lots().items() for record in records]


def lot_base(country, lot, mark):
    """The lot's quantity in base units of its product."""
    product = products()[lot["producto"]]
    base = BASES[product["unidad_base"]]
    piece = units.find("H87") if base == "H87" else None
    return base_quantity(
        lot["cantidad"], usual=piece, mark=mark, country=country, overrides=measures(product), base=base
    )


def test_there_is_enough_of_everything():
    assert {country: len(found) for country, found in groups().items()} == {"PE": 36, "BO": 21, "CL": 22}
    assert len(products()) == 64
    assert {country: len(records) for country, (records, _) in lots().items()} == {
        "PE": 141,
        "BO": 69,
        "CL": 74,
    }
    assert len(organisations()) == 103
    assert {lot["tipo"] for _, lot, _ in every_lot()} == {"existencia", "por cosechar", "por encargo"}


def test_files_are_written_as_differently_as_people_write_them():
    read = {path.name: path.read_bytes() for path in DATA.glob("*_bo.csv")}

    with pytest.raises(UnicodeDecodeError):
        read["grupos_bo.csv"].decode("utf-8")
    assert read["existencias_bo.csv"].startswith(b"\xef\xbb\xbf")
    assert [mark for _, mark in lots().values()] == [".", ",", None]


def test_everything_invented_says_so():
    named = [*every_group().values(), *networks().values(), *seals().values()]

    assert [record["nombre"] for record in named if not record["nombre"].endswith(MARK)] == []
    assert len({record["nombre"] for record in named}) == len(named)


def test_no_invented_name_is_a_real_one():
    real = [
        fold(name) for row in organisations() for name in (row["name"], row["acronym"], row["code"]) if name
    ]
    invented = [
        fold(record["nombre"].removesuffix(MARK))
        for record in (*every_group().values(), *networks().values())
    ]

    assert [
        name for name in invented for other in real if name in other or (len(other) > 8 and other in name)
    ] == []
    assert {row["code"] for row in organisations()} & (every_group().keys() | networks().keys()) == set()


def test_real_organisations_have_facts_only():
    assert set(organisations()[0]) == {
        "code", "name", "acronym", "kind", "country", "territory", "place", "lines", "women_led", "website", "facts"
    }  # fmt: skip
    for row in organisations():
        for value in row.values():
            assert not list(phonenumbers.PhoneNumberMatcher(value, row["country"])), row


def test_no_phone_can_belong_to_anybody():
    filled = 0
    for code, group in every_group().items():
        if sheets.is_blank(group["telefono"]):
            continue
        phone = sheets.phone(group["telefono"], region=group["pais"])
        assert isinstance(phone, str), code
        assert phone.startswith(countries.COUNTRIES[group["pais"]].phone_prefix), code
        assert not phonenumbers.is_valid_number(phonenumbers.parse(phone)), code
        filled += 1
    assert 0 < filled < len(every_group())


def test_groups_are_as_small_and_informal_as_the_real_ones():
    sizes, women, informal = [], 0, 0
    for code, group in every_group().items():
        by_sex = sheets.integer(group["mujeres"]), sheets.integer(group["hombres"])
        active, verified = sheets.integer(group["activos"]), sheets.integer(group["verificados"])
        assert 0 < verified <= active <= sum(by_sex), code
        assert 1990 < sheets.integer(group["año"]) < date(2026, 1, 1).year, code
        assert sheets.text(group["necesidades"]), code
        assert sheets.text(group["fortalezas"]), code
        sizes.append(sum(by_sex))
        women += by_sex[0] > by_sex[1]
        informal += group["situacion_legal"] == "informal"

    assert sum(3 <= size <= 8 for size in sizes) / len(sizes) > 0.9
    assert women / len(sizes) > 0.8
    assert informal / len(sizes) > 0.85


def test_places_lines_and_networks_exist():
    lines = {
        fold(said)
        for row in _records("lineas.csv", "codigo nombre nombre_en tambien")[0]
        for said in (row["nombre"], row["tambien"])
    }
    codes = {row["codigo"] for row in _records("lineas.csv", "codigo nombre nombre_en tambien")[0]}

    for country, found in groups().items():
        for code, group in found.items():
            assert (group["pais"], countries.SUBDIVISIONS[group["region"]].country) == (country, country), (
                code
            )
            assert {fold(line) for line in sheets.listing(group["lineas"])} <= lines, code
            assert networks()[group["red"]]["tipo"] == "red", code
            assert sheets.is_blank(group["factura_por"]) == (group["situacion_legal"] != "informal"), code
            assert group["factura_por"] in {"", *networks()}, code
    for network in networks().values():
        assert network["region"] in countries.SUBDIVISIONS
        assert network["pertenece_a"] in {"", *networks()}
    for row in organisations():
        assert set(filter(None, row["lines"].split(";"))) <= codes


def test_groups_live_where_real_organisations_do():
    real = {
        (row["country"], fold(row["territory"]).replace("metropolitana", "metropolitana de santiago"))
        for row in organisations()
    }

    for code, group in every_group().items():
        region = countries.SUBDIVISIONS[group["region"]].name.replace("La Araucanía", "Araucanía")
        assert (group["pais"], fold(region.removesuffix(" Metropolitana"))) in real, code


def test_products_can_be_weighed_priced_and_packed():
    categories = {row["codigo"] for row in _records("categorias.csv", "codigo nombre nombre_en")[0]}

    for code, product in products().items():
        base = BASES[product["unidad_base"]]
        step = base_quantity(product["paso_minimo"], base=base)
        assert product["categoria"] in categories, code
        assert 40 <= len(product["ficha_de_calidad"]) <= 400, code
        assert base_quantity(product["unidad_precio"], base=base) in {1, 1_000}, code
        for pack in sheets.listing(product["empaques"]):
            assert base_quantity(pack.partition("=")[2], base=base) % step == 0, (code, pack)
        assert all(held > 0 for held in measures(product).values()), code
    assert categories == {product["categoria"] for product in products().values()}


def test_every_lot_can_be_taken_in():
    for country, lot, mark in every_lot():
        product = products()[lot["producto"]]
        base = BASES[product["unidad_base"]]
        step, pack = base_quantity(product["paso_minimo"]), base_quantity(lot["empaque"], base=base)
        assert lot["grupo"] in groups()[country], lot
        assert lot["variante"] in {"", *sheets.listing(product["variantes"])}, lot
        assert pack % step == 0, lot
        if lot["tipo"] == "por encargo":
            assert sheets.is_blank(lot["cantidad"]), lot
            assert sheets.integer(lot["por_semana"], least=1) > 0, lot
            assert sheets.integer(lot["semanas_aviso"], least=1) > 0, lot
        else:
            assert lot_base(country, lot, mark) % pack == 0, lot
            assert (sheets.integer(lot["listo_en_dias"]) > 10) == (lot["tipo"] == "por cosechar"), lot


def test_every_price_is_exact_in_its_country_s_currency():
    for country, lot, mark in every_lot():
        product = products()[lot["producto"]]
        usual = units.find(product["unidad_precio"].partition(" ")[2])
        asked = sheets.price(lot["precio"], currency=lot["moneda"], mark=mark, usual=usual)
        assert isinstance(asked, sheets.Asked), (lot, asked)
        assert asked.currency == countries.COUNTRIES[country].currency, lot
        minor = money.to_minor(format(asked.amount, "f"), asked.currency)
        per = lot["por"] or product["unidad_precio"]
        per_base = base_quantity(
            f"1 {per}" if per[0].isalpha() else per, country=country, overrides=measures(product)
        )
        assert minor * base_quantity(product["unidad_precio"]) % per_base == 0, lot


def test_a_lot_s_code_is_its_producer_s_own():
    codes = Counter((lot["grupo"], lot["codigo"]) for _, lot, _ in every_lot())

    assert [code for code, times in codes.items() if times > 1] == []
    assert {group for group, _ in codes} == every_group().keys()


def test_lots_carry_only_seals_their_group_holds():
    held = defaultdict(set)
    for grant in grants():
        assert grant["sello"] in seals()
        assert grant["grupo"] in every_group()
        assert sheets.integer(grant["otorgado_hace_dias"]) > 0
        if sheets.integer(grant["vence_en_dias"], least=-999) > 0:
            held[grant["grupo"]].add(grant["sello"])

    for _, lot, _ in every_lot():
        assert set(sheets.listing(lot["sellos"])) <= held[lot["grupo"]], lot
    assert any(sheets.integer(grant["vence_en_dias"], least=-999) < 0 for grant in grants())
    assert {networks()[seal["otorgado_por"]]["tipo"] for seal in seals().values()} == {"certificadora"}


def _in_soles(product):
    return [
        (country, lot, mark)
        for country, lot, mark in every_lot()
        if lot["producto"] == product and lot["moneda"] == "PEN"
    ]


def test_the_story_s_quinua_needs_more_than_three_groups():
    kilos = {
        lot["grupo"]: Decimal(lot_base(country, lot, mark)) / 1_000
        for country, lot, mark in _in_soles("quinua-blanca")
        if lot["tipo"] == "existencia"
    }

    assert len(kilos) == 11
    assert all(20 <= kilo <= 120 for kilo in kilos.values())
    assert sum(kilos.values()) == 748
    assert sum(sorted(kilos.values())[-3:]) < 400
    assert [lot["grupo"] for _, lot, _ in _in_soles("quinua-blanca") if lot["tipo"] == "por cosechar"] == [
        "MALLKI-KAWSAY"
    ]


def test_the_story_s_scarves_need_more_than_three_groups_and_some_weeks():
    stock, weekly, notice = Counter(), Counter(), Counter()
    for country, lot, mark in _in_soles("bufanda-alpaca"):
        if lot["tipo"] == "existencia":
            stock[lot["grupo"]] += lot_base(country, lot, mark)
        else:
            weekly[lot["grupo"]] += sheets.integer(lot["por_semana"])
            notice[lot["grupo"]] = sheets.integer(lot["semanas_aviso"])

    def by(weeks):
        return {group: stock[group] + max(0, weeks - notice[group]) * weekly[group] for group in weekly}

    assert len(weekly) == 14
    assert all(10 <= pieces <= 25 for pieces in weekly.values())
    assert sum(stock.values()) < 400
    assert sum(by(6).values()) > 1_200
    assert sum(sorted(by(6).values())[-3:]) < 1_200 / 2


def test_the_story_s_groups_answer_to_one_network():
    below = {code for code, network in networks().items() if "RED-AYNI-SUR" in {code, network["pertenece_a"]}}
    asked = {
        lot["grupo"] for product in ("quinua-blanca", "bufanda-alpaca") for _, lot, _ in _in_soles(product)
    }

    assert {every_group()[code]["red"] for code in asked} == below
