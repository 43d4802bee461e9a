"""Transitions that are not allowed: every noun with a life says so in the same way."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import partial

from app.kernel import i18n
from app.kernel.errors import ConflictError


class WrongStateError(ConflictError):
    """The state does not allow this; says which it is and what it may become.

    The words are the labels of the enum: `labels.fair_state` for `FairState`.
    """

    def __init__(self, state: StrEnum, allowed: Iterable[StrEnum]) -> None:
        next_states = sorted(allowed)
        super().__init__(
            extra={"state": state, "allowed": next_states},
            state=partial(_named, (state,)),
            ways_out=partial(_ways_out, next_states),
        )


def _ways_out(allowed: Sequence[StrEnum], lang: str) -> str:
    key = "ways_out" if allowed else "no_way_out"
    return i18n.text(lang, "states", key, allowed=_named(allowed, lang))


def _named(states: Sequence[StrEnum], lang: str) -> str:
    labels = i18n.texts(lang)["labels"]
    return ", ".join(labels[_label(type(state))][state] for state in states)


def _label(kind: type[StrEnum]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
