"""`minka import KIND` as a program: exit codes and what people read."""

import io
from pathlib import Path

import pytest
from rich.console import Console

import app
from app.kernel.db import Database
from app.kernel.imports import SheetRefusedError
from app.kernel.settings import Settings
from app.people import files
from tests.client import Client
from tests.factories import people, products

FILE = "codigo;grupo;producto;cantidad;precio;color de la bolsa\nA;;quinua-blanca;10 kg;8,00;azul\nB;;quinua-blanca;;8,00;\n"


def _run(settings: Settings, path: Path, **options) -> tuple[int, str]:
    out = io.StringIO()
    console = Console(file=out, width=100, highlight=False)
    options = {"organisation": "SUMAQ", "only_check": False} | options
    return files.bring_in(
        settings, options.pop("kind", "lots"), path, console=console, **options
    ), out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "existencias.csv"
    path.write_text(FILE)
    return path


@pytest.fixture
async def group(db: Database) -> None:
    await people.organisation(db, code="SUMAQ")
    await products.product(db)


async def _in_a_thread(*arguments, **options):
    from anyio import to_thread

    return await to_thread.run_sync(lambda: _run(*arguments, **options))


async def test_a_file_is_brought_in_and_told(
    client: Client, db: Database, settings: Settings, file: Path, group: None
) -> None:
    tried, _ = await _in_a_thread(settings, file, only_check=True)
    code, told = await _in_a_thread(settings, file)
    again, told_again = await _in_a_thread(settings, file)

    assert (tried, code, again) == (1, 1, 1)
    assert "│      1 │         0 │          0 │            1 │" in told
    assert "columna color de la bolsa: No leemos esta columna." in told
    assert "fila 3, cantidad: Falta este dato." in told
    assert "│      0 │         0 │          1 │            1 │" in told_again


async def test_what_cannot_be_imported_is_named(
    client: Client, db: Database, settings: Settings, file: Path, group: None
) -> None:
    tmp_path = file.parent
    (tmp_path / "vacio.csv").write_text("")

    with pytest.raises(files.UnknownOrganisationCodeError):
        await _in_a_thread(settings, file, organisation="NADIE")
    with pytest.raises(files.UnreadableFileError):
        await _in_a_thread(settings, tmp_path / "nada.csv")
    with pytest.raises(SheetRefusedError):
        await _in_a_thread(settings, tmp_path / "vacio.csv")


DEMO = Path(app.__file__).parent / "demo" / "data"


async def test_the_platforms_own_files_belong_to_nobody(
    client: Client, db: Database, settings: Settings
) -> None:
    files_of = {
        "producer_lines": "lineas.csv",
        "product_categories": "categorias.csv",
        "products": "productos.csv",
        "organisations": "organizaciones.csv",
    }

    for kind, name in files_of.items():
        code, told = await _in_a_thread(settings, DEMO / name, kind=kind, organisation=None)
        assert (code, name in told) == (0, True), told
    found = (await client.get("/v1/directory?q=ceramica encantada")).json()["items"]
    assert [item["name"] for item in found] == ["GIES La Encantada"]
