"""Fields that several schemas of people share."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from app.kernel.text import clean_line

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["PE"], description="ISO 3166-1")]
Region = Annotated[
    str, Field(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$", examples=["PE-PUN"], description="ISO 3166-2")
]
TerritoryCode = Annotated[
    str,
    Field(pattern=r"^[A-Z]{2}-[0-9A-Z]{2,16}$", examples=["PE-211101"], description="See /v1/territories"),
]


def _named(name: str) -> str:
    """Spaces and what cannot be seen are no name."""
    if len(clean_line(name)) < _SHORTEST_NAME:
        raise PydanticCustomError("string_too_short", "too short", {"min_length": _SHORTEST_NAME})
    return name


_SHORTEST_NAME = 2
PersonName = Annotated[
    str,
    Field(min_length=_SHORTEST_NAME, max_length=120, examples=["Rosa Quispe"]),
    AfterValidator(_named),
]
Phone = Annotated[
    str, Field(min_length=5, max_length=30, examples=["951 234 567"], description="With or without prefix")
]
Email = Annotated[str, Field(min_length=5, max_length=254, examples=["red@example.org"])]
Code = Annotated[
    str,
    Field(
        min_length=6, max_length=20, examples=["K7MQ2XRA"], description="Capitals and hyphens do not matter"
    ),
]
