"""What a one-tap link can ask. Each kind of question is a module with these five names: a share of an order, a stall."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from app.kernel.db import Database
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.visit import Reply


class LinkUnknownError(NotFoundError):
    """The link was cut, invented, or replaced by a newer one."""


class FormBrokenError(DomainError):
    """What came is no answer of our form: cut off on its way, or made by hand."""

    status = 422


class ForeignFormError(DomainError):
    """The form came from another site's page."""

    status = 403


class Fault(NamedTuple):
    """Why an answer was not taken, and what to change."""

    title: str
    detail: str


class Question(Protocol):
    """One kind of question. `KIND` is the kind of subject that its messages speak of."""

    KIND: str

    async def read(self, db: Database, subject_id: UUID, *, now: datetime, lang: str) -> Any:
        """What the page must know, ready to be shown. Raises NotFoundError."""

    def draw(
        self,
        found: Any,
        token: str,
        *,
        lang: str,
        status: int = 200,
        fault: Fault | None = None,
        typed: str = "",
    ) -> Reply:
        """The page: under 8 kB, without scripts. `typed` is given back in its field when it was not understood."""

    async def answer(
        self, db: Database, subject_id: UUID, found: Any, form: Mapping[str, str], *, now: datetime
    ) -> None:
        """Give the answer to the room that asked. Raises DomainError."""

    def told(self, error: DomainError, found: Any, *, lang: str) -> Fault:
        """What the page says of a refusal."""
