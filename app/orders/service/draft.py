"""An order before anybody is asked: written, changed, submitted."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import ids, journal, money, wire
from app.kernel.caller import Caller
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import Fault, ForbiddenError, InvalidError, StaleVersionError
from app.kernel.schema import table
from app.kernel.text import clean
from app.messages import service as messages
from app.orders import rules
from app.orders.errors import NoCoordinatorError, UnverifiedCoordinatorError, WrongStateError
from app.orders.queries import orders as queries
from app.orders.queries.orders import ORDER, PLAN
from app.orders.rules import OrderState, PlanState
from app.orders.schemas.orders import OrderCreate, OrderUpdate
from app.orders.service import lines
from app.orders.service.notices import PLAN_SUBJECT
from app.people import access
from app.people.models import Affiliation, AffiliationState, Organisation, OrganisationKind

ORGANISATION, AFFILIATION = table(Organisation), table(Affiliation)
PROPOSED_AS_COORDINATORS = (OrganisationKind.NETWORK, OrganisationKind.UNION, OrganisationKind.COOPERATIVE)

_ADD = sa.insert(ORDER)
_ORGANISATION = sa.select(
    ORGANISATION.c.name, ORGANISATION.c.kind, ORGANISATION.c.country, ORGANISATION.c.region,
    ORGANISATION.c.verified_at, ORGANISATION.c.is_demo,
).where(ORGANISATION.c.id == given("id"))  # fmt: skip
_GROUPS_OF = (
    sa.select(sa.func.count())
    .where(AFFILIATION.c.network_id == ORGANISATION.c.id, AFFILIATION.c.state == AffiliationState.ACCEPTED)
    .correlate(ORGANISATION)
    .scalar_subquery()
)
_NEAREST = (
    sa.select(ORGANISATION.c.id)
    .where(
        ORGANISATION.c.kind.in_(PROPOSED_AS_COORDINATORS),
        ORGANISATION.c.verified_at.is_not(None),
        ORGANISATION.c.country == given("country"),
        _GROUPS_OF > 0,
    )
    .order_by(
        sa.case((ORGANISATION.c.region == given("region"), 0), else_=1), _GROUPS_OF.desc(), ORGANISATION.c.id
    )
    .limit(1)
)
_CHANGE = (
    sa.update(ORDER)
    .where(ORDER.c.id == given("order"))
    .values(
        note=given("note"),
        delivery=given("delivery"),
        coordinator_id=given("coordinator"),
        max_share_base=given("most", type_=sa.BigInteger),
        state=OrderState.DRAFT,
        valid_until=None,
        version=ORDER.c.version + 1,
    )
)
_SUBMIT = (
    sa.update(ORDER)
    .where(ORDER.c.id == given("order"))
    .values(state=OrderState.SUBMITTED, coordinator_id=given("coordinator"), version=ORDER.c.version + 1)
)
_VOID_PLANS = (
    sa.update(PLAN)
    .where(PLAN.c.order_id == given("order"), PLAN.c.state.in_((PlanState.DRAFTED, PlanState.RELEASED)))
    .values(state=PlanState.VOID, version=PLAN.c.version + 1)
    .returning(PLAN.c.id)
)


async def create(tx: Tx, *, caller: Caller, order: OrderCreate, now: datetime) -> Row:
    """Write a draft. Raises ForbiddenError, InvalidError, UnverifiedCoordinatorError."""
    buyer = await tx.one(_ORGANISATION, id=order.buyer)
    if buyer is None:
        raise InvalidError(Fault("#/buyer", "unknown_organisation"))
    access.require(caller, "buy", order.buyer)
    _check_currency(order.currency)
    if order.coordinator:
        await _check_coordinator(tx, order.coordinator)
    kept = await lines.read(tx, order.lines, currency=order.currency, country=buyer["country"], now=now)
    identifier = wire.read_id(order.id, now)
    await tx.run(
        _ADD,
        id=identifier,
        code=ids.spellable_code(),
        buyer_id=order.buyer,
        coordinator_id=order.coordinator,
        currency=order.currency,
        state=OrderState.DRAFT,
        note=clean(order.note),
        delivery=clean(order.delivery),
        max_share_base=lines.most_per_group(order.max_share, kept),
        created_by=caller.name,
        created_at=now,
        is_demo=buyer["is_demo"],
    )
    await lines.write(tx, identifier, kept)
    await journal.record(tx, caller, now, "order.created", ("order", identifier), lines=len(kept))
    return await queries.order(tx, caller, identifier)


async def update(
    tx: Tx, order_id: UUID, *, caller: Caller, change: OrderUpdate, expected: int, now: datetime
) -> Row:
    """Change an order that nobody was asked about yet; it becomes a draft and its plans void.

    Raises NotFoundError, ForbiddenError, WrongStateError, StaleVersionError, InvalidError, UnverifiedCoordinatorError.
    """
    found = await _locked(tx, caller, order_id)
    if found["state"] not in (OrderState.DRAFT, *rules.OPEN_TO_PLANS):
        raise wrong_state(found)
    if found["version"] != expected:
        raise StaleVersionError
    if change.coordinator:
        await _check_coordinator(tx, change.coordinator)
    most = found["max_share_base"]
    if change.lines is not None:
        kept = await lines.read(
            tx, change.lines, currency=found["currency"], country=found["buyer_country"], now=now
        )
        most = lines.most_per_group(change.max_share, kept)
        await lines.write(tx, order_id, kept)
    await tx.must(
        _CHANGE,
        order=order_id,
        note=clean(change.note) if change.note is not None else found["note"],
        delivery=clean(change.delivery) if change.delivery is not None else found["delivery"],
        coordinator=change.coordinator or found["coordinator_id"],
        most=most,
    )
    await void_plans(tx, order_id, caller=caller, now=now)
    await journal.record(tx, caller, now, "order.changed", ("order", order_id), version=expected + 1)
    return await queries.order(tx, caller, order_id)


async def submit(tx: Tx, order_id: UUID, *, caller: Caller, now: datetime) -> Row:
    """Hand the order to its coordinating organisation, the nearest verified network when none was named.

    Raises NotFoundError, ForbiddenError, WrongStateError, NoCoordinatorError, UnverifiedCoordinatorError.
    """
    found = await _locked(tx, caller, order_id)
    if found["state"] != OrderState.DRAFT:
        raise wrong_state(found)
    coordinator = found["coordinator_id"] or await _nearest(tx, found)
    if coordinator is None:
        raise NoCoordinatorError
    await _check_coordinator(tx, coordinator)
    await tx.must(_SUBMIT, order=order_id, coordinator=coordinator)
    await journal.record(
        tx, caller, now, "order.submitted", ("order", order_id), coordinator=str(coordinator)
    )
    return await queries.order(tx, caller, order_id)


async def void_plans(tx: Tx, order_id: UUID, *, caller: Caller, now: datetime) -> None:
    """No plan of the order can be released or accepted any more, and nobody is told that one is ready."""
    void = [plan["id"] for plan in await tx.all(_VOID_PLANS, order=order_id)]
    await messages.cancel(tx, PLAN_SUBJECT, void, caller=caller, now=now)


def wrong_state(found: Row) -> WrongStateError:
    """The error that says what the order's state allows."""
    return WrongStateError(OrderState(found["state"]))


async def _locked(tx: Tx, caller: Caller, order_id: UUID) -> Row:
    found = await queries.locked_row(tx, caller, order_id)
    if not queries.buys(caller, found):
        raise ForbiddenError
    return found


def _check_currency(currency: str) -> None:
    try:
        money.find(currency)
    except money.MoneyError as error:
        raise InvalidError(Fault("#/currency", error.code)) from error


async def _check_coordinator(db: Database, organisation_id: UUID) -> None:
    found = await db.one(_ORGANISATION, id=organisation_id)
    if found is None:
        raise InvalidError(Fault("#/coordinator", "unknown_organisation"))
    if found["verified_at"] is None or found["kind"] not in access.NETWORKS:
        raise UnverifiedCoordinatorError


async def _nearest(db: Database, order: Row) -> UUID | None:
    found: UUID | None = await db.value(
        _NEAREST, country=order["buyer_country"], region=order["buyer_region"] or ""
    )
    return found
