import re
import tomllib
from pathlib import Path

import pytest

from app.kernel import i18n, sheets

FOLDER = Path(sheets.__file__).parent
SOURCE = "\n".join(file.read_text("utf-8") for file in FOLDER.glob("*.py"))
CHILD_CODES = set(re.findall(r'"error": "(\w+)"', SOURCE))
CELL_CODES = {*re.findall(r'CellError\(\s*"(\w+)"', SOURCE), "formula_without_value", "formula_error"}
FILE_CODES = {*re.findall(r'SheetError\(\s*"(\w+)"', SOURCE), *CHILD_CODES} - CELL_CODES | {"too_large"}


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_every_code_has_its_text(lang):
    own = tomllib.loads((FOLDER / f"messages_{lang}.toml").read_text("utf-8"))  # rooms add their own cells

    assert set(own["sheets"]) == FILE_CODES
    assert set(own["cells"]) == CELL_CODES


@pytest.mark.parametrize("section", ["sheets", "cells"])
def test_both_languages_ask_for_the_same_facts(section):
    def facts(lang):
        return {code: set(re.findall(r"{(\w+)}", said)) for code, said in i18n.texts(lang)[section].items()}

    assert facts("es") == facts("en")
