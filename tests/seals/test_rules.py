from datetime import date
from uuid import UUID

import pytest

from app.seals.rules import GrantState, SchemeKind, may_issue, state_on

NETWORK, OTHER = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("kind", "issuer_kind", "may"),
    [
        (SchemeKind.THIRD_PARTY, "certifier", True),
        (SchemeKind.THIRD_PARTY, "network", False),
        (SchemeKind.THIRD_PARTY, "producer_group", False),
        (SchemeKind.PARTICIPATORY, "certifier", True),
        (SchemeKind.PARTICIPATORY, "network", True),
        (SchemeKind.PARTICIPATORY, "union", True),
        (SchemeKind.PARTICIPATORY, "cooperative", False),
        (SchemeKind.PARTICIPATORY, "buyer", False),
    ],
)
def test_who_may_issue_depends_on_the_kind_of_seal(kind, issuer_kind, may):
    def asked(*, verified: bool):
        return may_issue(kind, None, issuer_id=NETWORK, issuer_kind=issuer_kind, issuer_is_verified=verified)

    assert asked(verified=True) is may
    assert asked(verified=False) is False


def test_a_seal_with_an_owner_is_the_owners_alone():
    def asked(owner: UUID):
        return may_issue(
            SchemeKind.OWN, owner, issuer_id=NETWORK, issuer_kind="network", issuer_is_verified=True
        )

    assert asked(NETWORK)
    assert not asked(OTHER)


@pytest.mark.parametrize(
    ("day", "revoked", "state"),
    [
        (date(2026, 2, 28), False, GrantState.UPCOMING),
        (date(2026, 3, 1), False, GrantState.VALID),
        (date(2026, 3, 31), False, GrantState.VALID),
        (date(2026, 4, 1), False, GrantState.EXPIRED),
        (date(2026, 3, 15), True, GrantState.REVOKED),
    ],
)
def test_both_ends_of_a_validity_count(day, revoked, state):
    found = state_on(day, valid_from=date(2026, 3, 1), valid_until=date(2026, 3, 31), is_revoked=revoked)

    assert found is state
