"""What can go wrong by somebody's doing. Each error has a code, a status and a text in the caller's language."""

import re
from collections.abc import Collection
from typing import Any, ClassVar

from app.kernel import i18n


class DomainError(Exception):
    """Something the caller can understand and change. Its texts live in the room's `messages_<lang>.toml`.

    The wire code is the class name in snake case without "Error"; `facts` fill the text's placeholders and, where
    `extra` names them, travel in the problem document too (never the caller's own input).
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    headers: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls) -> None:
        name = cls.__name__.removesuffix("Error")
        if "code" not in cls.__dict__:
            cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()

    def __init__(self, *, extra: dict[str, Any] | None = None, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts
        self.extra = extra or {}
        self.faults: list[Fault] = []


class Fault:
    """One thing to mend in what was sent: where (`#/lines/0/quantity`, `query/limit`), code, and facts for the text.

    `texts` is the section of the texts where the code has its words.
    """

    __slots__ = ("code", "facts", "pointer", "texts")

    def __init__(self, pointer: str, code: str, **facts: Any) -> None:
        self.pointer, self.code, self.facts = pointer, code, facts
        self.texts = "faults"


class InvalidError(DomainError):
    """What was sent cannot be used; every fault says where and why."""

    status = 422

    def __init__(self, *faults: Fault, **facts: Any) -> None:
        super().__init__(**facts)
        self.faults = list(faults)


class BadRequestError(DomainError):
    """The request itself is malformed."""

    status = 400


class UnknownParameterError(DomainError):
    """A query parameter that does not exist: a typo must not return everything."""

    status = 400

    def __init__(self, unknown: Collection[str], known: Collection[str]) -> None:
        super().__init__(known=", ".join(sorted(known)) or _none)
        self.faults = [Fault(f"query/{name}", "unknown_parameter") for name in sorted(unknown)[:10]]


def _none(lang: str) -> str:
    return i18n.text(lang, "door", "no_parameters")


class SignInError(DomainError):
    """No valid token came with the request."""

    status = 401
    code = "sign_in_required"
    headers: ClassVar[dict[str, str]] = {"www-authenticate": "Bearer"}


class ForbiddenError(DomainError):
    """The caller sees the object but may not do this to it."""

    status = 403


class NotFoundError(DomainError):
    """Nothing here, or nothing that this caller may know of."""

    status = 404


class MethodNotAllowedError(DomainError):
    """The path exists, not with this method."""

    status = 405


class RequestTimeoutError(DomainError):
    """The body took too long to arrive."""

    status = 408


class ConflictError(DomainError):
    """The state of things forbids it now; parent of every 409."""

    status = 409


class IdTakenError(ConflictError):
    """An identifier supplied by the client already exists (whose, is not said)."""


class StaleVersionError(DomainError):
    """If-Match names an older version."""

    status = 412


class TooLargeError(DomainError):
    """The body is larger than this server accepts."""

    status = 413


class UnsupportedMediaTypeError(DomainError):
    """The body is of a type that this path does not read."""

    status = 415


class UnsupportedEncodingError(DomainError):
    """The body is compressed."""

    status = 415
    headers: ClassVar[dict[str, str]] = {"accept-encoding": "identity"}


class UnsupportedCharsetError(DomainError):
    """The text of the body is in another encoding than UTF-8."""

    status = 415


class VersionRequiredError(DomainError):
    """A change of something that others may change too needs If-Match."""

    status = 428


class TooManyRequestsError(DomainError):
    """Slower, please."""

    status = 429
    headers: ClassVar[dict[str, str]] = {"retry-after": "30"}


class KeyReusedError(DomainError):
    """An Idempotency-Key came again with another body."""

    status = 422
    code = "idempotency_key_reused"


class KeyRequiredError(DomainError):
    """Stock or money moves: without an Idempotency-Key a repeated request would move it twice."""

    status = 400
    code = "idempotency_key_required"


class BusyError(ConflictError):
    """Somebody else holds what this needs; try again."""

    headers: ClassVar[dict[str, str]] = {"retry-after": "2"}


class UnavailableError(DomainError):
    """The database cannot be reached now."""

    status = 503
    headers: ClassVar[dict[str, str]] = {"retry-after": "5"}


class StaleError(Exception):
    """What `before` read is no longer true: `kernel.db.write` runs both again, at most three times.

    `is_wanted_by_many`: a crowd may be after it. This process then takes whoever tries again one at a time: they would
    fill the pool of connections, waiting for each other's locks.
    """

    is_wanted_by_many = False
