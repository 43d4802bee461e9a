"""What must hold before a group has a stall of a date: admitted, no sanction, valid papers, not in two places at once."""

from datetime import date as day_of
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs import rules, seats
from app.fairs.allocation import Waits, next_for
from app.fairs.errors import (
    NotAdmittedError,
    PapersMissingError,
    SanctionedError,
    StallNotForYouError,
    TwoAttendantsError,
)
from app.fairs.queries import allocations, applications, assignments, candidates, layouts, sanctions
from app.fairs.states import OccurrenceState
from app.kernel.db import Row, Tx
from app.kernel.errors import NotFoundError
from app.kernel.schema import table
from app.kernel.states import WrongStateError
from app.kernel.text import clean_line
from app.people.models import Organisation

_GROUP = table(Organisation)
_LOCK_GROUP = sa.select(_GROUP.c.id).where(_GROUP.c.id == given("group")).with_for_update(key_share=True)


async def admitted_by(tx: Tx, date: Row, group: UUID) -> Row:
    """The application by which a group may stand on a date. Raises NotAdmittedError."""
    fairs = await allocations.chain(tx, date["fair_id"])
    found = await candidates.of_group(tx, fairs, group, day_of.fromisoformat(date["starts_local"][:10]))
    if found is None:
        raise NotAdmittedError
    return found


def check_scheduled(date: Row, now: datetime) -> None:
    """A published date that has not begun. Raises NotFoundError, WrongStateError."""
    state = OccurrenceState(date["state"])
    if state is not OccurrenceState.SCHEDULED or date["starts_at"] <= now:
        raise WrongStateError(state, rules.OCCURRENCE_MOVES[state])
    if not date["is_published"]:
        raise NotFoundError


async def check_sanctions(tx: Tx, date: Row, group: UUID) -> None:
    """Raises SanctionedError."""
    found = await sanctions.on(tx, date["organiser_id"], group, date["starts_local"][:10])
    if found is not None:
        raise SanctionedError(found["until_on"])


async def check_papers(tx: Tx, date: Row, asked: Row) -> None:
    """Papers that the call asks for are valid on the day. Raises PapersMissingError."""
    day = day_of.fromisoformat(date["starts_local"][:10])
    brought = await candidates.papers_of(tx, [asked["id"]])
    if codes := applications.missing(asked["asked_documents"], brought, day):
        raise PapersMissingError(codes, asked["asked_documents"])


async def check_elsewhere(tx: Tx, date: Row, group: UUID, names: list[str]) -> None:
    """A group in two places at once names who stands where; one answer of a group at a time. Raises TwoAttendantsError."""
    await tx.all(_LOCK_GROUP, group=group)
    here = {name.casefold() for name in names_of(names)}
    for other in await assignments.at_the_same_time(tx, group, date):
        there = {name.casefold() for name in other["attendants"]}
        if not here or not there or here & there:
            raise TwoAttendantsError(other["fair_name"])


async def check_fits(tx: Tx, one: Row, other: Row) -> None:
    """Each of two groups may stand where the other stands. Raises StallNotForYouError."""
    asked = await candidates.these(
        tx, [each["application_id"] for each in (one, other) if each["application_id"]]
    )
    for who, at in ((one, other), (other, one)):
        known = asked.get(who["application_id"])
        needs = seats.applicant(known) if known else seats.nobody(who["organisation_id"])
        stall = seats.stall(await layouts.stall(tx, at["stall_id"]))
        if passed := next_for(stall, [Waits(needs)], ()).passed:
            raise StallNotForYouError(msgspec.to_builtins(passed[0]))


def names_of(said: list[str]) -> list[str]:
    """Who attends, as it is kept."""
    return [clean_line(name) for name in said]
