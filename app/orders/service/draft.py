"""An order before anybody is asked: written, changed, submitted."""

from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import ids, journal, wire
from app.kernel.caller import Caller
from app.kernel.clock import local_date
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import Fault, ForbiddenError, InvalidError, NotFoundError, StaleVersionError
from app.kernel.schema import table
from app.kernel.text import clean
from app.orders import rules
from app.orders.errors import NoCoordinatorError, UnverifiedCoordinatorError, WrongStateError
from app.orders.queries import orders as queries
from app.orders.queries.orders import LINE, ORDER, PLAN
from app.orders.rules import ORDER_TRANSITIONS, OrderState, PlanState
from app.orders.schemas import LineIn, OrderCreate, OrderUpdate
from app.people.models import Affiliation, AffiliationState, Organisation, OrganisationKind
from app.places.countries import COUNTRIES
from app.products import queries as products

ORGANISATION, AFFILIATION = table(Organisation), table(Affiliation)
COORDINATING = (OrganisationKind.NETWORK, OrganisationKind.UNION, OrganisationKind.COOPERATIVE)

_ADD = sa.insert(ORDER)
_ADD_LINE = sa.insert(LINE)
_REMOVE_LINES = sa.delete(LINE).where(LINE.c.order_id == given("order"))
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
        ORGANISATION.c.kind.in_(COORDINATING),
        ORGANISATION.c.verified_at.is_not(None),
        ORGANISATION.c.country == given("country"),
    )
    .order_by(
        sa.case((ORGANISATION.c.region == given("region"), 0), else_=1), _GROUPS_OF.desc(), ORGANISATION.c.id
    )
    .limit(1)
)
_CHANGE = (
    sa.update(ORDER)
    .where(ORDER.c.id == given("order"), ORDER.c.version == given("expected"))
    .values(
        note=given("note"),
        delivery=given("delivery"),
        coordinator_id=given("coordinator"),
        state=given("state"),
        valid_until=None,
        version=ORDER.c.version + 1,
    )
)
_SET_STATE = (
    sa.update(ORDER)
    .where(ORDER.c.id == given("order"), ORDER.c.version == given("expected"))
    .values(state=given("state"), coordinator_id=given("coordinator"), version=ORDER.c.version + 1)
)
VOID_PLANS = (
    sa.update(PLAN)
    .where(PLAN.c.order_id == given("order"), PLAN.c.state.in_((PlanState.DRAFTED, PlanState.RELEASED)))
    .values(state=PlanState.VOID, version=PLAN.c.version + 1)
)


async def create(tx: Tx, *, caller: Caller, order: OrderCreate, now: datetime) -> Row:
    """Write a draft. Raises ForbiddenError, NotFoundError, InvalidError, UnverifiedCoordinatorError."""
    buyer = await tx.one(_ORGANISATION, id=order.buyer)
    if buyer is None:
        raise NotFoundError
    if not (caller.is_admin or caller.may("buy", order.buyer)):
        raise ForbiddenError if caller.may("read", order.buyer) else NotFoundError
    if order.coordinator:
        await _check_coordinator(tx, order.coordinator)
    identifier = order.id or ids.uuid7()
    most = None
    if order.max_share:
        first = await products.row(tx, order.lines[0].product)
        most = wire.read_quantity(order.max_share, "#/max_share", base=first["base_unit"])
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
        max_share_base=most,
        created_by=caller.name,
        created_at=now,
        is_demo=buyer["is_demo"],
    )
    await _write_lines(tx, identifier, order.lines, order.currency, _today(now, buyer["country"]))
    await journal.record(tx, caller, now, "order.created", ("order", identifier), lines=len(order.lines))
    return await queries.order(tx, caller, identifier)


async def update(
    tx: Tx, order_id: UUID, *, caller: Caller, change: OrderUpdate, expected: int, now: datetime
) -> Row:
    """Change an order that nobody was asked about yet; it becomes a draft and its plans void.

    Raises NotFoundError, ForbiddenError, WrongStateError, StaleVersionError, InvalidError.
    """
    found = await queries.row(tx, caller, order_id)
    _require_buyer(caller, found)
    if found["state"] not in (OrderState.DRAFT, *rules.OPEN_TO_PLANS):
        raise wrong_state(found)
    if change.coordinator:
        await _check_coordinator(tx, change.coordinator)
    changed = await tx.run(
        _CHANGE,
        order=order_id,
        expected=expected,
        note=clean(change.note) if change.note is not None else found["note"],
        delivery=clean(change.delivery) if change.delivery is not None else found["delivery"],
        coordinator=change.coordinator or found["coordinator_id"],
        state=OrderState.DRAFT,
    )
    if not changed:
        raise StaleVersionError
    await tx.run(VOID_PLANS, order=order_id)
    if change.lines is not None:
        buyer = await tx.one(_ORGANISATION, id=found["buyer_id"])
        await tx.run(_REMOVE_LINES, order=order_id)
        today = _today(now, buyer["country"] if buyer else "PE")
        await _write_lines(tx, order_id, change.lines, found["currency"], today)
    await journal.record(tx, caller, now, "order.changed", ("order", order_id), version=expected + 1)
    return await queries.order(tx, caller, order_id)


async def submit(tx: Tx, order_id: UUID, *, caller: Caller, now: datetime) -> Row:
    """Hand the order to its coordinating organisation, the nearest verified network when none was named.

    Raises NotFoundError, ForbiddenError, WrongStateError, NoCoordinatorError.
    """
    found = await queries.row(tx, caller, order_id)
    _require_buyer(caller, found)
    if found["state"] != OrderState.DRAFT:
        raise wrong_state(found)
    coordinator = found["coordinator_id"] or await _nearest(tx, found["buyer_id"])
    if coordinator is None:
        raise NoCoordinatorError
    await tx.must(
        _SET_STATE,
        order=order_id,
        expected=found["version"],
        state=OrderState.SUBMITTED,
        coordinator=coordinator,
    )
    await journal.record(
        tx, caller, now, "order.submitted", ("order", order_id), coordinator=str(coordinator)
    )
    return await queries.order(tx, caller, order_id)


def wrong_state(found: Row) -> WrongStateError:
    """The error that says what the order's state allows."""
    state = OrderState(found["state"])
    return WrongStateError(state, sorted(ORDER_TRANSITIONS[state]))


def _require_buyer(caller: Caller, found: Row) -> None:
    if not queries.buys(caller, found):
        raise ForbiddenError


async def _check_coordinator(db: Database, organisation_id: UUID) -> None:
    found = await db.one(_ORGANISATION, id=organisation_id)
    if found is None:
        raise InvalidError(Fault("#/coordinator", "unknown_organisation"))
    if found["verified_at"] is None or found["kind"] not in COORDINATING:
        raise UnverifiedCoordinatorError


async def _nearest(db: Database, buyer_id: UUID) -> UUID | None:
    buyer = await db.one(_ORGANISATION, id=buyer_id)
    if buyer is None:
        return None
    found: UUID | None = await db.value(_NEAREST, country=buyer["country"], region=buyer["region"] or "")
    return found


def _today(now: datetime, country: str) -> date:
    zone = COUNTRIES[country].zone if country in COUNTRIES else "UTC"
    return local_date(now, zone)


async def _write_lines(tx: Tx, order_id: UUID, lines: list[LineIn], currency: str, today: date) -> None:
    for position, line in enumerate(lines):
        await tx.run(
            _ADD_LINE, **await _line(tx, line, f"#/lines/{position}", currency, today), order_id=order_id,
            id=ids.uuid7(), number=position + 1,
        )  # fmt: skip


async def _line(db: Database, line: LineIn, at: str, currency: str, today: date) -> Row:
    try:
        product = await products.row(db, line.product)
    except NotFoundError as error:
        raise InvalidError(Fault(f"{at}/product", "unknown_product")) from error
    if line.variant and line.variant not in {variant["code"] for variant in product["variants"]}:
        raise InvalidError(Fault(f"{at}/variant", "unknown_variant"))
    due = line.due_on or today + timedelta(days=line.due_in_days or 0)
    if due <= today:
        raise InvalidError(Fault(f"{at}/due_on", "in_the_past"))
    if line.max_price and line.max_price.currency != currency:
        raise InvalidError(Fault(f"{at}/max_price/currency", "mixed_currencies"))
    measure = {"base": product["base_unit"], "overrides": products.overrides(product)}

    def quantity(value: wire.Quantity | None, name: str) -> int | None:
        if value is None:
            return None
        return wire.read_quantity(value, f"{at}/{name}", step=product["step_base"], **measure)

    return {
        "product_id": line.product,
        "variant": line.variant,
        "quantity_base": quantity(line.quantity, "quantity"),
        "over_base": quantity(line.over_tolerance, "over_tolerance") or 0,
        "under_base": quantity(line.under_tolerance, "under_tolerance"),
        "max_price_minor": wire.read_price(
            line.max_price,
            f"{at}/max_price",
            base=product["base_unit"],
            price_unit_base=product["price_unit_base"],
        )
        if line.max_price
        else None,
        "min_grade": line.min_grade,
        "due_on": due,
        "min_shelf_days": line.min_shelf_days,
        "seals": sorted(set(line.seals)),
        "regions": sorted(set(line.regions)),
    }
