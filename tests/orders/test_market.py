"""A market in any order of events: whatever happens, nothing is oversold and no yes is lowered by somebody else."""

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any, ClassVar, TypeVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import SQLModel

from app.kernel.db import Database, Lite
from app.kernel.db.pg import Pg
from app.kernel.errors import DomainError
from app.kernel.settings import Settings
from app.orders import rules
from app.orders.rules import AllocationState, OrderState
from tests.orders import world as worlds

T = TypeVar("T")
KILOS = st.integers(1, 60)
PICK = st.integers(0, 1_000)
_OPEN = (*rules.HELD, *rules.LATE)


class Market(RuleBasedStateMachine):
    """Orders, answers, deadlines, repairs, harvests and cancellations over the same few groups."""

    runner: ClassVar[asyncio.Runner]
    db: ClassVar[Database]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def attempt(self, work: Coroutine[Any, Any, Any]) -> bool:
        """Do it; what people may not do now is refused with a reason, anything else is a fault."""
        try:
            self.run(work)
        except DomainError:
            return False
        return True

    @initialize(
        stocks=st.lists(st.tuples(st.integers(10, 60), st.booleans()), min_size=3, max_size=5),
        kilos=st.integers(30, 120),
    )
    def open(self, stocks: list[tuple[int, bool]], kilos: int) -> None:
        self.run(self._empty())
        self.world = self.run(worlds.build(self.db))
        for each, is_pledged in stocks:
            self.run(self.world.join(each, **({"kind": worlds.PLEDGED} if is_pledged else {})))
        self.pledged = [
            lot for lot, (_, is_pledged) in zip(self.world.lots, stocks, strict=True) if is_pledged
        ]
        self.seen: dict[Any, str] = {}
        self.run(self.world.accepted(kilos))

    async def _empty(self) -> None:
        async with self.db.tx() as tx:
            for table in reversed(SQLModel.metadata.sorted_tables):
                await tx.run(sa.delete(table))

    @rule(kilos=st.integers(1, 120))
    def accept(self, kilos: int) -> None:
        self.attempt(self.world.accepted(kilos))

    @rule(which=PICK)
    def confirm(self, which: int) -> None:
        if part := self._part(which):
            self._by_itself(part, self.world.confirm(part))

    @rule(which=PICK, tenths=st.integers(1, 9))
    def confirm_less(self, which: int, tenths: int) -> None:
        if part := self._part(which):
            kilos = part["offered_base"] // 1000 * tenths // 10
            self._by_itself(part, self.world.confirm(part, max(1, kilos) * 1000))

    @rule(which=PICK)
    def decline(self, which: int) -> None:
        if part := self._part(which):
            self._by_itself(part, self.world.decline(part))

    @precondition(lambda self: getattr(self, "pledged", None))
    @rule(which=PICK, kilos=st.integers(0, 60))
    def harvest(self, which: int, kilos: int) -> None:
        lot = self.pledged[which % len(self.pledged)]
        before = self._agreed()
        self.attempt(self.world.harvest(lot, kilos))
        producer = self.world.groups[self.world.lots.index(lot)]
        mine = {part["id"] for part in self.run(self.world.parts_of(producer))}
        self._nobody_else_lost(before, except_for=mine)

    @rule(which=PICK, days=st.integers(1, 9))
    def extend(self, which: int, days: int) -> None:
        if part := self._part(which):
            before = self._agreed()
            self.attempt(self.world.extend(part, days))
            self._nobody_else_lost(before)

    @rule(most=st.integers(1, 6))
    def tell(self, most: int) -> None:
        self.run(self.world.tell(most))

    @rule(hours=st.sampled_from((1, 20, 49, 100)))
    def wait(self, hours: int) -> None:
        self.world.now += worlds.timedelta(hours=hours)
        before = self._agreed()
        self.run(self.world.work())
        self._nobody_else_lost(before)

    @rule(which=PICK)
    def repair(self, which: int) -> None:
        if order := self._order(which):
            before = self._agreed()
            self.attempt(self.world.repair(order))
            self._nobody_else_lost(before)

    @rule(which=PICK, by_buyer=st.booleans())
    def cancel(self, which: int, *, by_buyer: bool) -> None:
        if order := self._order(which):
            who = self.world.purchaser if by_buyer else self.world.secretary
            before = self._agreed()
            had_yes = any(
                part["order_id"] == order and part["state"] in rules.AGREED
                for part in self.run(self.world.parts())
            )
            done = self.attempt(self.world.cancel(order, who))
            assert not (done and by_buyer and had_yes)
            ended = {part["id"] for part in self.run(self.world.parts()) if part["order_id"] == order}
            self._nobody_else_lost(before, except_for=ended)

    @rule(which=PICK, kilos=KILOS)
    def restock(self, which: int, kilos: int) -> None:
        self.run(self.world.stock(self.world.groups[which % len(self.world.groups)], kilos))

    @invariant()
    def nothing_is_broken(self) -> None:
        if hasattr(self, "world"):
            assert self.run(self.world.broken()) == []

    @invariant()
    def states_move_as_the_tables_say(self) -> None:
        if not hasattr(self, "world"):
            return
        for kind, read in ((AllocationState, self.world.parts), (OrderState, self.world.orders)):
            for row in self.run(read()):
                before, after = self.seen.get(row["id"], row["state"]), row["state"]
                assert before == after or worlds.reachable(kind, before, after, 3), (before, after)
                self.seen[row["id"]] = after

    def _part(self, which: int) -> dict[str, Any] | None:
        """A part, mostly one that can still be answered."""
        parts = self.run(self.world.parts())
        if which % 7:
            parts = [part for part in parts if part["state"] in _OPEN]
        return parts[which % len(parts)] if parts else None

    def _order(self, which: int) -> Any:
        found = self.run(self.world.orders())
        return found[which % len(found)]["id"] if found else None

    def _by_itself(self, part: dict[str, Any], work: Coroutine[Any, Any, Any]) -> None:
        before = self._agreed()
        self.attempt(work)
        self._nobody_else_lost(before, except_for={part["id"]})

    def _agreed(self) -> dict[Any, int]:
        """What each part has said yes to."""
        return {
            part["id"]: part["quantity_base"]
            for part in self.run(self.world.parts())
            if part["state"] in rules.AGREED
        }

    def _nobody_else_lost(self, before: dict[Any, int], except_for: set[Any] = frozenset()) -> None:  # type: ignore[assignment]
        after = self._agreed()
        lost = {key for key, quantity in before.items() if after.get(key, 0) < quantity}
        assert lost <= set(except_for)


@pytest.fixture
def market(settings: Settings) -> Iterator[type[Market]]:
    """The machine over one of the databases."""
    with asyncio.Runner() as runner:
        if settings.is_sqlite:
            db: Database = Lite.open(settings.sqlite_path)
        else:
            db = runner.run(Pg.open(settings.database_url, size=4))
        yield type("OneMarket", (Market,), {"runner": runner, "db": db})
        runner.run(db.close())


def test_whatever_happens_nothing_is_oversold_and_no_yes_is_lowered(market: type[Market]) -> None:
    is_soak = hypothesis_settings.get_current_profile_name() == "soak"
    run_state_machine_as_test(
        market,
        settings=hypothesis_settings(
            max_examples=400 if is_soak else 15,
            stateful_step_count=50 if is_soak else 25,
            deadline=None,
            phases=tuple(Phase) if is_soak else (Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
