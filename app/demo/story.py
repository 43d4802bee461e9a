"""What happens in the demo: an exporter's order goes from wish to repair, by the same verbs that people's phones use."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.demo.cast import BY_KEY, organisation_id
from app.kernel import ids
from app.kernel.caller import Caller
from app.kernel.db import Database, Tx, write
from app.kernel.schema import table
from app.kernel.visit import House
from app.messages import service as messages
from app.messages.models import MessageChannel as Told
from app.messages.queries import MESSAGE, Reader
from app.orders.queries import allocations
from app.orders.queries.orders import ORDER
from app.orders.rules import AllocationState, Channel
from app.orders.schemas import ChangeIn, LineIn, OrderCreate, PlanCreate
from app.orders.service import answers, draft, plans
from app.orders.service.acceptance import Acceptance
from app.orders.service.answers import Said
from app.orders.service.repair import Repair
from app.people import tokens
from app.products.models import Product

PRODUCT = table(Product)
DUE_IN_DAYS = 50
_MILLIS = 1_767_312_000_000  # 2026-01-02: where the story's identifiers begin
_PRODUCT = sa.select(PRODUCT.c.id).where(PRODUCT.c.code == given("code"))
_STORY = sa.select(ORDER.c.id).where(ORDER.c.is_demo.is_(True)).order_by(ORDER.c.id).limit(1)
CANNOT = "QORI-RURU"  # «esta vez no podemos»
WAITING = "MURU-MUJU"  # has not answered the second time: whoever tries the demo may


@dataclass
class Stage:
    """Where the story is played: the house, who speaks, and the hour."""

    house: House
    now: datetime

    @property
    def db(self) -> Database:
        """The database."""
        return self.house.db

    async def caller(self, key: str) -> Caller:
        """A person of the cast, recognised by the fixed token."""
        return await tokens.recognise(self.house, BY_KEY[key].token, self.now)

    async def do(self, work: Callable[..., Awaitable[Any]], before: Any = None) -> Any:
        """One transaction; a minute passes."""
        self.now += timedelta(minutes=1)
        return await (write(self.db, work, before) if before else write(self.db, work))


async def story_of(db: Database) -> UUID | None:
    """The order that the story is about; None before it is played."""
    found: UUID | None = await db.value(_STORY)
    return found


async def play(house: House, now: datetime) -> None:
    """Play the whole story."""
    with ids.repeatable("story", _MILLIS):
        stage = Stage(house, now)
        order = await _ask(stage)
        await _review(stage, order)
        await _answer(stage, order)
        await _repair(stage, order)
    with ids.repeatable("what waits", _MILLIS + 1_000_000):
        await _leave_something_to_do(stage)


async def _leave_something_to_do(stage: Stage) -> None:
    """For whoever tries the demo: a plan to accept, a plan to review, an order to submit."""
    buyer, secretary = await stage.caller("compradora"), await stage.caller("secretaria")
    for product, kilos in (("kiwicha", "60"), ("canihua", "40")):
        order = await _write(stage, buyer, (product, kilos, "KGM"), note="Para una feria en Lima.")
        await stage.do(partial(draft.submit, order_id=order, caller=buyer, now=stage.now))
        plan = await _plan(stage, order, buyer, PlanCreate())
        if product == "kiwicha":
            await stage.do(partial(plans.release, plan_id=plan, caller=secretary, now=stage.now))
    await _write(stage, buyer, ("cafe-pergamino", "150", "KGM"), note="Todavía por revisar con la tienda.")


async def _ask(stage: Stage) -> UUID:
    buyer = await stage.caller("compradora")
    wanted = (("quinua-blanca", "400", "KGM"), ("bufanda-alpaca", "1200", "H87"))
    order = await _write(stage, buyer, *wanted, note="Para tiendas de comercio justo. Embarque único.")
    await stage.do(partial(draft.submit, order_id=order, caller=buyer, now=stage.now))
    await _plan(stage, order, buyer, PlanCreate())
    return order


async def _write(stage: Stage, buyer: Caller, *wanted: tuple[str, str, str], note: str) -> UUID:
    body = OrderCreate(
        id=ids.uuid7(),
        buyer=await _organisation(stage, "EXPORTADORA-QHATU"),
        coordinator=await _organisation(stage, "RED-AYNI-SUR"),
        currency="PEN",
        note=note,
        delivery="En el almacén de la red en Puno",
        lines=[
            LineIn(
                product=await stage.db.value(_PRODUCT, code=code),
                quantity={"value": value, "unit": unit},
                due_in_days=DUE_IN_DAYS,
            )
            for code, value, unit in wanted
        ],
    )
    made = await stage.do(partial(draft.create, caller=buyer, order=body, now=stage.now))
    order: UUID = made["id"]
    return order


async def _plan(stage: Stage, order: UUID, caller: Caller, asked: PlanCreate) -> UUID:
    propose = partial(plans.propose, order_id=order, caller=caller, asked=asked, now=stage.now)

    async def record(tx: Tx, made: plans.Proposal) -> UUID:
        return await plans.record_plan(tx, made, caller=caller, now=stage.now)

    found: UUID = await stage.do(record, propose)
    return found


async def _review(stage: Stage, order: UUID) -> None:
    """The network leaves one group out and caps another, each with its reason; releases, tells the buyer, who accepts."""
    secretary, buyer = await stage.caller("secretaria"), await stage.caller("compradora")
    changes = [
        ChangeIn(
            act="leave_out",
            producer=await _organisation(stage, "HATUN-SONQO"),
            line=1,
            reason="Guardan su quinua para la semilla de la próxima siembra",
        ),
        ChangeIn(
            act="cap",
            producer=await _organisation(stage, "SUMAQ-TIKA"),
            line=1,
            quantity={"value": "30", "unit": "KGM"},
            reason="Este mes ya entregan otro pedido",
        ),
    ]
    plan = await _plan(stage, order, secretary, PlanCreate(changes=changes))
    await stage.do(partial(plans.release, plan_id=plan, caller=secretary, now=stage.now))
    await _tell_all(stage, order, secretary)
    acceptance = Acceptance(order, plan, buyer, stage.now)
    await stage.do(acceptance.hold, acceptance.prepare)


async def _answer(stage: Stage, order: UUID) -> None:
    """Everybody is told; most say yes, one by telephone, one gives less, one cannot this time."""
    secretary = await stage.caller("secretaria")
    await _tell_all(stage, order, secretary)
    parts = [part for part in await allocations.of_order(stage.db, order) if part["state"] == "offered"]
    cannot = await _organisation(stage, CANNOT)
    for number, part in enumerate(parts):
        stage.now += timedelta(minutes=7)
        said = _SAID[number % len(_SAID)]
        if part["producer_id"] == cannot:
            said = Said(
                channel=Channel.PHONE, spoke="la presidenta del grupo", reason="Una de nosotras está enferma"
            )
            work = partial(
                answers.decline, allocation_id=part["id"], said=said, caller=secretary, now=stage.now
            )
        else:
            less = part["offered_base"] // 2 if number == _GIVES_LESS else None
            step = part["step_base"]
            quantity = less // step * step if less else None
            work = partial(
                answers.confirm, allocation_id=part["id"], quantity_base=quantity, said=said, caller=secretary,
                now=stage.now,
            )  # fmt: skip
        await stage.do(work)


_GIVES_LESS = 3
_SAID = (
    Said(channel=Channel.ONE_TAP),
    Said(channel=Channel.ONE_TAP),
    Said(channel=Channel.PHONE, spoke="la tesorera del grupo"),
    Said(channel=Channel.WHATSAPP, spoke="la presidenta del grupo"),
)


async def _repair(stage: Stage, order: UUID) -> None:
    """The hole is offered to the others by the same rule; all but one say yes."""
    secretary = await stage.caller("secretaria")
    repair = Repair(order, secretary, stage.now)
    await stage.do(repair.fill, repair.prepare)
    await _tell_all(stage, order, secretary)
    offered = [
        part
        for part in await allocations.of_order(stage.db, order)
        if part["state"] == AllocationState.OFFERED
    ]
    waiting = await _organisation(stage, WAITING)
    for part in offered:
        if part["producer_id"] == waiting:
            continue
        said = Said(channel=Channel.ONE_TAP)
        await stage.do(
            partial(
                answers.confirm, allocation_id=part["id"], quantity_base=None, said=said, caller=secretary,
                now=stage.now,
            )
        )  # fmt: skip


async def _tell_all(stage: Stage, order: UUID, secretary: Caller) -> None:
    settings = stage.house.settings
    reader = Reader(secretary, settings.server_key, settings.public_url)
    for message in await stage.db.all(_UNSENT, order=order):
        await stage.do(
            partial(
                messages.mark_sent,
                message_id=message["id"],
                reader=reader,
                channel=Told.WHATSAPP,
                now=stage.now,
            )
        )


_UNSENT = (
    sa.select(MESSAGE.c.id)
    .where(MESSAGE.c.topic_id == given("order"), MESSAGE.c.sent_at.is_(None), MESSAGE.c.answered_at.is_(None))
    .order_by(MESSAGE.c.id)
)


async def _organisation(stage: Stage, code: str) -> UUID:
    found = await organisation_id(stage.db, code)
    if found is None:
        raise LookupError(code)
    return found
