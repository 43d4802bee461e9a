"""The OpenAPI 3.1 document: what FastAPI derives from the routes, with our errors, security and short operation ids."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.kernel.problems import Problem

GENERAL = {
    "400": "Malformed request, unknown query parameter, or a foreign cursor",
    "413": "The body is too large",
    "415": "The body is of another type",
    "422": "Something to correct; `errors` says what",
    "429": "Too many requests; see Retry-After",
    "500": "A fault of ours; nothing was saved",
    "503": "The database does not answer; see Retry-After",
}
SIGNED = {
    "401": "No valid token",
    "403": "Visible, but not yours to change",
    "404": "Nothing here that you may see",
}
_METHODS = ("get", "put", "post", "delete", "patch")


def operation_id(route: APIRoute) -> str:
    """`list_lots` -> `listLots`: unique, short, good names for generated clients."""
    first, *rest = route.name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def build(api: FastAPI, *, title: str, description: str, is_public: Callable[[str], bool]) -> dict[str, Any]:
    """Complete FastAPI's document. `is_public(route name)` says which operations need no token."""
    names = {operation_id(route): route.name for route in api.routes if isinstance(route, APIRoute)}
    document = FastAPI.openapi(api)
    document["info"] = {
        "title": title,
        "version": api.version,
        "description": description,
        "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
    }
    document["servers"] = [{"url": "/", "description": "Este servidor"}]
    components = document.setdefault("components", {})
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    schemas = components.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    for name, schema in (
        Problem.model_json_schema(ref_template="#/components/schemas/{model}").pop("$defs").items()
    ):
        schemas.setdefault(name, schema)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    problem.pop("$defs", None)
    schemas["Problem"] = problem
    for item in document["paths"].values():
        for method in _METHODS:
            if operation := item.get(method):
                _complete(operation, public=is_public(names[operation["operationId"]]))
    return document


def _complete(operation: dict[str, Any], *, public: bool) -> None:
    responses = operation["responses"]
    for answer in responses.values():  # problem documents are of their own media type
        content = answer.get("content", {})
        if content.get("application/json", {}).get("schema", {}).get("$ref", "").endswith("/Problem"):
            content["application/problem+json"] = content.pop("application/json")
    responses.pop("422", None)
    for status, text in {**GENERAL, **({} if public else SIGNED)}.items():
        responses.setdefault(status, _problem(text))
    operation["security"] = [] if public else [{"token": []}]
    operation["responses"] = dict(sorted(responses.items()))


def _problem(text: str) -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/Problem"}
    return {"description": text, "content": {"application/problem+json": {"schema": reference}}}
