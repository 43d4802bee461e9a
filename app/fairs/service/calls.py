"""A call from its bases to its final lists. What was promised is published before: weights, quotas, the draw's digest."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs import rules
from app.fairs.allocation import Quota, commit
from app.fairs.errors import CallNotOpenError, ClaimsOpenError, StillOpenError, StillWaitingError
from app.fairs.queries import calls as queries
from app.fairs.queries import fairs
from app.fairs.queries.applications import CLAIM
from app.fairs.queries.calls import APPLICATION, CALL
from app.fairs.schemas.calls import CallCancellation, CallCreate
from app.fairs.service import notices
from app.fairs.service.keeping import kept
from app.fairs.states import CallState, FairState
from app.kernel import ids, journal, wire
from app.kernel.caller import Caller
from app.kernel.clock import end_of_day, local_date
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, InvalidError, StaleError
from app.kernel.text import clean, clean_line
from app.products import queries as products

_SEED_LENGTH = 20  # letters and digits that people can read aloud: 99 bits
_ADD = sa.insert(CALL)
_MOVE = (
    sa.update(CALL)
    .where(CALL.c.id == given("id"), CALL.c.state == given("was"))
    .values(
        state=given("to"),
        reason=given("why"),
        seed=sa.func.coalesce(CALL.c.seed, given("number", type_=CALL.c.seed.type)),
        seed_sha256=sa.func.coalesce(CALL.c.seed_sha256, given("digest", type_=CALL.c.seed.type)),
        published_at=sa.func.coalesce(
            CALL.c.published_at, given("published", type_=CALL.c.published_at.type)
        ),
        claims_until=sa.func.coalesce(given("claims", type_=CALL.c.claims_until.type), CALL.c.claims_until),
        updated_at=given("now"),
        version=CALL.c.version + 1,
    )
)
_OPEN = (
    sa.select(sa.func.count())
    .select_from(APPLICATION)
    .where(
        APPLICATION.c.call_id == given("call"),
        APPLICATION.c.state.in_(queries.UNDECIDED),
    )
)
_UNANSWERED = (
    sa.select(sa.func.count())
    .select_from(CLAIM.join(APPLICATION, APPLICATION.c.id == CLAIM.c.application_id))
    .where(APPLICATION.c.call_id == given("call"), CLAIM.c.answered_at.is_(None))
)


async def create(tx: Tx, *, caller: Caller, asked: CallCreate, now: datetime) -> Row:
    """Write a call as a draft. Raises NotFoundError, ForbiddenError, InvalidError."""
    fair = await kept(tx, caller, asked.fair)
    opens_at = _aware(asked.opens_at, "#/opens_at") or now
    closes_at = _closing(asked, now)
    if closes_at <= max(opens_at, now):
        raise InvalidError(Fault("#/closes_at", "closes_before_opening"))
    from_on, until_on = _days(asked, local_date(now, fair["zone"]))
    await _check(tx, asked)
    identifier = wire.read_id(asked.id, now)
    await tx.run(
        _ADD,
        id=identifier,
        fair_id=fair["id"],
        organiser_id=fair["organiser_id"],
        state=CallState.DRAFT,
        title=clean_line(asked.title),
        resolution=clean_line(asked.resolution),
        bases=clean(asked.bases),
        opens_at=opens_at,
        closes_at=closes_at,
        from_on=from_on,
        until_on=until_on,
        documents=[document.model_dump() for document in asked.documents],
        categories=sorted(set(asked.categories)),
        quotas=[quota.model_dump() for quota in asked.quotas],
        weights=asked.weights.model_dump(),
        mend_days=asked.mend_days,
        claim_days=asked.claim_days,
        offer_hours=asked.offer_hours,
        no_show_limit=asked.no_show_limit,
        no_show_days=asked.no_show_days,
        sanction_days=asked.sanction_days,
        is_demo=fair["is_demo"],
        created_at=now,
        updated_at=now,
    )
    await journal.record(tx, caller, now, "call.created", ("call", identifier), fair=str(fair["id"]))
    return await queries.call(tx, caller, identifier, now)


async def publish(tx: Tx, call_id: UUID, *, caller: Caller, now: datetime) -> Row:
    """Publish the bases, with the digest of a number that is drawn now and kept secret until the call has closed.

    Raises NotFoundError, ForbiddenError, WrongStateError, and InvalidError while the fair itself is a draft.
    """
    found = await queries.kept(tx, caller, call_id)
    if (await fairs.row(tx, found["fair_id"]))["state"] != FairState.PUBLISHED:
        raise InvalidError(Fault("path/call_id", "fair_not_published"))
    seed = ids.spellable_code(_SEED_LENGTH)
    await _move(tx, found, CallState.PUBLISHED, caller, now, number=seed, digest=commit(seed), published=now)
    return await queries.call(tx, caller, call_id, now)


async def review(tx: Tx, call_id: UUID, *, caller: Caller, now: datetime) -> Row:
    """Publish the lists; from now on there are days to object.

    Raises NotFoundError, ForbiddenError, WrongStateError, StillOpenError, StillWaitingError.
    """
    found = await queries.kept(tx, caller, call_id)
    rules.check_move(rules.CALL_MOVES, CallState(found["state"]), CallState.REVIEWED)
    if now <= found["closes_at"]:
        raise StillOpenError
    await _nothing_waits(tx, call_id)
    until = end_of_day(now, found["claim_days"], found["zone"])
    await _move(tx, found, CallState.REVIEWED, caller, now, claims=until)
    losers = await queries.not_admitted(tx, call_id)
    await notices.not_admitted(tx, losers, found, until=until, caller=caller, now=now)
    return await queries.call(tx, caller, call_id, now)


async def finish(tx: Tx, call_id: UUID, *, caller: Caller, now: datetime) -> Row:
    """The result is final: stalls can be given by it.

    Raises NotFoundError, ForbiddenError, WrongStateError, ClaimsOpenError, StillWaitingError.
    """
    found = await queries.kept(tx, caller, call_id)
    rules.check_move(rules.CALL_MOVES, CallState(found["state"]), CallState.FINAL)
    if now <= found["claims_until"]:
        raise ClaimsOpenError
    await _nothing_waits(tx, call_id)
    await _move(tx, found, CallState.FINAL, caller, now)
    return await queries.call(tx, caller, call_id, now)


async def cancel(tx: Tx, call_id: UUID, *, caller: Caller, asked: CallCancellation, now: datetime) -> Row:
    """There is no call after all. Raises NotFoundError, ForbiddenError, WrongStateError."""
    found = await queries.kept(tx, caller, call_id)
    await _move(tx, found, CallState.CANCELLED, caller, now, why=clean(asked.reason))
    return await queries.call(tx, caller, call_id, now)


def check_open(call: Row, now: datetime) -> None:
    """Raises CallNotOpenError outside the days to apply."""
    if call["state"] != CallState.PUBLISHED or not call["opens_at"] <= now <= call["closes_at"]:
        raise CallNotOpenError(call["opens_at"], call["closes_at"], zone=call["zone"], now=now)


async def check_category(tx: Tx, code: str, call: Row) -> None:
    """Raises InvalidError for a category that a call does not ask for, or that nobody knows."""
    if call["categories"] and code not in call["categories"]:
        raise InvalidError(Fault("#/category", "category_not_called"))
    if code not in await products.categories_by_code(tx):
        raise InvalidError(Fault("#/category", "unknown_category"))


async def _move(tx: Tx, found: Row, to: CallState, caller: Caller, now: datetime, **values: Any) -> None:
    was = CallState(found["state"])
    rules.check_move(rules.CALL_MOVES, was, to)
    given_values = {"why": "", "number": None, "digest": None, "published": None, "claims": None} | values
    if not await tx.run(_MOVE, id=found["id"], was=was, to=to, now=now, **given_values):
        raise StaleError
    await journal.record(tx, caller, now, f"call.{to}", ("call", found["id"]), was=was)


async def _nothing_waits(tx: Tx, call_id: UUID) -> None:
    waiting = await tx.value(_OPEN, call=call_id) + await tx.value(_UNANSWERED, call=call_id)
    if waiting:
        raise StillWaitingError(waiting)


def _closing(asked: CallCreate, now: datetime) -> datetime:
    if (asked.closes_at is None) == (asked.closes_in_days is None):
        raise InvalidError(Fault("#/closes_at", "day_or_days", day="closes_at", days="closes_in_days"))
    if asked.closes_in_days is not None:
        return now + timedelta(days=asked.closes_in_days)
    closes_at = _aware(asked.closes_at, "#/closes_at")
    assert closes_at is not None  # noqa: S101 - one of the two is given
    return closes_at


def _days(asked: CallCreate, today: date) -> tuple[date, date]:
    def one(on: date | None, in_days: int | None, name: str) -> date:
        if (on is None) == (in_days is None):
            raise InvalidError(Fault(f"#/{name}_on", "day_or_days", day=f"{name}_on", days=f"{name}_in_days"))
        return on or today + timedelta(days=in_days or 0)

    from_on = one(asked.from_on, asked.from_in_days, "from")
    until_on = one(asked.until_on, asked.until_in_days, "until")
    if until_on < from_on:
        raise InvalidError(Fault("#/until_on", "last_day_before_first"))
    return from_on, until_on


def _aware(instant: datetime | None, pointer: str) -> datetime | None:
    if instant is not None and instant.tzinfo is None:
        raise InvalidError(Fault(pointer, "timezone_aware"))
    return instant


async def _check(tx: Tx, asked: CallCreate) -> None:
    codes = [document.code for document in asked.documents]
    if len(set(codes)) != len(codes):
        raise InvalidError(Fault("#/documents", "repeated_code"))
    known = {category["code"] for category in await products.categories(tx, "es")}
    _check_categories(asked.categories, known)
    for at, quota in enumerate(asked.quotas):
        if quota.of == "category" and quota.value not in known:
            raise InvalidError(Fault(f"#/quotas/{at}/value", "unknown_category"))
    _check_quotas([msgspec.convert(quota.model_dump(), Quota) for quota in asked.quotas])


def _check_categories(codes: Sequence[str], known: set[str]) -> None:
    for at, code in enumerate(codes):
        if code not in known:
            raise InvalidError(Fault(f"#/categories/{at}", "unknown_category"))


def _check_quotas(quotas: Sequence[Quota]) -> None:
    seen = set()
    for at, quota in enumerate(quotas):
        if (quota.of, quota.value) in seen:
            raise InvalidError(Fault(f"#/quotas/{at}", "repeated_code"))
        seen.add((quota.of, quota.value))
        if quota.at_most is not None and quota.at_most < quota.at_least:
            raise InvalidError(Fault(f"#/quotas/{at}/at_most", "quota_contradicts"))
