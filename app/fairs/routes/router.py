"""The router that every file here adds its routes to."""

from typing import Annotated

from fastapi import Query

from app.kernel.route import room

router = room("fairs")
Cursor = Annotated[str | None, Query(max_length=400)]
Limit = Annotated[int, Query(ge=1, le=200)]
Country = Annotated[str | None, Query(pattern=r"^[A-Z]{2}$", description="ISO 3166-1: `PE`")]
Region = Annotated[str | None, Query(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$", description="ISO 3166-2: `PE-PUN`")]
Territory = Annotated[
    str | None, Query(pattern=r"^[A-Z]{2}-[0-9A-Z]{2,16}$", description="See /v1/territories")
]
