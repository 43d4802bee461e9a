"""`minka plan` as a user meets it: a process, its output, its exit code."""

import json
import subprocess
import sys

import pytest

from app.aggregation.plan import answer_document

ORDER = '{"id":"o","lines":[{"id":"1","product":"quinua","qty":9}]}'
LOT = '{"id":"a","producer":"A","product":"quinua","available":5,"unit_price":8}'
DOCUMENT = f'{{"orders":[{ORDER}],"lots":[{LOT}]}}'.encode()


def minka(*arguments, given=b"", lang="es_PE.UTF-8"):
    command = [sys.executable, "-m", "app.cli", *arguments]
    return subprocess.run(
        command, input=given, capture_output=True, check=False, env={"LANG": lang, "COLUMNS": "100"}
    )


def test_plan_prints_the_canonical_answer_of_a_file_and_of_standard_input(tmp_path):
    (tmp_path / "pedido.json").write_bytes(DOCUMENT)

    of_file, of_input = minka("plan", str(tmp_path / "pedido.json")), minka("plan", "-", given=DOCUMENT)

    assert (of_file.returncode, of_file.stdout, of_file.stderr) == (0, answer_document(DOCUMENT), b"")
    assert of_input.stdout == of_file.stdout


def test_plan_prints_a_table_people_can_read():
    shown = minka("plan", "-", "--pretty", given=DOCUMENT)

    words = [line.split() for line in shown.stdout.decode().splitlines() if line.strip()]
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert words[0] == ["o/1:", "5", "de", "9,", "faltan", "4"]
    assert words[-1] == ["A", "1", "5", "5", "5.00", "todo", "lo", "que", "tiene"]


@pytest.mark.parametrize(
    ("lang", "arguments", "said"),
    [
        ("es_PE.UTF-8", (), "minka plan: /lots/0/pack: tiene que ser un número entero, sin decimales\n"),
        ("en_GB.UTF-8", (), "minka plan: /lots/0/pack: must be a whole number\n"),
        ("es_PE.UTF-8", ("--lang", "en"), "minka plan: /lots/0/pack: must be a whole number\n"),
        ("C", (), "minka plan: /lots/0/pack: tiene que ser un número entero, sin decimales\n"),
    ],
)
def test_plan_says_what_is_wrong_in_the_callers_language(lang, arguments, said):
    wrong = DOCUMENT.replace(b'"unit_price":8', b'"unit_price":8,"pack":1.5')

    refused = minka("plan", "-", *arguments, given=wrong, lang=lang)

    assert (refused.returncode, refused.stdout, refused.stderr.decode()) == (2, b"", said)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"", "minka plan: /: no es JSON válido (línea 1, columna 1)"),
        (b'{"orders": [', "minka plan: /: no es JSON válido (línea 1, columna 13)"),
        (b'{"a": "\xff"}', "minka plan: /: el texto no está en UTF-8 (byte 7)"),
        (b"[" * 200_000, "minka plan: /: está anidado demasiado hondo"),
        (b'{"orders":' * 100_000, "minka plan: /: está anidado demasiado hondo"),
        (
            DOCUMENT.replace(b"5", b"NaN"),
            "minka plan: /lots/0/available: tiene que ser un número entero, sin decimales",
        ),
        (
            DOCUMENT.replace(b"5", b"1e400"),
            "minka plan: /lots/0/available: tiene que ser un número entero, sin decimales",
        ),
        (
            DOCUMENT.replace(b"5", b"9" * 6000),
            "minka plan: /lots/0/available: tiene que estar entre 0 y 1000000000000",
        ),
        (
            DOCUMENT.replace(b'"qty"', b'"qty":1,"qty"'),
            "minka plan: /orders/0/lines/0/qty: la clave «qty» está dos veces",
        ),
        (
            DOCUMENT.replace(b'"A"', b'"\\ud800"'),
            "minka plan: /lots/0/producer: el texto tiene un carácter que no se puede usar",
        ),
        (
            DOCUMENT.replace(b'"A"', b'"\\u0000"'),
            "minka plan: /lots/0/producer: el texto tiene un carácter que no se puede usar",
        ),
        (b"[]", "minka plan: /: es de otro tipo; se espera: object"),
    ],
    ids=[
        "empty",
        "cut",
        "latin-1",
        "deep lists",
        "deep objects",
        "nan",
        "1e400",
        "huge",
        "twice",
        "surrogate",
        "nul",
        "a list",
    ],
)
def test_plan_answers_bad_input_with_exit_code_2_and_one_clear_line(document, said):
    refused = minka("plan", "-", given=document)

    assert (refused.returncode, refused.stdout, refused.stderr.decode()) == (2, b"", said + "\n")


def test_plan_names_a_file_that_is_missing_or_unreadable(tmp_path):
    missing, folder = minka("plan", "no-hay.json"), minka("plan", str(tmp_path))

    assert (missing.returncode, missing.stderr.decode()) == (
        2,
        "minka plan: no existe el archivo no-hay.json\n",
    )
    assert (folder.returncode, folder.stderr.decode()) == (2, f"minka plan: no se puede leer {tmp_path}\n")


def test_plan_stays_calm_when_the_reader_leaves(tmp_path):
    lots = [
        {"id": f"{n}", "producer": f"{n}", "product": "quinua", "available": 5, "unit_price": 8}
        for n in range(3000)
    ]
    (tmp_path / "grande.json").write_text(
        json.dumps({"orders": [json.loads(ORDER)], "lots": lots}), encoding="utf-8"
    )
    command = f"{sys.executable} -m app.cli plan {tmp_path}/grande.json | head -c 10"

    left = subprocess.run(command, shell=True, capture_output=True, check=False)

    assert (left.stdout, left.stderr) == (b'{"input_di', b"")
