"""An HTTP client over the application that holds every answer against the OpenAPI document."""

import json
import re
from functools import cache
from typing import Any, Self

import httpx
from jsonschema_rs import Validator, validator_for
from starlette.types import ASGIApp

from app.main import build_api

BASE = "http://minka.test"


class Client(httpx.AsyncClient):
    """Asks in Spanish; raises AssertionError for an answer that the documentation does not promise."""

    def __init__(self, app: ASGIApp, **options: Any) -> None:
        super().__init__(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=BASE, **options
        )
        self.app = app

    def signed_in(self, token: str) -> Self:
        """The same application as seen with this token."""
        return type(self)(self.app, headers={"authorization": f"Bearer {token}"})

    async def request(self, method: str, url: Any, **options: Any) -> httpx.Response:
        answer = await super().request(method, url, **options)
        if (
            answer.headers.get("content-type", "").startswith(
                ("application/json", "application/problem+json", "application/geo+json")
            )
            and httpx.URL(url).path != "/openapi.json"
        ):
            _check(method, httpx.URL(url).path, answer)
        return answer


def _check(method: str, path: str, answer: httpx.Response) -> None:
    found = _operation("get" if method == "HEAD" else method.lower(), path)
    if found is None:
        assert answer.status_code in {400, 404, 405}, f"{method} {path} is not documented"
        return
    template, operation = found
    if answer.status_code == 304:
        return
    documented = operation["responses"].get(str(answer.status_code))
    assert documented, f"{method} {template} answers {answer.status_code} undocumented: {answer.text[:300]}"
    if answer.content:
        for error in _validator(method.lower(), template, str(answer.status_code)).iter_errors(answer.json()):
            raise AssertionError(f"{method} {template}: {error.message} at {list(error.instance_path)}")


@cache
def _document() -> dict[str, Any]:
    return build_api().openapi()


def _operation(method: str, path: str) -> tuple[str, dict[str, Any]] | None:
    for template, item in sorted(_document()["paths"].items()):
        parts, wanted = path.split("/"), template.split("/")
        same = len(parts) == len(wanted) and all(
            re.fullmatch(re.sub(r"{\w+}", ".+", w), p) for p, w in zip(parts, wanted, strict=True)
        )
        if same and method in item:
            return template, item[method]
    return None


@cache
def _validator(method: str, template: str, status: str) -> Validator:
    document = _document()
    answer = document["paths"][template][method]["responses"][status]
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    content = answer["content"]
    schema = next(iter(content.values()))["schema"]
    return validator_for({**schema, "components": {"schemas": _closed(document["components"]["schemas"])}})


def _closed(schemas: dict[str, Any]) -> dict[str, Any]:
    """Nothing leaves that is not described; only a problem may tell more."""
    return {
        name: {"additionalProperties": False} | schema
        if "properties" in schema and name != "Problem"
        else schema
        for name, schema in schemas.items()
    }


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem document."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, json.loads(answer.text)["code"]
