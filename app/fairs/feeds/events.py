"""Dates of fairs as JSON-LD of schema.org: one Event per date, for search engines and whoever reads JSON."""

from collections.abc import Iterable
from typing import Any

import msgspec

from app.fairs.feeds.lines import web_address
from app.fairs.feeds.structs import Moment, Spot

MEDIA = "application/ld+json"
_STATUS = "https://schema.org/Event"


def write(moments: Iterable[Moment]) -> bytes:
    """A list of Events in the order given. It may stand inside a script element: it holds no `<`, `>` or `&`."""
    graph = [event(moment) for moment in moments]
    found = msgspec.json.encode({"@context": "https://schema.org", "@graph": graph})
    return found.replace(b"<", b"\\u003c").replace(b">", b"\\u003e").replace(b"&", b"\\u0026")


def event(moment: Moment) -> dict[str, Any]:
    """One date."""
    series, before = moment.series, moment.moved_from
    page = web_address(moment.url)
    found: dict[str, Any] = {
        "@type": "Event",
        "identifier": f"{series.uid};{moment.key}",
        "name": series.name,
        "startDate": moment.starts_at.isoformat(),
        "endDate": moment.ends_at.isoformat(),
        "eventStatus": _STATUS + _state(moment),
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": _place(moment.spot),
        "organizer": _organiser(moment),
    }
    if before is not None and not moment.is_cancelled:
        found["previousStartDate"] = before.isoformat()
    if description := "\n".join(text for text in (moment.reason, series.description) if text):
        found["description"] = description
    return found | ({"url": page} if page else {})


def _state(moment: Moment) -> str:
    if moment.is_cancelled:
        return "Cancelled"
    return "Rescheduled" if moment.moved_from is not None else "Scheduled"


def _place(spot: Spot) -> dict[str, Any]:
    found: dict[str, Any] = {"@type": "Place", "name": spot.name, "address": spot.address or spot.name}
    if spot.latitude_e6 is not None and spot.longitude_e6 is not None:
        found["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": spot.latitude_e6 / 1e6,
            "longitude": spot.longitude_e6 / 1e6,
        }
    return found


def _organiser(moment: Moment) -> dict[str, str]:
    page = web_address(moment.series.organiser_url)
    return {"@type": "Organization", "name": moment.series.organiser} | ({"url": page} if page else {})
