"""The stalls of a date are given by the rule: a run proposes, as often as wanted; making it final offers the stalls."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs import near, seats
from app.fairs.allocation import (
    AllocationError,
    AllocationInputs,
    Applicant,
    Outcome,
    Stood,
    Weights,
    allocate,
)
from app.fairs.allocation import credits as credits_of
from app.fairs.allocation.sentences import neutral, why
from app.fairs.errors import AllocationFinalError, CallNotFinalError, LayoutChangedError, NoAllocationError
from app.fairs.near import Point
from app.fairs.queries import allocations as queries
from app.fairs.queries import assignments, calls, candidates, fairs, layouts, occurrences
from app.fairs.queries.allocations import RUN
from app.fairs.service import passing, waiting
from app.fairs.states import ApplicationState, CallState
from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import Fault, InvalidError, StaleError

_LARGE = 60  # stalls: above it the rule runs off the event loop
_ADD = sa.insert(RUN)
_FINISH = sa.update(RUN).where(RUN.c.id == given("id"), RUN.c.is_final.is_(False)).values(is_final=True)


@dataclass(frozen=True)
class Drawn:
    """One run before it is written."""

    date: Row
    call: Row
    layout: Row
    inputs: AllocationInputs
    outcome: Outcome


async def draw(db: Database, date_id: UUID, *, caller: Caller, call_id: UUID | None = None) -> Drawn:
    """Read what the rule is given and run it. Raises NotFoundError, ForbiddenError, CallNotFinalError, InvalidError."""
    date = await occurrences.kept(db, caller, date_id)
    history = await queries.chain(db, date["fair_id"])
    call_id = call_id or await queries.call_for(db, history, date)
    if call_id is None:
        raise CallNotFinalError
    call = await calls.row(db, call_id)
    if call["fair_id"] not in history:
        raise InvalidError(Fault("#/call", "of_another_fair"))
    if call["state"] != CallState.FINAL:
        raise CallNotFinalError
    layout = await layouts.of_date(db, date_id, date["fair_id"])
    stalls = await layouts.stalls_of(db, layout["id"])
    fair = await fairs.row(db, date["fair_id"])
    inputs = AllocationInputs(
        applicants=tuple(await _applicants(db, date, fair, call_id)),
        layout=seats.layout(layout, stalls),
        own_production_first=fair["is_own_production_first"],
        quotas=seats.quotas(call["quotas"]),
        seed=f"{call['seed']}:{date['recurrence_key']}",
        weights=msgspec.convert(call["weights"], Weights),
    )
    return Drawn(date, call, layout, inputs, await run(inputs))


async def keep(tx: Tx, drawn: Drawn, *, caller: Caller, now: datetime, lang: str) -> Row:
    """Write a run down. Raises AllocationFinalError when the date's stalls were already given."""
    date_id = drawn.date["id"]
    await occurrences.locked(tx, date_id)
    before = await queries.newest(tx, date_id)
    if before is not None and before["is_final"]:
        raise AllocationFinalError
    row = {
        "id": ids.uuid7(),
        "call_id": drawn.call["id"],
        "occurrence_id": date_id,
        "number": (before["number"] if before else 0) + 1,
        "rule": drawn.outcome.rule,
        "layout_id": drawn.layout["id"],
        "digest": drawn.outcome.input_digest,
        "inputs": msgspec.to_builtins(drawn.inputs),
        "outcome": msgspec.to_builtins(drawn.outcome),
        "is_final": False,
        "made_at": now,
        "made_by": caller.name,
    }
    await tx.run(_ADD, **row)
    await journal.record(tx, caller, now, "allocation.drawn", ("occurrence", date_id), run=str(row["id"]))
    return shown(row, lang)


async def finish(tx: Tx, date_id: UUID, *, caller: Caller, now: datetime, lang: str) -> Row:
    """Make the latest run final: every group placed is offered its stall, the others wait in their order. Again changes nothing.

    What is left goes to whom the call only lets wait. The reasons were read before: they are not told again. Raises NotFoundError, ForbiddenError, NoAllocationError,
    LayoutChangedError.
    """
    await occurrences.kept(tx, caller, date_id)
    date = await occurrences.locked(tx, date_id)
    run = await queries.newest(tx, date_id)
    if run is None:
        raise NoAllocationError
    if run["is_final"]:
        return shown(run, lang) | {"explanations": []}
    if run["layout_id"] != (await layouts.of_date(tx, date_id, date["fair_id"]))["id"]:
        raise LayoutChangedError
    if not await tx.run(_FINISH, id=run["id"]):
        raise StaleError
    await _offer(tx, date, run, caller=caller, now=now)
    await journal.record(tx, caller, now, "allocation.final", ("occurrence", date_id), run=str(run["id"]))
    return shown(run | {"is_final": True}, lang) | {"explanations": []}


def shown(run: Row, lang: str, reads: Callable[[str], bool] = lambda _: True) -> Row:
    """The wire form of a run: a sentence per group, with the numbers behind it.

    `reads`: whose sanctions and papers the reader may know of; all for the organiser.
    """
    outcome = msgspec.convert(run["outcome"], Outcome)
    records = [record if reads(record.group) else neutral(record) for record in outcome.records]
    kept = ("id", "occurrence_id", "call_id", "number", "rule", "digest", "is_final", "made_at")
    return {name: run[name] for name in kept} | {
        "seed_sha256": outcome.seed_sha256,
        "placed": outcome.placed,
        "waiting": list(outcome.waiting),
        "left_out": list(outcome.left_out),
        "conflicts": [list(pair) for pair in outcome.conflicts],
        "explanations": [
            {"sentence": why(record, lang), **msgspec.to_builtins(record)} for record in records
        ],
        "version": run["number"],
    }


async def run(inputs: AllocationInputs) -> Outcome:
    """The rule's answer. Raises InvalidError where the layout or the bases contradict themselves."""
    try:
        if len(inputs.layout.stalls) > _LARGE:
            return await asyncio.to_thread(allocate, inputs)
        return allocate(inputs)
    except AllocationError as error:
        raise InvalidError(Fault("#/call", error.code, value=error.value)) from error


async def _applicants(db: Database, date: Row, fair: Row, call_id: UUID) -> list[Applicant]:
    asked = await candidates.of_call(db, call_id)
    barred = await candidates.barred(db, date, asked, await candidates.papers_of_call(db, call_id))
    stood, in_vain = await queries.past(db, await queries.chain(db, fair["id"]), date["starts_at"])
    credit, first = _credits(stood, in_vain), _first_dates(stood)
    return [
        msgspec.structs.replace(
            seats.applicant(each, barred[each["id"]]),
            credit=credit.get(str(each["organisation_id"]), 0),
            distance_km=_distance(fair, each),
            is_first_time=each["organisation_id"] not in first,
            is_women_led=bool(each["women_led"]),
            seniority_years=_years(first.get(each["organisation_id"]), date["starts_at"]),
        )
        for each in asked
    ]


def _credits(stood: list[Row], in_vain: list[Row]) -> dict[str, int]:
    waited: dict[UUID, set[str]] = defaultdict(set)
    for found in in_vain:
        waited[found["occurrence_id"]].add(str(found["organisation_id"]))
    dates: dict[UUID, dict[str, int]] = defaultdict(dict)
    for found in stood:
        dates[found["occurrence_id"]][str(found["organisation_id"])] = found["quality"]
    return credits_of(Stood(qualities, frozenset(waited[at])) for at, qualities in dates.items())


def _first_dates(stood: list[Row]) -> dict[UUID, datetime]:
    first: dict[UUID, datetime] = {}
    for found in stood:  # in order of their start
        first.setdefault(found["organisation_id"], found["starts_at"])
    return first


def _years(since: datetime | None, until: datetime) -> int:
    return (until - since).days // 365 if since else 0


def _distance(fair: Row, group: Row) -> int | None:
    if fair["latitude_e6"] is None or group["latitude_e6"] is None:
        return None
    here, there = (
        Point(at["latitude_e6"] / 1_000_000, at["longitude_e6"] / 1_000_000) for at in (fair, group)
    )
    return round(near.distance_km(here, there))


async def _offer(tx: Tx, date: Row, run: Row, *, caller: Caller, now: datetime) -> None:
    outcome = msgspec.convert(run["outcome"], Outcome)
    stalls = {stall["code"]: stall for stall in await layouts.stalls_of(tx, run["layout_id"])}
    asked = {str(each["organisation_id"]): each for each in await candidates.of_call(tx, run["call_id"])}
    already = {found["organisation_id"] for found in await assignments.rows_of_date(tx, date["id"])}
    taken = {found["stall_id"] for found in await assignments.present(tx, date["id"])}
    for group, code in sorted(outcome.placed.items()):
        each, stall = asked.get(group), stalls[code]
        if each is None or UUID(group) in already or stall["id"] in taken:
            continue
        await passing.offer(tx, date, stall, UUID(group), each, caller=caller, now=now, run_id=run["id"])
    waits = [asked[group] for group in outcome.waiting if group in asked and UUID(group) not in already]
    await waiting.join_all(tx, date, waits, now)
    behind = {each["organisation_id"] for each in waits if each["state"] == ApplicationState.WAITLISTED}
    if behind:  # what is left is theirs: the rule found nothing of it for the others
        await passing.pass_on_all(tx, date, caller=caller, now=now, among=behind)
