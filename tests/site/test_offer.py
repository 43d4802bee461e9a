import pytest

from app.kernel.errors import InvalidError
from app.orders.rules import ALLOCATION_TRANSITIONS, AllocationState
from app.site import offer as rules
from app.site import pages
from tests.site.examples import STATES, offer


@pytest.mark.parametrize(
    ("typed", "unit", "base", "grams"),
    [
        ("20", "KGM", "GRM", 20_000),
        (" 12,5 kg", "KGM", "GRM", 12_500),
        ("2 arrobas", "KGM", "GRM", 23_000),
        ("1200", "H87", "H87", 1_200),
        ("1.200", "H87", "H87", 1_200),
        ("2 docenas", "H87", "H87", 24),
    ],
)
def test_less_is_read_as_people_write_it(typed, unit, base, grams):
    assert rules.quantity_of(offer(unit=unit, base_unit=base), typed) == grams


@pytest.mark.parametrize("typed", ["", "veinte", "0", "-3", "1.200", "20 litros", "9" * 30, "nan"])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(InvalidError):
        rules.quantity_of(offer(), typed)


def test_closed_offers_take_no_answer():
    for values in STATES.values():
        view = offer(**values)
        assert bool(view.answers) == (view.can_answer and not view.is_kept)


def test_page_offers_only_what_the_states_allow():
    leads_to = {
        "confirm": AllocationState.CONFIRMED,
        "less": AllocationState.PARTIALLY_CONFIRMED,
        "decline": AllocationState.DECLINED,
    }
    for state, answers in rules.ANSWERS.items():
        assert {leads_to[answer] for answer in answers} <= ALLOCATION_TRANSITIONS[AllocationState(state)]


@pytest.mark.parametrize(
    ("share", "told"), [("1 pieza", "Les toca <b>1 pieza</b>"), ("11 piezas", "Les tocan <b>11 piezas</b>")]
)
def test_page_counts_as_people_do_and_escapes_what_it_is_given(share, told):
    facts = {"price": "S/ 56.00", "money": "S/ 56.00", "deadline": "jueves"}

    said = pages.said("es", "offer_sentence", share=share, product="<i>Chalina", **facts)

    assert said.startswith(f"{told} de &lt;i&gt;Chalina a S/ 56.00")
