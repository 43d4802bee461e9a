from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.calendar import recurrence
from app.fairs import rules
from app.fairs.models import Assignment, Occurrence, Stall
from app.fairs.service import dates, endings, occurrences
from app.fairs.states import AssignmentState
from app.kernel import ids
from app.kernel.db import Database, write
from app.kernel.schema import table
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import people, places
from tests.factories.fairs import Keeper, keeper

OCCURRENCE, ASSIGNMENT, STALL = table(Occurrence), table(Assignment), table(Stall)


@pytest.fixture
async def town(client: Client, db: Database) -> Keeper:
    return await keeper(client, db)


async def test_a_weekly_fair_has_eighteen_months_of_saturdays(town: Keeper) -> None:
    made = await town.draft(stalls=60)

    days = await town.dates(made)

    assert len(days) == 78
    assert [day["starts_at"] for day in days[:2]] == ["2026-03-07T13:00:00Z", "2026-03-14T13:00:00Z"]
    assert days[-1]["starts_local"] == "2027-08-28T08:00"
    assert (made["rule_text"], made["state"], made["ends"]) == ("todos los sábados", "draft", "14:00")
    assert (made["zone"], made["first_on"]) == ("America/Lima", "2026-03-02")
    assert made["place"]["location"] == {"latitude": -13.42, "longitude": -71.85, "is_exact": False}


async def test_a_fair_of_sixty_stalls_is_public_after_two_calls(town: Keeper, client: Client) -> None:
    fair = await town.fair(stalls=60)

    layout = (await client.get(f"/v1/fairs/{fair['id']}/layout")).json()
    listed = (await client.get("/v1/occurrences?limit=1")).json()["items"]

    assert [stall["code"] for stall in layout["stalls"]] == [str(number) for number in range(1, 61)]
    assert listed[0]["fair_id"] == fair["id"]


async def test_a_draft_is_its_organisers(town: Keeper, client: Client, db: Database) -> None:
    made = await town.draft()
    path = f"/v1/fairs/{made['id']}"
    stranger = client.signed_in((await people.member(db, await people.organisation(db))).token)

    answers = [await client.get(path), await stranger.get(path), await stranger.post(f"{path}/publication")]
    lists = [(await asks.get("/v1/fairs")).json()["items"] for asks in (client, stranger, town.officer)]

    assert [answer.status_code for answer in answers[:2]] == [404, 404]
    assert problem(answers[2]) == (404, "not_found")
    assert [len(found) for found in lists] == [0, 0, 1]
    assert (await client.get("/v1/occurrences")).json()["items"] == []


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"ends": "07:00"}, "#/ends", "ends_before_start"),
        ({"ends": "08:05"}, "#/ends", "lasts_too_short"),
        ({"rule": {"kind": "monthly_day", "days": [31]}}, "#/rule/days/0", "day_not_in_every_month"),
        ({"rule": {"kind": "hourly"}}, "#/rule/kind", "enum"),
        ({"until_on": "2026-03-01"}, "#/until_on", "last_day_before_first"),
        ({"first_on": "0001-01-01"}, "#/first_on", "day_out_of_range"),
        ({"zone": "America/Qori"}, "#/zone", "unknown_zone"),
        ({"place": "019b7c01-0401-7000-843e-1dd4ee45a100"}, "#/place", "unknown_place"),
        ({"website": "javascript:alert(1)"}, "#/website", "string_pattern_mismatch"),
        ({"fee": {"amount": "-1", "currency": "PEN"}}, "#/fee/amount", "negative"),
    ],
)
async def test_what_cannot_be_a_fair_is_refused_where_it_is_wrong(
    town: Keeper, change: dict[str, Any], pointer: str, code: str
) -> None:
    refused = await town.officer.post("/v1/fairs", json=town.asked(**change))

    assert refused.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in refused.json()["errors"]] == [(pointer, code)]


async def test_an_hour_that_the_clocks_skip_is_refused_with_another(client: Client, db: Database) -> None:
    town = await keeper(client, db, country="CL", region="CL-RM")
    skipped = {"kind": "dates", "dates": ["2026-09-06"]}
    twice = {"kind": "dates", "dates": ["2026-04-04"]}

    gap = await town.officer.post("/v1/fairs", json=town.asked(rule=skipped, starts="00:30", ends="09:00"))
    fold = await town.officer.post(
        "/v1/fairs", json=town.asked(rule=twice, starts="23:30", ends="09:00", ends_days_later=1)
    )

    assert gap.json()["errors"][0]["code"] == "local_time_missing"
    assert "2026-09-06T01:30" in gap.json()["errors"][0]["message"]
    assert fold.json()["errors"][0]["code"] == "local_time_twice"
    night = {"kind": "dates", "dates": ["2026-09-05"]}
    until_gap = town.asked(rule=night, starts="18:00", ends="00:30", ends_days_later=1)
    end = (await town.officer.post("/v1/fairs", json=until_gap)).json()
    assert (end["errors"][0]["pointer"], end["suggestion"]) == ("#/ends", "2026-09-06T01:30")


async def test_a_night_fair_ends_on_the_next_day(town: Keeper) -> None:
    made = await town.draft(starts="18:00", ends="02:00", ends_days_later=1)

    assert (made["ends"], made["ends_days_later"]) == ("02:00", 1)
    assert (await town.dates(made))[0]["ends_at"] == "2026-03-08T07:00:00Z"


async def test_a_night_fair_ends_by_the_clock_on_the_night_it_changes(client: Client, db: Database) -> None:
    town = await keeper(client, db, country="CL", region="CL-RM")
    made = await town.draft(
        rule={"kind": "dates", "dates": ["2026-09-05"]}, starts="20:00", ends="02:00", ends_days_later=1
    )

    (night,) = await town.dates(made)

    assert (night["starts_at"], night["ends_at"]) == ("2026-09-06T00:00:00Z", "2026-09-06T05:00:00Z")


async def test_a_rule_without_a_date_is_refused(town: Keeper) -> None:
    never = {"rule": {"kind": "yearly_date", "month": 2, "day": 29}, "until_on": "2027-12-31"}

    refused = await town.officer.post("/v1/fairs", json=town.asked(**never))

    assert problem(refused) == (409, "no_dates")


async def test_a_moved_date_keeps_its_key_its_id_and_its_stalls(town: Keeper, db: Database) -> None:
    fair = await town.fair(stalls=2)
    date = (await town.dates(fair))[0]
    group = await _stands(db, fair, date)
    path = f"/v1/occurrences/{date['id']}"

    unreasoned = await town.officer.patch(
        path, json={"starts_local": "2026-03-08T09:00"}, headers={"if-match": '"1"'}
    )
    moved = await town.officer.patch(
        path,
        json={"starts_local": "2026-03-08T09:00", "reason": "Elecciones"},
        headers={"if-match": '"1"'},
    )

    assert unreasoned.json()["errors"] == [
        {"pointer": "#/reason", "code": "missing", "message": unreasoned.json()["errors"][0]["message"]}
    ]
    found = moved.json()
    assert (found["recurrence_key"], found["starts_local"]) == ("2026-03-07T08:00", "2026-03-08T09:00")
    assert (found["moved_from"], found["reason"]) == ("2026-03-07T08:00", "Elecciones")
    assert (found["starts_at"], found["ends_at"]) == ("2026-03-08T14:00:00Z", "2026-03-08T20:00:00Z")
    further = [
        await town.officer.patch(
            path, json={"starts_local": to, "reason": "Lluvia"}, headers={"if-match": f'"{version}"'}
        )
        for version, to in ((2, "2026-03-10T09:00"), (3, "2199-03-10T09:00"), (3, "2026-03-07T08:00"))
    ]
    assert (further[0].json()["moved_from"], further[2].json()["moved_from"]) == ("2026-03-07T08:00", None)
    assert further[1].json()["errors"][0]["code"] == "day_too_far"
    kept = await db.one(sa.select(ASSIGNMENT.c.organisation_id, ASSIGNMENT.c.occurrence_id))
    assert kept == {"organisation_id": group, "occurrence_id": dates_id(date)}


async def test_a_cancelled_date_stays_with_its_reason_and_cannot_move(town: Keeper, client: Client) -> None:
    fair = await town.fair()
    date = (await town.dates(fair))[0]
    path = f"/v1/occurrences/{date['id']}"

    cancelled = await town.officer.post(f"{path}/cancellation", json={"reason": "Huayco en la carretera"})
    again = await town.officer.post(f"{path}/cancellation", json={"reason": "Otra vez"})
    moved = await town.officer.patch(path, json={"note": "x"}, headers={"if-match": '"2"'})

    assert (cancelled.json()["state"], cancelled.json()["actions"]) == ("cancelled", [])
    assert again.json()["code"] == moved.json()["code"] == "wrong_state"
    assert (await client.get("/v1/occurrences?limit=1")).json()["items"][0]["reason"] == (
        "Huayco en la carretera"
    )


async def test_an_extra_date_stands_beside_the_rule_once(town: Keeper) -> None:
    fair = await town.fair()
    path = f"/v1/fairs/{fair['id']}/occurrences"

    added = await town.officer.post(path, json={"starts_local": "2026-12-24T10:00", "note": "Navidad"})
    again = await town.officer.post(path, json={"starts_local": "2026-12-24T10:00"})
    past = await town.officer.post(path, json={"starts_local": "2026-02-01T10:00"})
    far = await town.officer.post(path, json={"starts_local": "2100-12-24T10:00"})
    long = await town.officer.post(
        path, json={"starts_local": "2026-12-23T10:00", "ends_local": "2100-12-24T10:00"}
    )

    assert (added.json()["is_extra"], added.json()["ends_at"]) == (True, "2026-12-24T21:00:00Z")
    assert problem(again) == (409, "date_taken")
    assert [answer.json()["errors"][0]["code"] for answer in (past, far, long)] == [
        "moment_past",
        "day_too_far",
        "lasts_too_long",
    ]


async def test_a_published_fair_changes_from_a_day_on(
    town: Keeper, db: Database, clock: MovableClock
) -> None:
    fair = await town.fair(stalls=3)
    days = await town.dates(fair)
    stays = await _stands(db, fair, days[4])  # 4 April: a Saturday that both have
    path = f"/v1/fairs/{fair['id']}"

    refused = await town.officer.patch(path, json={"starts": "09:00"}, headers={"if-match": '"2"'})
    today = await town.officer.post(
        f"{path}/successor", json={"from_on": "2026-03-02", "starts": "09:00", "reason": "Invierno"}
    )
    made = await town.officer.post(
        f"{path}/successor", json={"from_on": "2026-04-01", "starts": "09:00", "reason": "Invierno"}
    )

    assert problem(refused) == (409, "published_fair")
    assert (today.json()["code"], today.json()["earliest"]) == ("successor_too_early", "2026-03-03")
    new = made.json()
    assert (new["supersedes_id"], new["starts"], new["state"]) == (fair["id"], "09:00", "published")
    assert new["uid"] != fair["uid"]
    assert [day["starts_local"] for day in await town.dates(fair)] == [
        f"2026-03-{day:02}T08:00" for day in (7, 14, 21, 28)
    ]
    later = await town.dates(new)
    assert (later[0]["id"], later[0]["starts_local"]) == (days[4]["id"], "2026-04-04T09:00")
    assert (later[0]["moved_from"], len(later)) == ("2026-04-04T08:00", 79)
    assert await db.value(sa.select(ASSIGNMENT.c.organisation_id)) == stays
    assert len((await town.officer.get(f"/v1/fairs/{new['id']}/layout")).json()["stalls"]) == 3
    clock.advance(days=40)
    for _ in ("open", "close"):
        for due in await occurrences.due(db, clock()):
            await write(db, partial(occurrences.follow_clock, date_id=due, now=clock()))
    assert await endings.due(db, clock()) == [dates_id(fair)]
    await write(db, lambda tx: endings.end_if_over(tx, dates_id(fair), clock()))
    assert (await town.officer.get(path)).json()["state"] == "ended"


async def test_a_fair_ends_later_than_it_said_but_not_beyond_the_one_that_follows(
    town: Keeper, db: Database
) -> None:
    fair = await town.fair(stalls=3)
    days = await town.dates(fair)
    path = f"/v1/fairs/{fair['id']}"
    await _stands(db, fair, days[2])

    async def end(on: str) -> Any:
        return await town.officer.post(f"{path}/ending", json={"reason": "Obras", "on": on})

    await end("2026-03-08")
    longer = await end("2026-03-31")
    left = [(day["starts_local"][:10], day["state"]) for day in await town.dates(fair)]
    change = {"from_on": "2026-03-20", "starts": "09:00", "reason": "Frío"}
    new = (await town.officer.post(f"{path}/successor", json=change)).json()
    beyond = await end("2199-01-01")
    refused = await end("2026-03-20")
    back = [(await end(on)).status_code for on in ("2026-03-10", "2026-03-19")]

    assert longer.status_code == 200
    assert left == [
        ("2026-03-07", "scheduled"),
        ("2026-03-14", "scheduled"),
        ("2026-03-21", "cancelled"),
        ("2026-03-28", "scheduled"),
    ]
    assert beyond.json()["errors"][0]["code"] == "day_out_of_range"
    assert problem(refused) == (409, "superseded")
    assert (refused.json()["followed_by"], refused.json()["last"]) == (new["id"], "2026-03-19")
    assert back == [200, 200]
    assert len([day for day in await town.dates(fair) if day["state"] == "scheduled"]) == 2


async def test_a_day_that_the_successor_does_not_have_is_cancelled_for_who_had_a_stall(
    town: Keeper, db: Database
) -> None:
    fair = await town.fair(stalls=3)
    days = await town.dates(fair)
    await _stands(db, fair, days[4])

    made = await town.officer.post(
        f"/v1/fairs/{fair['id']}/successor",
        json={"from_on": "2026-04-01", "rule": {"kind": "weekly", "days": ["sun"]}, "reason": "Domingos"},
    )

    left = await town.dates(fair)
    assert made.status_code == 201
    assert [(day["id"], day["state"], day["reason"]) for day in left[4:]] == [
        (days[4]["id"], "cancelled", "Domingos")
    ]
    assert (await town.dates(made.json()))[0]["starts_local"] == "2026-04-05T08:00"


async def test_a_fair_pauses_and_goes_on(town: Keeper, client: Client) -> None:
    fair = await town.fair()
    path = f"/v1/fairs/{fair['id']}"

    early = await town.officer.post(f"{path}/resumption")
    paused = await town.officer.post(f"{path}/suspension", json={"reason": "Obras en la plaza"})
    seen = (await client.get("/v1/occurrences?limit=1")).json()["items"][0]
    back = await town.officer.post(f"{path}/resumption")

    assert problem(early) == (409, "wrong_state")
    assert (paused.json()["state"], paused.json()["reason"]) == ("suspended", "Obras en la plaza")
    assert seen["fair_state"] == "suspended"
    assert (back.json()["state"], back.json()["reason"]) == ("published", "")


async def test_rolling_forward_twice_adds_each_date_once(
    town: Keeper, db: Database, clock: MovableClock
) -> None:
    fair = await town.fair()
    before = len(await town.dates(fair))
    clock.advance(days=200)

    due = await dates.due(db, clock())
    for _ in range(2):
        await write(db, lambda tx: dates.roll(tx, dates_id(fair), clock()))

    rows = await db.all(sa.select(OCCURRENCE.c.recurrence_key).where(OCCURRENCE.c.fair_id == dates_id(fair)))
    keys = sorted(row["recurrence_key"] for row in rows)
    assert due == [dates_id(fair)]
    assert await dates.due(db, clock()) == []
    assert len(keys) == len(set(keys)) == before + 29
    first, last = (recurrence.from_key(key)[0] for key in (keys[0], keys[-1]))
    assert (last - first).days == 7 * (len(keys) - 1)


async def test_the_clock_opens_and_closes_a_date(town: Keeper, db: Database, clock: MovableClock) -> None:
    fair = await town.fair()
    date = (await town.dates(fair))[0]
    path = f"/v1/occurrences/{date['id']}"
    states = []
    for moment in (datetime(2026, 3, 7, 13, 0, tzinfo=UTC), datetime(2026, 3, 7, 19, 0, tzinfo=UTC)):
        clock.time = moment
        for due in await occurrences.due(db, moment):
            await write(db, partial(occurrences.follow_clock, date_id=due, now=moment))
        states.append((await town.officer.get(path)).json()["state"])

    reported = await town.officer.post(f"{path}/report")

    assert states == ["open", "closed"]
    assert reported.json()["state"] == "reported"


async def test_two_fairs_at_one_place_and_hour_are_warned_of(town: Keeper) -> None:
    first = await town.fair()

    second = await town.draft(name="Feria artesanal", starts="12:00", ends="18:00")
    third = await town.draft(name="Feria de tarde", starts="14:00", ends="18:00")

    assert {warning["code"] for warning in second["warnings"]} >= {"same_place"}
    assert second["warnings"][0]["with_fair_id"] == first["id"]
    assert [warning for warning in third["warnings"] if warning["code"] == "same_place"] == []


async def test_a_date_moved_to_a_place_is_warned_of_there(town: Keeper, db: Database) -> None:
    fair = await town.fair(place=str(await places.place(db, town.organisation, "Coliseo")))
    date = (await town.dates(fair))[1]
    moved = {"place": str(town.place), "reason": "Lluvia"}
    await town.officer.patch(f"/v1/occurrences/{date['id']}", json=moved, headers={"if-match": '"1"'})

    here = await town.draft(name="Feria artesanal")

    seen = [warning for warning in here["warnings"] if warning["code"] == "same_place"]
    assert [(warning["on"], warning["with_fair_id"]) for warning in seen] == [("2026-03-14", fair["id"])]


async def test_a_co_organiser_that_accepted_may_change_the_fair(
    town: Keeper, client: Client, db: Database
) -> None:
    fair = await town.fair()
    network = await people.network(db)
    carmen = client.signed_in((await people.member(db, network, name="Carmen")).token)
    path = f"/v1/fairs/{fair['id']}"

    await town.officer.put(f"{path}/co-organisers/{network}", json={"role": "Toldos"})
    before = await carmen.patch(path, json={"description": "Con toldos"}, headers={"if-match": '"2"'})
    accepted = await carmen.post(f"{path}/co-organisers/{network}/acceptance")
    after = await carmen.patch(path, json={"description": "Con toldos"}, headers={"if-match": '"2"'})
    left = await carmen.delete(f"{path}/co-organisers/{network}")

    assert problem(before) == (403, "forbidden")
    assert accepted.json()["co_organisers"] == [
        {"organisation_id": str(network), "name": "Red Ayni Sur", "role": "Toldos", "state": "accepted"}
    ]
    assert after.status_code == 200
    assert left.status_code == 204


async def test_sponsors_and_their_conditions_are_public(town: Keeper, client: Client) -> None:
    fair = await town.fair()
    sponsor = {"name": "Caja Municipal", "gives": "40 toldos", "conditions": "Su letrero en la entrada"}

    await town.officer.put(
        f"/v1/fairs/{fair['id']}/sponsors", json={"items": [sponsor]}, headers={"if-match": '"2"'}
    )

    assert (await client.get(f"/v1/fairs/{fair['id']}")).json()["sponsors"] == [sponsor | {"website": None}]


async def test_a_layout_names_every_stall_once(town: Keeper) -> None:
    fair = await town.draft()
    path = f"/v1/fairs/{fair['id']}/layout"

    twice = await town.officer.put(path, json={"stalls": [{"code": "A"}, {"code": "a "}]})
    both = await town.officer.put(path, json={"count": 3, "stalls": [{"code": "A"}]})
    half = await town.officer.put(
        path, json={"stalls": [{"code": "A", "box": {"x": 0, "y": 0, "w": 200, "d": 200}}, {"code": "B"}]}
    )
    boxes = [{"x": x, "y": 0, "w": 200, "d": 200} for x in (0, 199, 500)]
    close = await town.officer.put(
        path, json={"stalls": [{"code": code, "box": box} for code, box in zip("ABC", boxes, strict=True)]}
    )
    good = await town.officer.put(path, json={"count": 3})

    assert [answer.json()["errors"][0]["code"] for answer in (twice, both, half)] == [
        "repeated_code",
        "count_or_stalls",
        "boxes_for_all",
    ]
    assert [warned["stalls"] for warned in close.json()["warnings"]] == [["A", "B"]]
    assert (good.json()["number"], len(good.json()["stalls"]), good.json()["warnings"]) == (2, 3, [])


async def test_dates_are_found_by_time_place_and_kind(town: Keeper, client: Client, db: Database) -> None:
    fair = await town.fair(kind="craft")
    far = await places.place(db, town.organisation, "Puno", latitude_e6=-15_840_000, longitude_e6=-70_020_000)
    await town.fair(place=str(far), name="Feria de Puno")

    async def names(query: str) -> set[str]:
        found = await client.get(f"/v1/occurrences?{query}")
        return {item["fair_name"] for item in found.json()["items"]}

    assert await names("within=-72.2,-13.8,-71.5,-13.2") == {"Feria de Qori Pampa"}
    assert await names("kind=craft&country=PE") == {"Feria de Qori Pampa"}
    assert await names("until=2026-03-08T00:00:00-05:00") == {"Feria de Qori Pampa", "Feria de Puno"}
    assert await names("until=2026-03-07T00:00:00-05:00") == set()
    assert await names(f"fair={fair['id']}&since=2027-08-01T00:00:00Z") == {"Feria de Qori Pampa"}
    assert (await client.get("/v1/occurrences?within=1,2,0,3")).json()["errors"][0]["code"] == "not_a_box"
    assert (await client.get("/v1/occurrences?since=2027-08-01T00:00:00")).status_code == 422


async def test_pages_of_dates_follow_each_other(town: Keeper, client: Client) -> None:
    await town.fair()
    seen: list[str] = []
    cursor = ""
    while True:
        answer = (await client.get(f"/v1/occurrences?limit=30{cursor}")).json()
        seen += [item["starts_at"] for item in answer["items"]]
        if not answer["next_cursor"]:
            break
        cursor = f"&cursor={answer['next_cursor']}"

    assert len(seen) == 78
    assert seen == sorted(set(seen))


def test_the_horizon_is_eighteen_months_or_the_last_day() -> None:
    today = datetime(2026, 3, 2, tzinfo=UTC).date()

    assert (rules.roll_to(today, None) - today).days == 550
    assert rules.roll_to(today, today) == today


def dates_id(found: dict[str, Any]) -> Any:
    return UUID(found["id"])


async def _stands(db: Database, fair: dict[str, Any], date: dict[str, Any]) -> Any:
    """A group has been given a stall for a date."""
    group = await people.organisation(db, f"Grupo {date['starts_local']}")
    stall = await db.value(sa.select(STALL.c.id).order_by(STALL.c.number))
    async with db.tx() as tx:
        now = datetime(2026, 3, 2, tzinfo=UTC)
        await tx.run(
            sa.insert(ASSIGNMENT),
            id=ids.uuid7(),
            occurrence_id=dates_id(date),
            stall_id=stall,
            organisation_id=group,
            state=AssignmentState.CONFIRMED,
            attendants=[],
            created_at=now,
            updated_at=now,
        )
    return group


async def test_a_drawn_address_that_is_taken_is_drawn_again(town: Keeper) -> None:
    made = []
    for millis in (
        1_000,
        2_000,
    ):  # equal draws at two instants: identifiers differ, the letters of the address not
        with ids.repeatable("feria", millis):
            made.append(await town.draft())

    assert made[0]["code"][:-5] == made[1]["code"][:-5]
    assert made[0]["code"] != made[1]["code"]
