"""Feeds through the door: right for every client, the same bytes while nothing changes, never stale when something does."""

import json
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from app.fairs import jobs
from app.fairs.models import Assignment, FeedCopy, FeedToken, Stall
from app.fairs.queries import feeds as queries
from app.fairs.service import feeding
from app.fairs.service.feeding import Form, Reader
from app.fairs.states import AssignmentState
from app.kernel import ids
from app.kernel.db import Database
from app.kernel.jobs import run_due
from app.kernel.schema import table
from app.kernel.settings import Settings
from app.people.models import OrganisationKind, Role
from tests.client import Client
from tests.conftest import MovableClock
from tests.counting import counted_reads
from tests.factories import people
from tests.factories.fairs import Keeper, keeper

COPY = table(FeedCopy)
LIMA = ZoneInfo("America/Lima")
NASTY = "<script>alert(1)</script>\r\nBEGIN:VEVENT\r\nSUMMARY:x; javascript:alert(1)"


@pytest.fixture
async def town(client: Client, db: Database) -> Keeper:
    return await keeper(client, db)


def _events(body: bytes) -> list:
    return Calendar.from_ical(body).walk("VEVENT")


async def test_a_fair_is_one_repeating_event(town: Keeper, client: Client) -> None:
    fair = await town.fair()

    answer = await client.get(f"/v1/fairs/{fair['id']}/feed.ics")

    (event,) = _events(answer.content)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert (event["UID"], event["SUMMARY"]) == (fair["uid"], "Feria de Qori Pampa")
    assert event["RRULE"].to_ical() == b"FREQ=WEEKLY;BYDAY=SA"
    assert event.decoded("DTSTART") == datetime(2026, 3, 7, 8, tzinfo=LIMA)
    assert event["URL"].endswith(f"/ferias/{fair['code']}")
    assert event["LOCATION"] == "Plaza de Armas"


async def test_moved_cancelled_and_added_dates_are_seen(town: Keeper, client: Client) -> None:
    fair = await town.fair()
    first, second, *_ = await town.dates(fair)
    moved = await town.officer.patch(
        f"/v1/occurrences/{first['id']}",
        json={"starts_local": "2026-03-08T09:00", "reason": "Elecciones"},
        headers={"if-match": '"1"'},
    )
    await town.officer.post(f"/v1/occurrences/{second['id']}/cancellation", json={"reason": "Lluvia"})
    await town.officer.post(f"/v1/fairs/{fair['id']}/occurrences", json={"starts_local": "2026-12-24T10:00"})

    found = _events((await client.get(f"/v1/fairs/{fair['id']}/feed.ics")).content)

    assert moved.status_code == 200
    master, *own = found
    by_start = {event.decoded("DTSTART"): event for event in own}
    early, late, extra = (by_start[at] for at in sorted(by_start))
    assert early.decoded("RECURRENCE-ID") == datetime(2026, 3, 7, 8, tzinfo=LIMA)
    assert early.decoded("DTSTART") == datetime(2026, 3, 8, 9, tzinfo=LIMA)
    assert "Elecciones" in early["DESCRIPTION"]
    assert (late["STATUS"], late["SUMMARY"]) == ("CANCELLED", "CANCELADA: Feria de Qori Pampa")
    assert "RECURRENCE-ID" not in extra
    assert extra["UID"] != master["UID"]


@pytest.mark.parametrize("form", ["ics", "rss", "geojson"])
async def test_an_unchanged_feed_is_served_by_one_statement(
    town: Keeper, client: Client, db: Database, clock: MovableClock, form: str
) -> None:
    fair = await town.fair()
    path = f"/v1/fairs/{fair['id']}/feed.{form}"
    clock.advance(minutes=1)
    first = await client.get(path)
    clock.advance(days=30)

    with counted_reads() as statements:
        again = await client.get(path)
        known = await client.get(path, headers={"if-none-match": first.headers["etag"]})
        dated = await client.get(path, headers={"if-modified-since": first.headers["last-modified"]})
        head = await client.head(path)

    assert statements.reads == 4
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    assert [known.status_code, dated.status_code, head.status_code] == [304, 304, 200]
    assert [known.content, dated.content, head.content] == [b"", b"", b""]
    assert head.headers["content-length"] == first.headers["content-length"]
    assert not first.headers["etag"].startswith("W/")


async def test_every_change_is_seen_at_once(town: Keeper, client: Client, db: Database) -> None:
    fair = await town.fair()
    paths = [
        f"/v1/fairs/{fair['id']}/feed.ics",
        f"/v1/organisers/{town.organisation}/feed.ics",
        "/v1/feeds/fairs.ics?region=PE-CUS",
        f"/v1/networks/{town.organisation}/feed.ics",
    ]

    async def read() -> list[bytes]:
        return [(await client.get(path)).content for path in paths]

    seen = [await read()]
    version = (await town.officer.get(f"/v1/fairs/{fair['id']}")).headers["etag"]
    changes = [
        await town.officer.patch(
            f"/v1/fairs/{fair['id']}", json={"name": "Feria nueva"}, headers={"if-match": version}
        )
    ]
    seen.append(await read())
    changes.append(
        await town.officer.patch(
            f"/v1/places/{town.place}", json={"address": "Calle Real 1"}, headers={"if-match": '"1"'}
        )
    )
    seen.append(await read())
    changes.append(await town.officer.post(f"/v1/fairs/{fair['id']}/suspension", json={"reason": "Obras"}))
    seen.append(await read())

    assert [change.status_code for change in changes] == [200, 200, 200]
    for number in range(len(paths)):
        assert len({each[number] for each in seen}) == 4, paths[number]
    assert await db.value(sa.select(sa.func.count()).select_from(COPY)) == len(paths)


async def test_a_change_while_a_feed_is_built_is_never_lost(
    town: Keeper, client: Client, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The builder has read its rows; before it stores them somebody cancels a date."""
    fair = await town.fair()
    date = (await town.dates(fair))[0]
    reader = Reader("es", "http://minka.test", datetime(2026, 3, 2, 16, tzinfo=UTC))
    read, turns = queries.fairs, []

    async def read_and_cancel(*args, **filters):
        found = await read(*args, **filters)
        turns.append(None)
        if len(turns) == 2:  # the first reads the name
            done = await town.officer.post(
                f"/v1/occurrences/{date['id']}/cancellation", json={"reason": "Lluvia"}
            )
            assert done.status_code == 200
        return found

    monkeypatch.setattr(queries, "fairs", read_and_cancel)
    built = await feeding.ready(db, feeding.of_fair(UUID(fair["id"])), Form.ICS, reader)
    monkeypatch.undo()
    later = await feeding.ready(db, feeding.of_fair(UUID(fair["id"])), Form.ICS, reader)

    assert len(turns) == 4
    assert b"CANCELADA" in built.body
    assert later == built


async def test_languages_and_searches_have_feeds_of_their_own(
    town: Keeper, client: Client, db: Database
) -> None:
    await town.fair(name="Trueque de semillas", kind="barter")
    await town.fair(name="Feria de artesanía", kind="craft")

    async def names(query: str) -> list[str]:
        answer = await client.get(f"/v1/feeds/fairs.ics?{query}")
        return sorted(str(event["SUMMARY"]) for event in _events(answer.content))

    spanish = await client.get("/v1/feeds/fairs.rss?kind=barter")
    english = await client.get("/v1/feeds/fairs.rss?kind=barter", headers={"accept-language": "en"})

    assert await names("q=artesania") == ["Feria de artesanía"]
    assert await names("kind=barter") == ["Trueque de semillas"]
    assert await names("region=PE-PUN") == []
    assert await names("") == ["Feria de artesanía", "Trueque de semillas"]
    assert "<language>es</language>" in spanish.text
    assert "<language>en</language>" in english.text
    kept = {found["address"].partition("/")[2] for found in await db.all(sa.select(COPY.c.address))}
    assert kept == {
        "es/all&kind=barter.rss",
        "en/all&kind=barter.rss",
        "es/all&kind=barter.ics",
        "es/all.ics",
    }


async def test_a_network_has_the_fairs_of_its_members(town: Keeper, client: Client, db: Database) -> None:
    network = await people.organisation(
        db, "Red de municipios", kind=OrganisationKind.MUNICIPAL_NETWORK, verified=True
    )
    fair = await town.fair()
    path = f"/v1/networks/{network}/feed.ics"
    before = _events((await client.get(path)).content)
    mayor = client.signed_in((await people.member(db, network)).token)
    asked = await town.officer.post(
        "/v1/affiliations", json={"group": str(town.organisation), "network": str(network)}
    )
    await mayor.post(f"/v1/affiliations/{asked.json()['id']}/acceptance")

    (event,) = _events((await client.get(path)).content)

    assert before == []
    assert event["UID"] == fair["uid"]


async def test_a_co_organiser_has_the_fairs_that_it_said_yes_to(
    town: Keeper, client: Client, db: Database
) -> None:
    other = await people.organisation(
        db, "Municipalidad de Wayra", kind=OrganisationKind.MUNICIPALITY, verified=True
    )
    mayor = client.signed_in((await people.member(db, other)).token)
    fair = await town.fair()
    path, held = f"/v1/organisers/{other}/feed.ics", f"/v1/fairs/{fair['id']}/co-organisers/{other}"
    await town.officer.put(held, json={"role": "Toldos"})

    async def read() -> tuple[list[str], bool]:
        (page, feed) = (await client.get(f"/organiza/{other}"), await client.get(path))
        found = [str(event.get("STATUS")) for event in _events(feed.content)]
        return found, fair["code"] in page.text

    seen = [await read()]
    await mayor.post(f"{held}/acceptance")
    seen.append(await read())
    (first, *_) = await town.dates(fair)
    await town.officer.post(f"/v1/occurrences/{first['id']}/cancellation", json={"reason": "Lluvia"})
    seen.append(await read())
    later = (await town.dates(fair))[4]["starts_local"][:10]
    following = await town.officer.post(
        f"/v1/fairs/{fair['id']}/successor", json={"from_on": later, "starts": "09:00", "reason": "Invierno"}
    )
    for one in (fair["id"], following.json()["id"]):
        await mayor.delete(f"/v1/fairs/{one}/co-organisers/{other}")
    seen.append(await read())

    assert seen == [
        ([], False),
        (["CONFIRMED"], True),
        (["CONFIRMED", "CANCELLED"], True),
        ([], False),
    ]
    assert [each["state"] for each in following.json()["co_organisers"]] == ["accepted"]


async def test_copies_that_another_release_made_are_removed(
    town: Keeper, client: Client, db: Database, settings: Settings, clock: MovableClock
) -> None:
    fair = await town.fair()
    await client.get(f"/v1/fairs/{fair['id']}/feed.ics")
    async with db.tx() as tx:
        values = {"scope": "all", "built_stamp": 1, "etag": '"x"', "body": b"x"}
        await tx.run(sa.insert(COPY), address="0123456789/es/all.ics", **values)

    done = [await run_due(db, jobs.jobs(settings), clock()) for _ in range(2)]

    (kept,) = await db.all(sa.select(COPY.c.address))
    assert [each.get("forget old feeds") for each in done] == [1, None]
    assert kept["address"].endswith(f"/es/fair:{fair['id']}.ics")


async def test_drafts_are_in_no_feed_and_the_ended_stay_in_calendars(town: Keeper, client: Client) -> None:
    draft = await town.draft()
    ended = await town.fair(name="Feria antigua")
    await town.officer.post(f"/v1/fairs/{ended['id']}/ending", json={"reason": "Se acabó"})

    calendar = _events((await client.get("/v1/feeds/fairs.ics")).content)
    points = (await client.get("/v1/feeds/fairs.geojson")).json()["features"]

    assert (await client.get(f"/v1/fairs/{draft['id']}/feed.ics")).status_code == 404
    assert [str(event["UID"]) for event in calendar] in ([ended["uid"]], [])
    assert points == []


async def test_json_has_one_event_per_date(town: Keeper, client: Client) -> None:
    fair = await town.fair()
    date = (await town.dates(fair))[0]
    await town.officer.post(f"/v1/occurrences/{date['id']}/cancellation", json={"reason": "Lluvia"})

    answer = await client.get("/v1/feeds/fairs.json")

    graph = answer.json()["@graph"]
    assert answer.headers["content-type"] == "application/ld+json"
    assert len(graph) == 13
    assert graph[0]["eventStatus"] == "https://schema.org/EventCancelled"
    assert graph[1]["startDate"] == "2026-03-14T08:00:00-05:00"


async def test_what_people_write_is_inert_in_every_form(town: Keeper, client: Client) -> None:
    fair = await town.fair(name=NASTY[:100], description=NASTY)
    path = f"/v1/fairs/{fair['id']}/feed"

    calendar = await client.get(f"{path}.ics")
    news, program = await client.get(f"{path}.rss"), await client.get(f"{path}.json")

    assert len(_events(calendar.content)) == 1
    assert "<script" not in news.text
    assert "<" not in program.text


async def test_a_private_address_shows_the_groups_own_stalls(
    town: Keeper, client: Client, db: Database
) -> None:
    fair = await town.fair(stalls=2)
    dates = await town.dates(fair)
    group = await _stands(db, dates[0])
    seller = client.signed_in((await people.member(db, group, Role.SELLER)).token)
    member = client.signed_in((await people.member(db, group, Role.MEMBER)).token)

    refused = await member.post(f"/v1/organisations/{group}/feed-tokens")
    made = await seller.post(f"/v1/organisations/{group}/feed-tokens")
    url = made.json()["url"].partition("127.0.0.1:8000")[2]
    shown = await client.get(url)
    listed = await seller.get(f"/v1/organisations/{group}/feed-tokens")
    revoked = await seller.post(f"/v1/feed-tokens/{made.json()['id']}/revocation")
    after = await client.get(url)

    (event,) = _events(shown.content)
    assert refused.status_code == 403
    assert (event.decoded("DTSTART"), "Puesto 1" in event["DESCRIPTION"]) == (
        datetime(2026, 3, 7, 8, tzinfo=LIMA),
        True,
    )
    assert shown.headers["cache-control"] == "private, no-cache"
    assert (revoked.status_code, after.status_code) == (204, 404)
    assert [sorted(item) for item in listed.json()["items"]] == [
        ["created_at", "id", "organisation_id", "revoked_at"]
    ]
    secret = url.rpartition("/")[2].removesuffix(".ics")
    assert secret not in json.dumps(await db.all(sa.select(table(FeedToken))), default=str)


async def _stands(db: Database, date: dict) -> UUID:
    group = await people.organisation(db)
    stall = table(Stall)
    now = datetime(2026, 3, 2, tzinfo=UTC)
    await people.add(
        db,
        Assignment,
        id=ids.uuid7(),
        occurrence_id=UUID(date["id"]),
        stall_id=await db.value(sa.select(stall.c.id).order_by(stall.c.number)),
        organisation_id=group,
        state=AssignmentState.CONFIRMED,
        attendants=[],
        created_at=now,
        updated_at=now,
    )
    return group
