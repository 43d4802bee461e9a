"""The query parameters by which lists are narrowed to where something is."""

from typing import Annotated

from fastapi import Query

Country = Annotated[str | None, Query(pattern=r"^[A-Z]{2}$", description="ISO 3166-1: `PE`")]
Region = Annotated[str | None, Query(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$", description="ISO 3166-2: `PE-PUN`")]
