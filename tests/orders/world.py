"""A market without HTTP: the verbs of orders as its people call them, for many steps in little time."""

import contextlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app import invariants, wiring
from app.inventory.models import LotKind
from app.inventory.schemas import MovementCreate
from app.inventory.service import move
from app.kernel import ids, jobs
from app.kernel.caller import Caller
from app.kernel.db import Database, Row, write
from app.kernel.errors import DomainError
from app.kernel.schema import table
from app.messages import service as messages
from app.messages.models import Message, MessageChannel
from app.messages.queries import Reader
from app.orders import rules
from app.orders.models import Allocation, CoordinationPolicy, Order
from app.orders.rules import ALLOCATION_TRANSITIONS, ORDER_TRANSITIONS, AllocationState, OrderState
from app.orders.schemas import LineIn, OrderCreate, PlanCreate
from app.orders.service import answers, draft, endings, plans
from app.orders.service.acceptance import Acceptance
from app.orders.service.answers import Said
from app.orders.service.repair import Repair
from app.people.models import OrganisationKind
from tests.factories import inventory, people, products

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
ALLOCATION, ORDER, MESSAGE = table(Allocation), table(Order), table(Message)
_PARTS = sa.select(
    ALLOCATION.c.id, ALLOCATION.c.order_id, ALLOCATION.c.producer_id, ALLOCATION.c.state,
    ALLOCATION.c.quantity_base, ALLOCATION.c.offered_base, ALLOCATION.c.late_base,
).order_by(ALLOCATION.c.id)  # fmt: skip
_ORDERS = sa.select(ORDER.c.id, ORDER.c.state).order_by(ORDER.c.id)
_UNSENT = (
    sa.select(MESSAGE.c.id)
    .where(MESSAGE.c.sent_at.is_(None), MESSAGE.c.cancelled_at.is_(None), MESSAGE.c.answered_at.is_(None))
    .order_by(MESSAGE.c.id)
)


def caller(*organisations: UUID, acts: str) -> Caller:
    """Somebody of these organisations who may do this there."""
    return Caller(
        user_id=ids.uuid7(),
        acts={organisation: frozenset({"read", *acts.split()}) for organisation in organisations},
        own=frozenset(organisations),
    )


@dataclass
class World:
    """A network with its groups, a buyer, and the hour."""

    db: Database
    network: UUID
    buyer: UUID
    products: list[UUID]
    groups: list[UUID] = field(default_factory=list)
    lots: list[UUID] = field(default_factory=list)
    now: datetime = START

    @property
    def secretary(self) -> Caller:
        return caller(self.network, acts="coordinate")

    @property
    def purchaser(self) -> Caller:
        return caller(self.buyer, acts="buy")

    def seller(self, group: UUID) -> Caller:
        return caller(group, acts="answer stock")

    async def join(self, kilos: int, **lot: Any) -> UUID:
        """Another group of the network with a lot of the first product."""
        group = await people.organisation(self.db, f"Grupo {len(self.groups)}")
        await people.affiliate(self.db, group, self.network)
        self.groups.append(group)
        await self.stock(group, kilos, **lot)
        return group

    async def stock(self, group: UUID, kilos: int, *, product: int = 0, **lot: Any) -> UUID:
        """Another lot of a group."""
        identifier = await inventory.lot(self.db, group, self.products[product], kilos * 1000, **lot)
        self.lots.append(identifier)
        return identifier

    # -- verbs --------------------------------------------------------------------------------------------------

    async def rival(self) -> "World":
        """The same market as another verified buyer sees it."""
        buyer = await people.organisation(
            self.db, "Otra compradora", kind=OrganisationKind.EXPORTER, verified=True
        )
        return replace(self, buyer=buyer)

    async def order(self, *kilos: int, **line: Any) -> UUID:
        """A submitted order with one line per product."""
        lines = [
            LineIn(product=product, quantity={"value": str(wanted), "unit": "KGM"}, due_in_days=40, **line)
            for product, wanted in zip(self.products, kilos, strict=False)
        ]
        body = OrderCreate(buyer=self.buyer, coordinator=self.network, currency="PEN", lines=lines)
        made = await write(self.db, partial(draft.create, caller=self.purchaser, order=body, now=self.now))
        await write(self.db, partial(draft.submit, order_id=made["id"], caller=self.purchaser, now=self.now))
        return UUID(str(made["id"]))

    async def plan(self, order: UUID, asked: PlanCreate | None = None) -> UUID:
        """A plan by the coordinating organisation."""
        who = self.secretary
        propose = partial(
            plans.propose, order_id=order, caller=who, asked=asked or PlanCreate(), now=self.now
        )
        return await write(
            self.db, lambda tx, made: plans.record_plan(tx, made, caller=who, now=self.now), propose
        )

    async def release(self, plan: UUID) -> None:
        await write(self.db, partial(plans.release, plan_id=plan, caller=self.secretary, now=self.now))

    async def accept(self, order: UUID, plan: UUID) -> Row:
        acceptance = Acceptance(order, plan, self.purchaser, self.now)
        return await write(self.db, acceptance.hold, acceptance.prepare)

    async def released(self, *kilos: int, **line: Any) -> tuple[UUID, UUID]:
        """An order and its plan, ready to accept."""
        order = await self.order(*kilos, **line)
        plan = await self.plan(order)
        await self.release(plan)
        return order, plan

    async def accepted(self, *kilos: int, **line: Any) -> UUID:
        """An order that waits for its producers."""
        order, plan = await self.released(*kilos, **line)
        await self.accept(order, plan)
        return order

    async def confirm(self, part: Row, quantity_base: int | None = None) -> None:
        await write(
            self.db,
            partial(
                answers.confirm,
                allocation_id=part["id"],
                quantity_base=quantity_base,
                said=Said(),
                caller=self.seller(part["producer_id"]),
                now=self.now,
            ),
        )

    async def decline(self, part: Row) -> None:
        who = self.seller(part["producer_id"])
        work = partial(answers.decline, allocation_id=part["id"], said=Said(), caller=who, now=self.now)
        await write(self.db, work)

    async def extend(self, part: Row, days: int) -> None:
        until = self.now + timedelta(days=days)
        work = partial(
            endings.extend, allocation_id=part["id"], until=until, reason="Está de viaje", now=self.now
        )
        await write(self.db, partial(work, caller=self.secretary))

    async def repair(self, order: UUID) -> None:
        repair = Repair(order, self.secretary, self.now)
        await write(self.db, repair.fill, repair.prepare)

    async def cancel(self, order: UUID, who: Caller) -> None:
        work = partial(endings.cancel, order_id=order, caller=who, reason="El barco no sale", now=self.now)
        await write(self.db, work)

    async def harvest(self, lot: UUID, kilos: int) -> None:
        """What was pledged is weighed."""
        body = MovementCreate(reason="harvested", counted={"value": str(kilos), "unit": "KGM"})
        who = caller(*self.groups, acts="stock answer")
        await write(self.db, partial(move, lot_id=lot, caller=who, movement=body, now=self.now))

    async def tell(self, most: int = 1000) -> None:
        """The first messages that wait are said."""
        reader = Reader(self.secretary, b"k" * 40, "http://minka.test")
        for message in (await self.db.all(_UNSENT))[:most]:
            work = partial(
                messages.mark_sent, message_id=message["id"], reader=reader, channel=MessageChannel.WHATSAPP
            )
            await write(self.db, partial(work, now=self.now))

    async def work(self) -> None:
        """The worker does what is due; a fault is not left for the log."""
        for job in wiring.JOBS:
            for item in await job.due(self.db, self.now):
                with contextlib.suppress(DomainError):
                    await jobs._do(self.db, job, item, self.now)

    # -- what is so ---------------------------------------------------------------------------------------------

    async def parts(self) -> list[Row]:
        return await self.db.all(_PARTS)

    async def parts_of(self, group: UUID) -> list[Row]:
        return [part for part in await self.parts() if part["producer_id"] == group]

    async def orders(self) -> list[Row]:
        return await self.db.all(_ORDERS)

    async def broken(self) -> list[str]:
        """The invariants that do not hold."""
        return [
            f"{room}.{code}"
            for room in ("inventory", "orders", "kernel")
            for code, statement in invariants.CHECKS[room]
            if await self.db.all(statement)
        ]


async def build(db: Database, *, network: dict[str, Any] | None = None) -> World:
    """A verified network and a verified buyer; nobody has anything yet."""
    wiring.connect()
    world = World(
        db=db,
        network=await people.network(db),
        buyer=await people.organisation(
            db, "Exportadora Qhatu", kind=OrganisationKind.EXPORTER, verified=True
        ),
        products=[await products.product(db), await products.product(db, "Kiwicha")],
    )
    if network:
        async with db.tx() as tx:
            values = dict.fromkeys(("release_at_once",), False) | network
            await tx.run(
                sa.insert(table(CoordinationPolicy)), organisation_id=world.network, **_POLICY | values
            )
    return world


_POLICY: dict[str, Any] = {
    "release_at_once": False,
    "repair_at_once": True,
    "show_table": True,
    "answer_hours": rules.ANSWER_HOURS,
    "weight_cap": 8,
    "history_days": 90,
    "version": 1,
}


def reachable(kind: type[OrderState] | type[AllocationState], before: str, after: str, steps: int) -> bool:
    """Whether a state can become another in at most so many transitions of its table."""
    moves: Any = ORDER_TRANSITIONS if kind is OrderState else ALLOCATION_TRANSITIONS
    found = {kind(before)}
    for _ in range(steps):
        found |= {state for known in found for state in moves[known]}
    return kind(after) in found


PLEDGED = LotKind.PLEDGED
