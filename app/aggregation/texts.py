"""What problems say to people, in Spanish or English."""

import tomllib
from functools import cache
from importlib.resources import files

from app.aggregation.problems import Problem

LANGUAGES = ("es", "en")


def sentence(problem: Problem, language: str) -> str:
    """A problem in words: where it is and what to change."""
    return f"{problem.pointer or '/'}: {texts(language)[problem.code].format(**problem.params)}"


@cache
def texts(language: str) -> dict[str, str]:
    """All texts of a language, by problem code."""
    raw = files("app.aggregation").joinpath(f"messages_{language}.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(raw)["document"])
