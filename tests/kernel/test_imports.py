"""The machinery of imports, with the smallest importer that has everything: categories."""

from typing import ClassVar
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.kernel import ids, imports, sheets
from app.kernel.caller import WORKER
from app.kernel.db import Database
from app.kernel.errors import ForbiddenError
from app.kernel.imports import Ask, Cells, ImportStaleError, Line, Outcome
from app.kernel.sheets import Column
from app.people import access
from app.products.queries import CATEGORY
from tests.client import Client, problem
from tests.factories import people

_ALL = sa.select(CATEGORY.c.id, CATEGORY.c.code, CATEGORY.c.name_es, CATEGORY.c.name_en)
_ADD = sa.insert(CATEGORY)
_RENAME = (
    sa.update(CATEGORY)
    .where(CATEGORY.c.id == sa.bindparam("category"), CATEGORY.c.name_es == sa.bindparam("was"))
    .values(name_es=sa.bindparam("name"))
)


class Categories:
    """Categories by code."""

    kind = "categories"
    columns: ClassVar = {
        "codigo": Column(required=True),
        "nombre": Column(("categoría",), required=True),
        "orden": Column(),
    }

    def require(self, caller, organisation_id):
        if organisation_id is not None:
            access.require(caller, "stock", organisation_id)
        elif not caller.is_admin:
            raise ForbiddenError

    async def check(self, db, found, ask):  # noqa: ARG002 - an Importer's signature
        known = {row["code"]: row for row in await db.all(_ALL)}
        return [self._line(Cells(record), record.number, known) for record in found.records()]

    def _line(self, cells, row, known):
        code, name = cells.need("codigo", sheets.text), cells.need("nombre", sheets.text, max_length=20)
        cells.take("orden", sheets.integer, None)
        if cells.flaws:
            return Line(row, code, flaws=cells.flaws)
        is_known = code in known
        was = known[code]["name_es"] if is_known else None
        outcome = Outcome.SAME if was == name else Outcome.CHANGED if is_known else Outcome.CREATED
        return Line(
            row,
            code,
            outcome=outcome,
            values={"name": name, "was": was},
            target=known[code]["id"] if is_known else None,
            changes=["nombre"] if outcome is Outcome.CHANGED else [],
        )

    async def apply(self, tx, lines, ask):  # noqa: ARG002 - an Importer's signature
        for line in lines:
            name = line.values["name"]
            if line.outcome is Outcome.CREATED:
                await tx.run(_ADD, id=ids.uuid7(), code=line.key, name_es=name, name_en=name)
            elif not await tx.run(_RENAME, category=line.target, was=line.values["was"], name=name):
                raise ImportStaleError


imports.register(Categories())
FILE = "Código;Categoría;Nota\nmiel;Mieles;x\nte;;\nsal;Sal de mar;\n".encode("cp1252")


async def _seller(client: Client, db: Database) -> tuple[Client, UUID]:
    group = await people.organisation(db)
    return client.signed_in((await people.member(db, group)).token), group


async def _send(client: Client, group: UUID, content: bytes, *, kind="text/csv", name="categorías.csv"):
    return await client.post(
        "/v1/imports",
        params={"kind": "categories", "for": str(group), "filename": name},
        content=content,
        headers={"content-type": kind},
    )


async def _names(db: Database) -> dict[str, str]:
    return {row["code"]: row["name_es"] for row in await db.all(_ALL)}


async def test_a_dry_run_reports_each_row_and_changes_nothing(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)

    sent = await _send(seller, group, FILE)

    report = sent.json()
    assert sent.status_code == 201, sent.text
    assert report["counts"] == {"created": 2, "changed": 0, "same": 0, "error": 1}
    assert report["unknown_columns"] == ["Nota"]
    assert report["warnings"] == [
        {"column": "Nota", "code": "unknown_column", "message": "No leemos esta columna."}
    ]
    assert report["for"] == str(group)
    good = {"outcome": "created", "changes": [], "errors": [], "warnings": [], "said": {}}
    assert report["rows"] == [
        good | {"row": 2, "key": "miel"},
        {
            "row": 3,
            "key": "te",
            "outcome": "error",
            "changes": [],
            "errors": [{"column": "Categoría", "code": "missing", "message": "Falta este dato."}],
            "warnings": [],
            "said": {"Código": "te"},
        },
        good | {"row": 4, "key": "sal"},
    ]
    assert (report["committed_at"], await _names(db)) == (None, {})
    assert (await seller.get(f"/v1/imports/{report['id']}")).json() == report


async def test_a_commit_does_what_was_shown_once_and_a_second_import_adds_nothing(
    client: Client, db: Database
) -> None:
    seller, group = await _seller(client, db)
    run = (await _send(seller, group, FILE)).json()["id"]

    done = await seller.post(f"/v1/imports/{run}/commit")
    again = await seller.post(f"/v1/imports/{run}/commit")
    second = await _send(seller, group, FILE)

    assert done.status_code == 200, done.text
    assert done.json()["committed_at"] == "2026-03-02T15:00:00Z"
    assert again.json() == done.json()
    assert await _names(db) == {"miel": "Mieles", "sal": "Sal de mar"}
    assert second.json()["counts"] == {"created": 0, "changed": 0, "same": 2, "error": 1}


async def test_the_file_comes_back_with_what_to_correct(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    run = (await _send(seller, group, FILE)).json()["id"]

    spanish = await seller.get(f"/v1/imports/{run}/file")
    english = await seller.get(f"/v1/imports/{run}/file", headers={"accept-language": "en"})

    assert spanish.headers["content-type"] == "text/csv"
    assert "categor%C3%ADas%20-%20por%20corregir.csv" in spanish.headers["content-disposition"]
    assert spanish.content.decode("cp1252") == (
        "Código;Categoría;Nota;Qué corregir: Nota: No leemos esta columna.\r\nmiel;Mieles;x;\r\nte;;;Categoría: Falta este dato.\r\n"
        "sal;Sal de mar;;\r\n"
    )
    assert "Categoría: This is missing." in english.content.decode("cp1252")


async def test_a_column_is_asked_about_when_its_name_is_nearly_one_that_is_read(
    client: Client, db: Database
) -> None:
    seller, group = await _seller(client, db)
    told = "No leemos esta columna. ¿Quiso decir «orden»?"
    run = (await _send(seller, group, "codigo;nombre;Órdden;Nombres\nmiel;Mieles;1;\n".encode())).json()

    back = await seller.get(f"/v1/imports/{run['id']}/file")
    again = (await _send(seller, group, back.content)).json()

    assert [(w["column"], w["code"], w["message"]) for w in run["warnings"]] == [
        ("Órdden", "misspelt_column", told),
        ("Nombres", "unknown_column", "No leemos esta columna."),  # «nombre» is there
    ]
    title = back.content.decode().splitlines()[0]
    assert (
        title == f"codigo;nombre;Órdden;Nombres;Qué corregir: Órdden: {told} Nombres: No leemos esta columna."
    )
    assert again["unknown_columns"] == ["Órdden", "Nombres"]
    assert (await seller.get(f"/v1/imports/{again['id']}/file")).content == back.content


async def test_a_workbook_is_read_and_comes_back(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    book = sheets.export_xlsx([("Codigo", "Nombre", "Ordn"), ("miel", "Mieles", ""), ("te", "", "")])
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    sent = await _send(seller, group, book, kind=kind, name="a.xlsx")
    back = await seller.get(f"/v1/imports/{sent.json()['id']}/file")

    assert sent.json()["counts"] == {"created": 1, "changed": 0, "same": 0, "error": 1}
    assert back.headers["content-type"] == kind
    read = sheets.read("b.xlsx", back.content, max_rows=9, max_cols=9)
    assert ["".join(row.cells[3:]) for row in read.rows] == [
        "Qué corregir: Ordn: No leemos esta columna. ¿Quiso decir «orden»?",
        "",
        "Nombre: Falta este dato.",
    ]


async def test_a_commit_that_is_no_longer_true_names_a_new_dry_run(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    run = (await _send(seller, group, FILE)).json()["id"]
    async with db.tx() as tx:
        await tx.run(_ADD, id=ids.uuid7(), code="miel", name_es="Otra miel", name_en="x")

    refused = await seller.post(f"/v1/imports/{run}/commit")

    assert problem(refused) == (409, "import_stale")
    assert await _names(db) == {"miel": "Otra miel"}
    renewed = (await seller.get(f"/v1/imports/{refused.json()['import_id']}")).json()
    assert renewed["counts"] == {"created": 1, "changed": 1, "same": 0, "error": 1}
    assert renewed["rows"][0]["changes"] == ["Categoría"]
    assert (await seller.post(f"/v1/imports/{renewed['id']}/commit")).status_code == 200
    assert await _names(db) == {"miel": "Mieles", "sal": "Sal de mar"}


async def test_a_repeated_code_is_an_error_of_the_second_row(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)

    sent = await _send(seller, group, b"codigo,nombre\nmiel,Mieles\nmiel,Otra\n")

    assert sent.json()["counts"] == {"created": 1, "changed": 0, "same": 0, "error": 1}
    assert sent.json()["rows"][1]["errors"] == [
        {
            "column": None,
            "code": "repeated_key",
            "message": "Este código ya está en la fila 2. Use un código distinto para cada fila.",
        }
    ]


async def test_a_cell_that_no_title_stands_above_is_an_error_of_its_row(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    sent = (await _send(seller, group, b"codigo,nombre,orden\nmiel,Mieles,8,50\nsal,Sal,1,\n")).json()
    back = await seller.get(f"/v1/imports/{sent['id']}/file")

    again = (await _send(seller, group, back.content)).json()
    path, row = f"/v1/imports/{sent['id']}/corrections", {"row": 2, "cells": {"#4": "", "orden": "9"}}
    mended = (await seller.post(path, json={"rows": [row]})).json()

    assert (sent["counts"]["error"], again["rows"][0]["errors"]) == (1, sent["rows"][0]["errors"])
    assert (sent["rows"][0]["said"]["#4"], sent["rows"][0]["errors"]) == (
        "50",
        [
            {
                "column": "#4",
                "code": "beyond_titles",
                "message": "Aquí sobra «50»: la fila tiene más celdas que títulos. Si un número lleva coma, como 8,50, "
                "escríbalo con punto o entre comillas; si la celda sí va, póngale título a su columna.",
            }
        ],
    )
    assert mended["counts"] == {"created": 2, "changed": 0, "same": 0, "error": 0}


async def test_a_code_repeated_below_a_bad_row_is_warned_of(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    rows = ["codigo,nombre", "miel,", "miel,Mieles", "miel,Otra", "sal,Sal", "sal,"]

    sent = (await _send(seller, group, "\n".join(rows).encode())).json()
    back = await seller.get(f"/v1/imports/{sent['id']}/file")
    await seller.post(f"/v1/imports/{sent['id']}/commit")

    assert [
        (row["row"], [e["code"] for e in row["errors"]], [w["code"] for w in row["warnings"]])
        for row in sent["rows"]
    ] == [
        (2, ["missing"], []),
        (3, [], ["repeated_key_of_bad"]),
        (4, ["repeated_key"], []),
        (5, [], []),
        (6, ["missing", "repeated_key"], []),
    ]
    assert sent["counts"] == {"created": 2, "changed": 0, "same": 0, "error": 3}
    assert "El código está también en la fila 2, que falta corregir." in back.content.decode().splitlines()[2]
    assert await _names(db) == {"miel": "Mieles", "sal": "Sal"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "vacío"),
        (b"%PDF-1.4", "hoja de cálculo"),
        (b"uno,dos\n1,2\n", "títulos"),
        (b"codigo\nmiel\n", "nombre"),
    ],
)
async def test_a_file_that_cannot_be_read_says_why(
    client: Client, db: Database, content: bytes, why: str
) -> None:
    seller, group = await _seller(client, db)

    refused = await _send(seller, group, content)

    assert problem(refused) == (422, "sheet_refused")
    assert why in refused.json()["detail"]


async def test_foreign_callers_and_other_kinds_are_kept_out(client: Client, db: Database) -> None:
    seller, group = await _seller(client, db)
    stranger = client.signed_in((await people.person(db, "Ana")).token)
    run = (await _send(seller, group, FILE)).json()["id"]

    assert problem(await _send(client, group, FILE)) == (401, "sign_in_required")
    assert problem(await _send(stranger, group, FILE)) == (403, "forbidden")
    for method, path in (("GET", ""), ("GET", "/file"), ("POST", "/commit")):
        foreign = await stranger.request(method, f"/v1/imports/{run}{path}")
        assert problem(foreign) == (404, "not_found"), path
    unknown = await seller.post("/v1/imports", params={"kind": "recipes", "for": str(group), "filename": "a"})
    assert problem(unknown) == (404, "not_found")
    assert problem(await _send(seller, group, FILE, kind="application/json")) == (
        415,
        "unsupported_media_type",
    )


async def test_a_program_brings_a_file_in_at_once(db: Database) -> None:
    ask = Ask(WORKER, None, people.LONG_AGO)

    report = await imports.bring_in(db, "categories", name="a.csv", content=FILE, ask=ask)

    assert report["counts"] == {"created": 2, "changed": 0, "same": 0, "error": 1}
    assert report["committed_at"] == people.LONG_AGO
    assert await _names(db) == {"miel": "Mieles", "sal": "Sal de mar"}
