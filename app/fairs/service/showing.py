"""Fairs and their dates as rows -> as the writers of feeds and pages see them. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from app.calendar import recurrence
from app.calendar.recurrence import Dates
from app.fairs.feeds.structs import Extra, Override, OwnDate, Series, Spot
from app.fairs.states import AssignmentState, FairState, OccurrenceState
from app.kernel import i18n
from app.kernel.db import Row
from app.places import rules as place_rules


def series_of(
    fairs: Sequence[Row], dates: Sequence[Row], *, public_url: str, lang: str
) -> tuple[Series, ...]:
    """Every fair with those of its dates that are not as the rule says."""
    own: dict[Any, list[Row]] = {}
    for date in dates:
        own.setdefault(date["fair_id"], []).append(date)
    return tuple(series(fair, own.get(fair["id"], ()), public_url=public_url, lang=lang) for fair in fairs)


def series(fair: Row, dates: Sequence[Row], *, public_url: str, lang: str) -> Series:
    """One fair."""
    usual = fair["duration_minutes"]
    shown = [own_date(date, fair["zone"], usual) for date in dates]
    description = fair["description"]
    if fair["state"] == FairState.SUSPENDED and fair["reason"]:
        why = i18n.text(lang, "feeds", "reason", reason=fair["reason"])
        description = f"{why}\n{description}".strip()
    if fair["is_demo"]:
        description = f"{i18n.text(lang, 'feeds', 'demo')}\n{description}".strip()
    return Series(
        uid=fair["uid"],
        name=fair["name"],
        url=fair_address(public_url, fair["code"]),
        zone=fair["zone"],
        rule=recurrence.read(fair["rule"]),
        starts_minute=fair["starts_minute"],
        duration_minutes=usual,
        first_on=fair["first_on"],
        until_on=fair["until_on"],
        updated_at=fair["updated_at"],
        sequence=fair["sequence"],
        kind=fair["kind"],
        category=category(fair["kind"], lang),
        organiser=fair["organiser_name"],
        organiser_url=organiser_address(public_url, fair["organiser_code"]),
        spot=Spot(
            name=fair["place_name"],
            address=fair["place_address"],
            latitude_e6=fair["latitude_e6"],
            longitude_e6=fair["longitude_e6"],
        ),
        description=description,
        is_suspended=fair["state"] == FairState.SUSPENDED,
        is_demo=fair["is_demo"],
        overrides=tuple(date for date in shown if isinstance(date, Override) and _differs(date, usual)),
        extras=tuple(date for date in shown if isinstance(date, Extra)),
    )


def own_date(date: Row, zone: str, usual_minutes: int, **more: Any) -> OwnDate:
    """A date that was changed or added."""
    kind: type[OwnDate] = Extra if date["is_extra"] else Override
    values = {
        "key": date["recurrence_key"],
        "starts_local": date["starts_local"],
        "duration_minutes": _minutes(date, zone, usual_minutes),
        "updated_at": date["updated_at"],
        "sequence": date["sequence"],
        "is_cancelled": date["state"] == OccurrenceState.CANCELLED,
        "moved_from": date["moved_from"] if date["moved_from"] != date["starts_local"] else None,
        "reason": date["reason"],
        "note": date["note"],
        "spot": _other_spot(date),
    }
    return kind(**values | more)


def stalls(fairs: Sequence[Row], dates: Sequence[Row], *, public_url: str, lang: str) -> tuple[Series, ...]:
    """The dates at which one group stands, each an event of its own with the stall's number.

    Their UIDs are not those of the public feeds: who subscribed to both sees both.
    """
    words = i18n.texts(lang)["feeds"]
    found = []
    for fair in fairs:
        base = series(fair, (), public_url=public_url, lang=lang)
        latest = {date["recurrence_key"]: date for date in dates if date["fair_id"] == fair["id"]}
        if not latest:
            continue
        extras = tuple(_stall(date, fair, words) for date in latest.values())
        days = tuple(datetime.fromisoformat(extra.key).date() for extra in extras)
        own = Dates(dates=days)
        found.append(
            Series(
                **{name: getattr(base, name) for name in base.__struct_fields__}
                | {
                    "uid": f"stall-{fair['uid']}",
                    "rule": own,
                    "extras": extras,
                    "skipped": tuple(recurrence.key(day, fair["starts_minute"]) for day in days),
                }
            )
        )
    return tuple(found)


def fair_address(public_url: str, code: str) -> str:
    """The page of a fair."""
    return f"{public_url.rstrip('/')}/ferias/{code}"


def organiser_address(public_url: str, code: str) -> str:
    """The page of an organiser."""
    return f"{public_url.rstrip('/')}/organiza/{code}"


def category(kind: str, lang: str) -> str:
    """«Feria de trueque»."""
    said: str = i18n.texts(lang)["labels"]["fair_kind"][kind]
    return said[:1].upper() + said[1:]


def _stall(date: Row, fair: Row, words: Mapping[str, Any]) -> Extra:
    """A date with its stall; cancelled with the date, or when the stall is not theirs any more."""
    standing = words["stall_offered" if date["standing"] == AssignmentState.OFFERED else "stall"]
    note = "\n".join(text for text in (standing.format(stall=date["stall"]), date["note"]) if text)
    is_off = OccurrenceState.CANCELLED in (date["state"], date["standing"])
    found = own_date(
        {**date, "is_extra": True}, fair["zone"], fair["duration_minutes"], note=note, is_cancelled=is_off
    )
    return Extra(**{name: getattr(found, name) for name in found.__struct_fields__})


def _differs(date: OwnDate, usual_minutes: int) -> bool:
    """Whether anybody would see that it is not as the rule says."""
    return bool(
        date.is_cancelled
        or date.moved_from
        or date.spot
        or date.note
        or date.reason
        or date.starts_local != date.key
        or date.duration_minutes != usual_minutes
    )


def _minutes(date: Row, zone: str, usual: int) -> int:
    """How long it lasts by the square's clock."""
    starts_at, ends_at = date["starts_at"], date["ends_at"]
    if ends_at - starts_at == timedelta(minutes=usual):
        return usual
    end: datetime = ends_at.astimezone(recurrence.zone(zone)).replace(tzinfo=None)
    return max((end - datetime.fromisoformat(date["starts_local"])) // timedelta(minutes=1), 1)


def _other_spot(date: Row) -> Spot | None:
    if date["place_id"] is None:
        return None
    return Spot(
        name=date["place_name"] or "",
        address=date["place_address"] or "",
        latitude_e6=_public(date, "latitude_e6"),
        longitude_e6=_public(date, "longitude_e6"),
    )


def _public(date: Row, part: str) -> int | None:
    degrees = date[part]
    if degrees is None:
        return None
    exact = date["location_consent_at"] is not None
    public: float = place_rules.public_coordinate(degrees, is_consented=exact)
    return round(public * 1_000_000)
