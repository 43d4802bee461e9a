import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from jsonschema_rs import validator_for

from app.kernel.openapi import operation_id, operations, written
from app.main import build_api
from app.site.routes import EXAMPLES
from tests.project.tree import ROOT


@cache
def _document():
    return build_api().openapi()


def _operations():
    return {operation["operationId"]: (method, operation) for method, operation in operations(_document())}


def test_document_says_what_it_is():
    document = _document()

    assert document["openapi"].startswith("3.1.")
    assert document["info"]["license"]["identifier"] == "AGPL-3.0-or-later"
    assert document["servers"] == [{"url": "/", "description": "Este servidor"}]


def test_operation_ids_are_short_and_unique():
    found = [operation["operationId"] for _, operation in operations(_document())]

    assert len(set(found)) == len(found)
    assert [name for name in found if not re.fullmatch(r"[a-z][A-Za-z]{3,39}", name)] == []


def test_schemas_are_named_once_for_what_they_are():
    """FastAPI names two classes of one name by their modules, and two shapes of one model -Input and -Output."""
    names = _document()["components"]["schemas"]

    assert [name for name in names if "__" in name or name.endswith(("-Input", "-Output"))] == []


def test_paths_differ_by_more_than_the_names_of_their_parameters():
    shapes = {}
    for path in _document()["paths"]:
        shapes.setdefault(re.sub(r"{\w+}", "{}", path), []).append(path)

    assert [paths for paths in shapes.values() if len(paths) > 1] == []


def test_every_tag_has_its_words():
    assert [tag["name"] for tag in _document()["tags"] if not tag["description"]] == []


def test_every_operation_says_who_may_and_what_comes():
    for name, (method, operation) in _operations().items():
        assert operation["summary"], name
        assert len(operation["summary"]) <= 120, name
        assert operation["security"] in ([], [{"token": []}]), name
        assert {"400", "401", "422", "429", "500", "503"} <= operation["responses"].keys(), name
        assert operation["security"] == [] or {"403", "404"} <= operation["responses"].keys(), name
        assert method == "get" or {"408", "409"} <= operation["responses"].keys(), name
        assert any(status.startswith("2") for status in operation["responses"]), name


def test_changes_of_what_others_change_too_ask_for_the_version():
    for name, (method, operation) in _operations().items():
        parameters = [
            _document()["components"]["parameters"][p["$ref"].rpartition("/")[2]] if "$ref" in p else p
            for p in operation["parameters"]
        ]
        needed = {p["name"]: p["required"] for p in parameters if p["in"] == "header"}.get("If-Match")
        assert (needed is True) == ("428" in operation["responses"]), name
        assert (needed is not None) == ("412" in operation["responses"]), name
        is_piece = "Upload-Offset" in {p["name"] for p in parameters}
        assert method != "patch" or needed or is_piece, name


def test_what_moves_stock_asks_for_a_key():
    """`visit.require_key()` in a route is declared: generated clients send the header, and /docs has one ready."""
    needing = {
        name: parameter
        for name, (_, operation) in _operations().items()
        for parameter in operation["parameters"]
        if parameter.get("name") == "Idempotency-Key"
    }
    called = {
        operation_id(route)
        for route in build_api().routes
        if isinstance(route, APIRoute) and "require_key" in route.endpoint.__code__.co_names
    }

    assert needing.keys() == called == {"acceptPlan", "createMovement"}
    assert all(parameter["required"] and parameter["example"] for parameter in needing.values())


def _texts(node):
    if isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
    else:
        yield str(node)


def _examples(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"example", "examples"}:
                yield value
            else:
                yield from _examples(value)
    elif isinstance(node, list):
        for value in node:
            yield from _examples(value)


def _properties(node):
    if isinstance(node, dict):
        yield from node.get("properties", {})
        for value in node.values():
            yield from _properties(value)
    elif isinstance(node, list):
        for value in node:
            yield from _properties(value)


def test_numbers_of_the_inside_stay_inside():
    """On the wire amounts are decimals with their unit or currency, never base or minor units."""
    inside = re.compile(r".*_(base|minor|e6|folded)")

    assert sorted(name for name in set(_properties(_document())) if inside.fullmatch(name)) == []


def test_examples_hold_no_absolute_dates():
    """An example must still succeed next year."""
    dates = [text for text in _texts(list(_examples(_document()))) if re.search(r"\b20\d\d-\d\d-\d\d", text)]

    assert dates == []


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_examples_fit_their_schemas(name):
    _, operation = _operations()[name]
    parameters = {parameter["name"] for parameter in operation["parameters"] if "name" in parameter}
    assert {*EXAMPLES[name].get("path", {}), *EXAMPLES[name].get("query", {})} <= parameters

    if "body" in EXAMPLES[name]:
        (content,) = operation["requestBody"]["content"].values()
        schema = {**content["schema"], "components": _document()["components"]}
        validator_for(schema).validate(EXAMPLES[name]["body"])


def test_kept_document_is_the_present_one():
    """`make openapi` writes it anew; a change of the API shows in the same commit."""
    kept = (ROOT / "docs" / "openapi.json").read_bytes()

    assert kept == written(_document()), "make openapi"


def test_command_prints_the_document():
    program = Path(sys.executable).with_name("minka")
    printed = subprocess.run([program, "openapi"], capture_output=True, check=True, env={"LANG": "C"}).stdout

    assert printed == written(_document())


def test_document_is_plain_json():
    assert json.loads(json.dumps(_document())) == _document()


def test_patterns_name_the_digits_they_mean():
    r"""`\d` means every script's digits to Rust and ASCII to JavaScript; four of them repeated took 1 MB to compile."""
    patterns = set(re.findall(r'"pattern": "(.*?[^\\])"', written(_document()).decode()))

    assert len(patterns) > 10
    assert [pattern for pattern in patterns if r"\\d" in pattern or r"\\w" in pattern] == []
