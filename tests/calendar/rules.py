"""Any rule, for Hypothesis: all five shapes, every interval that exists."""

from datetime import date

from hypothesis import strategies as st

from app.calendar.recurrence import (
    MOST_MONTHS,
    MOST_WEEKS,
    Dates,
    Day,
    MonthlyDay,
    MonthlyNth,
    Rule,
    Weekly,
    YearlyDate,
)

DAYS = st.dates(date(2015, 1, 1), date(2039, 12, 31))
_OF_YEAR = DAYS.map(lambda day: (day.month, day.day))
_NTHS = st.integers(1, 5) | st.integers(-5, -1)

WEEKLY = st.builds(
    Weekly,
    days=st.lists(st.sampled_from(Day), min_size=1, max_size=7).map(tuple),
    interval=st.integers(1, MOST_WEEKS),
    anchor=DAYS,
)
MONTHLY_NTH = st.builds(
    MonthlyNth,
    nths=st.lists(_NTHS, min_size=1, max_size=4).map(tuple),
    day=st.sampled_from(Day),
    interval=st.integers(1, MOST_MONTHS),
    anchor=DAYS,
)
MONTHLY_DAY = st.builds(
    MonthlyDay,
    days=st.lists(st.integers(1, 28) | st.just("last"), min_size=1, max_size=4).map(tuple),
    interval=st.integers(1, MOST_MONTHS),
    anchor=DAYS,
)
YEARLY = st.one_of(_OF_YEAR, st.just((2, 29))).map(lambda it: YearlyDate(month=it[0], day=it[1]))
REPEATING: st.SearchStrategy[Rule] = st.one_of(WEEKLY, MONTHLY_NTH, MONTHLY_DAY, YEARLY)
LISTED = st.lists(DAYS, min_size=1, max_size=12).map(lambda days: Dates(dates=tuple(days)))
RULES: st.SearchStrategy[Rule] = st.one_of(REPEATING, LISTED)
