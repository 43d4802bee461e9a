"""Builds the application: mounts the rooms, the door and the errors. No logic."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Mapping
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from sqlmodel.main import default_registry
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from app import wiring
from app.calendar import routes as calendar
from app.fairs import routes as fairs
from app.inventory import routes as inventory
from app.kernel import clock, health, jobs, logs, openapi, problems
from app.kernel.db import Database, connect
from app.kernel.door import Door
from app.kernel.files import routes as files
from app.kernel.imports import routes as imports
from app.kernel.route import Switchboard
from app.kernel.settings import Settings
from app.kernel.visit import House
from app.ledger import routes as ledger
from app.messages import routes as messages
from app.orders import allocation_routes as allocations
from app.orders import routes as orders
from app.people import access, tokens
from app.people import routes as people
from app.places import routes as places
from app.producers import routes as producers
from app.products import routes as products
from app.seals import routes as seals
from app.site import pages
from app.site import routes as site

_DESCRIPTION = (
    "Minka junta la oferta de muchos grupos productores pequeños para atender pedidos grandes, "
    "con partes justas y explicadas. Los textos llegan en español; con `Accept-Language: en`, en inglés; sin ese "
    "encabezado, en el idioma que eligió la persona (`PATCH /v1/me`)."
)
ROOMS: tuple[APIRouter, ...] = (
    calendar.router,
    files.router,
    fairs.router,
    health.router,
    imports.router,
    inventory.router,
    ledger.router,
    messages.router,
    orders.router,
    allocations.router,
    people.router,
    places.router,
    producers.router,
    products.router,
    seals.router,
    *site.ROUTERS,
)


class Api(FastAPI):
    """FastAPI with our document."""

    examples: Mapping[str, Any] = site.EXAMPLES

    def openapi(self) -> dict[str, Any]:
        """The document, built once."""
        if self.openapi_schema is None:
            self.openapi_schema = openapi.build(
                self,
                title="Minka",
                description=_DESCRIPTION,
                is_public=access.is_public,
                examples=self.examples,
            )
        return self.openapi_schema


def build_api() -> Api:
    """The declarations of every route, flat: FastAPI documents them, `kernel.route` runs them."""
    api = Api(
        title="Minka",
        version="0.1.0",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # an address with a slash too many is not found, and says so
    )
    for router in ROOMS:
        api.router.routes.extend(router.routes)
    for route in api.routes:
        if isinstance(route, APIRoute):
            route.operation_id = openapi.operation_id(route)
    access.check_table(route.name for route in api.routes if isinstance(route, APIRoute))
    api.add_exception_handler(Exception, problems.handle)
    for status in (404, 405):
        api.add_exception_handler(status, pages.handle)
    return api


def build_app(
    settings: Settings,
    *,
    db: Database | None = None,
    now: clock.Clock = clock.now,
    examples: Mapping[str, Any] = site.EXAMPLES,
) -> ASGIApp:
    """The ASGI application for these settings. With `db` given (tests) neither the database nor the worker is managed.

    `examples` are those of the API's description.
    """
    api = build_api()
    api.examples = examples
    wiring.connect()
    if db is not None:
        api.state.house = House(settings, db, tokens.admit, now)
    else:
        api.router.lifespan_context = _lifespan_of(settings, now)
    served: ASGIApp = Door(Switchboard(api, api.router.routes), settings, api)
    if settings.cors_origins:
        served = CORSMiddleware(
            served,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=[
                "ETag",
                "Location",
                "Upload-Offset",
                "X-Request-Id",
                "Content-Language",
                "Retry-After",
                "Idempotency-Replayed",
            ],
        )
    return served


def _lifespan_of(settings: Settings, now: clock.Clock):  # type: ignore[no-untyped-def]  # noqa: ANN202
    @contextlib.asynccontextmanager
    async def lifespan(api: FastAPI) -> AsyncIterator[None]:
        logs.configure(settings.log_level)
        stop = asyncio.Event()
        async with await connect(settings) as db, asyncio.TaskGroup() as tasks:
            api.state.house = House(settings, db, tokens.admit, now)
            if settings.worker or settings.is_sqlite:
                tasks.create_task(jobs.run_forever(db, wiring.jobs(settings), now, stop))
            default_registry.dispose()  # statements run on tables: nobody asks for mapped classes
            gc.collect()
            gc.enable()
            gc.freeze()  # start-up's objects are never garbage: p99 of one product fell from 33 to 4 ms
            yield
            stop.set()

    return lifespan
