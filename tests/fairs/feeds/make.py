"""Fairs as feeds see them, with boring defaults."""

from datetime import UTC, date, datetime
from typing import Any

from app.calendar.recurrence import Day, MonthlyNth, Weekly
from app.fairs.feeds.structs import Extra, Feed, Override, Series, Spot

SATURDAYS = Weekly(days=(Day.SAT,))
CHANGED = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SQUARE = Spot(name="Plaza de Armas", address="Qori Pampa", latitude_e6=-33_437_200, longitude_e6=-70_650_600)


def series(**values: Any) -> Series:
    return Series(
        **{
            "uid": "018f-a1@minka.test",
            "name": "Feria campesina",
            "url": "https://minka.test/ferias/campesina",
            "zone": "America/Santiago",
            "rule": SATURDAYS,
            "starts_minute": 480,
            "duration_minutes": 360,
            "first_on": date(2026, 1, 1),
            "updated_at": CHANGED,
            "kind": "weekly",
            "category": "Feria semanal",
            "organiser": "Municipalidad de Qori Pampa (demostración)",
            "spot": SQUARE,
        }
        | values
    )


def override(key: str = "2026-11-21T08:00", starts_local: str | None = None, **values: Any) -> Override:
    moved = {"moved_from": key} if starts_local else {}
    return Override(**_date(key, starts_local) | moved | values)


def extra(key: str = "2026-12-23T17:00", **values: Any) -> Extra:
    return Extra(**_date(key, None) | values)


def _date(key: str, starts_local: str | None) -> dict[str, Any]:
    start = starts_local or key
    return {"key": key, "starts_local": start, "duration_minutes": 360, "updated_at": LATER, "sequence": 1}


def feed(*fairs: Series, **values: Any) -> Feed:
    return Feed(
        **{"name": "Ferias de Qori Pampa", "url": "https://minka.test/m/qori-pampa"} | values, series=fairs
    )


def full() -> Feed:
    """Something of everything that is written."""
    return feed(
        series(
            description="Productos del valle; queso, pan y verduras.\nTraiga su bolsa.",
            skipped=("2026-09-19T08:00",),
            overrides=(
                override(starts_local="2026-11-22T09:00", reason="Lluvia"),
                override("2026-12-26T08:00", is_cancelled=True, reason="Navidad"),
            ),
            extras=(extra(note="Víspera de Nochebuena"),),
        ),
        series(
            uid="018f-b2@minka.test",
            name="Expo de tejidos «Ñandú», la más larga de todas las ferias de la región del altiplano",
            zone="America/La_Paz",
            rule=MonthlyNth(nths=(1, 3), day=Day.FRI, interval=3, anchor=date(2026, 2, 1)),
            until_on=date(2027, 3, 1),
            kind="craft",
            is_suspended=True,
        ),
        description="Todas las fechas",
    )
