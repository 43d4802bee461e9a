"""The doors of the public pages and of the first screen, and the examples of the API's description."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter

from app.site.pages import FOLDER
from app.site.routes import docs, enter, fairs, offer, public, todo

ROUTERS: tuple[APIRouter, ...] = (
    public.router,
    docs.router,
    enter.router,
    fairs.router,
    offer.router,
    todo.router,
)
# By operation id: `path`, `query` and `body` that succeed in the demo at the first click, as the role `as`.
EXAMPLES: Mapping[str, Mapping[str, Any]] = json.loads((FOLDER.parent / "examples.json").read_text("utf-8"))
