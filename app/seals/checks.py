"""What must hold of seals, as statements that return the rows that break it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.seals import rules
from app.seals.queries import GRANT, ORGANISATION, SCHEME

_LIVE = GRANT.c.revoked_at.is_(None)

CHECKS: Sequence[tuple[str, sa.Select[Any]]] = (
    (
        "seal_granted_by_verified",
        sa.select(GRANT.c.id, GRANT.c.issuer_id, SCHEME.c.kind.label("scheme_kind"))
        .join(SCHEME, SCHEME.c.id == GRANT.c.scheme_id)
        .join(ORGANISATION, ORGANISATION.c.id == GRANT.c.issuer_id)
        .where(
            _LIVE,
            sa.or_(
                ORGANISATION.c.verified_at.is_(None),
                *(
                    sa.and_(SCHEME.c.kind == kind, ORGANISATION.c.kind.not_in(sorted(issuers)))
                    for kind, issuers in rules.GRANTED_BY.items()
                ),
            ),
        ),
    ),
    (
        "seal_granted_by_owner",
        sa.select(GRANT.c.id, GRANT.c.issuer_id, SCHEME.c.owner_id)
        .join(SCHEME, SCHEME.c.id == GRANT.c.scheme_id)
        .where(_LIVE, SCHEME.c.owner_id.is_not(None), SCHEME.c.owner_id != GRANT.c.issuer_id),
    ),
    (
        "seal_of_a_producer",
        sa.select(GRANT.c.id, GRANT.c.producer_id)
        .join(ORGANISATION, ORGANISATION.c.id == GRANT.c.producer_id)
        .where(ORGANISATION.c.kind.not_in(sorted(rules.HOLDERS))),
    ),
)
