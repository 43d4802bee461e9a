"""`minka doctor`: what is wrong is said with how to mend it."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
import sqlalchemy as sa

from app.cli.doctor import examine
from app.kernel import clock, journal, migrating
from app.kernel.caller import WORKER
from app.kernel.db import Lite
from app.kernel.ids import uuid7
from app.kernel.journal import AuditEntry
from app.kernel.schema import table
from app.kernel.settings import Settings
from tests import postgres


@pytest.fixture
def file(monkeypatch, tmp_path):
    """The embedded database that the settings name; it does not exist yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MINKA_DATABASE_URL", "sqlite:///minka.db")
    return tmp_path / "minka.db"


def _migrate():
    migrating.upgrade(Settings(_env_file=None))


def _examine(capsys):
    with ThreadPoolExecutor(1) as thread:  # the suite's own event loop may be running here
        code = thread.submit(examine).result()
    said = capsys.readouterr().out
    wrong = [line.removeprefix("MAL   ") for line in said.splitlines() if line.startswith("MAL ")]
    mends = [line.strip().removeprefix("→ ") for line in said.splitlines() if "→" in line]
    return code, wrong, mends, said


def test_sound_installation_is_ready(file, capsys):
    _migrate()

    code, wrong, mends, said = _examine(capsys)

    assert (code, wrong, mends) == (0, [], [])
    assert said.splitlines()[-1] == "Todo listo."
    assert f"SQLite {sqlite3.sqlite_version}" in said
    assert f"Esquema: al día ({migrating.revisions()[-1]})" in said
    assert "nadie escribe ahora" in said


def test_database_that_does_not_exist_is_not_made_and_a_misspelt_setting_is_named(file, capsys, monkeypatch):
    monkeypatch.setenv("MINKA_DATABSE_URL", "x")

    code, wrong, mends, said = _examine(capsys)

    assert (code, wrong) == (1, ["Base de datos: todavía no existe."])
    assert "MINKA_DATABSE_URL: ningún ajuste se llama así." in said
    assert mends == ["Los que hay están en docs/settings.md.", "Créela con `minka migrate` o `minka serve`."]
    assert not file.exists()


def test_old_schema_is_to_be_migrated(file, capsys):
    sqlite3.connect(file).execute("create table any (id)").connection.close()

    code, wrong, mends, _ = _examine(capsys)

    newest = migrating.revisions()[-1]
    assert (code, wrong) == (1, [f"Esquema: vacío, y hace falta {newest}."])
    assert mends == ["Ejecute `minka migrate`."]


def test_newer_schema_asks_for_a_newer_program(file, capsys):
    _migrate()
    connection = sqlite3.connect(file)
    connection.execute("update alembic_version set version_num = '9999'")
    connection.commit()
    connection.close()

    _, wrong, mends, _ = _examine(capsys)

    assert (wrong, mends) == (["Esquema: 9999, de una Minka más nueva."], ["Actualice este programa."])


async def test_records_from_the_future_tell_of_a_wrong_clock(file, capsys):
    with ThreadPoolExecutor(1) as thread:
        thread.submit(_migrate).result()
    async with Lite.open(file) as db, db.tx() as tx:
        await journal.record(tx, WORKER, clock.now() + timedelta(hours=1), "lot.created", ("lot", uuid7()))
        assert await tx.value(sa.select(sa.func.count().label("rows")).select_from(table(AuditEntry))) == 1

    code, wrong, _, _ = _examine(capsys)

    assert (code, wrong) == (1, ["Reloj: hay cambios con fecha futura."])


def test_wrong_settings_are_told_and_nothing_else_is_looked_at(file, capsys, monkeypatch):
    monkeypatch.setenv("MINKA_PORT", "70000")

    code, wrong, mends, said = _examine(capsys)

    assert (code, wrong) == (1, ["Ajustes: MINKA_PORT: Debe ser 65535 o menos."])
    assert mends == ["Corrija esa variable, o su línea en .env."]
    assert len(said.splitlines()) == 3


def test_server_that_does_not_answer_is_told_without_its_password(file, capsys, monkeypatch):
    monkeypatch.setenv("MINKA_DATABASE_URL", "postgresql://minka:rosas-secret@127.0.0.1:9/minka")
    monkeypatch.setenv("MINKA_SECRET_KEY", "k" * 40)

    code, wrong, _, said = _examine(capsys)

    assert (code, wrong) == (1, ["Base de datos: no responde."])
    assert "rosas-secret" not in said
    assert "PostgreSQL en 127.0.0.1:9/minka" in said


def test_production_is_examined(postgres_server, worker_id, file, capsys, monkeypatch):
    url = postgres.create_database(postgres_server, f"minka_test_{worker_id}_doctor")
    monkeypatch.setenv("MINKA_DATABASE_URL", url)
    monkeypatch.setenv("MINKA_SECRET_KEY", "k" * 40)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(_migrate).result()

    code, wrong, _, said = _examine(capsys)

    assert (code, wrong) == (0, [])
    assert "Base de datos: PostgreSQL 1" in said
    assert "Reloj de la base de datos: a 0 s del de esta máquina" in said
    assert "minka_test" not in said or "@" not in said


def test_missing_database_is_to_be_made(postgres_server, file, capsys, monkeypatch):
    url = urlunsplit(urlsplit(postgres_server)._replace(path="/nowhere"))
    monkeypatch.setenv("MINKA_DATABASE_URL", url)
    monkeypatch.setenv("MINKA_SECRET_KEY", "k" * 40)

    code, wrong, mends, _ = _examine(capsys)

    assert (code, wrong) == (1, ["Base de datos: el servidor responde, pero esa base no existe."])
    assert mends[0].startswith("Créela: createdb ")
