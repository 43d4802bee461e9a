"""Many people at once, on both databases: nothing is oversold, and everybody gets an answer the first time."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import pytest
import sqlalchemy as sa

from app.inventory.models import CapacityWeek, Lot, LotKind
from app.inventory.service import holding
from app.kernel.db import Database
from app.kernel.errors import DomainError, StaleError
from app.kernel.journal import Happening
from app.kernel.schema import table
from app.kernel.settings import Settings
from app.orders.queries import orders as orders_read
from app.orders.rules import AllocationState
from app.orders.schemas import OrderUpdate, PlanCreate
from app.orders.service import draft, plans
from app.orders.service.harvest import lower_for_harvest
from tests.client import Client, problem
from tests.factories import inventory, orders
from tests.inventory.stock import unchecked
from tests.orders import world as worlds
from tests.orders.buyers import Asked, crowd
from tests.orders.world import World

LOT = table(Lot)
_POSTGRES = pytest.mark.parametrize("engine", ["postgres"], indirect=True)  # SQLite has one writer
_LOT_NOW = sa.select(LOT.c.id).where(LOT.c.id == sa.bindparam("lot")).with_for_update(nowait=True)
_WAITING = sa.text("select 1 from pg_locks where not granted").columns(sa.column("one", sa.Integer))
_HELD = sa.select(
    sa.func.sum(LOT.c.reserved_base).label("held"), sa.func.max(LOT.c.reserved_base).label("most")
)
_WEEKS = sa.select(table(CapacityWeek).c.reserved_base)
_UNGUARDED = (
    sa.update(LOT)
    .where(LOT.c.id == sa.bindparam("lot"), sa.bindparam("price", type_=sa.Integer) > 0)
    .where(sa.func.coalesce(sa.bindparam("expected", type_=sa.Integer), 1) > 0)
    .values(reserved_base=LOT.c.reserved_base + sa.bindparam("quantity", type_=sa.BigInteger))
)


async def _ready(world: World, buyers: int, kilos: int) -> list[Asked]:
    """Orders of as many buyers, each with a released plan that was made while everything was free."""
    found: list[Asked] = []
    for _ in range(buyers):
        rival = await world.rival()
        found.append((*await rival.released(kilos), rival.buyer))
    return found


async def _small_lots(world: World, kilos: int = 12) -> None:
    """200 lots of so many kilos in 20 groups."""
    for _ in range(20):
        group = await world.join(kilos)
        for _ in range(9):
            await world.stock(group, kilos)


async def _agreed(world: World) -> int:
    """What producers were asked for, in base units."""
    return sum(part["quantity_base"] for part in await world.parts())


@pytest.fixture
async def world(db: Database) -> World:
    return await worlds.build(db)


async def test_of_32_buyers_of_5_from_a_lot_of_100_exactly_20_succeed(world: World, db: Database) -> None:
    await world.join(100)
    asked = await _ready(world, 32, 5)

    answers = await crowd(db, asked)

    assert Counter(answers) == {"accepted": 20, "plan_changed": 12}
    assert await db.one(_HELD) == {"held": 100_000, "most": 100_000}
    assert await world.broken() == []


async def test_64_acceptances_over_one_hot_lot(world: World, db: Database) -> None:
    await world.join(1_000)
    asked = await _ready(world, 64, 30)

    answers = await crowd(db, asked)

    assert Counter(answers) == {"accepted": 33, "plan_changed": 31}
    assert (await db.one(_HELD))["held"] == await _agreed(world) == 990_000  # type: ignore[index]
    assert await world.broken() == []


async def test_64_acceptances_over_200_small_lots(world: World, db: Database) -> None:
    await _small_lots(world)
    asked = await _ready(world, 64, 100)

    answers = await crowd(db, asked)

    assert Counter(answers) == {"accepted": 24, "plan_changed": 40}  # 5 kg of each group's 120
    assert await db.one(_HELD) == {"held": 2_400_000, "most": 12_000}
    assert await _agreed(world) == 2_400_000
    assert await world.broken() == []


async def test_64_acceptances_over_the_same_weeks_of_work(world: World, db: Database) -> None:
    for _ in range(5):
        group = await world.join(0)
        loom = await inventory.capacity(db, group, per_week_base=12_000, base_unit="GRM", weeks=5)
        await world.stock(group, 0, kind=LotKind.CAPACITY, capacity_id=loom)  # 4 weeks after its notice
    asked = await _ready(world, 64, 25)

    answers = await crowd(db, asked)

    assert Counter(answers) == {"accepted": 9, "plan_changed": 55}  # 5 kg of each group's 48
    assert {week["reserved_base"] for week in await db.all(_WEEKS)} <= set(range(12_001))
    assert sum(week["reserved_base"] for week in await db.all(_WEEKS)) == await _agreed(world) == 225_000
    assert await world.broken() == []


@_POSTGRES
async def test_two_processes_of_buyers_do_not_oversell_either(
    world: World, db: Database, settings: Settings
) -> None:
    await world.join(200)
    asked = await _ready(world, 64, 5)

    ours, theirs = await _two_processes(db, settings, asked)

    assert Counter(ours + theirs) == {"accepted": 40, "plan_changed": 24}
    assert min(ours.count("accepted"), theirs.count("accepted")) > 0
    assert await db.one(_HELD) == {"held": 200_000, "most": 200_000}
    assert await world.broken() == []


@_POSTGRES
async def test_two_processes_of_buyers_over_200_small_lots(
    world: World, db: Database, settings: Settings
) -> None:
    await _small_lots(world, 24)
    asked = await _ready(world, 64, 100)

    ours, theirs = await _two_processes(db, settings, asked)

    assert Counter(ours + theirs) == {"accepted": 48, "plan_changed": 16}
    assert min(ours.count("accepted"), theirs.count("accepted")) >= 16
    assert await db.one(_HELD) == {"held": 4_800_000, "most": 24_000}
    assert await world.broken() == []


async def _two_processes(db: Database, settings: Settings, asked: list[Asked]) -> tuple[list[str], list[str]]:
    """What the buyers of this process and those of another one are answered."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.orders.buyers", settings.database_url),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert await process.stdout.readline() == b"ready\n"  # type: ignore[union-attr]
    theirs = [list(map(str, each)) for each in asked[::2]]
    talk = asyncio.create_task(process.communicate(json.dumps(theirs).encode() + b"\n"))
    ours = await crowd(db, asked[1::2])
    return ours, json.loads((await talk)[0])


async def test_without_the_guard_these_tests_see_the_overselling(
    world: World, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.join(100)
    asked = await _ready(world, 32, 5)
    monkeypatch.setattr(holding, "HOLD", _UNGUARDED)

    async with unchecked(db):
        answers = await crowd(db, asked)

        assert answers == ["accepted"] * 32
        assert await db.one(_HELD) == {"held": 160_000, "most": 160_000}
        assert await world.broken() == ["inventory.lot_held_within_stock"]


async def test_without_the_guard_the_constraint_still_refuses(
    world: World, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.join(100)
    asked = await _ready(world, 24, 5)
    monkeypatch.setattr(holding, "HOLD", _UNGUARDED)

    answers = await crowd(db, asked)

    assert Counter(answers) == {"accepted": 20, "conflict": 4}
    assert await world.broken() == []


# -- one order, many hands --------------------------------------------------------------------------------------


async def _together(*work: Coroutine[Any, Any, Any]) -> list[str]:
    """What each was answered; anything but a reason is a fault."""
    found = await asyncio.gather(*work, return_exceptions=True)
    for answer in found:
        if isinstance(answer, BaseException) and not isinstance(answer, DomainError):
            raise answer
    return [answer.code if isinstance(answer, DomainError) else "done" for answer in found]


async def test_two_acceptances_of_one_plan_have_one_effect(world: World, db: Database) -> None:
    await world.join(1_000)  # enough for all of them: it is not the stock that stops a second yes
    order, plan = await world.released(90)

    answers = await _together(*(world.accept(order, plan) for _ in range(8)))

    assert Counter(answers) == {"done": 1, "wrong_state": 7}
    assert await _agreed(world) == 90_000
    assert await world.broken() == []


async def test_yes_no_silence_and_the_orders_end_at_once(world: World, db: Database) -> None:
    for _ in range(3):
        await world.join(40)
    for number in range(6):
        order = await world.accepted(90)
        await world.tell()
        world.now += worlds.timedelta(days=4)
        part = next(part for part in await world.parts() if part["order_id"] == order)
        hands = [
            world.confirm(part),
            world.confirm(part, 10_000),
            world.decline(part),
            world.work(),
            world.cancel(order, world.purchaser),
            world.repair(order),
        ]

        answers = await _together(*hands[number:], *hands[:number])

        assert "done" in answers
        assert set(answers) <= {
            "done", "too_late", "wrong_state", "consent_needed", "more_than_offered", "plan_changed", "busy",
        }  # fmt: skip
        assert await world.broken() == []
        (after,) = [each for each in await world.orders() if each["id"] == order]
        live = [p for p in await world.parts() if p["order_id"] == order and p["quantity_base"]]
        if after["state"] in {"cancelled", "expired"}:
            assert live == []
        else:
            await world.cancel(order, world.secretary)


async def test_two_repairs_at_once_fill_the_hole_once(world: World, db: Database) -> None:
    groups = [await world.join(100) for _ in range(3)]
    order = await world.accepted(90)
    [part] = await world.parts_of(groups[0])
    await world.decline(part)

    answers = await _together(*(world.repair(order) for _ in range(3)))

    assert answers.count("done") >= 2
    assert set(answers) <= {"done", "busy"}
    live = [each for each in await world.parts() if each["state"] == AllocationState.OFFERED]
    assert sum(each["quantity_base"] for each in live) == 90_000
    assert len(live) == 4
    assert await world.broken() == []


async def test_12_repairs_at_once_over_200_small_lots_fill_every_hole(world: World, db: Database) -> None:
    first = await world.join(1_200)
    for _ in range(12):
        await world.accepted(100)
    await _small_lots(world)
    for part in await world.parts_of(first):
        await world.decline(part)

    answers = await _together(*(world.repair(order["id"]) for order in await world.orders()))

    assert answers == ["done"] * 12
    assert Counter(part["order_id"] for part in await world.parts() if part["state"] == "offered") == {
        order["id"]: 20 for order in await world.orders()
    }
    assert await _agreed(world) == 1_200_000
    assert await world.broken() == []


async def test_review_edit_release_and_acceptance_at_once(world: World, db: Database) -> None:
    await world.join(100)
    for _ in range(4):
        order, plan = await world.released(90)

        answers = await _together(
            world.accept(order, plan),
            world.plan(order),
            world.release(plan),
            world.cancel(order, world.purchaser),
            world.plan(order),
        )

        assert set(answers) <= {"done", "wrong_state", "plan_not_newest", "plan_not_released", "busy"}
        assert await world.broken() == []
        (state,) = [each["state"] for each in await world.orders() if each["id"] == order]
        if state != "cancelled":
            await world.cancel(order, world.purchaser)


async def test_plan_of_an_order_that_was_edited_meanwhile_is_made_again(world: World, db: Database) -> None:
    await world.join(100)
    order = await world.order(90)
    how = {"caller": world.secretary, "now": world.now}
    made = await plans.propose(db, order, asked=PlanCreate(), **how)

    async with db.tx() as tx:
        change = OrderUpdate(note="Para mayo")
        await draft.update(tx, order, caller=world.purchaser, change=change, expected=2, now=world.now)
    async with db.tx() as tx:
        await draft.submit(tx, order, caller=world.purchaser, now=world.now)

    async with db.tx() as tx:
        with pytest.raises(StaleError):
            await plans.record_plan(tx, made, **how)


async def test_harvest_and_answers_at_once(world: World, db: Database) -> None:
    await world.join(60, kind=worlds.PLEDGED)
    await world.join(60)
    await world.accepted(40)
    await world.accepted(40)
    mine = await world.parts_of(world.groups[0])

    answers = await _together(
        world.harvest(world.lots[0], 25), *(world.confirm(part) for part in mine), world.work()
    )

    assert answers[0] in {"done", "busy"}
    assert set(answers) <= {"done", "busy", "wrong_state", "more_than_offered"}
    assert await world.broken() == []
    if answers[0] == "done":
        held = sum(part["quantity_base"] for part in await world.parts_of(world.groups[0]))
        assert held <= 25_000


@_POSTGRES
async def test_a_harvest_waits_for_its_orders_with_empty_hands(world: World, db: Database) -> None:
    await world.join(60, kind=worlds.PLEDGED)
    order = await world.accepted(40)

    async with db.tx() as tx:
        await orders_read.locked(tx, order)
        harvest = asyncio.create_task(world.harvest(world.lots[0], 25))
        while not await db.all(_WAITING):  # noqa: ASYNC110 - another connection tells of no event
            await asyncio.sleep(0)
        mine = await tx.all(_LOT_NOW, lot=world.lots[0])  # raises where the harvest holds it
    await harvest

    assert mine == [{"id": world.lots[0]}]
    assert await _agreed(world) == 25_000
    assert await world.broken() == []


@_POSTGRES
async def test_a_harvest_begins_anew_when_an_order_came_meanwhile(world: World, db: Database) -> None:
    await world.join(60, kind=worlds.PLEDGED)
    order = await world.accepted(40)
    facts = {"short_base": 15_000}
    harvest = Happening("lot.harvested", "lot", world.lots[0], world.now, world.secretary, facts)

    async with db.tx() as somebody, db.tx() as tx:
        await orders_read.locked(somebody, order)
        with pytest.raises(StaleError):
            await lower_for_harvest(tx, harvest)

    assert await _agreed(world) == 40_000


async def test_same_key_twice_at_once_has_one_effect_and_one_answer(client: Client, db: Database) -> None:
    market = await orders.market(client, db)
    order = await market.submitted("90")
    plan = await market.released(order)

    answers = await asyncio.gather(*(market.accept(order, plan, key="uno") for _ in range(6)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 5
    assert len(await market.board(order)) == 3


async def test_different_keys_at_once_have_one_effect(client: Client, db: Database) -> None:
    market = await orders.market(client, db)
    order = await market.submitted("90")
    plan = await market.released(order)

    answers = await asyncio.gather(*(market.accept(order, plan, key=f"k{n}") for n in range(6)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert {problem(answer) for answer in answers if answer.status_code == 409} == {(409, "wrong_state")}
    assert len(await market.board(order)) == 3
