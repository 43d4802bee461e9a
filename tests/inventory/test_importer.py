from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from app.inventory import service
from app.inventory.service import Take
from app.kernel import ids, imports, sheets
from app.kernel.caller import WORKER
from app.kernel.db import Database
from app.kernel.imports import Ask
from app.people.models import Role
from tests.client import Client, problem
from tests.counting import counted_reads
from tests.factories import inventory, people, products, seals
from tests.inventory.stock import LOT, broken, weeks

FILE = (
    "codigo,grupo,producto,variante,cantidad,empaque,precio,moneda,por,listo_en_dias,vence_en_dias,tipo,por_semana,semanas_aviso,sellos\n"
    "GRA-1,,Quinua blanca,,10 arrobas,1 kg,8.50,PEN,kg,0,315,existencia,,,Organico\n"
    'GRA-2,,quinua-blanca,roja,"1.234,5 kg",,"S/ 92,00 por arroba",,,20,,por cosechar,,,\n'
    "PRE-1,,Chalina,,,1 pieza,56,soles,,,,por encargo,11,2,\n"
)
_LOTS = sa.select(
    LOT.c.code,
    LOT.c.kind,
    LOT.c.variant,
    LOT.c.available_base,
    LOT.c.pack_base,
    LOT.c.price_minor,
    LOT.c.currency,
    LOT.c.ready_on,
    LOT.c.expires_on,
).order_by(LOT.c.code)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def _scene(client: Client, db: Database) -> tuple[Client, UUID]:
    """A seller of one group; quinua by weight with a variant, scarves by piece, an organic seal."""
    group = await people.organisation(db, code="SUMAQ")
    await products.product(db, variants=("roja",), step_base=500)
    await products.product(db, "Chalina", base_unit="H87", unit="H87", price_unit_base=1)
    await seals.grant(db, group, await seals.scheme(db, "organico"))
    return client.signed_in((await people.member(db, group, Role.SELLER)).token), group


async def _send(caller: Client, organisation: UUID, content: str | bytes, *, kind: str = "text/csv"):
    return await caller.post(
        "/v1/imports",
        params={"kind": "lots", "for": str(organisation), "filename": "existencias.csv"},
        content=content if isinstance(content, bytes) else content.encode(),
        headers={"content-type": kind},
    )


async def _import(caller: Client, organisation: UUID, content: str | bytes):
    sent = await _send(caller, organisation, content)
    assert sent.status_code == 201, sent.text
    return await caller.post(f"/v1/imports/{sent.json()['id']}/commit")


def _errors(answer) -> set[tuple[int, str, str]]:
    return {
        (row["row"], error["column"], error["code"])
        for row in answer.json()["rows"]
        for error in row["errors"]
    }


async def test_a_file_as_people_write_it_becomes_lots(client: Client, db: Database) -> None:
    seller, group = await _scene(client, db)

    done = await _import(seller, group, FILE)

    assert done.status_code == 200, done.text
    assert done.json()["counts"] == {"created": 3, "changed": 0, "same": 0, "error": 0}, done.text
    stored = [tuple(str(value) for value in row.values()) for row in await db.all(_LOTS)]
    assert stored == [
        ("GRA-1", "stock", "None", "115000", "1000", "850", "PEN", "2026-03-02", "2027-01-11"),
        ("GRA-2", "pledged", "roja", "1234500", "500", "800", "PEN", "2026-03-22", "None"),
        ("PRE-1", "capacity", "None", "0", "1", "5600", "PEN", "2026-03-02", "None"),
    ]
    [first, _, made] = (await seller.get("/v1/lots")).json()["items"]
    assert first["seals"] == ["organico"]
    assert (made["per_week"], made["notice_weeks"]) == ({"value": "11", "unit": "H87"}, 2)
    assert set((await weeks(db)).values()) == {(11, 0)}
    assert await broken(db) == []


async def test_a_second_import_adds_nothing_even_after_something_was_sold(
    client: Client, db: Database
) -> None:
    seller, group = await _scene(client, db)
    await _import(seller, group, FILE)
    lot = (await seller.get("/v1/lots")).json()["items"][0]["id"]
    sold = {"reason": "sold", "quantity": {"value": "15", "unit": "KGM"}}
    await seller.post(f"/v1/lots/{lot}/movements", json=sold, headers={"idempotency-key": "k"})

    again = await _import(seller, group, FILE)

    assert again.json()["counts"] == {"created": 0, "changed": 0, "same": 3, "error": 0}, again.text
    assert again.json()["rows"] == []
    assert (await seller.get(f"/v1/lots/{lot}")).json()["available"]["value"] == "100"


async def test_a_code_twice_is_told_though_its_first_row_is_bad(client: Client, db: Database) -> None:
    seller, group = await _scene(client, db)
    rows = (
        "codigo,producto,cantidad,precio",
        "GRA-1,Quinua blanca,cien,8.50",
        "GRA-1,Quinua blanca,100,8.50",
    )

    sent = await _send(seller, group, "\n".join(rows))

    assert [
        (row["outcome"], [e["code"] for e in row["errors"]], [w["code"] for w in row["warnings"]])
        for row in sent.json()["rows"]
    ] == [("error", ["not_a_quantity"], []), ("created", [], ["repeated_key_of_bad"])]


async def test_what_a_file_says_otherwise_is_changed_and_empty_cells_leave_things(
    client: Client, db: Database
) -> None:
    seller, group = await _scene(client, db)
    await _import(seller, group, FILE)

    done = await _import(
        seller,
        group,
        "codigo;producto;cantidad;precio;sellos;tipo;por_semana\n"
        "GRA-1;quinua-blanca;20 arrobas;9,00;;;\n"
        "GRA-2;quinua-blanca;1300 kg;8,00;;existencia;\n"
        "PRE-1;chalina;;56;;;15\n",
    )

    assert done.json()["counts"] == {"created": 0, "changed": 3, "same": 0, "error": 0}, done.text
    assert [(row["key"], row["changes"]) for row in done.json()["rows"]] == [
        ("GRA-1", ["precio", "cantidad"]),
        ("GRA-2", ["tipo", "cantidad"]),
        ("PRE-1", ["por_semana"]),
    ]
    found = {item["code"]: item for item in (await seller.get("/v1/lots")).json()["items"]}
    assert found["GRA-1"]["available"]["value"] == "230"
    assert (found["GRA-1"]["price"]["amount"], found["GRA-1"]["seals"]) == ("9.00", ["organico"])
    assert (found["GRA-2"]["kind"], found["GRA-2"]["available"]["value"]) == ("stock", "1300")
    moved = (await seller.get(f"/v1/lots/{found['GRA-2']['id']}/movements")).json()["items"]
    assert [movement["reason"] for movement in moved] == ["pledged", "harvested"]
    assert set((await weeks(db)).values()) == {(15, 0)}
    assert await broken(db) == []


async def test_bad_cells_are_named_and_the_good_rows_stay(client: Client, db: Database) -> None:
    seller, group = await _scene(client, db)
    file = (
        "Código;Producto;Variante;Cantidad;Empaque;Precio;Moneda;Por;Listo en días;Disponible desde;Vence;Tipo;Por semana;Sellos\n"
        "A;quinua-blanca;;10 kg;;8,00;;;;;;;;\n"
        ";quinua-blanca;;10 kg;;8,00;;;;;;;;\n"
        "B;kiwicha;;10 kg;;8,00;;;;;;;;\n"
        "C;quinua-blanca;azul;10,2 kg;;8,00;;;;;;;;\n"
        "D;quinua-blanca;;3 piezas;;8,00;;;;;;;;\n"
        "E;quinua-blanca;;2 sacos;;0;;;;;;;;\n"
        "F;quinua-blanca;;10 kg;;8,00;XXX;;;;;;;\n"
        "G;quinua-blanca;;10 kg;;8,00;;3 kg;;;;;;\n"
        "H;quinua-blanca;;10 kg;;8,00;;;3;15/03/2026;;;;\n"
        "I;quinua-blanca;;10 kg;;8,00;;;;;01/01/2026;;;\n"
        "J;quinua-blanca;;;;8,00;;;;;;;;\n"
        "K;chalina;;5;;8,00;;;;;;por encargo;;\n"
        "L;quinua-blanca;;10 kg;;8,00;;;;;;;4;\n"
        "M;quinua-blanca;;10 kg;;8,00;;;;;;regalo;;Organico|Azul\n"
        "A;quinua-blanca;;12 kg;;8,00;;;;;;;;\n"
    )

    sent = await _send(seller, group, file)

    assert sent.json()["counts"] == {"created": 1, "changed": 0, "same": 0, "error": 14}
    assert _errors(sent) == {
        (3, "Código", "missing"),
        (4, "Producto", "unknown_product"),
        (5, "Variante", "unknown_variant"),
        (5, "Cantidad", "not_a_multiple_of"),
        (6, "Cantidad", "other_measure"),
        (7, "Cantidad", "no_factor"),
        (7, "Precio", "zero"),
        (8, "Moneda", "unknown_currency"),
        (9, "Precio", "price_not_exact"),
        (10, "Listo en días", "one_of_two"),
        (11, "vence_en_dias", "expires_before_ready"),
        (12, "Cantidad", "missing"),
        (13, "Cantidad", "not_for_capacity"),
        (13, "Por semana", "missing"),
        (14, "Por semana", "only_for_capacity"),
        (15, "Tipo", "not_an_option"),
        (15, "Sellos", "unknown_seal"),
        (16, None, "repeated_key"),
    }
    messages = {error["message"] for row in sent.json()["rows"] for error in row["errors"]}
    assert "Debe ser múltiplo de 0,5 kg." in messages
    assert "El producto no tiene esa variante. Hay: roja." in messages
    done = await seller.post(f"/v1/imports/{sent.json()['id']}/commit")
    assert done.status_code == 200
    assert [item["code"] for item in (await seller.get("/v1/lots")).json()["items"]] == ["A"]


async def test_a_seal_must_be_held_when_it_is_claimed(client: Client, db: Database) -> None:
    seller, group = await _scene(client, db)
    later = await seals.scheme(db, "justo")
    await seals.scheme(db, "spg")
    day = inventory.MONDAY
    await seals.grant(db, group, later, valid_from=day.replace(day=20))

    sent = await _send(
        seller,
        group,
        "codigo;producto;cantidad;precio;listo_en_dias;sellos\n"
        "A;quinua-blanca;10 kg;8,00;0;justo\n"
        "B;quinua-blanca;10 kg;8,00;30;justo\n"
        "C;quinua-blanca;10 kg;8,00;30;spg\n",
    )

    assert _errors(sent) == {(2, "sellos", "seal_not_held"), (4, "sellos", "seal_not_held")}


async def test_a_formula_without_a_value_is_an_error(client: Client, db: Database) -> None:
    import io

    import xlsxwriter

    seller, group = await _scene(client, db)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["codigo", "producto", "cantidad", "precio"])
        page.write_row(1, 0, ["A", "quinua-blanca", "10 kg"])
        page.write_formula(1, 3, "=2*4", value="")
        page.write_row(2, 0, ["B", "quinua-blanca", 10, 8])

    sent = await _send(seller, group, out.getvalue(), kind=XLSX)

    assert _errors(sent) == {(2, "precio", "formula_without_value")}
    assert sent.json()["counts"]["created"] == 1


async def test_a_network_imports_for_its_groups_and_nobody_else(client: Client, db: Database) -> None:
    _, group = await _scene(client, db)
    other = await people.organisation(db, "Otro grupo", code="OTRO")
    network = await people.network(db)
    await people.affiliate(db, group, network)
    secretary = client.signed_in((await people.member(db, network)).token)
    stranger = client.signed_in((await people.person(db, "Ana")).token)
    file = (
        "codigo;grupo;producto;cantidad;precio\n"
        "A;SUMAQ;quinua-blanca;10 kg;8,00\n"
        "B;Otro Grupo;quinua-blanca;10 kg;8,00\n"
        "C;;quinua-blanca;10 kg;8,00\n"
    )

    done = await _import(secretary, network, file)

    assert done.json()["counts"] == {"created": 1, "changed": 0, "same": 0, "error": 2}
    assert _errors(done) == {(3, "grupo", "unknown_group"), (4, "grupo", "missing")}
    assert [item["producer_id"] for item in (await secretary.get("/v1/lots")).json()["items"]] == [str(group)]
    assert problem(await _send(stranger, group, file)) == (403, "forbidden")
    assert other


async def test_the_same_code_of_two_groups_is_two_lots(client: Client, db: Database) -> None:
    await _scene(client, db)
    await people.organisation(db, "Otro grupo", code="OTRO")
    file = "codigo;grupo;producto;cantidad;precio\nA;SUMAQ;quinua-blanca;10 kg;8,00\nA;OTRO;quinua-blanca;10 kg;8,00\n"

    report = await imports.bring_in(
        db,
        "lots",
        name="a.csv",
        content=file.encode(),
        ask=Ask(WORKER, None, people.LONG_AGO, is_demo=True),
    )

    assert report["counts"] == {"created": 2, "changed": 0, "same": 0, "error": 0}, report
    assert await db.value(sa.select(sa.func.count().label("n")).select_from(LOT).where(LOT.c.is_demo)) == 2


async def test_rows_that_share_a_workshop_share_its_weeks(client: Client, db: Database) -> None:
    seller, group = await _scene(client, db)
    await products.product(db, "Poncho", base_unit="H87", unit="H87", price_unit_base=1)

    done = await _import(
        seller,
        group,
        "codigo;producto;precio;tipo;por_semana;taller\n"
        "A;chalina;56;por encargo;11;Telar\n"
        "B;poncho;156;por encargo;;telar\n",
    )

    assert done.json()["counts"]["created"] == 2, done.text
    items = (await seller.get("/v1/lots")).json()["items"]
    assert len({item["capacity_id"] for item in items}) == 1
    assert len((await seller.get("/v1/capacities")).json()["items"]) == 1


async def test_less_than_what_is_held_is_an_error_that_says_how_much(client: Client, db: Database) -> None:
    seller, group = await _scene(client, db)
    await _import(seller, group, FILE)
    lot = UUID((await seller.get("/v1/lots")).json()["items"][0]["id"])
    async with db.tx() as tx:
        take = Take(lot, None, 50_000, ids.uuid7(), 850)
        await service.reserve(tx, [take], holder_kind="allocation", now=people.LONG_AGO)

    sent = await _send(seller, group, "codigo;producto;cantidad;precio\nGRA-1;quinua-blanca;49 kg;8,50\n")

    [error] = sent.json()["rows"][0]["errors"]
    assert (error["code"], error["message"]) == (
        "below_reserved",
        "Ya hay 50 kg apartados para pedidos: no puede haber menos.",
    )


@pytest.mark.parametrize("what", ["terms", "stock", "taken"])
async def test_a_lot_that_changed_after_the_dry_run_stops_the_commit(
    client: Client, db: Database, what: str
) -> None:
    seller, group = await _scene(client, db)
    await _import(seller, group, FILE)
    lot = (await seller.get("/v1/lots")).json()["items"][0]["id"]
    change = "codigo;producto;cantidad;precio\nGRA-1;quinua-blanca;20 arrobas;9,00\nGRA-9;quinua-blanca;1 kg;9,00\n"
    run = (await _send(seller, group, change)).json()["id"]
    if what == "terms":
        await seller.patch(f"/v1/lots/{lot}", json={"grade": 3}, headers={"if-match": '"1-es"'})
    elif what == "stock":
        body = {"reason": "received", "quantity": {"value": "1", "unit": "KGM"}}
        await seller.post(f"/v1/lots/{lot}/movements", json=body, headers={"idempotency-key": str(uuid4())})
    else:
        await _import(seller, group, "codigo;producto;cantidad;precio\nGRA-9;quinua-blanca;7 kg;9,00\n")

    refused = await seller.post(f"/v1/imports/{run}/commit")

    assert problem(refused) == (409, "import_stale")
    assert (await seller.get(f"/v1/lots/{lot}")).json()["price"]["amount"] == "8.50"
    again = await seller.post(f"/v1/imports/{refused.json()['import_id']}/commit")
    assert again.status_code == 200, again.text
    assert (await seller.get(f"/v1/lots/{lot}")).json()["price"]["amount"] == "9.00"
    assert await broken(db) == []


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_an_export_comes_in_again_as_the_same(client: Client, db: Database, form: str) -> None:
    seller, group = await _scene(client, db)
    await _import(seller, group, FILE)

    out = await seller.get("/v1/lots/export", params={"format": form})
    back = await _send(seller, group, out.content, kind=out.headers["content-type"])

    assert out.status_code == 200
    assert out.headers["content-disposition"] == f"attachment; filename*=UTF-8''existencias.{form}"
    assert back.json()["counts"] == {"created": 0, "changed": 0, "same": 3, "error": 0}, back.text
    assert set(back.json()["unknown_columns"]) == {"Apartado", "Libre"}


async def test_no_cell_of_an_export_is_a_formula(client: Client, db: Database) -> None:
    seller, group = await _scene(client, db)
    await _import(seller, group, "codigo;producto;cantidad;precio;nota\n=1+1;quinua-blanca;1 kg;8;@SUM(A1)\n")

    csv = (await seller.get("/v1/lots/export", params={"format": "csv"})).content.decode("utf-8-sig")
    book = (await seller.get("/v1/lots/export")).content

    assert csv.splitlines()[1].startswith("'=1+1;SUMAQ;")
    assert "'@SUM(A1)" in csv
    read = sheets.read("a.xlsx", book, max_rows=9, max_cols=30)
    assert read.rows[1].cells[0] == "=1+1"
    assert problem(await client.get("/v1/lots/export")) == (401, "sign_in_required")


async def test_a_hundred_rows_need_as_many_reads_as_one(client: Client, db: Database) -> None:
    seller, group = await _scene(client, db)
    head = "codigo;producto;cantidad;precio;sellos\n"
    rows = [f"R-{number};quinua-blanca;10 kg;8,00;organico\n" for number in range(100)]

    await _send(seller, group, head)
    with counted_reads() as one:
        await _send(seller, group, head + rows[0])
    with counted_reads() as hundred:
        await _send(seller, group, head + "".join(rows))

    assert hundred.reads == one.reads
