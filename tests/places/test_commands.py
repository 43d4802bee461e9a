from pathlib import Path

import pytest
from rich.console import Console

from app.kernel.db import Database
from app.kernel.settings import Settings
from app.places import commands, territories
from tests.places.test_territories import BOLIVIA


async def test_an_import_tells_what_it_did(
    settings: Settings, db: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bo.csv"
    file.write_text(BOLIVIA)
    reading = territories.read(file)

    outcome = await commands._keep(settings, reading, Console())
    commands._tell(Console(), file.name, outcome)

    assert (outcome.added, len(outcome.wrong)) == (9, 1)
    assert "fila 11: El código no es de ninguna región de ese país." in capsys.readouterr().out


def test_a_file_that_is_no_list_is_refused_by_its_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "otra.csv"
    file.write_text("nombre;monto\nRosa;3\n")

    code = commands.import_territories(Settings(_env_file=None), file)  # type: ignore[call-arg]
    absent = commands.import_territories(Settings(_env_file=None), tmp_path / "nada.csv")  # type: ignore[call-arg]

    assert (code, absent) == (1, 1)
    said = capsys.readouterr().out
    assert "Perú: distrito, inei, provincia" in said
    assert "No se puede abrir nada.csv." in said
