from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

import app
from app import wiring
from app.kernel import imports
from app.kernel.caller import NOBODY, WORKER
from app.kernel.db import Database
from app.kernel.errors import ForbiddenError
from app.kernel.imports import Ask
from app.kernel.schema import table
from app.people.models import Affiliation, Membership, Role
from app.producers.queries import numbers
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import people, places, producers

DEMO = Path(app.__file__).parent / "demo" / "data"
HEADER = (
    "codigo;nombre;pais;region;distrito;lineas;mujeres;hombres;activos;verificados;situacion_legal;"
    "factura_por;red;telefono;necesidades;fortalezas;año"
)
TIKA = (
    "SUMAQ-TIKA;Grupo Sumaq Tika;PE;PE-PUN;Cabana;quinua|tejidos;4;1;5;4;informal;RED-AYNI;RED-AYNI;"
    "951 234 567;Sacos nuevos;Cumplen;2014"
)


@pytest.fixture(autouse=True)
def connected() -> None:
    wiring.connect()


async def _bring(
    db: Database, clock: MovableClock, *rows: str, kind: str = "groups", header: str = HEADER, **ask: Any
) -> dict[str, Any]:
    asked = Ask(ask.pop("caller", WORKER), ask.pop("organisation_id", None), clock(), **ask)
    content = "\n".join([header, *rows]).encode()
    return await imports.bring_in(db, kind, name="grupos.csv", content=content, ask=asked)


def _counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    counts = report["counts"]
    return counts["created"], counts["changed"], counts["same"], counts["error"]


def _errors(report: dict[str, Any]) -> list[tuple[int, str | None, str]]:
    return [(row["row"], e["column"], e["code"]) for row in report["rows"] for e in row["errors"]]


async def _ayni(db: Database) -> UUID:
    await producers.line(db, "quinoa", "quinua", also="quínoa")
    await producers.line(db, "tejidos", "tejidos")
    return await people.network(db, code="RED-AYNI")


async def _read(client: Client, db: Database, name: str, path: str = "") -> dict[str, Any]:
    found = (await client.get("/v1/directory", params={"q": name})).json()["items"]
    assert len(found) == 1
    administrator = client.signed_in((await people.person(db, is_admin=True)).token)
    shown: dict[str, Any] = (await administrator.get(f"/v1/producers/{found[0]['id']}{path}")).json()
    return shown


async def test_a_group_comes_in_with_its_members_lines_and_network(
    client: Client, db: Database, clock: MovableClock
) -> None:
    network = await _ayni(db)

    report = await _bring(db, clock, TIKA, is_demo=True)

    assert (_errors(report), _counts(report)) == ([], (1, 0, 0, 0))
    form = await _read(client, db, "sumaq tika", "/profile")
    group = UUID(form["id"])
    assert form | {"id": None, "updated_at": None} == {
        "id": None,
        "code": "SUMAQ-TIKA",
        "name": "Grupo Sumaq Tika",
        "kind": "producer_group",
        "legal_status": "informal",
        "women": 4,
        "men": 1,
        "active": 5,
        "verified": 4,
        "verified_at": "2026-03-02T15:00:00Z",
        "verified_by": {"id": str(network), "name": "Red Ayni Sur"},
        "women_led": True,
        "founded_year": 2014,
        "story": "",
        "needs": "Sacos nuevos",
        "strengths": "Cumplen",
        "invoiced_by": {"id": str(network), "name": "Red Ayni Sur"},
        "lines": [{"code": "quinoa", "name": "quinua"}, {"code": "tejidos", "name": "tejidos"}],
        "networks": [{"id": str(network), "name": "Red Ayni Sur"}],
        "location": None,
        "location_consent_at": None,
        "is_listed": True,
        "updated_at": None,
        "version": 3,
        "actions": ["update"],
    }
    public = await _read(client, db, "sumaq tika")
    assert (public["region"], public["place"], public["phone"]) == ("PE-PUN", "Cabana", None)
    assert public["is_demo"] is True
    assert (await numbers(db, [group]))[group] == (5, 4)
    scopes = await db.one(sa.select(table(Affiliation)))
    assert scopes is not None
    assert (scopes["answer_for"], scopes["invoice_for"], scopes["state"]) == (True, True, "accepted")
    assert await db.all(sa.select(table(Membership))) == []


async def test_the_same_file_again_adds_nothing(db: Database, clock: MovableClock) -> None:
    await _ayni(db)
    await _bring(db, clock, TIKA)

    report = await _bring(db, clock, TIKA)

    assert (_counts(report), report["rows"]) == ((0, 0, 1, 0), [])


async def test_a_changed_row_changes_what_it_says_and_an_empty_cell_nothing(
    client: Client, db: Database, clock: MovableClock
) -> None:
    await _ayni(db)
    await _bring(db, clock, TIKA)

    changed = "sumaq tika;Grupo Sumaq Tika;;Puno;Vilque;quinua;5;2;;5;asociación;;RED-AYNI;;;;"
    report = await _bring(db, clock, changed.replace(";;Puno", ";Perú;Puno"))

    assert _errors(report) == []
    assert report["rows"][0]["changes"] == [
        *("distrito", "mujeres", "hombres", "verificados", "situacion_legal", "lineas"),
    ]
    form = await _read(client, db, "vilque", "/profile")
    assert [form[name] for name in ("women", "men", "active", "verified", "needs", "founded_year")] == [
        *(5, 2, 5, 5, "Sacos nuevos", 2014)
    ]
    assert (form["legal_status"], [line["code"] for line in form["lines"]]) == ("association", ["quinoa"])
    assert _counts(await _bring(db, clock, changed.replace(";;Puno", ";Perú;Puno"))) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("row", "errors"),
    [
        ("TIKA;Tika;PE;;;;2;1;;;;;;;;;", [("activos", "more_active_than_members")]),
        ("TIKA;Tika;PE;;;;;;;6;;;RED-AYNI;;;;", [("verificados", "more_verified_than_active")]),
        ("TIKA;Tika;PE;;;;;;3;;;;;;;;", []),
        ("TIKA;Tika;PE;;;;;;;5;;;RED-AYNI;;;;", []),
        ("NUEVA;Nueva;PE;;;;3;;;3;;;RED-AYNI;;;;", []),
        ("FACTS;Por hechos;PE;;;;3;;;;;;;;;;", [("hombres", "missing")]),
    ],
)
async def test_numbers_are_held_against_what_is_stored(
    db: Database, clock: MovableClock, row, errors
) -> None:
    network = await _ayni(db)
    group = await producers.producer(db, "Tika", organisation_values={"code": "TIKA"})
    await people.affiliate(db, group, network)
    unknown = {"women": None, "men": None, "active": None}
    await producers.producer(db, "Por hechos", organisation_values={"code": "FACTS"}, **unknown)

    report = await _bring(db, clock, row)

    assert _errors(report) == [(2, column, code) for column, code in errors]


def _row(**changes: str) -> str:
    cells = dict(zip(HEADER.split(";"), TIKA.split(";"), strict=True)) | changes
    return ";".join(cells.values())


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"codigo": ""}, [("codigo", "missing")]),
        ({"codigo": "!"}, [("codigo", "not_a_code")]),
        ({"nombre": "X"}, [("nombre", "too_short")]),
        ({"pais": "Francia"}, [("pais", "not_an_option")]),
        ({"pais": "", "region": ""}, [("pais", "missing")]),
        ({"region": "Oruro"}, [("region", "unknown_region")]),
        ({"mujeres": "-1"}, [("mujeres", "out_of_range")]),
        ({"activos": "6"}, [("activos", "more_active_than_members")]),
        ({"verificados": "6"}, [("verificados", "more_verified_than_active")]),
        ({"situacion_legal": "rara"}, [("situacion_legal", "not_an_option")]),
        ({"red": "RED-NADIE"}, [("red", "unknown_network"), ("factura_por", "invoices_for_others")]),
        ({"red": "", "factura_por": ""}, [("verificados", "verified_by_nobody")]),
        ({"factura_por": "RED-NADIE"}, [("factura_por", "unknown_network")]),
        ({"factura_por": "RED-OTRA"}, [("factura_por", "invoices_for_others")]),
        ({"telefono": "12"}, [("telefono", "not_a_phone")]),
        ({"año": "1500"}, [("año", "out_of_range")]),
    ],
)
async def test_a_bad_cell_is_named_and_the_good_rows_are_kept(
    client: Client, db: Database, clock: MovableClock, changes, errors
) -> None:
    await _ayni(db)
    await people.network(db, "Otra", code="RED-OTRA")
    await people.organisation(db, "Sin verificar", kind="network", code="RED-NADIE")

    report = await _bring(db, clock, _row(**changes), _row(codigo="QORI", nombre="Qori"))

    assert sorted(_errors(report)) == sorted((2, column, code) for column, code in errors)
    assert _counts(report) == (1, 0, 0, 1)
    names = [item["name"] for item in (await client.get("/v1/producers")).json()["items"]]
    assert names == ["Qori"]


async def test_a_network_above_may_invoice(client: Client, db: Database, clock: MovableClock) -> None:
    above = await _ayni(db)
    below = await people.network(db, "Tejedoras", code="RED-TEJEDORAS")
    await people.affiliate(db, below, above)

    report = await _bring(db, clock, _row(red="RED-TEJEDORAS"))

    assert _errors(report) == []
    form = await _read(client, db, "sumaq", "/profile")
    assert form["invoiced_by"] == {"id": str(above), "name": "Red Ayni Sur"}
    assert form["networks"] == [{"id": str(below), "name": "Tejedoras"}]


async def test_a_network_brings_its_own_groups_only(
    client: Client, db: Database, clock: MovableClock
) -> None:
    network = await _ayni(db)
    await people.network(db, "Otra", code="RED-OTRA")
    await people.organisation(db, "Ajeno", code="AJENO")
    secretary = client.signed_in((await people.member(db, network)).token)
    treasurer = client.signed_in((await people.member(db, network, Role.TREASURER)).token)
    rows = [
        _row(red="", factura_por="", codigo="UNO"),
        _row(red="RED-OTRA", factura_por="", codigo="DOS"),
        _row(codigo="AJENO"),
    ]
    asked: dict[str, Any] = {
        "params": {"kind": "groups", "for": str(network), "filename": "g.csv"},
        "content": "\n".join([HEADER, *rows]).encode(),
        "headers": {"content-type": "text/csv"},
    }

    assert problem(await treasurer.post("/v1/imports", **asked)) == (403, "forbidden")
    checked = await secretary.post("/v1/imports", **asked)
    committed = await secretary.post(f"/v1/imports/{checked.json()['id']}/commit")

    assert committed.status_code == 200, committed.text
    assert _errors(committed.json()) == [(3, "red", "other_network"), (4, "codigo", "code_of_others")]
    listed = (await secretary.get(f"/v1/networks/{network}/producers")).json()["items"]
    assert [(row["code"], row["active"], row["verified"], row["phone"]) for row in listed] == [
        ("UNO", 5, 4, "+51951234567")
    ]
    assert await db.all(sa.select(table(Membership)).where(sa.column("role") == "seller")) == []


async def test_only_the_platform_imports_for_nobody(db: Database, clock: MovableClock) -> None:
    for kind in ("groups", "organisations", "producer_lines"):
        with pytest.raises(ForbiddenError):
            await _bring(db, clock, TIKA, kind=kind, caller=NOBODY)


async def test_a_district_gets_its_official_code_where_it_is_known(
    client: Client, db: Database, clock: MovableClock
) -> None:
    await _ayni(db)
    await _bring(db, clock, TIKA)
    await places.territory(db, "PE-211102", "Cabana", "PE-PUN")
    await places.territory(db, "PE-020901", "Cabana", "PE-ANC")
    for code in ("PE-211201", "PE-211301"):
        await places.territory(db, code, "Dos Veces", "PE-PUN")

    report = await _bring(db, clock, TIKA, _row(codigo="QORI", nombre="Qori", distrito="Dos veces"))

    assert _counts(report) == (1, 1, 0, 0)
    assert [row["changes"] for row in report["rows"] if row["key"] == "SUMAQ-TIKA"] == [["distrito"]]
    assert (await _read(client, db, "sumaq tika"))["territory_code"] == "PE-211102"
    assert (await _read(client, db, "qori"))["territory_code"] is None
    found = (await client.get("/v1/producers?territory=PE-2111")).json()["items"]
    assert [item["code"] for item in found] == ["SUMAQ-TIKA"]


def _warnings(report: dict[str, Any]) -> list[tuple[int, str | None, str]]:
    return [(row["row"], w["column"], w["message"]) for row in report["rows"] for w in row["warnings"]]


async def test_a_district_that_is_nearly_a_known_one_is_asked_about_and_taken_as_written(
    client: Client, db: Database, clock: MovableClock
) -> None:
    await _ayni(db)
    await places.territory(db, "PE-211102", "Cabana", "PE-PUN")
    await places.territory(db, "PE-020901", "Alta Perú", "PE-ANC")

    report = await _bring(
        db,
        clock,
        _row(codigo="UNO", nombre="Uno", distrito="Cabanna"),
        _row(codigo="DOS", nombre="Dos", distrito="Alto Perú"),
        _row(codigo="TRES", nombre="Tres", distrito="CABANA"),
        _row(codigo="CUATRO", nombre="Cuatro", distrito="Cabanna", mujeres="x"),
    )

    asked = "No conocemos ese lugar en la región. ¿Quiso decir «Cabana»? Si no, déjelo como está."
    assert _warnings(report) == [(2, "distrito", asked), (5, "distrito", asked)]
    assert (_errors(report), _counts(report)) == ([(5, "mujeres", "not_a_number")], (3, 0, 0, 1))
    assert [(await _read(client, db, name))["place"] for name in ("uno", "tres")] == ["Cabanna", "CABANA"]
    again = await _bring(db, clock, _row(codigo="UNO", nombre="Uno", distrito="Cabanna"))
    assert (_counts(again), _warnings(again)) == ((0, 0, 1, 0), [(2, "distrito", asked)])


async def test_a_line_that_nobody_knows_is_refused_with_the_one_it_may_be_a_slip_of(
    client: Client, db: Database, clock: MovableClock
) -> None:
    await _ayni(db)

    report = await _bring(
        db,
        clock,
        _row(codigo="UNO", nombre="Uno", lineas="quinnua|Tejido"),
        _row(codigo="DOS", nombre="Dos", lineas="Quínua|miel de abeja"),
    )

    assert [error["message"] for error in report["rows"][0]["errors"]] == [
        f"No conocemos la línea «{said}». ¿Quiso decir «{meant}»? Si es otra, pida a la plataforma que la agregue."
        for said, meant in (("quinnua", "quinua"), ("Tejido", "tejidos"))
    ]
    assert _errors(report)[1:] == [(2, "lineas", "misspelt_line"), (3, "lineas", "unknown_line")]
    assert _counts(report) == (0, 0, 0, 2)
    lines = (await client.get("/v1/producer-lines")).json()["items"]
    assert [line["name"] for line in lines] == ["quinua", "tejidos"]


@pytest.mark.parametrize(
    ("place", "errors"),
    [
        ("-15,66;-70,32", []),
        ("-15.664123;-70.325", []),
        ("-15,66;", [("longitud", "missing")]),
        ("-95;-70,32", [("latitud", "out_of_range")]),
        ("al sur;-70,32", [("latitud", "not_a_number")]),
    ],
)
async def test_a_group_may_say_where_it_is(
    client: Client, db: Database, clock: MovableClock, place, errors
) -> None:
    header, row = "codigo;nombre;pais;latitud;longitud", f"TIKA;Tika;PE;{place}"

    report = await _bring(db, clock, row, header=header)
    again = await _bring(db, clock, row, header=header)

    assert _errors(report) == [(2, column, code) for column, code in errors]
    features = (await client.get("/v1/producers.geojson")).json()["features"]
    found = [feature["geometry"]["coordinates"] for feature in features]
    assert found == ([] if errors else [[-70.32, -15.66]])
    assert again["counts"]["same"] == (0 if errors else 1)


FACTS = "code,name,acronym,kind,country,territory,place,lines,women_led,website,facts"


async def test_a_real_organisation_is_in_the_directory_by_its_facts_alone(
    client: Client, db: Database, clock: MovableClock
) -> None:
    for line in ("agriculture", "crafts"):
        await producers.line(db, line, line)
    union = "FENMU,Federación de Mujeres,FM,union,PE,Lima,Lima,agriculture;crafts,1,fenmu.org.pe,Desde 1990"

    report = await _bring(db, clock, union, kind="organisations", header=FACTS)

    assert (_errors(report), _counts(report)) == ([], (1, 0, 0, 0))
    shown = await _read(client, db, "federacion mujeres")
    assert {name: shown[name] for name in ("kind", "region", "members", "women_led", "website", "phone")} == {
        "kind": "union",
        "region": "PE-LIM",
        "members": None,
        "women_led": True,
        "website": "http://fenmu.org.pe",
        "phone": None,
    }
    assert await db.all(sa.select(table(Membership))) == []
    assert (await client.get("/v1/producers")).json()["items"] == []
    assert _counts(await _bring(db, clock, union, kind="organisations", header=FACTS)) == (0, 0, 1, 0)


async def test_nobody_coordinates_what_the_administrator_imports_as_facts(
    client: Client, db: Database, clock: MovableClock
) -> None:
    administrator = await people.person(db, is_admin=True)
    caller = client.signed_in(administrator.token)
    network = await _ayni(db)
    await producers.line(db, "coffee", "café")
    row = "PANGOA,Cooperativa Pangoa,,cooperative,PE,Junín,Pangoa,coffee,0,,"
    checked = await caller.post(
        "/v1/imports",
        params={"kind": "organisations", "for": str(network), "filename": "o.csv"},
        content=f"{FACTS}\n{row}".encode(),
        headers={"content-type": "text/csv"},
    )

    committed = await caller.post(f"/v1/imports/{checked.json()['id']}/commit")

    assert committed.json()["counts"]["created"] == 1
    assert await db.all(sa.select(table(Membership))) == []


async def test_the_demos_files_come_in_whole_and_once(
    client: Client, db: Database, clock: MovableClock
) -> None:
    codes = ("RED-AYNI-SUR", "RED-TEJEDORAS-LAGO", "RED-MANOS-NORTE", "RED-ILLA-SOLIDARIA", "RED-MINGAKO-SUR")
    networks = {code: await people.network(db, code.title(), code=code) for code in codes}
    await people.affiliate(db, networks["RED-TEJEDORAS-LAGO"], networks["RED-AYNI-SUR"])
    files = (
        ("producer_lines", "lineas.csv"),
        ("organisations", "organizaciones.csv"),
        ("groups", "grupos_pe.csv"),
        ("groups", "grupos_bo.csv"),
        ("groups", "grupos_cl.xlsx"),
    )

    for round_ in (1, 2):
        for kind, name in files:
            content = (DEMO / name).read_bytes()
            report = await imports.bring_in(
                db, kind, name=name, content=content, ask=Ask(WORKER, None, clock(), is_demo=kind == "groups")
            )
            assert (name, _errors(report)) == (name, [])
            assert report["unknown_columns"] == []
            created, changed, same, _ = _counts(report)
            assert (changed, same if round_ == 1 else created) == (0, 0)

    for country in ("PE", "BO", "CL"):
        listed = (await client.get("/v1/producers", params={"country": country, "limit": 200})).json()[
            "items"
        ]
        assert len([item for item in listed if item["is_demo"]]) >= 12, country
        on_the_map = (await client.get("/v1/producers.geojson", params={"country": country})).json()[
            "features"
        ]
        assert len(on_the_map) == len([item for item in listed if item["is_demo"]]), country
    everybody = (await client.get("/v1/directory?limit=200")).json()["items"]
    assert len([item for item in everybody if not item["is_demo"]]) == 103
    ceramics = (await client.get("/v1/producers?q=cerámica")).json()["items"]
    assert "GIES La Encantada" in {item["name"] for item in ceramics}
