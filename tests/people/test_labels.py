"""Every enum that crosses the door and every error has its words, in both languages."""

import re
from collections.abc import Iterator
from enum import StrEnum

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from app.kernel import i18n
from app.kernel.errors import DomainError
from app.main import build_api

build_api()


def _enums() -> Iterator[tuple[str, type[StrEnum]]]:
    """Each enum of a table by the name of its column's constraint."""
    for table in SQLModel.metadata.sorted_tables:
        for column in table.c:
            if isinstance(column.type, sa.Enum) and column.type.enum_class:
                yield str(column.type.name), column.type.enum_class


def _errors(parent: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for error in parent.__subclasses__():
        if error.__module__.startswith("app."):
            yield error
            yield from _errors(error)


@pytest.mark.parametrize(
    ("name", "schema", "field"),
    [("todo_kind", "TodoItem", "kind"), ("plan_change", "PlanChange", "act")],
)
def test_every_word_of_a_field_that_no_table_keeps_has_its_label(name: str, schema: str, field: str) -> None:
    words = build_api().openapi()["components"]["schemas"][schema]["properties"][field]["enum"]

    assert [sorted(i18n.texts(lang)["labels"][name]) for lang in i18n.LANGUAGES] == [sorted(words)] * 2


@pytest.mark.parametrize(("constraint", "enum"), sorted(set(_enums()), key=str))
@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_every_value_of_an_enum_has_its_words(constraint: str, enum: type[StrEnum], lang: str) -> None:
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", enum.__name__).lower()
    known = i18n.texts(lang)["labels"]

    labels = known.get(name) or known.get(constraint, {})

    assert labels.keys() == {value.value for value in enum}
    assert all(labels.values())


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_every_error_has_its_words(lang: str) -> None:
    known = i18n.texts(lang)["errors"]

    assert {error.code for error in _errors()} - known.keys() == set()
    assert all(text["title"] and text["detail"] for text in known.values())
