"""The router that every file here adds its routes to."""

from typing import Annotated

from fastapi import Query

from app.kernel.route import room

router = room("inventory")
Cursor = Annotated[str | None, Query(max_length=400)]
Limit = Annotated[int, Query(ge=1, le=200)]
