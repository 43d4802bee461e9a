"""The codes people spell on the phone: how they are kept, and the link that carries one."""

from datetime import datetime, timedelta
from typing import NamedTuple

from app.kernel import ids
from app.kernel.errors import NotFoundError
from app.kernel.settings import Settings
from app.people import contacts, rules


class CodeInvalidError(NotFoundError):
    """The code is unknown, used, withdrawn or expired; which, is not said."""


class NewCode(NamedTuple):
    """A code that was just made: shown once, kept as its digest."""

    code: str
    link: str
    digest: bytes
    expires_at: datetime


def new(settings: Settings, now: datetime, *, days: int = rules.CODE_DAYS) -> NewCode:
    """A new single-use code with its link. The code is in the link's fragment: it reaches no server's log."""
    code = ids.spellable_code(rules.CODE_LENGTH)
    link = f"{settings.public_url}/entrar#{code}"
    return NewCode(code, link, digest(settings, code), now + timedelta(days=days))


def digest(settings: Settings, code: str) -> bytes:
    """How a code is kept: eight characters would be guessed from a plain digest, not from one under the server's key."""
    return ids.signature(settings.server_key, "code", contacts.code(code), size=32)
