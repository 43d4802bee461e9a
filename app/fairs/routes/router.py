"""The router that every file here adds its routes to."""

from typing import Annotated

from fastapi import Query

from app.kernel.route import room

router = room("fairs")
Territory = Annotated[
    str | None, Query(pattern=r"^[A-Z]{2}-[0-9A-Z]{2,16}$", description="See /v1/territories")
]
