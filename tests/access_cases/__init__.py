"""Who is answered how on every route, as data: one file per room, each with its `CASES`.

A case says the request and what each kind of caller gets: OK (neither 401, 403 nor 404, nor a fault of ours) or that
status. Public is OK for all; what is private to others is a 404; what is visible but not the caller's to change is a
403. GET routes without anything in their path need no case: public ones are OK for all, others but for anonymous.
"""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.people.doors import TABLE, Knock
from tests.access_cases.world import KINDS, World

OK = "ok"
Expected = Mapping[str, str | int]
JSON = {"if-match": '"1"', "idempotency-key": "access-0001"}


@dataclass(frozen=True)
class Case:
    """One request. `{names}` in the path and in the body are filled from the world, after `prepare` added its own."""

    method: str
    path: str
    expected: Expected
    body: Any = None
    prepare: Callable[[World], Awaitable[None]] | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: JSON)


def public() -> Expected:
    """Everybody is answered."""
    return dict.fromkeys(KINDS, OK)


def somebody(**others: int) -> Expected:
    """Every token is answered, but for `others`."""
    return public() | {"anonymous": 401} | others


def persons(**others: int) -> Expected:
    """Every person who is signed in is answered, but for `others`; no key."""
    return somebody(key=403) | others


def only(*allowed: str, hidden: tuple[str, ...] = ("stranger", "buyer"), key: int | str = 403) -> Expected:
    """These and the platform's administrators; `hidden` may not know of the object, the others may not do it."""
    found: dict[str, str | int] = dict.fromkeys(KINDS, 403) | {"anonymous": 401, "admin": OK}
    found |= dict.fromkeys(hidden, 404)
    found["key"] = key
    return found | dict.fromkeys(allowed, OK)


def cases() -> dict[str, Case]:
    """Every case of every room, by the route's name; «route@what» is one more case of a route."""
    found: dict[str, Case] = {}
    for module in pkgutil.iter_modules(__path__):
        room: dict[str, Case] = getattr(importlib.import_module(f"{__name__}.{module.name}"), "CASES", {})
        assert not (found.keys() & room.keys()), f"{module.name}: two cases for one route"
        found |= room
    return found


def of_list(name: str, path: str) -> Case:
    """The case of a GET route without anything in its path."""
    knock = TABLE[name]
    expected = {
        Knock.ANYBODY: public(),
        Knock.SOMEBODY: somebody(),
        Knock.PERSON: persons(),
        Knock.ADMIN: only(hidden=()),
    }
    return Case("GET", path, expected[knock], headers={})
