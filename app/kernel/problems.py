"""Every error as `application/problem+json` (RFC 9457), in the caller's language, never echoing what was sent."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.exceptions import HTTPException  # noqa: TID251 - the router raises it; this file ends it
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from app.kernel import decimals, i18n
from app.kernel.bodies import Shown
from app.kernel.db import ConstraintError
from app.kernel.db.base import LockedError
from app.kernel.errors import (
    BusyError,
    DomainError,
    Fault,
    ForbiddenError,
    InvalidError,
    MethodNotAllowedError,
    NotFoundError,
    SignInError,
    UnsupportedMediaTypeError,
)
from app.kernel.logs import log, request_id
from app.kernel.visit import Reply

_PATTERNS = {  # what people mean by a text of this form
    decimals.PATTERN: "not_a_number",  # «1,5»
    "^[0-9]{6}$": "not_a_pin",
    "^[A-Z]{3}$": "unknown_currency",
    "^[A-Z]{2}$": "unknown_country",
    "^[A-Z]{2}-[A-Z0-9]{1,3}$": "unknown_region",
    "^[A-Z]{2}(-[A-Z0-9]{1,3})?$": "unknown_region",
}
_TYPE = (b"content-type", b"application/problem+json")


class ProblemFault(Shown):
    """One thing to mend."""

    pointer: str = Field(description="Where: `#/lines/0/quantity` in the body, `query/limit`, `path/lot_id`")
    code: str
    message: str


class Problem(Shown):
    """What went wrong and what to change (RFC 9457). `code` never changes with the language."""

    type: str = Field(examples=["/problems/not_found"])
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[ProblemFault] = Field(default=[])


class InternalError(DomainError):
    """A fault of ours."""

    status = 500


def problems(*errors: type[DomainError]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route: the errors it can answer, by status, for its description alone. 401, 403 and 422 are added by `kernel.openapi`."""
    found: dict[int, list[str]] = {}
    for error in errors:
        found.setdefault(error.status, []).append(error.code)
    return {
        status: {
            "description": ", ".join(f"`{code}`" for code in sorted(set(codes))),
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, codes in sorted(found.items())
    }


def reply(scope: Scope, error: Exception) -> Response:
    """The problem document of any exception; it says nothing of our insides."""
    return document(scope.get("lang", i18n.DEFAULT), known(error))


def known(error: Exception) -> DomainError:
    """Any exception as one that people can read; what is a fault of ours is logged with all it has."""
    found = as_domain_error(error)
    if found.status >= 500:
        log.error("failed", request_id=request_id.get(), error=type(error).__name__, exc_info=error)
    return found


def document(lang: str, error: DomainError) -> Reply:
    """The answer for a DomainError in one language."""
    title, detail = i18n.title_and_detail(lang, error.code, error.facts)
    body = {
        **error.extra,
        "type": f"/problems/{error.code}",
        "title": title,
        "status": error.status,
        "detail": detail,
        "code": error.code,
        "request_id": request_id.get(),
        "errors": [_fault(lang, fault) for fault in error.faults],
    }
    headers = [(name.encode(), value.encode()) for name, value in error.headers.items()]
    if allow := error.facts.get("allow"):
        headers.append((b"allow", str(allow).encode()))
    return Reply(error.status, msgspec.json.encode(body), [_TYPE, *headers])


def _fault(lang: str, fault: Fault) -> dict[str, str]:
    known = i18n.texts(lang)
    template = known[fault.texts].get(fault.code) or known["faults"]["invalid"]
    return {
        "pointer": fault.pointer[:300],
        "code": fault.code,
        "message": i18n.filled(template, fault.facts, lang),
    }


def as_domain_error(error: Exception) -> DomainError:
    """Any exception as one that people can read; InternalError when it is a fault of ours."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, RequestValidationError):
        return InvalidError(*(_fault_of(found) for found in error.errors()))
    if isinstance(error, ConstraintError):
        return error.as_domain_error()
    if isinstance(error, LockedError):
        return BusyError()
    if isinstance(error, HTTPException):
        return _of_status(error)
    return InternalError()


def _of_status(error: HTTPException) -> DomainError:
    if error.status_code == 405:
        return MethodNotAllowedError(allow=(error.headers or {}).get("Allow", ""))
    known: Mapping[int, type[DomainError]] = {
        401: SignInError,
        403: ForbiddenError,
        404: NotFoundError,
        415: UnsupportedMediaTypeError,
    }
    return known.get(error.status_code, InternalError)()


def _fault_of(found: Mapping[str, Any]) -> Fault:
    place, *rest = cast("Sequence[str | int]", found["loc"]) or ("body",)
    pointer = "/".join(map(str, ["#", *rest])) if place == "body" else "/".join(map(str, [place, *rest]))
    context = {
        key: value for key, value in found.get("ctx", {}).items() if isinstance(value, (int, float, str))
    }
    if (
        "expected" in context
    ):  # pydantic writes «<Channel.PHONE: 'phone'> or ...»: only the values are for people
        context["expected"] = (
            ", ".join(re.findall(r"'([^']*)'", str(context["expected"]))) or context["expected"]
        )
    if code := _PATTERNS.get(str(context.get("pattern"))):
        return Fault(pointer, code)
    return Fault(pointer, str(context.pop("code", found["type"])), **context)


async def handle(request: Request, error: Exception) -> Response:
    """For what FastAPI itself raises outside our routes: unknown paths, above all."""
    return reply(request.scope, error)
