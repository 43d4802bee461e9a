import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import money

MINOR = st.integers(-money.MAX_MINOR, money.MAX_MINOR)
CODES = st.sampled_from(sorted(money.CURRENCIES))


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.50", "PEN", 1250),
        ("12.5", "PEN", 1250),
        ("12.500", "PEN", 1250),
        ("12", "BOB", 1200),
        ("12000", "CLP", 12000),
        ("12000.00", "CLP", 12000),
        ("-3.10", "USD", -310),
        ("0", "PEN", 0),
        ("999999999999999", "CLP", money.MAX_MINOR),
    ],
)
def test_to_minor_is_exact(amount, currency, minor):
    assert money.to_minor(amount, currency) == minor


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        ("12.505", "PEN", "too_many_decimals"),
        ("12.5", "CLP", "too_many_decimals"),
        ("12,50", "PEN", "not_a_number"),
        ("1e3", "PEN", "not_a_number"),
        ("NaN", "PEN", "not_a_number"),
        ("", "PEN", "not_a_number"),
        ("999999999999999", "PEN", "too_large"),
        ("1", "XXX", "unknown_currency"),
        ("1", "pen", "unknown_currency"),
    ],
)
def test_to_minor_refuses_with_a_code(amount, currency, code):
    with pytest.raises(money.MoneyError) as caught:
        money.to_minor(amount, currency)

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("minor", "currency", "es", "en"),
    [
        (24000, "PEN", "S/ 240.00", "PEN 240.00"),
        (124_000_050, "PEN", "S/ 1,240,000.50", "PEN 1,240,000.50"),
        (24000, "BOB", "Bs 240,00", "BOB 240.00"),
        (124_005, "BOB", "Bs 1.240,05", "BOB 1,240.05"),
        (12000, "CLP", "$ 12.000", "CLP 12,000"),
        (-805, "PEN", "S/ -8.05", "PEN -8.05"),
    ],
)
def test_display_writes_as_the_country_does(minor, currency, es, en):
    assert (money.display(minor, currency, "es"), money.display(minor, currency, "en")) == (es, en)


@pytest.mark.parametrize(
    ("quantity", "price", "per", "amount"),
    [
        (30_000, 800, 1_000, 24_000),
        (1, 800, 1_000, 1),
        (125, 801, 1_000, 101),
        (5, 3500, 1, 17_500),
        (0, 800, 1_000, 0),
    ],
)
def test_amount_is_rounded_up(quantity, price, per, amount):
    assert money.amount_for(quantity, price, per) == amount


@given(st.integers(0, 10**12), st.integers(0, 10**9), st.integers(1, 10**6))
def test_amount_is_never_under_the_floor_nor_a_cent_over(quantity, price, per):
    amount = money.amount_for(quantity, price, per)

    assert quantity * price <= amount * per < quantity * price + per


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (100, [5, 3, 2], [50, 30, 20]),
        (10, [0, 1, 0], [0, 10, 0]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (2, [1, 2, 2], [0, 1, 1]),
    ],
)
def test_split_gives_the_largest_remainders_first(total, weights, parts):
    assert money.split(total, weights) == parts


@given(MINOR, st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any))
def test_split_loses_no_cent_and_stays_within_one(total, weights):
    parts = money.split(total, weights)

    assert sum(parts) == total
    assert all(
        abs(part * sum(weights) - total * weight) < sum(weights)
        for part, weight in zip(parts, weights, strict=True)
    )


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [3, -1]])
def test_split_needs_weights(weights):
    with pytest.raises(money.MoneyError, match="no_weights"):
        money.split(100, weights)


@given(MINOR, CODES)
def test_there_and_back_is_the_same_money(minor, currency):
    assert money.to_minor(money.from_minor(minor, currency), currency) == minor
