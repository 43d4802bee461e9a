"""How a route runs: who may knock, then its parameters by FastAPI's own declarations, then one call.

FastAPI declares and documents every route. Running it directly, without FastAPI's dependency stacks (no route has a
`Depends`), takes about half of the CPU time of its own handler; `make bench` measures it.
"""

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Query
from fastapi._compat import ModelField, field_annotation_is_sequence, get_missing_field_error
from fastapi.dependencies.utils import request_body_to_args
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.kernel.errors import (
    Fault,
    InvalidError,
    MethodNotAllowedError,
    UnknownParameterError,
    UnsupportedCharsetError,
    UnsupportedMediaTypeError,
)
from app.kernel.problems import reply
from app.kernel.visit import Visit

# What every list takes.
Cursor = Annotated[str | None, Query(max_length=400)]
Limit = Annotated[int, Query(ge=1, le=200)]

# FastAPI looks whether a model is one of pydantic 1, and loads all of that for it: 1.5 MB and 25 ms of a start.
sys.modules.setdefault("pydantic.v1", None)  # type: ignore[arg-type]
_CHARSET = re.compile(r'charset\s*=\s*"?([^\s;"]*)')
_UTF_8 = frozenset({"utf-8", "utf8", "us-ascii"})


class Route(APIRoute):
    """A route whose endpoint takes its parameters and a `Visit`, and returns a ready Response.

    Its `response_model` and `responses` only document it: FastAPI gets them when the document is asked for, since
    making them ready for every route took a tenth of the start.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **{**options, "response_model": None, "responses": None})
        self._declared = options
        self.verbs = frozenset(self.methods or ()) | ({"HEAD"} if "GET" in (self.methods or ()) else set())
        self.path_parameters = _Parameters("path", self.dependant.path_params)
        self.query_parameters = _Parameters("query", self.dependant.query_params)
        if self.dependant.dependencies:
            raise TypeError(f"{self.name}: routes take a Visit, not Depends")

    def documented(self) -> APIRoute:
        """The same route with all that was declared of its answers."""
        return APIRoute(self.path, self.endpoint, **{**self._declared, "operation_id": self.operation_id})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; errors become problem documents here."""
        visit = Visit(scope, receive, send)
        try:
            response = await self._answer(visit)
        except Exception as error:  # noqa: BLE001 - the last line of defence: a 500 in our format, logged
            response = reply(scope, error)
        await response(scope, receive, send)

    async def _answer(self, visit: Visit) -> Response:
        scope = visit.scope
        if scope["method"] not in self.verbs:
            raise MethodNotAllowedError(allow=", ".join(sorted(scope["allowed"])))
        await visit.house.admit(visit, self.name)
        values = await self._values(visit)
        response: Response = await self.endpoint(**values)
        return response

    async def _values(self, visit: Visit) -> dict[str, Any]:
        scope, wanted = visit.scope, self.dependant
        values, errors = self.path_parameters.read(list(scope["path_params"].items()))
        if scope["query_string"] or wanted.query_params:
            found, wrong = self.query_parameters.read(
                _asked(scope["query_string"], self.query_parameters.names)
            )
            values |= found
            errors += wrong
        if self.body_field is not None:
            found, wrong = await request_body_to_args(
                body_fields=wanted.body_params,
                received_body=await self._body(visit),
                embed_body_fields=self._embed_body_fields,
            )
            values.update(found)
            errors += wrong
        if errors:
            raise RequestValidationError(errors)
        if wanted.request_param_name:
            values[wanted.request_param_name] = visit
        return values

    async def _body(self, visit: Visit) -> Any:
        body = await visit.body()
        if not body:
            return None
        kind, _, more = (visit.header(b"content-type") or "").lower().partition(";")
        kind = kind.strip()
        if kind != "application/json" and not kind.endswith("+json"):
            raise UnsupportedMediaTypeError(allowed="application/json")
        if more and (charset := _CHARSET.search(more)) and charset[1] not in _UTF_8:
            raise UnsupportedCharsetError
        return await visit.json()


class _Parameters:
    """The declared parameters of one place: path or query.

    Does what FastAPI's `request_params_to_args` does for plain parameters and lists, but looks at the declarations once
    and not at every request: of 236 microseconds that a search of 50 rows took in Python, four parameters were 80.
    """

    def __init__(self, place: str, fields: Sequence[ModelField]) -> None:
        self.names = frozenset(field.alias for field in fields)
        self._fields = [
            (field, (place, field.alias), field_annotation_is_sequence(field.field_info.annotation))
            for field in fields
        ]

    def read(self, given: Sequence[tuple[str, str]]) -> tuple[dict[str, Any], list[Any]]:
        """The values by argument name, and what is wrong with them as pydantic says it."""
        values: dict[str, Any] = {}
        errors: list[Any] = []
        last = dict(given)
        for field, place, is_list in self._fields:
            alias = place[1]
            if alias not in last:
                if field.field_info.is_required():
                    errors.append(get_missing_field_error(loc=place))
                else:
                    values[field.name] = field.get_default()
                continue
            value = [text for name, text in given if name == alias] if is_list else last[alias]
            values[field.name], wrong = field.validate(value, loc=place)
            errors += wrong
        return values, errors


def _asked(query_string: bytes, known: frozenset[str]) -> list[tuple[str, str]]:
    """The query's names and texts. Raises UnknownParameterError, InvalidError."""
    asked = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
    if unknown := {name for name, _ in asked} - known:
        raise UnknownParameterError(unknown, known)
    if any("\x00" in text for _, text in asked):
        raise InvalidError(Fault("query", "nul_character"))
    return asked


class Switchboard:
    """Finds the route of a path by its first static segments; everything else goes on to FastAPI.

    With 200 routes FastAPI's own list costs the last one six times the routing of the first; this makes it flat.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[Any]) -> None:
        self.app = app
        self._index: dict[str, list[Route]] = {}
        for route in routes:
            if isinstance(route, Route):
                self._index.setdefault(_static_start(route.path), []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Dispatch one ASGI call."""
        if scope["type"] == "http" and (route := self._find(scope)):
            await route.handle(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _find(self, scope: Scope) -> Route | None:
        path, method = scope["path"], scope["method"]
        allowed: set[str] = set()
        found = None
        for route in self._index.get(_first_segments(path), ()):
            if match := route.path_regex.match(path):
                scope["path_params"], scope["route"] = match.groupdict(), route
                if method in route.verbs:
                    return route
                allowed |= route.verbs
                found = route
        scope["allowed"] = allowed
        return found


def _first_segments(path: str) -> str:
    parts = path.split("/", 3)
    return f"{parts[1]}/{parts[2]}" if len(parts) > 2 and parts[1] == "v1" else parts[1]


def _static_start(path: str) -> str:
    start = _first_segments(path)
    if "{" in start:
        raise ValueError(f"{path}: a path starts with a static segment (two under /v1)")
    return start


def room(name: str, *, prefix: str = "/v1") -> APIRouter:
    """The router of a room; its name groups the routes in the documentation."""
    return APIRouter(prefix=prefix, route_class=Route, tags=[name])
