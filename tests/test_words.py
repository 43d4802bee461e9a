"""What people write counts as it is kept: blanks and invisible signs are no name and no reason."""

from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from annotated_types import MinLen
from pydantic import TypeAdapter, ValidationError

import app.main  # noqa: F401 - every body that crosses the door
from app.kernel.bodies import AS_LINE, AS_TEXT, Given

AS_SENT = {"password", "new_password", "current_password", "device_secret", "refresh_token", "unit"}


def _bodies(parent: type[Given] = Given) -> Iterator[type[Given]]:
    for body in parent.__subclasses__():
        yield body
        yield from _bodies(body)


def _counted(annotation: Any) -> int:
    """The fewest letters of a text; 0 for everything else."""
    schema = TypeAdapter(annotation).json_schema()
    texts = [each for each in (schema, *schema.get("anyOf", ())) if each.get("type") == "string"]
    return max((each.get("minLength", 0) for each in texts), default=0)


def test_words_are_kept_without_what_nobody_sees() -> None:
    name = TypeAdapter(Annotated[str, MinLen(2), AS_LINE])

    assert name.validate_python(" Feria\u200b \n de  Pisac ") == "Feria de Pisac"
    assert TypeAdapter(Annotated[str, AS_TEXT]).validate_python(" Llueve \r\n mucho ") == "Llueve\nmucho"


def test_blanks_are_words_in_no_body() -> None:
    fewest = {}
    for body in _bodies():
        for name, field in body.model_fields.items():
            annotation = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
            if name not in AS_SENT and (least := _counted(annotation)):
                fewest[f"{body.__name__}.{name}"] = (annotation, least)

    assert len(fewest) > 40
    for where, (annotation, least) in fewest.items():
        with pytest.raises(ValidationError):
            assert TypeAdapter(annotation).validate_python("\u200b " * least) is None, where
