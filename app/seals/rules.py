"""Which guarantee counts and who may give it. Decides from values alone."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID


class SchemeKind(StrEnum):
    """Who stands behind a seal: an outside certifier, a committee of the producers' network, or its owner's own word."""

    THIRD_PARTY = "third_party"
    PARTICIPATORY = "participatory"
    OWN = "own"


class GrantState(StrEnum):
    """Whether a grant counts today."""

    VALID = "valid"
    UPCOMING = "upcoming"
    EXPIRED = "expired"
    REVOKED = "revoked"


_NETWORKS = frozenset({"network", "union"})
GRANTED_BY: Mapping[SchemeKind, frozenset[str]] = MappingProxyType(
    {
        SchemeKind.THIRD_PARTY: frozenset({"certifier"}),
        SchemeKind.PARTICIPATORY: _NETWORKS | {"certifier"},
        SchemeKind.OWN: _NETWORKS | {"certifier"},
    }
)
HOLDERS = frozenset({"producer_group", "cooperative"})


def may_issue(
    kind: SchemeKind, owner_id: UUID | None, *, issuer_id: UUID, issuer_kind: str, issuer_is_verified: bool
) -> bool:
    """Whether an organisation may grant seals of a scheme: verified, of the right kind, and the owner if there is one."""
    if not issuer_is_verified or issuer_kind not in GRANTED_BY[kind]:
        return False
    return owner_id is None or owner_id == issuer_id


def state_on(day: date, *, valid_from: date, valid_until: date, is_revoked: bool) -> GrantState:
    """What a grant is worth on a day; both ends of its validity count. A revoked one never counts again."""
    if is_revoked:
        return GrantState.REVOKED
    if day < valid_from:
        return GrantState.UPCOMING
    return GrantState.EXPIRED if day > valid_until else GrantState.VALID
