"""Dates and days of the month as people write them: «21 y 28 de noviembre de 2026», «18 al 20», «21/11/2026»."""

import re
from datetime import date
from typing import Literal

from app.calendar.readers.reading import UnclearError
from app.calendar.readers.spanish.said import a_date
from app.calendar.readers.spanish.words import AND, ARTICLES, MONTHS, Cursor
from app.calendar.recurrence import Day

_SLASHED = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})")
_Number = int | Literal["last"]


def one_date(cursor: Cursor) -> date | None:
    """One date with its year, or none. Raises UnclearError for one without."""
    cursor.take("el")
    at, found = cursor.at, day_month_years(cursor)
    if len(found) != 1:
        return None
    day, month, year = found[0]
    part = " ".join(cursor.words[at : cursor.at])
    if year is None:
        raise UnclearError("year_missing", part)
    return a_date(year, month, day, part)


def month_list(cursor: Cursor) -> list[int]:
    """«enero, abril, julio y octubre»."""
    found: list[int] = []
    while True:
        at = cursor.at
        if found:
            cursor.skip(AND)
        month = cursor.mean(MONTHS)
        if month is None:
            cursor.at = at
            return found
        found.append(month)


def check_day(named: Day, found: tuple[int, int, int | None], part: str) -> None:
    """Raises UnclearError where a date falls on another day than the one said with it."""
    day, month, year = found
    if year is None:
        raise UnclearError("year_missing", part)
    if a_date(year, month, day, part).weekday() != named.number:
        raise UnclearError("weekday_differs", part)


def day_month_years(cursor: Cursor) -> list[tuple[int, int, int | None]]:
    """Days of one month, with its year if it has one; none where the words say something else."""
    if match := _SLASHED.fullmatch(cursor.next):
        cursor.at += 1
        return [(int(match[1]), int(match[2]), int(match[3]))]
    at = cursor.at
    said = days_of_month(cursor)
    numbers = [number for number in said if number != "last"]
    month = cursor.mean(MONTHS) if len(said) == len(numbers) > 0 and cursor.take_one("de", "del") else None
    if month is None or _more_months(cursor):
        cursor.at = at
        return []
    before_year = cursor.at
    year = cursor.number(9999) if cursor.take_one("de", "del") or cursor.next.isdigit() else None
    if year is None or year < 1000:
        cursor.at, year = before_year, None
    return [(number, month, year) for number in numbers]


def _more_months(cursor: Cursor) -> bool:
    """«15 de enero, abril, julio y octubre» is a day of months."""
    at = cursor.at
    cursor.skip(AND)
    found = cursor.at > at and cursor.next in MONTHS
    cursor.at = at
    return found


def days_of_month(cursor: Cursor) -> list[_Number]:
    """«1, 15 y último día», «18 al 20»."""
    found: list[_Number] = []
    while True:
        at = cursor.at
        if found:
            cursor.skip(AND | ARTICLES | {"dia", "dias"})
        if cursor.take_one(("ultimo", "dia")):
            found.append("last")
            continue
        number = cursor.number(31) if cursor.next[:1].isdigit() else None
        if number is None and cursor.next in {"1o", "1°", "1ro"}:
            cursor.at, number = cursor.at + 1, 1
        if number is None:
            cursor.at = at
            return found
        found.append(number)
        at = cursor.at
        last = cursor.number(31) if cursor.take_one("al", "a", "-") else None
        if last is None or last <= number:
            cursor.at = at
        else:
            found += range(number + 1, last + 1)
