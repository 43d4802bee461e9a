"""Who is in, who waits and who is left out, on fairs an officer would recognise; and why."""

import pytest
from msgspec.structs import replace

from app.fairs.allocation import AllocationError, Layout, Quota, Stall, Weights, may_use
from app.fairs.allocation.model import MILLION, Points
from tests.fairs.allocation.make import EVERYTHING, allocated, group, inputs, numbered

YEARS = Weights(rotation=0, seniority=100)


def of(outcome, name):
    return next(record for record in outcome.records if record.group == name)


def test_three_groups_on_two_stalls_the_most_points_first():
    outcome = allocated(
        Layout(stalls=(Stall(code="1", number=1, quality=20), Stall(code="2", number=2, quality=90))),
        group("ana", "", seniority_years=2),
        group("beto", "", seniority_years=9),
        group("caro", "", seniority_years=5),
        weights=YEARS,
    )

    assert outcome.placed == {"beto": "2", "caro": "1"}
    assert outcome.waiting == ("ana",)
    assert outcome.left_out == ()
    assert outcome.cutoff == 100 * 500 * MILLION
    assert outcome.score == outcome.score_by_points == 100 * (900 * 90 + 500 * 20)
    waiting = of(outcome, "ana")
    assert (waiting.state, waiting.position, waiting.turn, waiting.why) == (
        "waiting",
        1,
        3,
        ("stalls_taken",),
    )
    assert (of(outcome, "beto").quality, of(outcome, "beto").why) == (90, ("points",))


def test_the_points_of_every_criterion_are_on_the_record():
    outcome = allocated(
        numbered(1),
        group(
            "ana",
            credit=-7 * MILLION,
            distance_km=25,
            is_first_time=True,
            is_women_led=True,
            seniority_years=4,
        ),
        weights=EVERYTHING,
    )

    record = of(outcome, "ana")
    assert record.criteria == (
        Points(criterion="distance", points=750 * MILLION, weight=20),
        Points(criterion="first_time", points=1000 * MILLION, weight=40),
        Points(criterion="rotation", points=535 * MILLION, weight=100),
        Points(criterion="seniority", points=400 * MILLION, weight=30),
        Points(criterion="women_led", points=1000 * MILLION, weight=50),
    )
    assert record.total == MILLION * (750 * 20 + 1000 * 40 + 535 * 100 + 400 * 30 + 1000 * 50)


@pytest.mark.parametrize("barred", ["sanctioned", "documents", "category_not_authorised"])
def test_a_barred_group_is_left_out_with_the_reason_even_when_stalls_are_free(barred):
    outcome = allocated(numbered(3), group("ana", barred=(barred,)), group("beto"))

    assert outcome.left_out == ("ana",)
    assert outcome.waiting == ()
    assert (of(outcome, "ana").why, of(outcome, "ana").turn, of(outcome, "ana").stall) == (
        (barred,),
        None,
        None,
    )


def test_who_needs_power_stands_at_the_stall_with_power_and_moves_nobody_out():
    stalls = (Stall(code="1", number=1, has_power=True, quality=99), Stall(code="2", number=2, quality=5))

    outcome = allocated(
        Layout(stalls=stalls), group("ana", seniority_years=9), group("beto", needs_power=True), weights=YEARS
    )

    assert outcome.placed == {"ana": "2", "beto": "1"}
    assert (of(outcome, "beto").fitting_stalls, of(outcome, "beto").needs) == (1, ("power",))


def test_a_need_that_no_stall_meets_leaves_out_and_does_not_wait():
    layout = Layout(stalls=(Stall(code="1", number=1),))

    outcome = allocated(layout, group("ana", needs_water=True, needs_roof=True))

    assert outcome.left_out == ("ana",)
    assert of(outcome, "ana").why == ("no_stall_fits",)
    assert of(outcome, "ana").needs == ("roof", "water")


def test_a_fixed_holder_keeps_the_stall_and_nobody_else_gets_it():
    stalls = (
        Stall(code="1", number=1, quality=100, fixed_holder="zoila"),
        Stall(code="2", number=2, quality=10),
        Stall(code="3", number=3, quality=100, fixed_holder="absent"),
    )

    outcome = allocated(
        Layout(stalls=stalls),
        group("ana", seniority_years=9),
        group("beto"),
        group("zoila", needs_power=True),
        weights=YEARS,
    )

    assert outcome.placed == {"ana": "2", "zoila": "1"}
    assert outcome.waiting == ("beto",)
    assert of(outcome, "zoila").why == ("fixed_holder",)


def test_a_fixed_stall_can_be_used_by_its_holder_alone():
    stall = Stall(code="1", number=1, fixed_holder="zoila")

    assert may_use(group("zoila", needs_power=True), stall)
    assert not may_use(group("ana"), stall)


def test_a_sanctioned_fixed_holder_stands_nowhere_and_the_stall_stays_empty():
    layout = Layout(stalls=(Stall(code="1", number=1, fixed_holder="zoila"),))

    outcome = allocated(layout, group("zoila", barred=("sanctioned",)), group("ana"))

    assert outcome.placed == {}
    assert outcome.left_out == ("ana", "zoila")


def test_a_maximum_lets_the_next_in_and_says_which_quota_was_full():
    quota = Quota(of="category", value="textiles", at_most=1)

    outcome = allocated(
        numbered(2),
        group("ana", seniority_years=9),
        group("beto", seniority_years=8),
        group("caro", "dulces"),
        quotas=(quota,),
        weights=YEARS,
    )

    assert sorted(outcome.placed) == ["ana", "caro"]
    assert (of(outcome, "beto").why, of(outcome, "beto").quota) == (("quota_full",), quota)
    assert [(one.asked, one.placed) for one in outcome.quotas] == [(2, 1)]


def test_a_minimum_keeps_places_for_those_it_speaks_of_and_says_who_stood_back():
    quota = Quota(of="territory", value="Qori Pampa", at_least=1)

    outcome = allocated(
        numbered(2),
        group("ana", seniority_years=9),
        group("beto", seniority_years=8),
        group("caro", territory="Qori Pampa"),
        quotas=(quota,),
        weights=YEARS,
    )

    assert sorted(outcome.placed) == ["ana", "caro"]
    assert of(outcome, "caro").why == ("quota_minimum",)
    assert of(outcome, "beto").why == ("reserved",)


def test_a_minimum_that_too_few_ask_for_frees_its_places():
    quota = Quota(of="category", value="dulces", at_least=2)

    outcome = allocated(numbered(2), group("ana"), group("beto"), quotas=(quota,))

    assert sorted(outcome.placed) == ["ana", "beto"]
    assert [(one.asked, one.placed) for one in outcome.quotas] == [(0, 0)]


def test_own_production_comes_before_resale_whatever_the_points():
    resale = group("ana", seniority_years=9, is_own_production=False)

    first = allocated(numbered(1), resale, group("beto"), weights=YEARS)
    without = allocated(numbered(1), resale, group("beto"), weights=YEARS, own_production_first=False)

    assert first.waiting == ("ana",)
    assert of(first, "ana").why == ("stalls_taken", "resale_last")
    assert without.waiting == ("beto",)


def test_a_fair_without_stalls_or_without_applicants_is_an_answer():
    assert allocated(Layout(), group("ana")).left_out == ("ana",)
    assert allocated(numbered(3)).placed == {}
    assert allocated(numbered(3)).cutoff is None


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("stall_code_repeated", {"layout": Layout(stalls=(Stall(code="1", number=1), Stall(code="1", number=2)))}),
        ("stall_number_repeated", {"layout": Layout(stalls=(Stall(code="1", number=1), Stall(code="2", number=1)))}),
        ("group_repeated", {"applicants": (group("ana"), group("ana", "dulces"))}),
        ("quota_repeated", {"quotas": (Quota(of="category", value="x"), Quota(of="category", value="x", at_least=1))}),
        ("quota_contradicts", {"quotas": (Quota(of="category", value="x", at_least=3, at_most=2),)}),
    ],
)  # fmt: skip
def test_inputs_that_contradict_themselves_are_refused(code, change):
    from app.fairs.allocation import allocate

    with pytest.raises(AllocationError) as refused:
        allocate(replace(inputs(numbered(2), (group("beto"),)), **change))

    assert refused.value.code == code
