from pathlib import Path
from typing import Any

import pytest

import app
from app import wiring
from app.kernel import imports
from app.kernel.caller import NOBODY, WORKER
from app.kernel.db import Database
from app.kernel.errors import ForbiddenError
from app.kernel.imports import Ask, ImportStaleError
from app.people.models import Role
from app.products import queries
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import people, products

DEMO = Path(app.__file__).parent / "demo" / "data"
HEADER = "codigo;nombre;categoria;ficha_de_calidad;unidad_base;unidad_precio;paso_minimo;variantes;medidas_locales;empaques"
QUINUA = "quinua-real;Quinua real;granos-andinos;Grano lavado;g;1 kg;500 g;blanca|roja;saco=46 kg;saco de 46 kg=46 kg"


@pytest.fixture(autouse=True)
def connected() -> None:
    wiring.connect()


async def _bring(db: Database, clock: MovableClock, *rows: str, **ask: Any) -> dict[str, Any]:
    asked = Ask(ask.pop("caller", WORKER), ask.pop("organisation_id", None), clock(), **ask)
    content = "\n".join([HEADER, *rows]).encode()
    return await imports.bring_in(db, "products", name="productos.csv", content=content, ask=asked)


def _counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    counts = report["counts"]
    return counts["created"], counts["changed"], counts["same"], counts["error"]


def _errors(report: dict[str, Any]) -> list[tuple[int, str | None, str]]:
    return [(row["row"], e["column"], e["code"]) for row in report["rows"] for e in row["errors"]]


async def test_a_file_of_products_creates_them_with_their_category(
    client: Client, db: Database, clock: MovableClock
) -> None:
    report = await _bring(db, clock, QUINUA, is_demo=True)

    assert _counts(report) == (1, 0, 0, 0)
    found = (await client.get("/v1/products?q=quinua")).json()["items"][0]
    read = (await client.get(f"/v1/products/{found['id']}")).json()
    assert read == {
        "id": found["id"],
        "code": "quinua-real",
        "category": "granos-andinos",
        "name": "Quinua real",
        "quality": "Grano lavado",
        "base_unit": "GRM",
        "price_unit": {"value": "1", "unit": "KGM"},
        "step": {"value": "0.5", "unit": "KGM"},
        "variants": [{"code": "blanca", "name": "blanca"}, {"code": "roja", "name": "roja"}],
        "packs": [
            {"code": "saco-de-46-kg", "name": "saco de 46 kg", "quantity": {"value": "46", "unit": "KGM"}}
        ],
        "local_units": [{"code": "saco", "quantity": {"value": "46", "unit": "KGM"}}],
        "is_demo": True,
        "version": 1,
    }
    categories = (await client.get("/v1/categories")).json()["items"]
    assert categories == [{"code": "granos-andinos", "name": "Granos andinos"}]


async def test_the_same_file_again_adds_nothing(db: Database, clock: MovableClock) -> None:
    await _bring(db, clock, QUINUA)

    report = await _bring(db, clock, QUINUA)

    assert (_counts(report), report["rows"]) == ((0, 0, 1, 0), [])


async def test_a_changed_file_changes_words_and_adds_parts_but_removes_none(
    db: Database, clock: MovableClock
) -> None:
    await _bring(db, clock, QUINUA)

    changed = "QUINUA-REAL;Quinua real del salar;;;;kilo;;Roja;caja=10 kg;"
    report = await _bring(db, clock, changed.replace(";;;;", ";granos-andinos;;;"))

    row = (await queries.by_codes(db, ["quinua-real"]))["quinua-real"]
    assert _counts(report) == (0, 1, 0, 0)
    assert report["rows"][0]["changes"] == ["nombre", "variantes", "medidas_locales"]
    assert (row["name"], row["quality"], row["version"]) == ("Quinua real del salar", "Grano lavado", 4)
    assert row["variants"] == [{"code": "blanca", "name": "blanca"}, {"code": "roja", "name": "Roja"}]
    assert row["local_units"] == [
        {"code": "caja", "factor_base": 10_000},
        {"code": "saco", "factor_base": 46_000},
    ]
    assert _counts(await _bring(db, clock, changed.replace(";;;;", ";granos-andinos;;;"))) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("row", "errors"),
    [
        (";Oca;tuberculos;;;1 kg;;;;", [(2, "codigo", "missing")]),
        ("«»;Oca;tuberculos;;;1 kg;;;;", [(2, "codigo", "not_a_code")]),
        (
            "oca;;;;;;;;;",
            [(2, "unidad_precio", "missing"), (2, "categoria", "missing"), (2, "nombre", "missing")],
        ),
        ("oca;O;tuberculos;;;1 kg;;;;", [(2, "nombre", "too_short")]),
        ("oca;Oca;tuberculos;;;saco;;;;", [(2, "unidad_precio", "not_a_price_unit")]),
        ("oca;Oca;tuberculos;;;2 kg;;;;", [(2, "unidad_precio", "not_a_price_unit")]),
        ("oca;Oca;tuberculos;;pieza;1 kg;;;;", [(2, "unidad_precio", "other_measure")]),
        ("oca;Oca;tuberculos;;g;1 kg;3 piezas;;;", [(2, "paso_minimo", "other_measure")]),
        ("oca;Oca;tuberculos;;g;1 kg;0 kg;;;", [(2, "paso_minimo", "zero")]),
        ("oca;Oca;tuberculos;;g;1 kg;;roja|Roja;;", [(2, "variantes", "repeated_name")]),
        ("oca;Oca;tuberculos;;g;1 kg;;;vara=2 kg;", [(2, "medidas_locales", "unknown_measure")]),
        ("oca;Oca;tuberculos;;g;1 kg;;;saco;", [(2, "medidas_locales", "not_a_measure")]),
        ("oca;Oca;tuberculos;;g;1 kg;;;;saco=mucho", [(2, "empaques", "not_a_quantity")]),
        ("oca;Oca;tuberculos;;g;1 kg;;;;saco de 5=5 vacas", [(2, "empaques", "unknown_unit")]),
    ],
)
async def test_a_bad_cell_is_named_and_the_good_rows_are_kept(
    db: Database, clock: MovableClock, row, errors
) -> None:
    report = await _bring(db, clock, row, QUINUA)

    assert _errors(report) == errors
    assert _counts(report) == (1, 0, 0, 1)
    assert set(await queries.by_codes(db, ["oca", "quinua-real"])) == {"quinua-real"}


async def test_what_lots_are_counted_in_never_changes(db: Database, clock: MovableClock) -> None:
    await _bring(db, clock, QUINUA)

    litres = await _bring(db, clock, "quinua-real;Quinua real;granos-andinos;;;1 litro;;;;")
    steps = await _bring(db, clock, QUINUA.replace("500 g", "250 g"))

    assert _errors(litres) == [(2, "unidad_precio", "unit_is_fixed")]
    assert _errors(steps) == [(2, "paso_minimo", "step_is_fixed")]


async def test_a_network_brings_its_own_products_and_leaves_those_of_others(
    client: Client, db: Database, clock: MovableClock
) -> None:
    await _bring(db, clock, QUINUA)
    network = await people.network(db)
    secretary = client.signed_in((await people.member(db, network)).token)
    seller = client.signed_in((await people.member(db, network, Role.SELLER)).token)
    own = "oca-rosada;Oca rosada;tuberculos;;g;1 kg;;;;"
    content = "\n".join([HEADER, QUINUA.replace("Grano lavado", "Otra"), own])
    asked: dict[str, Any] = {
        "params": {"kind": "products", "for": str(network), "filename": "p.csv"},
        "content": content.encode(),
        "headers": {"content-type": "text/csv"},
    }

    assert problem(await seller.post("/v1/imports", **asked)) == (403, "forbidden")
    checked = await secretary.post("/v1/imports", **asked)
    committed = await secretary.post(f"/v1/imports/{checked.json()['id']}/commit")

    assert checked.status_code == 201, checked.text
    assert _errors(committed.json()) == [(2, "codigo", "kept_by_others")]
    found = await queries.by_codes(db, ["oca-rosada", "quinua-real"])
    assert (found["oca-rosada"]["owner_id"], found["quinua-real"]["quality"]) == (network, "Grano lavado")


async def test_only_the_platform_imports_for_nobody(db: Database, clock: MovableClock) -> None:
    with pytest.raises(ForbiddenError):
        await _bring(db, clock, QUINUA, caller=NOBODY)


async def test_a_product_changed_after_the_dry_run_is_checked_again(
    client: Client, db: Database, clock: MovableClock
) -> None:
    network = await people.network(db)
    secretary = client.signed_in((await people.member(db, network)).token)
    params = {"kind": "products", "for": str(network), "filename": "p.csv"}
    csv = {"content-type": "text/csv"}
    for quality in ("Lavada", "Lavada y seca"):
        row = f"oca-rosada;Oca rosada;tuberculos;{quality};g;1 kg;;;;"
        content = f"{HEADER}\n{row}".encode()
        checked = await secretary.post("/v1/imports", params=params, content=content, headers=csv)
        if quality == "Lavada":
            await secretary.post(f"/v1/imports/{checked.json()['id']}/commit")
    found = (await queries.by_codes(db, ["oca-rosada"]))["oca-rosada"]
    await secretary.patch(
        f"/v1/products/{found['id']}", json={"name": "Oca amarilla"}, headers={"if-match": '"1-es"'}
    )

    stale = await secretary.post(f"/v1/imports/{checked.json()['id']}/commit")

    assert problem(stale) == (409, ImportStaleError.code)
    again = await secretary.post(f"/v1/imports/{stale.json()['import_id']}/commit")
    assert again.json()["rows"][0]["changes"] == ["nombre", "ficha_de_calidad"]


async def test_categories_are_named_by_their_file(client: Client, db: Database, clock: MovableClock) -> None:
    await products.category(db, "granos-andinos")
    await products.category(db, "miel")
    content = (DEMO / "categorias.csv").read_bytes()
    ask = Ask(WORKER, None, clock())

    first = await imports.bring_in(db, "product_categories", name="c.csv", content=content, ask=ask)
    again = await imports.bring_in(db, "product_categories", name="c.csv", content=content, ask=ask)

    rows = content.decode("utf-8-sig").count("\n") - 1
    assert _counts(first) == (rows - 1, 1, 0, 0)
    assert _counts(again) == (0, 0, rows, 0)
    english = await client.get("/v1/categories", headers={"accept-language": "en"})
    assert {"code": "granos-andinos", "name": "Andean grains"} in english.json()["items"]


async def test_the_demos_catalogue_comes_in_whole_and_once(db: Database, clock: MovableClock) -> None:
    content = (DEMO / "productos.csv").read_bytes()
    ask = Ask(WORKER, None, clock(), is_demo=True)

    first = await imports.bring_in(db, "products", name="productos.csv", content=content, ask=ask)
    again = await imports.bring_in(db, "products", name="productos.csv", content=content, ask=ask)

    created = first["counts"]["created"]
    assert created >= 40
    assert (_errors(first), _counts(first)) == ([], (created, 0, 0, 0))
    assert _counts(again) == (0, 0, created, 0)
