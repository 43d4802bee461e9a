"""The phrases that say when, each taken from the cursor or left to the next: the first that fits is taken."""

from collections.abc import Callable, Sequence

from app.calendar.readers.reading import UnclearError
from app.calendar.readers.spanish.dates import check_day, day_month_years, days_of_month, month_list, one_date
from app.calendar.readers.spanish.hours import hours
from app.calendar.readers.spanish.said import Group, Said, a_date
from app.calendar.readers.spanish.words import AND, ARTICLES, DAYS, MONTHS, NTHS, OFTEN, Cursor
from app.calendar.recurrence import Day

_HOLIDAYS = ("feriados", "festivos", ("dias", "feriados"), ("dias", "festivos"), "feriado", "festivo")
_EVERY_DAY = (
    *(("todos", "los", "dias"), ("cada", "dia"), "diario", "diariamente", ("a", "diario")),
    *(("toda", "la", "semana"), ("todo", "los", "dias")),
)
_EVERY_MONTH = (("cada", "mes"), ("todos", "los", "meses"), "mes")
_IN_DAYS = {7: 1, 14: 2, 15: 2, 21: 3, 28: 4}  # «cada 15 días», on a day of the week, is every second week
_WEEK = tuple(Day)


def _holidays(cursor: Cursor, said: Said) -> bool:
    if not cursor.take_one("excepto", "salvo", "menos"):
        return False
    cursor.skip(ARTICLES | {"en", "todos"})
    if cursor.take_one(*_HOLIDAYS):
        said.is_closed_on_holidays = True
        return True
    days = _day_list(cursor)
    said.excluded_days.update(days)
    found = [] if days else day_month_years(cursor)
    part = " ".join(cursor.words)
    if any(year is None for _, _, year in found):
        raise UnclearError("year_missing", part)
    said.exceptions += [a_date(year, month, day, part) for day, month, year in found if year]
    return bool(days or found)


def _until(cursor: Cursor, said: Said) -> bool:
    if not cursor.take("hasta"):
        return False
    found = one_date(cursor)
    if found is None:
        return False
    said.until = found
    return True


def _since(cursor: Cursor, said: Said) -> bool:
    if not cursor.take_one(("a", "partir", "de"), ("a", "partir", "del"), "desde"):
        return False
    start = cursor.at
    if found := one_date(cursor):
        said.first = said.start = found
        return True
    cursor.at = start
    month = cursor.mean(MONTHS)
    year = cursor.number(9999) if month and cursor.take_one("de", "del") else None
    if month is None or year is None:
        return False
    said.start = a_date(year, month, 1, f"{month} {year}")
    return True


def _opening(cursor: Cursor, said: Said) -> bool:
    found = hours(cursor)
    if found is not None:
        said.add_hours(found)
    return found is not None


def _often(cursor: Cursor, said: Said) -> bool:
    """«cada 15 días», «cada tres meses», «quincenal», «sábado por medio»."""
    at = cursor.at
    found = OFTEN.get(cursor.next)
    if found:
        cursor.at += 1
    elif cursor.take_one(("de", "por", "medio"), ("por", "medio")):
        found = (2, 0)
    elif cursor.take("cada"):
        found = _counted(cursor)
    if found is None:
        return False
    weeks, months = found
    if (said.weeks and weeks) or (said.months > 1 and months):
        return False
    said.weeks, said.months = weeks or said.weeks, months or said.months
    said.often_part = " ".join(cursor.words[at : cursor.at])
    return True


def _counted(cursor: Cursor) -> tuple[int, int] | None:
    number = cursor.number(999)
    if number is None:
        return (1, 0) if cursor.take("semana") else None
    if cursor.take_one("semanas", "semana"):
        return number, 0
    if cursor.take_one("meses", "mes"):
        return 0, number
    if cursor.take_one("dias") and number in _IN_DAYS:
        return _IN_DAYS[number], 0
    if cursor.next in DAYS and 1 < number <= 10:  # «cada dos sábados»
        return number, 0
    return None


def _every_month(cursor: Cursor, said: Said) -> bool:
    """«de cada mes», «de todos los meses», «del mes», «de cada semana», «de cada año»: what the days say already."""
    cursor.take_one("de", "del", "al")
    if cursor.take_one(*_EVERY_MONTH):
        return bool(said.groups) and not said.groups[-1].is_weekly
    if cursor.take_one(("cada", "ano"), ("todos", "los", "anos")):
        return bool(said.groups) and bool(said.groups[-1].dates)
    return cursor.take_one(("cada", "semana"), ("todas", "las", "semanas"))


def _months(cursor: Cursor, said: Said) -> bool:
    """«de enero, abril, julio y octubre», after the days that it is about."""
    if not cursor.take_one("de", "en") or not said.groups or said.groups[-1].dates:
        return False
    found = month_list(cursor)
    group = said.groups[-1]
    if not found or group.is_weekly or group.months:
        return False
    group.months = found
    return True


def _week_days(cursor: Cursor, said: Said) -> bool:
    """«lunes a viernes», «fines de semana», «todos los días», «martes»."""
    at = cursor.at
    days = _days(cursor)
    if not days:
        return False
    if _names_a_date(cursor):
        return False
    _add_days(said, days, " ".join(cursor.words[at : cursor.at]))
    return True


def _day_list(cursor: Cursor) -> list[Day]:
    """«sábados y domingos»: all that follow, for an exception ends with its last day."""
    found: list[Day] = []
    while True:
        at = cursor.at
        cursor.skip(AND | ARTICLES)
        days = _days(cursor)
        if not days:
            cursor.at = at
            return found
        found += days


def _days(cursor: Cursor) -> list[Day]:
    if cursor.take_one(*_EVERY_DAY):
        return list(Day)
    if cursor.take_one(("fines", "de", "semana"), ("fin", "de", "semana"), ("cada", "fin", "de", "semana")):
        return [Day.SAT, Day.SUN]
    at = cursor.at
    cursor.take_one("de")
    first = cursor.mean(DAYS)
    if first is None:
        cursor.at = at
        return []
    at = cursor.at
    if cursor.take_one("a", "al", "-"):
        last = cursor.mean(DAYS)
        if last is not None:
            length = (last.number - first.number) % 7
            return [_WEEK[(first.number + further) % 7] for further in range(length + 1)]
        cursor.at = at
    return [first]


def _names_a_date(cursor: Cursor) -> bool:
    """«sábado 21 de noviembre»: the day of the week belongs to the date."""
    at = cursor.at
    cursor.skip(frozenset({",", "el"}))
    found = cursor.next[:1].isdigit() and bool(day_month_years(cursor))
    cursor.at = at
    return found


def _add_days(said: Said, days: Sequence[Day], part: str) -> None:
    last = said.groups[-1] if said.groups else None
    if last and last.is_weekly and not last.hours:
        last.days += days
        last.part += " " + part
    else:
        said.groups.append(Group(part, days=list(days)))


def _nth_day(cursor: Cursor, said: Said) -> bool:
    """«primer y tercer viernes», «último día»."""
    at = cursor.at
    nths = _nths(cursor)
    if not nths:
        return False
    day = cursor.mean(DAYS)
    part = " ".join(cursor.words[at : cursor.at])
    if day is None:
        return False
    said.groups.append(Group(part, days=[day], nths=nths))
    return True


def _nths(cursor: Cursor) -> list[int]:
    found: list[int] = []
    while True:
        at = cursor.at
        if found:
            cursor.skip(AND | ARTICLES)
        nth = cursor.mean(NTHS)
        if nth is None:
            cursor.at = at
            return found
        if nth > 0 and cursor.take("desde", "el", "final"):
            nth = -nth
        cursor.take_one(("(", "si", "lo", "hay", ")"), ("(", "si", "hay", ")"))
        found.append(nth)


def _dated(cursor: Cursor, said: Said) -> bool:
    """«24 de diciembre», «21 y 28 de noviembre de 2026», «del 18 al 20 de septiembre», «sábado 21/11/2026»."""
    at = cursor.at
    named = cursor.mean(DAYS)
    if named:
        cursor.skip(frozenset({",", "el"}))
    found = day_month_years(cursor)
    if not found:
        return False
    part = " ".join(cursor.words[at : cursor.at])
    if named:
        check_day(named, found[0], part)
    cursor.take("(", "anos", "bisiestos", ")")
    last = said.groups[-1] if said.groups else None
    if last and last.dates and not last.hours:
        last.dates += found
        last.part += " " + part
    else:
        said.groups.append(Group(part, dates=found))
    return True


def _month_days(cursor: Cursor, said: Said) -> bool:
    """«el 1 y el 15 de cada mes», «el último día de cada mes»: numbers alone say nothing."""
    at = cursor.at
    numbers = days_of_month(cursor)
    part = " ".join(cursor.words[at : cursor.at])
    if not numbers or not _months_follow(cursor, needed="last" not in numbers):
        return False
    said.groups.append(Group(part, numbers=numbers))
    return True


def _months_follow(cursor: Cursor, *, needed: bool) -> bool:
    at = cursor.at
    is_every = cursor.take_one("de", "del") and (cursor.take_one(*_EVERY_MONTH) or cursor.next in MONTHS)
    cursor.at = at
    is_counted = cursor.take("cada") and cursor.number(99) is not None and cursor.next == "meses"
    cursor.at = at
    return is_every or is_counted or not needed


PHRASES: Sequence[Callable[[Cursor, Said], bool]] = (
    *(_holidays, _until, _opening, _since, _often, _dated, _month_days, _nth_day, _every_month, _week_days),
    _months,
)
