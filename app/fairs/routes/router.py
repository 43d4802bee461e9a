"""The router that every file here adds its routes to."""

from typing import Annotated

from fastapi import Query

from app.kernel.route import room
from app.places.filters import Country, Region

__all__ = ["Country", "Cursor", "Limit", "Region", "Territory", "router"]

router = room("fairs")
Cursor = Annotated[str | None, Query(max_length=400)]
Limit = Annotated[int, Query(ge=1, le=200)]
Territory = Annotated[
    str | None, Query(pattern=r"^[A-Z]{2}-[0-9A-Z]{2,16}$", description="See /v1/territories")
]
