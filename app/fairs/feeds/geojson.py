"""A feed as GeoJSON (RFC 7946): a point per fair, for maps. A fair without coordinates has none."""

from typing import Any

import msgspec

from app.calendar.recurrence import key, wire
from app.fairs.feeds import texts
from app.fairs.feeds.lines import web_address
from app.fairs.feeds.structs import Feed, Series, Spot

MEDIA = "application/geo+json"


def write(feed: Feed) -> bytes:
    """The whole collection."""
    features = [_feature(series, feed.lang) for series in feed.in_order]
    return msgspec.json.encode({"type": "FeatureCollection", "name": feed.name, "features": features})


def _feature(series: Series, lang: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": series.uid,
        "geometry": _point(series.spot),
        "properties": {
            "name": series.name,
            "kind": series.kind,
            "category": series.category,
            "when": texts.rule_and_hours(series, lang),
            "zone": series.zone,
            "rule": wire(series.rule),
            "starts": key(series.first_on, series.starts_minute)[11:],
            "duration_minutes": series.duration_minutes,
            "first_on": series.first_on,
            "until_on": series.until_on,
            "place": series.spot.text,
            "organiser": series.organiser,
            "is_suspended": series.is_suspended,
            "is_demo": series.is_demo,
            "url": web_address(series.url) or None,
            "changed_at": series.changed_at,
        },
    }


def _point(spot: Spot) -> dict[str, Any] | None:
    if spot.latitude_e6 is None or spot.longitude_e6 is None:
        return None
    return {"type": "Point", "coordinates": [spot.longitude_e6 / 1e6, spot.latitude_e6 / 1e6]}
