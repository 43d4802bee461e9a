from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.orders import proposal, rules
from app.orders.rules import ALLOCATION_TRANSITIONS, ORDER_TRANSITIONS, AllocationState, OrderState
from app.orders.service.repair import answers_of
from app.places.countries import COUNTRIES, SUBDIVISIONS

ZONES = sorted(
    {country.zone for country in COUNTRIES.values()} | {part.zone for part in SUBDIVISIONS.values()}
)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - naive bounds
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)

_ORDER = {
    "draft": {"submitted", "cancelled"},
    "submitted": {"draft", "proposed", "cancelled"},
    "proposed": {"draft", "awaiting_producers", "expired", "cancelled"},
    "awaiting_producers": {"confirmed", "partially_confirmed", "expired", "cancelled"},
    "confirmed": {"awaiting_producers", "partially_confirmed", "collecting", "cancelled"},
    "partially_confirmed": {"awaiting_producers", "confirmed", "collecting", "cancelled"},
    "collecting": {"delivered"},
    "delivered": {"settled"},
    "settled": set(),
    "expired": set(),
    "cancelled": set(),
}
_ALLOCATION = {
    "offered": {"confirmed", "partially_confirmed", "declined", "expired", "not_told", "withdrawn"},
    "confirmed": {"partially_confirmed", "declined", "withdrawn", "handed_over"},
    "partially_confirmed": {"partially_confirmed", "declined", "withdrawn", "handed_over"},
    "declined": set(),
    "expired": {"confirmed", "partially_confirmed"},
    "not_told": {"confirmed", "partially_confirmed"},
    "withdrawn": set(),
    "handed_over": {"accepted", "rejected"},
    "accepted": {"settled"},
    "rejected": {"settled"},
    "settled": set(),
}


def test_orders_move_as_designed():
    assert {str(state): set(map(str, moves)) for state, moves in ORDER_TRANSITIONS.items()} == _ORDER
    assert set(ORDER_TRANSITIONS) == set(OrderState)


def test_parts_move_as_designed():
    assert {
        str(state): set(map(str, moves)) for state, moves in ALLOCATION_TRANSITIONS.items()
    } == _ALLOCATION
    assert set(ALLOCATION_TRANSITIONS) == set(AllocationState)


def test_an_agreed_or_held_part_is_live_and_a_late_one_is_not():
    assert set(rules.AGREED) < set(rules.LIVE)
    assert set(rules.HELD) < set(rules.LIVE)
    assert not set(rules.LATE) & set(rules.LIVE)


@pytest.mark.parametrize(
    ("now", "due_on", "local"),
    [
        (datetime(2026, 3, 2, 15, 0, tzinfo=UTC), date(2026, 3, 5), "2026-03-04 20:00"),
        (datetime(2026, 3, 2, 15, 0, tzinfo=UTC), date(2026, 3, 4), "2026-03-03 20:00"),
        (datetime(2026, 3, 2, 15, 0, tzinfo=UTC), date(2026, 3, 3), "2026-03-02 20:00"),
        (datetime(2026, 3, 3, 0, 0, tzinfo=UTC), date(2026, 3, 3), "2026-03-02 21:00"),  # at 19:00 there
        (datetime(2026, 3, 3, 15, 0, tzinfo=UTC), date(2026, 3, 3), "2026-03-03 12:00"),
        (datetime(2026, 3, 4, 4, 0, tzinfo=UTC), date(2026, 3, 3), "2026-03-04 00:00"),  # at 23:00 there
    ],
)
def test_deadline_never_lies_after_delivery(now, due_on, local):
    found = rules.deadline(now, "America/Lima", hours=48, due_on=due_on)

    assert found.astimezone(ZoneInfo("America/Lima")).strftime("%Y-%m-%d %H:%M") == local


FAR = date(2150, 1, 1)


def test_proposal_never_outlives_the_day_of_delivery():
    far, near = date(2026, 3, 20), date(2026, 3, 3)

    assert rules.proposed_until(NOW, "America/Lima", due_on=far) == NOW + timedelta(hours=72)
    assert rules.proposed_until(NOW, "America/Lima", due_on=near) == datetime(2026, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "hours", "local"),
    [
        (datetime(2026, 3, 2, 15, 0, tzinfo=UTC), "America/Lima", 48, "2026-03-04 20:00"),
        (
            datetime(2026, 3, 3, 1, 0, tzinfo=UTC),
            "America/Lima",
            48,
            "2026-03-04 20:00",
        ),  # exactly 20:00 there
        (datetime(2026, 3, 3, 1, 0, 1, tzinfo=UTC), "America/Lima", 48, "2026-03-05 20:00"),
        (datetime(2026, 3, 2, 23, 0, tzinfo=UTC), "America/Santiago", 48, "2026-03-04 20:00"),
        (datetime(2026, 3, 2, 23, 30, tzinfo=UTC), "America/La_Paz", 72, "2026-03-05 20:00"),
    ],
)
def test_deadline_ends_at_eight_in_the_evening_there(now, zone, hours, local):
    found = rules.deadline(now, zone, hours=hours, due_on=FAR)

    assert found.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") == local


@given(INSTANTS, st.sampled_from(ZONES), st.integers(0, 720))
def test_deadline_is_the_first_evening_that_leaves_the_hours(now, zone, hours):
    found = rules.deadline(now, zone, hours=hours, due_on=FAR)

    local = found.astimezone(ZoneInfo(zone))
    assert (local.hour, local.minute, local.second) == (20, 0, 0)
    least = now + timedelta(hours=hours)
    assert least <= found.astimezone(UTC) <= least + timedelta(hours=25)


LINES = st.dictionaries(st.sampled_from("abc"), st.integers(1, 9), min_size=1)


@given(LINES, LINES, st.integers(0, 2), st.booleans(), st.booleans())
def test_an_order_waits_while_anybody_may_answer_and_is_never_better_than_its_lines(
    wanted, live, open_offers, has_hole, is_over
):
    state = rules.settled_state(wanted, live, open_offers=open_offers, has_hole=has_hole, is_over=is_over)

    full = all(live.get(line, 0) >= quantity for line, quantity in wanted.items())
    assert (state is OrderState.CONFIRMED) == (full and not open_offers)
    if open_offers or (has_hole and not full):
        assert state is OrderState.AWAITING_PRODUCERS
    assert state in {*rules.RUNNING, OrderState.EXPIRED}


def test_an_order_that_nobody_gives_anything_to_expires_only_at_its_cut_off():
    nothing = {"wanted": {"1": 5}, "live": {"1": 0}, "open_offers": 0, "has_hole": False}

    assert rules.settled_state(**nothing, is_over=False) is OrderState.AWAITING_PRODUCERS
    assert rules.settled_state(**nothing, is_over=True) is OrderState.EXPIRED


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=6), st.integers(1, 10**4))
def test_amount_is_never_under_the_floor_and_less_than_one_minor_unit_above(takes, unit):
    exact = sum(quantity * price for quantity, price in takes)

    assert 0 <= rules.amount(takes, unit) * unit - exact < unit


def test_amount_is_rounded_up_once():
    assert rules.amount([(1, 333), (1, 333), (1, 333)], 1000) == 1


FIGURES = st.lists(
    st.fixed_dictionaries({"fill": st.integers(0, 9), "amount": st.integers(0, 9)}), min_size=1, max_size=3
)


@given(FIGURES)
def test_a_plan_is_as_good_as_itself(figures):
    assert rules.is_as_good(figures, figures)


@given(FIGURES, st.data())
def test_less_fill_or_a_higher_amount_is_not_as_good(figures, data):
    at = data.draw(st.integers(0, len(figures) - 1))
    less = [dict(line) for line in figures]
    less[at]["fill"] -= 1
    dearer = [dict(line) for line in figures]
    dearer[at]["amount"] += 1

    assert not rules.is_as_good(figures, less)
    assert not rules.is_as_good(figures, dearer)
    assert rules.is_as_good(less, figures)
    assert rules.is_as_good(dearer, figures)


def test_a_yes_to_everything_is_confirmed_and_to_less_partially():
    assert rules.agreed_state(30, 30) is AllocationState.CONFIRMED
    assert rules.agreed_state(29, 30) is AllocationState.PARTIALLY_CONFIRMED


@pytest.mark.parametrize(
    ("active", "verified", "cap", "weight"),
    [(3, 3, 8, 3), (8, 0, 8, 5), (1000, 1000, 8, 8), (0, 0, 8, 1), (7, 1, 8, 6), (20, 4, 30, 9)],
)
def test_people_nobody_verified_count_at_most_five_together(active, verified, cap, weight):
    assert proposal.weight(active, verified, cap) == weight


def test_products_are_compared_in_one_measure_whatever_their_price_unit():
    lines = [
        {"product_id": "quinua", "price_unit_base": 1000},
        {"product_id": "chalina", "price_unit_base": 1},
    ]

    references = proposal.reference_prices(lines, {"quinua": 800, "chalina": 4_000})

    assert 1_000 * references["quinua"] == 800 * 1000  # a kilo of quinua is worth S/ 8
    assert references["chalina"] == 4_000 * 1000  # a scarf S/ 40


def _part(state, *, number=1, producer="ayni", quantity=0, late=None, said=None, until=NOW):
    return {
        "state": AllocationState(state),
        "number": number,
        "producer_id": producer,
        "quantity_base": quantity,
        "late_base": late,
        "answered_at": said,
        "answer_until": until,
    }


def test_who_gave_less_or_nothing_gets_no_more_on_that_line():
    parts = [
        _part("confirmed", producer="inti", quantity=30),
        _part("declined", producer="ayni", said=NOW),
        _part("partially_confirmed", producer="killa", quantity=10, said=NOW),
        _part("expired", producer="wayra"),
        _part("not_told", producer="suma", number=2),
        *(_part("not_told", producer="tika", number=2) for _ in range(2)),
    ]

    found = answers_of(parts)

    assert found.closed == {"1": ["ayni", "killa", "wayra"], "2": ["tika"]}  # once counts against nobody
    assert found.late == []


def test_a_late_yes_opens_its_group_for_as_much_as_it_said():
    parts = [
        _part("confirmed", quantity=30, said=NOW),
        _part("expired", late=12, said=NOW + timedelta(hours=2)),
    ]

    found = answers_of(parts)

    assert found.closed == {}
    assert [(cap["act"], cap["producer"], cap["line"], cap["quantity_base"]) for cap in found.late] == [
        ("cap", "ayni", 1, 42)
    ]


def test_the_newest_word_counts():
    late = _part("expired", late=12, said=NOW)

    after_no = answers_of([late, _part("declined", said=NOW + timedelta(hours=1))])
    before_no = answers_of([late, _part("declined", said=NOW - timedelta(hours=1))])

    assert after_no.closed == {"1": ["ayni"]}
    assert before_no.closed == {}
