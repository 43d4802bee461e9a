"""What must hold of producers' forms, as statements that return the rows that break it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.kernel.journal import AuditEntry
from app.kernel.schema import table
from app.producers import rules
from app.producers.queries.parts import ORGANISATION, PROFILE

_MEMBERS = PROFILE.c.women + PROFILE.c.men
_AUDIT = table(AuditEntry)
_VERIFIED_THEN = (  # a network that was no longer vouched for only after it counted: what it counted stays counted
    sa.exists()
    .where(
        _AUDIT.c.subject_kind == "organisation",
        _AUDIT.c.subject_id == PROFILE.c.verified_by_id,
        _AUDIT.c.action == "organisation.unverified",
        _AUDIT.c.at >= PROFILE.c.verified_at,
    )
    .correlate(PROFILE)
)

CHECKS: Sequence[tuple[str, sa.Select[Any]]] = (
    (
        "members_add_up",
        sa.select(
            PROFILE.c.organisation_id, _MEMBERS.label("members"), PROFILE.c.active, PROFILE.c.verified
        ).where((PROFILE.c.active > _MEMBERS) | (PROFILE.c.verified > sa.func.coalesce(PROFILE.c.active, 0))),
    ),
    (
        "members_verified_by_a_network",
        sa.select(PROFILE.c.organisation_id, PROFILE.c.verified_by_id, PROFILE.c.verified_at)
        .outerjoin(ORGANISATION, ORGANISATION.c.id == PROFILE.c.verified_by_id)
        .where(
            PROFILE.c.verified > 0,
            PROFILE.c.verified_at.is_(None)
            | PROFILE.c.verified_by.is_(None)
            | (ORGANISATION.c.verified_at.is_(None) & ~_VERIFIED_THEN),
        ),
    ),
    (
        "producer_has_form",
        sa.select(ORGANISATION.c.id)
        .outerjoin(PROFILE, PROFILE.c.organisation_id == ORGANISATION.c.id)
        .where(ORGANISATION.c.kind.in_(rules.PRODUCING), PROFILE.c.organisation_id.is_(None)),
    ),
)
