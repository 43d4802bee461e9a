"""How the command line speaks: Spanish, one sentence per error, never a traceback."""

import re

import pytest
from typer.main import get_command

from app.cli import cli, terminal
from app.kernel.errors import ConflictError, UnavailableError
from app.kernel.lock import DatabaseInUseError

ENGLISH = re.compile(r"\b(Usage|Options|Commands|Arguments|Show this|required|default|the|and|with|of)\b")


def _paths(command, path=()):
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from _paths(inner, (*path, name))


PATHS = sorted(_paths(get_command(cli)))


def _run(*arguments):
    return terminal.tell(lambda: cli(list(arguments), prog_name="minka", standalone_mode=False))


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_is_spanish_and_says_what_the_command_does(path, capsys):
    code = _run(*path, "--help")

    said = capsys.readouterr().out
    assert code == 0
    assert said.startswith(f"Uso: {' '.join(('minka', *path))} ")
    assert ENGLISH.findall(said) == []
    assert len(said.splitlines()[2].split()) >= 4
    listed = said.partition("\n\nOpciones:")[2].splitlines()
    assert [line for line in listed if re.match(r"  (--)?\w\S*$", line)] == []  # nothing is said of them


def test_table_names_every_command_of_the_design():
    assert {path[0] for path in PATHS if path} == {
        *("serve", "demo", "migrate", "import", "plan", "check", "worker", "doctor", "user", "openapi")
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["volar"], "minka: no existe esa orden, o sobran palabras. Ayuda: minka --help"),
        (["plan"], "minka: falta ARCHIVO. Ayuda: minka plan --help"),
        (
            ["plan", "--volar"],
            "minka: no existe la opción --volar, o le falta su valor. Ayuda: minka plan --help",
        ),
        (["serve", "--port", "x"], "minka: no vale lo que se dio para --port. Ayuda: minka serve --help"),
        (["check", "todo"], "minka: no existe esa orden, o sobran palabras. Ayuda: minka check --help"),
    ],
)
def test_command_typed_wrongly_is_told_where_its_help_is(arguments, said, capsys):
    code = _run(*arguments)

    assert (code, capsys.readouterr().err) == (2, f"{said}\n")


def test_without_a_command_the_help_is_shown(capsys):
    assert _run() == 2
    assert "Órdenes:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            UnavailableError(),
            "La base de datos no responde. Vuelva a intentar en unos segundos. `minka doctor` ",
        ),
        (
            DatabaseInUseError(pid=7, command="minka serve"),
            "Otro proceso escribe en la base de datos. La usa «minka serve» (proceso 7). En SQLite escribe uno",
        ),
        (ConflictError(reason="uq_lot_code"), "Choca con lo que ya está registrado. "),
        (KeyError("x"), "falló algo nuestro (KeyError: 'x'). Con MINKA_LOG_LEVEL=debug se ve dónde."),
    ],
)
def test_error_is_one_sentence(error, said, capsys, monkeypatch):
    monkeypatch.delenv("MINKA_LOG_LEVEL", raising=False)

    def fails():
        raise error

    assert terminal.tell(fails) == 1
    assert capsys.readouterr().err.startswith(f"minka: {said}")


def test_wrong_settings_are_named_and_not_shown(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name, value in {"PORT": "ocho", "IDEMPOTENCY_HOURS": "1", "LOG_LEVEL": "mucho"}.items():
        monkeypatch.setenv(f"MINKA_{name}", value)

    code = _run("migrate")

    said = capsys.readouterr().err
    assert code == 1
    assert said.splitlines() == [
        "minka: hay ajustes por corregir:",
        "  MINKA_PORT: Debe ser un número entero.",
        "  MINKA_IDEMPOTENCY_HOURS: Debe ser 72 o más.",
        "  MINKA_LOG_LEVEL: No tiene la forma esperada.",
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"DEMO": "1", "HOST": "0.0.0.0"}, "La demostración usa claves fijas"),
        ({"DATABASE_URL": "postgresql://minka:rosas-secret@db/minka"}, "MINKA_SECRET_KEY necesita"),
    ],
)
def test_settings_that_do_not_go_together_are_told(given, said, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name, value in given.items():
        monkeypatch.setenv(f"MINKA_{name}", value)

    assert _run("migrate") == 1
    told = capsys.readouterr().err
    assert said in told
    assert "rosas-secret" not in told


def test_interrupted_command_ends_quietly(capsys):
    def interrupted():
        raise KeyboardInterrupt

    assert terminal.tell(interrupted) == 130
    assert capsys.readouterr() == ("", "")
