"""Fields that several schemas of people share."""

from typing import Annotated

from pydantic import Field

from app.kernel.bodies import AS_LINE

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["PE"], description="ISO 3166-1")]
Region = Annotated[
    str, Field(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$", examples=["PE-PUN"], description="ISO 3166-2")
]
TerritoryCode = Annotated[
    str,
    Field(pattern=r"^[A-Z]{2}-[0-9A-Z]{2,16}$", examples=["PE-211101"], description="See /v1/territories"),
]
PersonName = Annotated[str, Field(min_length=2, max_length=120, examples=["Rosa Quispe"]), AS_LINE]
Phone = Annotated[
    str,
    Field(min_length=5, max_length=30, examples=["951 234 567"], description="With or without prefix"),
    AS_LINE,
]
Email = Annotated[str, Field(min_length=5, max_length=254, examples=["red@example.org"]), AS_LINE]
Code = Annotated[
    str,
    Field(
        min_length=6, max_length=20, examples=["K7MQ2XRA"], description="Capitals and hyphens do not matter"
    ),
    AS_LINE,
]
