"""One row of a file of fairs: days and hours as people write them. What is not understood is said, nothing is invented."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from app.calendar import readers, recurrence
from app.calendar.readers import Reading
from app.calendar.recurrence import LocalTimeError, RuleError
from app.fairs import rules
from app.fairs.feeds.reading import Candidate
from app.fairs.importer.calendar import FLOATING
from app.fairs.states import FairKind
from app.kernel import sheets
from app.kernel.imports import Cells
from app.kernel.sheets import Record
from app.kernel.text import clean, clean_line, slug
from app.places.countries import COUNTRIES, SUBDIVISIONS, subdivision_named

KINDS = {
    "semanal": FairKind.WEEKLY,
    "productores": FairKind.WEEKLY,
    "feria de productores": FairKind.WEEKLY,
    "artesania": FairKind.CRAFT,
    "expoferia": FairKind.EXPO,
    "trueque": FairKind.BARTER,
    "nocturna": FairKind.NIGHT,
    "taller": FairKind.WORKSHOP,
} | {kind.value: kind for kind in FairKind}
_COUNTRIES = {
    said: country.code for country in COUNTRIES.values() for said in (country.code, country.es, country.en)
}
_DAY = 1440  # minutes
_SHORTEST_NAME = 2  # letters
_ADDRESS = re.compile(r"https?://[^\s<>\"'\\]{1,190}")  # as the door takes one
_FREE = frozenset({"gratis", "gratuita", "gratuito", "libre", "sin costo", "no se cobra"})


class FairRow:
    """Reads one row; `values` are there when it has no flaws."""

    def __init__(self, record: Record, *, country: str, today: date) -> None:
        self.row, self.cells = record.number, Cells(record)
        self._today = today
        self.name, self.place = self._called("nombre"), self._called("lugar")
        self._review()
        said = self.cells.take("codigo", sheets.text, None, max_length=150)
        self.key = said or f"{slug(self.name or '')}@{slug(self.place or '')}"
        self.country = self.cells.take("pais", sheets.choice, country, options=_COUNTRIES) or country
        self.region = self._region()
        self.values = {} if self.cells.has("por_revisar") else self._values()

    def _called(self, column: str) -> str | None:
        said = self.cells.need(column, sheets.text, max_length=120)
        if said is not None and len(clean_line(said)) < _SHORTEST_NAME:
            self.cells.refuse(column, "too_short", least=_SHORTEST_NAME)
        return said

    def _review(self) -> None:
        """An event that nobody understood says why, and nothing else: what is empty of it was not looked for."""
        said = self.cells.take("por_revisar", sheets.text, None, max_length=400)
        if said:
            self.cells.flaws.clear()
            self.cells.refuse("por_revisar", "to_review", what=said)

    def _values(self) -> dict[str, Any]:
        timed = self._timed()
        fee = self._fee()
        words = {
            "description": clean(self.cells.take("descripcion", sheets.text, "", max_length=4000) or ""),
            "kind": self.cells.take("tipo", sheets.choice, FairKind.WEEKLY, options=KINDS),
            "stalls": self.cells.take("puestos", sheets.integer, None, least=1, most=2000),
        }
        if self.cells.flaws or timed is None or self.name is None:
            return {}
        return {"name": clean_line(self.name), "fee": fee, **words, **timed, "where": self._where(timed)}

    def _timed(self) -> dict[str, Any] | None:
        """Rule, hours and days of the row; of a calendar file as it was read there."""
        data = self.cells.take("datos", sheets.text, None, max_length=20_000)
        first = self.cells.take("desde", sheets.date_es, None)
        until = self.cells.take("hasta", sheets.date_es, None)
        if first and until and until < first:
            self.cells.refuse("hasta", "last_before_first")
            return None
        found = self._from_calendar(data) if data else self._from_words(first, until)
        if found is None or self.cells.flaws:
            return None
        return found if self._holds(found) else None

    def _from_calendar(self, data: str) -> dict[str, Any] | None:
        try:
            one = msgspec.json.decode(data, type=Candidate)
            rule = recurrence.wire(recurrence.read(recurrence.wire(one.rule)))
        except (msgspec.DecodeError, RuleError):
            self.cells.refuse("datos", "broken_data")
            return None
        if any(len(change.place) == 1 for change in one.changed):
            self.cells.refuse("lugar", "too_short", least=_SHORTEST_NAME)
            return None
        return {
            "rule": rule,
            "starts": one.starts_minute,
            "minutes": one.duration_minutes,
            "first_on": max(one.first_on, self._today).isoformat(),
            "until_on": one.until_on.isoformat() if one.until_on else None,
            "zone": self._zone() if one.zone == FLOATING else one.zone,
            "skipped": list(one.skipped),
            "extras": list(one.extras),
            "changed": [msgspec.to_builtins(change) for change in one.changed],
            "at": [one.latitude_e6, one.longitude_e6] if one.latitude_e6 is not None else None,
            "website": one.url if _ADDRESS.fullmatch(one.url) else None,
        }

    def _from_words(self, first: date | None, until: date | None) -> dict[str, Any] | None:
        days = self.cells.need("dias", sheets.text, max_length=300)
        hours = self.cells.take("horario", sheets.text, "", max_length=100)
        if days is None or hours is None:
            return None
        found = self._read(days, hours, first)
        if not found.is_clear:
            self.cells.refuse(
                "dias", "to_review", what=" ".join(readers.said(one, "es") for one in found.unclear)
            )
            return None
        rule, opening = found.rule, found.hours
        if rule is None or opening is None or opening.ends is None:
            several = len(found.timings) > 1 or len(found.timings[0].hours) > 1
            self.cells.refuse("horario", "one_opening_a_row" if several else "hours_missing")
            return None
        if opening.ends - opening.starts >= _DAY:
            self.cells.refuse("horario", "always_open")
            return None
        if opening.ends > _DAY:
            self.cells.warn("horario", "ends_next_day", ends=rules.clock(opening.ends))
        if found.is_closed_on_holidays:
            self.cells.refuse("dias", "holidays_to_review")
            return None
        last = until or found.until
        return {
            "rule": recurrence.wire(rule),
            "starts": opening.starts,
            "minutes": opening.ends - opening.starts,
            "first_on": max(first or found.first or self._today, self._today).isoformat(),
            "until_on": last.isoformat() if last else None,
            "zone": self._zone(),
            "skipped": [recurrence.key(day, opening.starts) for day in found.exceptions],
            "extras": [],
            "changed": [],
            "at": None,
            "website": None,
        }

    def _read(self, days: str, hours: str, first: date | None) -> Reading:
        """Spanish, or what programs write: RRULE, opening hours of OpenStreetMap."""
        if readers.is_rule(days):
            return readers.from_written_rule(days, hours, first, today=self._today, zone_name=self._zone())
        text = f"{days} {hours}".strip()
        found = readers.from_spanish(text, first or self._today)
        if found.is_clear:
            return found
        other = readers.from_opening_hours(text)
        return other if other.is_clear else found

    def _holds(self, found: dict[str, Any]) -> bool:
        """Whether it can be a fair: it lasts, gives dates to come, and every start exists in its zone."""
        first = date.fromisoformat(found["first_on"])
        last = date.fromisoformat(found["until_on"]) if found["until_on"] else None
        if last is not None and last < first:
            self.cells.refuse("hasta", "fair_is_over")
        elif not rules.SHORTEST <= found["minutes"] <= 7 * 1440 - 1:
            self.cells.refuse("horario", "hours_to_review")
        elif first > rules.LATEST:
            self.cells.refuse("desde", "fair_too_far")
        else:
            return self._has_dates(found, first, rules.roll_to(max(self._today, first), last))
        return False

    def _has_dates(self, found: dict[str, Any], first: date, last: date) -> bool:
        days = list(recurrence.dates(recurrence.read(found["rule"]), first, last))
        if not days:
            self.cells.refuse("dias", "no_dates_to_come")
            return False
        moved = [one["starts_local"] for one in found["changed"] if not one["is_cancelled"]]
        ends = [later(one["starts_local"], one["duration_minutes"]) for one in found["changed"]]
        if any(
            key[:10] > (max(first, self._today) + rules.FARTHEST).isoformat()
            for key in (*found["extras"], *moved)
        ):
            self.cells.refuse("dias", "date_too_far")
            return False
        others = [recurrence.from_key(key) for key in (*found["extras"], *moved, *ends)]
        try:
            for day, minute in (*((day, found["starts"]) for day in days), *others):
                recurrence.instant(day, minute, found["zone"])
            for day in days:
                self._check_end(day, found)
        except LocalTimeError as error:
            self.cells.refuse("horario", error.code, suggestion=error.suggestion)
            return False
        return True

    @staticmethod
    def _check_end(day: date, found: dict[str, Any]) -> None:
        """Raises LocalTimeError where the clocks skip the end of a date."""
        starts = recurrence.instant(day, found["starts"], found["zone"]).astimezone(
            recurrence.zone(found["zone"])
        )
        if instead := recurrence.skipped(recurrence.later(starts, found["minutes"])):
            raise LocalTimeError("local_time_missing", instead)

    def _where(self, timed: dict[str, Any]) -> dict[str, Any]:
        address = self.cells.take("direccion", sheets.text, "", max_length=200) or ""
        district = self.cells.take("distrito", sheets.text, "", max_length=80) or ""
        return {
            "name": clean_line(self.place or ""),
            "address": ", ".join(clean_line(part) for part in (address, district) if part),
            "country": self.country,
            "region": self.region,
            "at": timed["at"],
        }

    def _region(self) -> str | None:
        said = self.cells.take("region", sheets.text, None, max_length=80)
        found = subdivision_named(self.country, said) if said else None
        if said and found is None:
            self.cells.refuse("region", "unknown_region")
        return found.code if found else None

    def _zone(self) -> str:
        region, country = SUBDIVISIONS.get(self.region or ""), COUNTRIES.get(self.country)
        return region.zone if region else country.zone if country else "UTC"

    def _fee(self) -> dict[str, str] | None:
        said = self.cells.take("tarifa", sheets.text, None, max_length=60)
        if not said or said.casefold().strip() in _FREE:
            return None
        known = COUNTRIES.get(self.country)
        asked = self.cells.need("tarifa", sheets.price, currency=known.currency if known else None)
        if asked is None or asked.currency is None or asked.amount == Decimal(0):
            return None
        return {"amount": format(asked.amount, "f"), "currency": asked.currency}


def later(local: str, minutes: int) -> str:
    """A local start so many minutes later, as the clock on the wall counts."""
    return (datetime.fromisoformat(local) + timedelta(minutes=minutes)).isoformat(timespec="minutes")
