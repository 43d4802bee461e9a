"""Key dates: seeded by rules, edited by people, with the day by which a group must start."""

from datetime import UTC, date, datetime

import pytest

from app.calendar import jobs, rules, service
from app.kernel.db import Database
from app.kernel.jobs import run_due
from tests.client import Client, problem
from tests.factories import calendar, people

CAMPESINO = {
    "country": "PE",
    "code": "feria-de-la-candelaria",
    "name_es": "Fiesta de la Candelaria",
    "name_en": "Feast of Candelaria",
    "on_date": "2027-02-02",
    "notice_weeks": 6,
    "note": "Puno",
}


async def _admin(client: Client, db: Database) -> Client:
    return client.signed_in((await people.person(db, is_admin=True)).token)


def _on(country: str, year: int) -> dict[str, str]:
    return {code: day.isoformat() for code, (_, day) in rules.of_year(country, year).items()}


def test_the_dates_of_a_year_are_those_of_each_country() -> None:
    found = {country: _on(country, 2026) for country in rules.countries()}

    assert list(found) == ["BO", "CL", "PE"]
    assert [found[country]["dia-de-la-madre"] for country in found] == [
        "2026-05-27",
        "2026-05-10",
        "2026-05-10",
    ]
    assert [found[country]["dia-del-padre"] for country in found] == [
        "2026-03-19",
        "2026-06-21",
        "2026-06-21",
    ]
    assert [found[country]["fiestas-patrias"] for country in found] == [
        "2026-08-06",
        "2026-09-18",
        "2026-07-28",
    ]
    assert [found[country]["dia-del-amor-y-la-amistad"] for country in found] == [
        "2026-09-21",
        "2026-02-14",
        "2026-02-14",
    ]
    assert found["PE"]["dia-del-cafe"] == "2026-08-28"


def test_fair_trade_day_is_the_second_saturday_of_may() -> None:
    """The two days that documents give were that Saturday in their years."""
    assert [_on("PE", year)["dia-del-comercio-justo"] for year in (2021, 2024, 2026)] == [
        "2021-05-08",
        "2024-05-11",
        "2026-05-09",
    ]


@pytest.mark.parametrize(
    ("notice", "pieces", "per_week", "expected"),
    [
        (6, 0, 1, "2026-03-29"),
        (6, 120, 40, "2026-03-08"),
        (6, 121, 40, "2026-03-01"),
        (0, 1, 1_000_000, "2026-05-03"),
        (52, 1_000_000, 1, "0001-01-01"),
    ],
)
def test_work_starts_before_the_notice_by_the_weeks_it_takes(notice, pieces, per_week, expected) -> None:
    found = rules.start_by(date(2026, 5, 10), notice_weeks=notice, pieces=pieces, pieces_per_week=per_week)

    assert found.isoformat() == expected


async def test_everybody_reads_key_dates_with_the_day_to_start(client: Client, db: Database) -> None:
    mother = await calendar.key_date(db)
    await calendar.key_date(db, date(2026, 12, 25), code="navidad", notice_weeks=8)
    await calendar.key_date(db, date(2026, 5, 27), country="BO")

    page = await client.get(
        "/v1/key-dates?country=PE&year=2026&from=2026-03-02&pieces=120&pieces_per_week=40"
    )
    english = await client.get(f"/v1/key-dates/{mother}", headers={"accept-language": "en"})

    assert [(item["code"], item["start_by"]) for item in page.json()["items"]] == [
        ("dia-de-la-madre", "2026-03-08"),
        ("navidad", "2026-10-09"),
    ]
    assert english.json() == {
        "id": str(mother),
        "country": "PE",
        "year": 2026,
        "code": "dia-de-la-madre",
        "name": "Mother's Day",
        "name_es": "Día de la Madre",
        "name_en": "Mother's Day",
        "on_date": "2026-05-10",
        "notice_weeks": 6,
        "start_by": "2026-03-29",
        "note": "",
        "is_demo": False,
        "version": 1,
    }


async def test_a_group_says_its_own_notice(client: Client, db: Database) -> None:
    await calendar.key_date(db)

    found = (await client.get("/v1/key-dates?notice_weeks=2")).json()["items"]

    assert [(item["notice_weeks"], item["start_by"]) for item in found] == [(6, "2026-04-26")]


async def test_pieces_need_how_many_a_week(client: Client) -> None:
    answer = await client.get("/v1/key-dates?pieces=100")

    assert problem(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["pointer"] == "query/pieces_per_week"


async def test_pages_of_key_dates_follow_each_other(client: Client, db: Database) -> None:
    for month in (5, 3, 9, 1):
        await calendar.key_date(db, date(2026, month, 1), code=f"mes-{month}")

    first = (await client.get("/v1/key-dates?country=PE&limit=3")).json()
    second = (await client.get(f"/v1/key-dates?country=PE&limit=3&cursor={first['next_cursor']}")).json()

    assert [item["code"] for item in first["items"] + second["items"]] == ["mes-1", "mes-3", "mes-5", "mes-9"]
    assert second["next_cursor"] is None


async def test_an_administrator_adds_changes_and_removes_one(client: Client, db: Database) -> None:
    admin = await _admin(client, db)

    created = await admin.post("/v1/key-dates", json=CAMPESINO)
    path = f"/v1/key-dates/{created.json()['id']}"
    changed = await admin.patch(path, json={"on_date": "2027-02-07"}, headers={"if-match": '"1"'})
    removed = await admin.delete(path, headers={"if-match": '"2"'})

    assert (created.status_code, created.json()["year"]) == (201, 2027)
    assert (changed.json()["on_date"], changed.json()["start_by"]) == ("2027-02-07", "2026-12-27")
    assert (changed.json()["name"], changed.json()["version"]) == ("Fiesta de la Candelaria", 2)
    assert removed.status_code == 204
    assert problem(await client.get(path)) == (404, "not_found")
    assert (await client.get("/v1/key-dates")).json()["items"] == []


async def test_a_change_stays_in_its_year_and_needs_its_version(client: Client, db: Database) -> None:
    admin = await _admin(client, db)
    path = f"/v1/key-dates/{await calendar.key_date(db)}"

    other_year = await admin.patch(path, json={"on_date": "2027-05-09"}, headers={"if-match": '"1"'})

    assert problem(other_year) == (422, "invalid")
    assert other_year.json()["errors"][0]["code"] == "other_year"
    for answer in (
        await admin.patch(path, json={"notice_weeks": 3}, headers={"if-match": '"9"'}),
        await admin.delete(path, headers={"if-match": '"9"'}),
    ):
        assert problem(answer) == (412, "stale_version")
    assert problem(await admin.delete(path)) == (428, "version_required")


async def test_a_year_has_each_key_date_once(client: Client, db: Database) -> None:
    admin = await _admin(client, db)
    await admin.post("/v1/key-dates", json=CAMPESINO)

    assert problem(await admin.post("/v1/key-dates", json=CAMPESINO)) == (409, "key_date_taken")
    other = await admin.post("/v1/key-dates", json=CAMPESINO | {"on_date": "2028-02-02"})
    assert other.status_code == 201


async def test_what_was_removed_may_be_added_again(client: Client, db: Database) -> None:
    admin = await _admin(client, db)
    created = await admin.post("/v1/key-dates", json=CAMPESINO)
    await admin.delete(f"/v1/key-dates/{created.json()['id']}", headers={"if-match": '"1"'})

    again = await admin.post("/v1/key-dates", json=CAMPESINO | {"notice_weeks": 1})

    assert (again.status_code, again.json()["notice_weeks"]) == (201, 1)


async def test_the_worker_fills_this_year_and_the_next_once(client: Client, db: Database) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)

    first = await run_due(db, jobs.JOBS, now)
    second = await run_due(db, jobs.JOBS, now)

    assert (first, second) == ({"fill key dates": 6}, {})
    found = (await client.get("/v1/key-dates?country=BO&year=2027")).json()["items"]
    assert [(item["code"], item["on_date"]) for item in found][:3] == [
        ("ano-nuevo", "2027-01-01"),
        ("alasitas", "2027-01-24"),
        ("dia-de-la-mujer", "2027-03-08"),
    ]
    assert await run_due(db, jobs.JOBS, datetime(2027, 1, 1, tzinfo=UTC)) == {"fill key dates": 3}


async def test_what_people_changed_or_removed_is_not_filled_over(client: Client, db: Database) -> None:
    admin = await _admin(client, db)
    now = datetime(2026, 3, 2, tzinfo=UTC)
    await run_due(db, jobs.JOBS, now)
    items = (await client.get("/v1/key-dates?country=PE&year=2026")).json()["items"]
    identifiers = {item["code"]: item["id"] for item in items}
    await admin.patch(
        f"/v1/key-dates/{identifiers['navidad']}", json={"notice_weeks": 12}, headers={"if-match": '"1"'}
    )
    await admin.delete(f"/v1/key-dates/{identifiers['dia-de-la-papa']}", headers={"if-match": '"1"'})

    async with db.tx() as tx:
        assert await service.fill_year(tx, "PE", 2026, now=now) == 0

    found = (await client.get("/v1/key-dates?country=PE&year=2026")).json()["items"]
    assert len(found) == len(items) - 1
    assert next(item for item in found if item["code"] == "navidad")["notice_weeks"] == 12
