"""The OpenAPI 3.1 document: what FastAPI derives from the routes, completed for people who write frontends.

Added here: our problems, security, the headers of every request, short operation ids, summaries from docstrings,
tags with their words, examples; taken away: titles that only repeat names.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from app.kernel import i18n
from app.kernel.errors import KeyRequiredError, StaleVersionError, VersionRequiredError
from app.kernel.problems import Problem
from app.kernel.route import Route

GENERAL = {
    "400": "Malformed request, unknown query parameter, or a foreign cursor",
    "401": "No token, or one that no longer opens anything",
    "413": "The body is too large",
    "415": "The body is of another type",
    "422": "Something to correct; `errors` says what",
    "429": "Too many requests; see Retry-After",
    "500": "A fault of ours; nothing was saved",
    "503": "The database does not answer; see Retry-After",
}
CHANGING = {
    "408": "The body took too long to arrive",
    "409": "Somebody else is changing it; see Retry-After",
}
SIGNED = {
    "403": "Visible, but not yours to change",
    "404": "Nothing here that you may see",
}
PARAMETERS: dict[str, dict[str, Any]] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "Any text of your own, another one per operation: a repetition has one effect",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The ETag of what you read, so that nobody's change is overwritten",
        "schema": {"type": "string", "maxLength": 40, "pattern": "^[ -~]+$"},
        "example": '"1-es"',
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "The ETag that you have: 304 when nothing has changed",
        "schema": {"type": "string", "maxLength": 200, "pattern": "^[ -~]+$"},
    },
}
_IF_MATCH_SENT = {
    **{name: PARAMETERS["IfMatch"][name] for name in ("name", "in", "schema")},
    "required": False,
    "description": "The ETag of what the path names, as you read it: 412 and nothing done if it changed since",
}
_METHODS = ("get", "put", "post", "delete", "patch")
_SENTENCE = re.compile(r"(?s)(.+?[.?!])(?:\s+|$)(.*)")


def operation_id(route: APIRoute) -> str:
    """`list_lots` -> `listLots`: unique, short, good names for generated clients."""
    first, *rest = route.name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def build(
    api: FastAPI,
    *,
    title: str,
    description: str,
    is_public: Callable[[str], bool],
    examples: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """Complete FastAPI's document. `is_public(route name)` says which operations need no token.

    `examples` gives per operation id what succeeds in the demo: `path` and `query` (values by name), `body` or `raw`,
    `version` for If-Match, and `as`: the role of the demo whose token opens it (`x-demo-as`).
    """
    routes = [route.documented() for route in api.routes if isinstance(route, Route)]
    names = {operation_id(route): route.name for route in routes}
    document = get_openapi(
        title=title, version=api.version, routes=routes, separate_input_output_schemas=False
    )
    document["info"] = {
        "title": title,
        "version": api.version,
        "description": description,
        "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
    }
    document["servers"] = [{"url": "/", "description": "Este servidor"}]
    _complete_components(document.setdefault("components", {}))
    tags: list[str] = []
    for method, operation in operations(document):
        identifier = operation["operationId"]
        _complete(operation, method, public=is_public(names[identifier]))
        _exemplify(operation, examples.get(identifier, {}))
        tags += [tag for tag in operation["tags"] if tag not in tags]
    words = i18n.texts(i18n.DEFAULT)["tags"]
    document["tags"] = [{"name": tag, "description": words.get(tag, "")} for tag in tags]
    _drop_titles(document)
    return document


def written(document: Mapping[str, Any]) -> bytes:
    """The document as `minka openapi` prints it and docs/openapi.json keeps it."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every (method, operation) of a document."""
    for item in document["paths"].values():
        for method in _METHODS:
            if operation := item.get(method):
                yield method, operation


def _complete_components(components: dict[str, Any]) -> None:
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    components["parameters"] = PARAMETERS
    components["responses"] = {
        f"Problem{status}": _problem(text) for status, text in {**GENERAL, **CHANGING, **SIGNED}.items()
    }
    components["headers"] = {
        "ETag": {
            "description": "The version of what was read; for If-Match and If-None-Match",
            "schema": {"type": "string"},
        }
    }
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    for name, schema in problem.pop("$defs").items():
        schemas.setdefault(name, schema)
    schemas["Problem"] = problem


def _complete(operation: dict[str, Any], method: str, *, public: bool) -> None:
    responses = operation["responses"]
    added = _parameters(method, responses)
    responses.pop("422", None)
    general = {**GENERAL, **({} if method == "get" else CHANGING), **({} if public else SIGNED)}
    for status in general:
        responses.setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
    if method == "get":
        responses["304"] = {"description": "Nothing has changed"}
        responses["200"]["headers"] = {"ETag": {"$ref": "#/components/headers/ETag"}}
    operation["parameters"] = [*operation.get("parameters", []), *added]
    operation["security"] = [] if public else [{"token": []}]
    operation["responses"] = dict(sorted(responses.items()))
    _summarise(operation)


def _parameters(method: str, responses: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The headers that an operation reads."""
    if method == "get":
        return [{"$ref": "#/components/parameters/IfNoneMatch"}]
    if str(VersionRequiredError.status) in responses:
        return [{"$ref": "#/components/parameters/IfMatch"}]
    if method != "post":
        return []
    matching = [_IF_MATCH_SENT] if str(StaleVersionError.status) in responses else []
    if f"`{KeyRequiredError.code}`" in responses.get("400", {}).get("description", ""):
        return [PARAMETERS["IdempotencyKey"] | {"required": True, "example": "ejemplo-1"}, *matching]
    return [{"$ref": "#/components/parameters/IdempotencyKey"}, *matching]


def _summarise(operation: dict[str, Any]) -> None:
    """The docstring's first sentence is the summary, the rest the description."""
    found = _SENTENCE.fullmatch(operation.get("description", "").strip())
    if found:
        operation["summary"] = " ".join(found[1].removesuffix(".").split())
        operation["description"] = found[2] or operation["description"]


def _exemplify(operation: dict[str, Any], example: Mapping[str, Any]) -> None:
    given = {**example.get("path", {}), **example.get("query", {})}
    for parameter in operation["parameters"]:
        if parameter.get("name") in given:
            parameter["example"] = given[parameter["name"]]
    if "version" in example:
        stated = PARAMETERS["IfMatch"] | {"example": f'"{example["version"]}-es"'}
        operation["parameters"] = [
            stated if parameter.get("$ref", "").endswith("/IfMatch") else parameter
            for parameter in operation["parameters"]
        ]
    if "body" in example:
        (content,) = operation["requestBody"]["content"].values()
        content["example"] = example["body"]
    if "raw" in example:
        operation["requestBody"]["content"]["text/csv"]["example"] = example["raw"]
    if operation["security"]:
        operation["x-demo-as"] = example.get("as", "secretaria")


def _problem(text: str) -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/Problem"}
    return {"description": text, "content": {"application/problem+json": {"schema": reference}}}


def _drop_titles(node: Any) -> None:
    """FastAPI titles every schema by its name in capitals: «Product Id» tells nobody anything."""
    if isinstance(node, list):
        for inner in node:
            _drop_titles(inner)
    elif isinstance(node, dict):
        if isinstance(node.get("title"), str) and "version" not in node:
            del node["title"]
        for key, inner in node.items():
            if key not in {"example", "examples", "default"}:
                _drop_titles(inner)
