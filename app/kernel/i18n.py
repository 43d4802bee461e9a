"""Texts in the reader's language: Spanish unless English is asked for. Each room keeps its own `messages_<lang>.toml`.

A text has placeholders, and words that go with a number: «{left:Le queda|Le quedan} {left} {left:intento|intentos}».
"""

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

LANGUAGES = ("es", "en")
DEFAULT = "es"
_ROOMS = Path(__file__).parent.parent


@lru_cache(maxsize=256)
def negotiate(accept_language: str) -> str:
    """The best language we speak for an Accept-Language header (RFC 9110, 12.5.4); Spanish when none fits."""
    ranked: list[tuple[float, int, str]] = []
    for position, part in enumerate(accept_language[:200].split(",")):
        tag, _, quality = part.strip().partition(";q=")
        try:
            ranked.append((-float(quality or 1), position, tag.lower()[:2]))
        except ValueError:
            continue
    return next((tag for weight, _, tag in sorted(ranked) if weight < 0 and tag in LANGUAGES), DEFAULT)


@cache
def texts(lang: str) -> dict[str, Any]:
    """Every text of every room, by section: errors, faults, labels, and what the rooms add."""
    merged: dict[str, Any] = {}
    for file in sorted(_ROOMS.rglob(f"messages_{lang}.toml")):
        for section, entries in tomllib.loads(file.read_text("utf-8")).items():
            merged.setdefault(section, {}).update(entries)
    return merged


def text(lang: str, section: str, key: str, **facts: Any) -> str:
    """One text with its placeholders filled. Raises KeyError for a text nobody wrote (a test finds those)."""
    return spoken(str(texts(lang)[section][key]), facts)


def title_and_detail(lang: str, code: str, facts: dict[str, Any]) -> tuple[str, str]:
    """The two texts of a problem document."""
    entry = texts(lang)["errors"][code]
    return entry["title"], filled(entry["detail"], facts, lang)


def filled(template: str, facts: dict[str, Any], lang: str) -> str:
    """The text with its placeholders filled. A fact may be a function of the language: what people read in it."""
    said = {name: fact(lang) if callable(fact) else fact for name, fact in facts.items()}
    return template.format_map(_Lenient(counted(said)))


def spoken(template: str, facts: Mapping[str, Any]) -> str:
    """The text with its placeholders filled. Raises KeyError for a fact that is missing."""
    return template.format_map(counted(facts))


def counted(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as texts need them, to choose the words that go with a number. Safe markup is left as it is."""
    return {name: fact if hasattr(fact, "__html__") else _Fact(fact) for name, fact in facts.items()}


class _Fact:
    """A fact in a text. `{fact:one|many}` is the first word for 1 and for «1 kg», else the second."""

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = value

    def __format__(self, spec: str) -> str:
        one, is_choice, many = spec.partition("|")
        if not is_choice:
            return format(self._value, spec)
        return one if str(self._value).partition(" ")[0] == "1" else many


class _Lenient(dict[str, Any]):
    """Facts for a text: a missing one shows as an ellipsis, never as an error."""

    def __missing__(self, key: str) -> _Fact:
        return _Fact("…")
