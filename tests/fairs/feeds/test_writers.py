"""RSS, GeoJSON and JSON-LD: read back by the standard library; inert."""

import json
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest

from app.fairs.feeds import events, geojson, rss
from app.fairs.feeds.structs import Feed, Spot, moments
from tests.fairs.feeds import make

HOSTILE = "]]><script>alert('x')</script>&\x00\x0b\ufffe"


def _items(feed: Feed) -> list[dict[str, str]]:
    tree = ET.fromstring(rss.write(feed))
    return [{part.tag: part.text or "" for part in item} for item in tree.iter("item")]


def test_rss_tells_the_newest_change_first() -> None:
    moved = make.override(starts_local="2026-11-22T09:00", reason="Lluvia")

    items = _items(make.feed(make.series(description="Queso y pan", overrides=(moved,), sequence=2)))

    assert items == [
        {
            "title": "CAMBIA: Feria campesina",
            "description": (
                "Antes: sábado 21 de noviembre, 8:00.\nAhora: domingo 22 de noviembre, de 9:00 a 15:00.\n"
                "Plaza de Armas, Qori Pampa\nMotivo: Lluvia\nhttps://minka.test/ferias/campesina/2026-11-21"
            ),
            "link": "https://minka.test/ferias/campesina/2026-11-21",
            "category": "Feria semanal",
            "guid": "018f-a1@minka.test;2026-11-21T08:00;3",
            "pubDate": "Mon, 02 Mar 2026 09:30:00 GMT",
        },
        {
            "title": "Feria campesina",
            "description": "Todos los sábados, de 8:00 a 14:00\nPlaza de Armas, Qori Pampa\nQueso y pan",
            "link": "https://minka.test/ferias/campesina",
            "category": "Feria semanal",
            "guid": "018f-a1@minka.test;2",
            "pubDate": "Sun, 01 Mar 2026 12:00:00 GMT",
        },
    ]


def test_rss_says_what_kind_of_news_it_is() -> None:
    fair = make.series(overrides=(make.override(is_cancelled=True),), extras=(make.extra(),))

    titles = [item["title"] for item in _items(make.feed(fair, make.series(uid="z", is_suspended=True)))]

    assert titles == [
        "FECHA NUEVA: Feria campesina",
        "CANCELADA: Feria campesina, sábado 21 de noviembre",
        "SUSPENDIDA: Feria campesina",
        "Feria campesina",
    ]


def test_rss_of_many_changes_is_bounded_and_dated_by_the_last() -> None:
    many = make.feed(*(make.series(uid=f"{number:03}") for number in range(120)))

    channel = ET.fromstring(rss.write(many)).find("channel")

    assert len(channel.findall("item")) == 100
    assert parsedate_to_datetime(channel.findtext("lastBuildDate")) == make.CHANGED


def test_an_empty_feed_is_still_a_feed() -> None:
    channel = ET.fromstring(rss.write(make.feed())).find("channel")

    assert (channel.findtext("title"), channel.find("item")) == ("Ferias de Qori Pampa", None)
    assert json.loads(geojson.write(make.feed()))["features"] == []
    assert json.loads(events.write([])) == {"@context": "https://schema.org", "@graph": []}


def test_hostile_texts_are_inert_in_rss() -> None:
    fair = make.series(
        name=HOSTILE,
        description=HOSTILE,
        category=HOSTILE,
        url="javascript:alert(1)",
        overrides=(make.override(reason=HOSTILE, is_cancelled=True),),
    )

    raw = rss.write(make.feed(fair, name=HOSTILE, url="javascript:x"))
    items = _items(make.feed(fair))

    assert b"<script" not in raw
    assert b"javascript" not in raw
    for item in items:
        assert "<" not in item["title"]
        assert "<" not in item["description"]  # what is left after the reader's own HTML: text
        assert "link" not in item


def test_geojson_has_the_point_and_the_words() -> None:
    (feature,) = json.loads(geojson.write(make.feed(make.series())))["features"]

    assert feature == {
        "type": "Feature",
        "id": "018f-a1@minka.test",
        "geometry": {"type": "Point", "coordinates": [-70.6506, -33.4372]},
        "properties": {
            "name": "Feria campesina",
            "kind": "weekly",
            "category": "Feria semanal",
            "when": "todos los sábados, de 8:00 a 14:00",
            "zone": "America/Santiago",
            "rule": {"kind": "weekly", "days": ["sat"], "interval": 1, "anchor": None},
            "starts": "08:00",
            "duration_minutes": 360,
            "first_on": "2026-01-01",
            "until_on": None,
            "place": "Plaza de Armas, Qori Pampa",
            "organiser": "Municipalidad de Qori Pampa (demostración)",
            "is_suspended": False,
            "is_demo": False,
            "url": "https://minka.test/ferias/campesina",
            "changed_at": "2026-03-01T12:00:00Z",
        },
    }


def test_geojson_of_a_fair_nobody_placed_has_no_point() -> None:
    fair = make.series(spot=Spot(name="Por confirmar"), url="javascript:alert(1)")

    (feature,) = json.loads(geojson.write(make.feed(fair)))["features"]

    assert (feature["geometry"], feature["properties"]["url"]) == (None, None)


def _event(**values: object) -> dict:
    found = moments(make.series(**values), date(2026, 11, 16), date(2026, 11, 22))
    (event,) = json.loads(events.write(found))["@graph"]
    return event


def test_a_date_is_an_event_with_its_offset() -> None:
    assert _event() == {
        "@type": "Event",
        "identifier": "018f-a1@minka.test;2026-11-21T08:00",
        "name": "Feria campesina",
        "startDate": "2026-11-21T08:00:00-03:00",
        "endDate": "2026-11-21T14:00:00-03:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": "Plaza de Armas",
            "address": "Qori Pampa",
            "geo": {"@type": "GeoCoordinates", "latitude": -33.4372, "longitude": -70.6506},
        },
        "organizer": {"@type": "Organization", "name": "Municipalidad de Qori Pampa (demostración)"},
        "url": "https://minka.test/ferias/campesina/2026-11-21",
    }


@pytest.mark.parametrize(
    ("override", "state", "before"),
    [
        ({"starts_local": "2026-11-22T09:00"}, "EventRescheduled", "2026-11-21T08:00:00-03:00"),
        ({"is_cancelled": True}, "EventCancelled", None),
        ({"starts_local": "2026-11-22T09:00", "is_cancelled": True}, "EventCancelled", None),
    ],
)
def test_an_event_says_that_it_was_moved_or_cancelled(override: dict, state: str, before: str | None) -> None:
    found = _event(overrides=(make.override(**override, reason="Lluvia"),))

    assert found["eventStatus"] == f"https://schema.org/{state}"
    assert found.get("previousStartDate") == before
    assert found["description"] == "Lluvia"


def test_events_can_stand_inside_a_page() -> None:
    raw = events.write(moments(make.series(name="</script><b>&"), date(2026, 11, 16), date(2026, 11, 22)))

    assert not set(b"<>&") & set(raw)
    assert json.loads(raw)["@graph"][0]["name"] == "</script><b>&"


def test_dates_come_in_the_order_of_their_starts() -> None:
    fair = make.series(
        overrides=(make.override(starts_local="2026-11-29T09:00"),), extras=(make.extra("2026-11-20T17:00"),)
    )

    found = moments(fair, date(2026, 11, 16), date(2026, 11, 30))

    assert [moment.starts_at.astimezone(UTC) for moment in found] == [
        datetime(2026, 11, 20, 20, tzinfo=UTC),
        datetime(2026, 11, 28, 11, tzinfo=UTC),
        datetime(2026, 11, 29, 12, tzinfo=UTC),
    ]
