"""What must hold of fairs, as statements that return the rows that break it."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.fairs.models import LIVE
from app.fairs.queries.allocations import RUN
from app.fairs.queries.assignments import ASSIGNMENT, FEE, STALL, WAITING
from app.fairs.queries.calls import CALL
from app.fairs.queries.fairs import FAIR
from app.fairs.queries.occurrences import OCCURRENCE
from app.fairs.states import AssignmentState, CallState, FairState, FeeState, OccurrenceState, WaitState
from app.kernel.checks import Check

_OFFERED_NOW = (
    sa.exists()
    .where(
        ASSIGNMENT.c.occurrence_id == WAITING.c.occurrence_id,
        ASSIGNMENT.c.organisation_id == WAITING.c.organisation_id,
        ASSIGNMENT.c.state == AssignmentState.OFFERED,
    )
    .correlate(WAITING)
)
_FINAL = sa.exists().where(RUN.c.call_id == CALL.c.id, RUN.c.is_final.is_(True)).correlate(CALL)

CHECKS: Sequence[Check] = (
    (
        "date_shown_as_its_fair",
        sa.select(OCCURRENCE.c.id, FAIR.c.state)
        .join(FAIR, FAIR.c.id == OCCURRENCE.c.fair_id)
        .where(OCCURRENCE.c.is_published != (FAIR.c.state != FairState.DRAFT)),
    ),
    (
        "date_of_its_organiser",
        sa.select(OCCURRENCE.c.id, OCCURRENCE.c.organiser_id)
        .join(FAIR, FAIR.c.id == OCCURRENCE.c.fair_id)
        .where(OCCURRENCE.c.organiser_id != FAIR.c.organiser_id),
    ),
    (
        "nobody_stands_where_it_is_cancelled",
        sa.select(ASSIGNMENT.c.id, ASSIGNMENT.c.state)
        .join(OCCURRENCE, OCCURRENCE.c.id == ASSIGNMENT.c.occurrence_id)
        .where(OCCURRENCE.c.state == OccurrenceState.CANCELLED, ASSIGNMENT.c.state.in_(LIVE)),
    ),
    (
        "waiting_offer_is_an_offer",
        sa.select(WAITING.c.id, WAITING.c.state).where(
            WAITING.c.state == WaitState.OFFERED, sa.not_(_OFFERED_NOW)
        ),
    ),
    (
        "fixed_stall_is_its_holders",
        sa.select(ASSIGNMENT.c.id, STALL.c.code)
        .join(STALL, STALL.c.id == ASSIGNMENT.c.stall_id)
        .where(
            ASSIGNMENT.c.state.in_(LIVE),
            ASSIGNMENT.c.is_substitute.is_(False),
            STALL.c.fixed_holder_id.is_not(None),
            STALL.c.fixed_holder_id != ASSIGNMENT.c.organisation_id,
        ),
    ),
    (
        "cancelled_stall_owes_nothing",
        sa.select(FEE.c.id, FEE.c.state)
        .join(ASSIGNMENT, ASSIGNMENT.c.id == FEE.c.assignment_id)
        .where(ASSIGNMENT.c.state == AssignmentState.CANCELLED, FEE.c.state != FeeState.CREDITED),
    ),
    (
        "draw_was_promised",
        sa.select(CALL.c.id, CALL.c.state).where(
            CALL.c.state.in_((CallState.PUBLISHED, CallState.REVIEWED, CallState.FINAL)),
            sa.or_(CALL.c.seed.is_(None), CALL.c.seed_sha256.is_(None)),
        ),
    ),
    (
        "stalls_given_by_a_final_call",
        sa.select(CALL.c.id, CALL.c.state).where(CALL.c.state != CallState.FINAL, _FINAL),
    ),
)
