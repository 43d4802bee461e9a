"""A fair as feeds see it: a rule in local time, and the dates that are not as the rule says."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import msgspec

from app.calendar.recurrence import Rule, dates, key, later, zone


class _Value(msgspec.Struct, frozen=True, kw_only=True):
    """A value."""


class Spot(_Value, frozen=True, kw_only=True):
    """Where: «Plaza de Armas», and the town or address that finds it. Coordinates in millionths of a degree."""

    name: str
    address: str = ""
    latitude_e6: int | None = None
    longitude_e6: int | None = None

    @property
    def text(self) -> str:
        """«Plaza de Armas, Qori Pampa»."""
        return ", ".join(part for part in (self.name, self.address) if part)


class OwnDate(_Value, frozen=True, kw_only=True):
    """One date that has something of its own. `key` is the local start it was born with; `starts_local` where it is now."""

    key: str
    starts_local: str
    duration_minutes: int
    updated_at: datetime
    sequence: int = 0
    is_cancelled: bool = False
    moved_from: str | None = None
    reason: str = ""
    note: str = ""
    spot: Spot | None = None


class Override(OwnDate, frozen=True, kw_only=True):
    """A date of the rule that was moved, cancelled or changed."""


class Extra(OwnDate, frozen=True, kw_only=True):
    """A date that was added by hand, outside the rule."""


class Series(_Value, frozen=True, kw_only=True):
    """A fair. Times are local to `zone`; `skipped` are keys of dates that the rule gives and nobody ever held."""

    uid: str
    name: str
    url: str
    zone: str
    rule: Rule
    starts_minute: int
    duration_minutes: int
    first_on: date
    until_on: date | None = None
    updated_at: datetime
    sequence: int = 0
    kind: str
    category: str = ""
    organiser: str
    organiser_url: str = ""
    spot: Spot
    description: str = ""
    is_suspended: bool = False
    is_demo: bool = False
    skipped: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    extras: tuple[Extra, ...] = ()

    @property
    def changed_at(self) -> datetime:
        """When anything of it last changed."""
        return max([self.updated_at, *(day.updated_at for day in (*self.overrides, *self.extras))])


class Feed(_Value, frozen=True, kw_only=True):
    """Fairs under one name and address, in one language."""

    name: str
    url: str
    series: tuple[Series, ...]
    lang: str = "es"
    description: str = ""

    @property
    def changed_at(self) -> datetime | None:
        """When anything of it last changed; None without a fair."""
        return max((series.changed_at for series in self.series), default=None)

    @property
    def in_order(self) -> list[Series]:
        """The fairs in the one order that does not depend on how they were found."""
        return sorted(self.series, key=lambda series: series.uid)


class Moment(_Value, frozen=True, kw_only=True):
    """One date of a fair as it will be: local times with their offset."""

    series: Series
    key: str
    starts_at: datetime
    ends_at: datetime
    day: OwnDate | None = None

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.series.is_suspended or (self.day is not None and self.day.is_cancelled)

    @property
    def moved_from(self) -> datetime | None:
        """The start that people knew before, where it was moved."""
        known = self.day.moved_from if self.day else None
        return local(known, self.series.zone) if known else None

    @property
    def spot(self) -> Spot:
        """Where it is this time."""
        return (self.day.spot if self.day else None) or self.series.spot

    @property
    def url(self) -> str:
        """Its page; it stays when the date moves."""
        return f"{self.series.url}/{self.key[:10]}" if self.series.url else ""

    @property
    def reason(self) -> str:
        """Why it was moved or cancelled."""
        return self.day.reason if self.day else ""


def moments(series: Series, first: date, last: date) -> list[Moment]:
    """The dates that start on the local days `first` to `last`, as they are after every change, in order."""
    own: dict[str, OwnDate] = {day.key: day for day in (*series.overrides, *series.extras)}
    found = [_of_rule(series, day) for day in plain_days(series, first, last)]
    found += [moment_of(series, day) for day in own.values()]
    inside = (moment for moment in found if first <= moment.starts_at.date() <= last)
    return sorted(inside, key=lambda moment: (moment.starts_at.astimezone(UTC), moment.key))


def moment_of(series: Series, day: OwnDate) -> Moment:
    """A date that has something of its own, as it is now."""
    starts_at = local(day.starts_local, series.zone)
    return Moment(
        series=series,
        key=day.key,
        starts_at=starts_at,
        ends_at=later(starts_at, day.duration_minutes),
        day=day,
    )


def plain_days(series: Series, first: date, last: date) -> Iterator[date]:
    """The rule's days that nobody changed or skipped."""
    own = {day.key for day in (*series.overrides, *series.extras)}.union(series.skipped)
    start = max(first, series.first_on)
    end = min(last, series.until_on) if series.until_on else last
    return (day for day in dates(series.rule, start, end) if key(day, series.starts_minute) not in own)


def local(written: str, zone_name: str) -> datetime:
    """A local start with its offset. One that the clocks skip or show twice is read as clients do: by the offset before."""
    return datetime.fromisoformat(written).replace(tzinfo=zone(zone_name))


def _of_rule(series: Series, day: date) -> Moment:
    written = key(day, series.starts_minute)
    starts_at = local(written, series.zone)
    return Moment(
        series=series, key=written, starts_at=starts_at, ends_at=later(starts_at, series.duration_minutes)
    )
