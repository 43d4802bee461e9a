"""Both languages say the same things, with the same facts in them."""

import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from app import invariants
from app.kernel import i18n
from tests.project.tree import ROOT

FILES = sorted(path.parent for path in (ROOT / "app").rglob("messages_es.toml"))


def _flat(found, path=()):
    for key, value in found.items():
        if isinstance(value, dict):
            yield from _flat(value, (*path, key))
        else:
            yield ".".join((*path, key)), value


def _texts(folder, lang):
    return dict(_flat(tomllib.loads((folder / f"messages_{lang}.toml").read_text("utf-8"))))


def _facts(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_room_speaks_both_languages():
    english = {path.parent for path in (ROOT / "app").rglob("messages_en.toml")}

    assert set(FILES) == english


@pytest.mark.parametrize("folder", FILES, ids=lambda folder: folder.name)
def test_both_languages_have_the_same_texts_with_the_same_facts(folder):
    spanish, english = _texts(folder, "es"), _texts(folder, "en")

    assert spanish.keys() == english.keys()
    different = {
        key: (spanish[key], english[key])
        for key in spanish
        if isinstance(spanish[key], str) and _facts(spanish[key]) != _facts(english[key])
    }
    assert different == {}


@pytest.mark.parametrize("folder", FILES, ids=lambda folder: folder.name)
def test_no_text_is_empty_or_left_in_the_other_language(folder):
    spanish, english = _texts(folder, "es"), _texts(folder, "en")

    assert [key for key, text in (spanish | english).items() if not str(text).strip()] == []
    long = {key for key, text in spanish.items() if isinstance(text, str) and len(text.split()) > 4}
    assert [key for key in sorted(long) if spanish[key] == english[key]] == []


def test_no_two_rooms_write_the_same_text():
    seen: dict[str, Path] = {}
    for folder in FILES:
        for key in _texts(folder, "es"):
            assert seen.setdefault(key, folder) == folder, key


def test_every_invariant_has_its_sentence():
    codes = {code for checks in invariants.CHECKS.values() for code, _ in checks}

    assert set(i18n.texts("es")["checks"]) == codes


def test_every_rooms_invariants_are_asked_for():
    rooms = {path.parent.name for path in (ROOT / "app").rglob("checks.py")}

    assert set(invariants.CHECKS) == rooms


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_a_text_without_its_facts_is_still_a_sentence(lang):
    for code in i18n.texts(lang)["errors"]:
        title, detail = i18n.title_and_detail(lang, code, {})

        assert title
        assert not re.search(r"[{}]", detail)


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (1, "Le queda 1 intento."),
        (2, "Le quedan 2 intentos."),
        (0, "Le quedan 0 intentos."),
        ("1 pieza", "Le queda 1 pieza intento."),
        ("1,5 kg", "Le quedan 1,5 kg intentos."),
        ("11 kg", "Le quedan 11 kg intentos."),
        ("los 54 kg", "Le quedan los 54 kg intentos."),
        (lambda lang: f"1 {lang}", "Le queda 1 es intento."),
    ],
)
def test_words_go_with_their_number(fact, said):
    template = "{left:Le queda|Le quedan} {left} {left:intento|intentos}."

    assert i18n.filled(template, {"left": fact}, "es") == said


def test_no_text_says_one_of_many():
    """«1 intentos»: a word in the plural beside a placeholder is chosen by the fact."""
    not_counted = {"coordinator", "organiser", "reason"}
    no_plurals = {"más", "is", "as", "les", "los", "replaces", "was"}
    wrong = []
    for folder in FILES:
        for lang in i18n.LANGUAGES:
            for key, text in _texts(folder, lang).items():
                for fact, word in re.findall(r"\{(\w+)\} (\w+s)\b", str(text)):
                    if fact not in not_counted and word not in no_plurals and folder.name != "aggregation":
                        wrong.append((folder.name, lang, key, word))
    assert wrong == []
