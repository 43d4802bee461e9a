"""What must hold of people and organisations, as statements that return the rows that break it."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.kernel.checks import Check
from app.people import access
from app.people.models import AffiliationState
from app.people.tables import AFFILIATION, MEMBERSHIP, ORGANISATION, SESSION, USER

_NETWORKS = sa.select(ORGANISATION.c.id).where(ORGANISATION.c.kind.in_(sorted(access.NETWORKS)))
_EDGES = (
    sa.select(AFFILIATION.c.group_id, AFFILIATION.c.network_id)
    .where(AFFILIATION.c.state == AffiliationState.ACCEPTED, AFFILIATION.c.group_id.in_(_NETWORKS))
    .subquery("edges")
)
_FIRST = sa.select(_EDGES.c.group_id.label("start"), _EDGES.c.network_id.label("reached")).cte(
    "walks", recursive=True
)
_WALKS = _FIRST.union(
    sa.select(_FIRST.c.start, AFFILIATION.c.network_id)
    .join(AFFILIATION, AFFILIATION.c.group_id == _FIRST.c.reached)
    .where(AFFILIATION.c.state == AffiliationState.ACCEPTED)
)
CHECKS: Sequence[Check] = (
    (
        "erased_people_are_gone",
        sa.select(USER.c.id).where(
            USER.c.erased_at.is_not(None),
            sa.or_(
                USER.c.password_hash.is_not(None),
                USER.c.phone.is_not(None),
                USER.c.email.is_not(None),
                USER.c.is_admin,
                sa.exists().where(MEMBERSHIP.c.user_id == USER.c.id),
                sa.exists().where(SESSION.c.user_id == USER.c.id),
            ),
        ),
    ),
    ("network_is_not_its_own", sa.select(_WALKS.c.start).where(_WALKS.c.start == _WALKS.c.reached)),
    (
        "verified_kind_needs_it",
        sa.select(ORGANISATION.c.id, ORGANISATION.c.kind).where(
            ORGANISATION.c.verified_at.is_not(None), ORGANISATION.c.kind.not_in(sorted(access.VERIFIABLE))
        ),
    ),
)
