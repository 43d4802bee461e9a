"""What people may do with affiliations, roles, PINs and passwords, decided from values alone."""

from collections.abc import Collection, Mapping
from itertools import pairwise

CODE_LENGTH = 8
CODE_DAYS = 7
PIN_TRIES = 5
ACCESS_MINUTES = 15
REFRESH_DAYS = 30
REPEAT_SECONDS = 60
PASSWORD_LENGTH = 10

# Who may move an affiliation from one state to the next: the side that asked, the other side, or either.
AFFILIATION_MOVES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "asked": {
        "acceptance": frozenset({"other"}),
        "refusal": frozenset({"other"}),
        "end": frozenset({"asker"}),
    },
    "accepted": {"end": frozenset({"asker", "other"})},
    "refused": {},
    "ended": {},
}


def affiliation_actions(state: str, *, asked_by_group: bool, sides: Collection[str]) -> list[str]:
    """What somebody who acts for these sides («group», «network») may do with an affiliation now."""
    parts = {"asker" if (side == "group") == asked_by_group else "other" for side in sides}
    actions = [move for move, movers in AFFILIATION_MOVES[state].items() if movers & parts]
    if "group" in sides and state in {"asked", "accepted"}:
        actions.append("update")
    return sorted(actions)


def loses_its_last_coordinator(coordinators: Collection[str], leaving: str, *, stays: bool) -> bool:
    """Whether nobody would be left to say who acts for the organisation."""
    return not stays and set(coordinators) == {leaving}


def is_trivial_pin(pin: str) -> bool:
    """The PINs that others try first: one digit, two digits alternating, a repeated half or pair, a run up or down.

    `pin` is six digits.
    """
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    repeats = len(set(pin)) <= 2 or pin[:3] == pin[3:] or pin[:2] * 3 == pin
    runs = steps in ({1}, {9})
    return repeats or runs or pin in {"123321", "112233", "332211", "159753", "147258", "258369"}


def is_weak_password(password: str) -> bool:
    """Fewer than 10 characters, or fewer than five different ones."""
    return len(password) < PASSWORD_LENGTH or len(set(password)) < 5
