"""Who is next for a stall that became free: needs, bars and quotas as in the rule, everybody else in their order."""

from typing import Any

from app.fairs.allocation import Applicant, Passed, Quota, Stall, Waits, next_for
from tests.fairs.allocation.make import group

STALL = Stall(code="12", number=12)


def _waits(*applicants: Applicant, quotas: tuple[Quota, ...] = ()) -> list[Waits]:
    return [Waits(one, quotas) for one in applicants]


def _passed(*why: str, **more: Any) -> Passed:
    return Passed(stall="12", why=why, **more)  # type: ignore[arg-type]  # the codes as they are read


def test_the_first_whom_it_fits_is_next_and_those_before_learn_why() -> None:
    waiting = _waits(
        group("tejedoras", barred=("sanctioned", "documents")),
        group("cocina", needs_water=True, needs_roof=True, width_cm=300),
        group("mieles"),
        group("papas"),
    )

    found = next_for(STALL, waiting, ())

    assert found.place == 2
    assert found.passed == {
        0: _passed("sanctioned", "documents"),
        1: _passed("stall_lacks", needs=("roof", "water")),
    }


def test_a_maximum_lets_the_next_in_until_somebody_of_it_leaves() -> None:
    most = (
        Quota(of="category", value="textiles", at_most=1),
        Quota(of="territory", value="PE-CUS", at_most=1),
    )
    waiting = _waits(group("tejedoras"), group("papas", "food"), quotas=most)

    full = next_for(STALL, waiting, [group("otras")])
    of_place = next_for(STALL, _waits(group("papas", "food", territory="PE-CUS"), quotas=most), [group("x", "y", territory="PE-CUS")])  # fmt: skip
    left = next_for(STALL, waiting, [group("otras", "food")])

    assert (full.place, full.passed) == (1, {0: _passed("quota_full", quota=most[0])})
    assert (of_place.place, of_place.passed) == (None, {0: _passed("quota_full", quota=most[1])})
    assert (left.place, left.passed) == (0, {})


def test_a_minimum_that_is_not_met_comes_first() -> None:
    least = (Quota(of="category", value="food", at_least=1),)
    waiting = _waits(group("tejedoras"), group("papas", "food"), quotas=least)

    unmet = next_for(STALL, waiting, [group("otras")])
    met = next_for(STALL, waiting, [group("mieles", "food")])

    assert (unmet.place, unmet.passed) == (1, {0: _passed("reserved", quota=least[0])})
    assert met.place == 0


def test_a_fixed_stall_waits_for_its_holder() -> None:
    fixed = Stall(code="1", number=1, fixed_holder="mieles")

    found = next_for(fixed, _waits(group("tejedoras"), group("mieles", needs_power=True)), ())
    nobody = next_for(fixed, _waits(group("tejedoras")), ())

    assert (found.place, found.passed) == (1, {0: Passed(stall="1", why=("not_theirs",))})
    assert nobody.place is None


def test_whom_the_call_lets_wait_comes_after_the_admitted_whatever_a_minimum_says() -> None:
    least = (Quota(of="category", value="food", at_least=1),)
    waiting = _waits(group("mieles"), group("papas", "food", is_waitlisted=True), quotas=least)

    found = next_for(STALL, waiting, ())
    alone = next_for(STALL, waiting[1:], ())

    assert (found.place, alone.place) == (0, 0)
