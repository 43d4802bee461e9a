"""A stall passes down the waiting list as it was given: needs, quotas, sanctions and papers count, and each learns why."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from datetime import date as day_of
from functools import partial
from typing import Any
from uuid import UUID

import pypdf
import pytest
import sqlalchemy as sa

from app.fairs.checks import CHECKS
from app.fairs.queries import layouts, occurrences
from app.fairs.schemas.standing import Confirmation, Declined
from app.fairs.service import assignments, passing
from app.kernel.caller import WORKER
from app.kernel.db import Database, Tx, write
from app.kernel.errors import BusyError
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import files
from tests.factories.fairs import Called, called, keeper

CARD = {"code": "carne", "name": "Carné de sanidad"}


async def _called(client: Client, db: Database, clock: MovableClock, most: int, **more: Any) -> Called:
    quotas = [{"of": "category", "value": "textiles", "at_most": most}]
    return await called(client, db, clock, quotas=quotas, **more)


async def _admitted(world: Called, client: Client, db: Database, category: str, **more: Any) -> UUID:
    group, application = await world.apply(client, db, category=category, **more)
    await world.decide(application)
    return group


async def _release(world: Called, date: dict[str, Any], stall: str) -> Any:
    (stand,) = [one for one in await world.stands(date) if one["stall"] == stall]
    rosa = world.groups[UUID(stand["organisation_id"])]
    return await rosa.post(f"/v1/assignments/{stand['id']}/release")


async def _reasons(asks: Client, date: dict[str, Any]) -> list[str]:
    listed = await asks.get(f"/v1/occurrences/{date['id']}/waiting-list")
    return [entry["reason"] for entry in listed.json()["items"]]


async def test_whoever_may_not_stand_there_keeps_their_place_and_learns_why(
    client: Client, db: Database, clock: MovableClock
) -> None:
    world = await _called(client, db, clock, most=2, documents=[CARD])
    categories = ("textiles", "textiles", "food", "textiles", "food", "food", "food", "food")
    groups, papers = [], []
    for place, category in enumerate(categories):
        group, draft = await world.apply(client, db, category=category, is_draft=True, needs_power=place == 4)
        await files.paper(db, draft["id"], "carne")
        await world.groups[group].post(f"/v1/applications/{draft['id']}/submission")
        await world.decide(draft)
        groups.append(group)
        papers.append(draft)
    await world.finish()
    date = await world.date()
    for group in groups:
        assert (await world.claim(date, group)).status_code == 201
    day = date["starts_local"][:10]
    why = {"from_on": day, "until_on": day, "reason": "Basura"}
    sides = {"organiser": str(world.town.organisation), "organisation": str(groups[5])}
    await world.officer.post("/v1/sanctions", json=sides | why)
    judged = {"code": "carne", "is_accepted": False, "note": "Ilegible"}
    await world.decide(papers[6], "approved", documents=[judged])

    await _release(world, date, "3")

    offered = {each["stall"]: each for each in await world.stands(date)}
    read = [await _reasons(asks, date) for asks in (world.officer, world.groups[groups[4]], client)]
    told = (await world.groups[groups[3]].get("/v1/messages?box=inbox")).json()["items"]
    assert (offered["3"]["organisation_id"], offered["3"]["state"]) == (str(groups[7]), "offered")
    assert ["textiles" in read[0][0], "luz" in read[0][1], "sanción" in read[0][2]] == [True] * 3
    assert "documento" in read[0][3]
    assert read[1] == ["", read[0][1], "", ""]
    assert read[2] == [""] * 4
    assert [(each["kind"], read[0][0] in each["text"]) for each in told] == [("noted", True)]
    await _release(world, date, "2")
    stands = {each["stall"]: each["organisation_id"] for each in await world.stands(date)}
    assert stands["2"] == str(groups[3])
    gone = await world.groups[groups[3]].post(f"/v1/applications/{papers[3]['id']}/withdrawal")
    assert gone.status_code == 200
    assert [name for name, statement in CHECKS if await db.all(statement)] == []


async def test_two_stalls_that_pass_down_at_once_keep_to_a_quota(
    client: Client, db: Database, clock: MovableClock
) -> None:
    world = await _called(client, db, clock, most=2)
    groups = [
        await _admitted(world, client, db, kind)
        for kind in ("textiles", "food", "food", "textiles", "textiles")
    ]
    await world.finish()
    date = await world.date()
    for group in groups:
        await world.claim(date, group)

    await asyncio.gather(*(_release(world, date, stall) for stall in ("2", "3")))

    stands = await world.stands(date)
    free = next(code for code in ("2", "3") if code not in {each["stall"] for each in stands})
    again = await world.claim(date, groups[4])
    named = await world.claim(date, groups[4], stall=free)
    assert sorted(each["category"] for each in stands) == ["textiles", "textiles"]
    assert again.json()["outcome"] == "waiting"
    assert "textiles" in again.json()["waiting"]["reason"]
    assert (problem(named), named.json()["why"]) == ((409, "stall_not_for_you"), ["quota_full"])


async def test_a_paper_that_is_over_on_the_day_is_renewed_first(
    client: Client, db: Database, clock: MovableClock
) -> None:
    world = await called(client, db, clock, documents=[CARD], from_in_days=0)
    group, draft = await world.apply(client, db, is_draft=True)
    rosa, path = world.groups[group], f"/v1/applications/{draft['id']}"
    bare = await rosa.post(f"{path}/submission")
    await files.paper(db, draft["id"], "carne", day_of(2026, 3, 6))  # the first date is on the 7th
    short = await rosa.post(f"{path}/submission")
    await files.paper(db, draft["id"], "carne", day_of(2026, 3, 20))
    await rosa.post(f"{path}/submission")
    await world.decide(draft)
    await world.finish()
    date = await world.date()

    late = await world.claim(date, group)
    version = (await rosa.get(path)).headers["etag"]
    other = await rosa.patch(path, json={"category": "food"}, headers={"if-match": version})
    foreign = {"code": "carne", "file": draft["id"]}
    renewing = await rosa.patch(path, json={"documents": [foreign]}, headers={"if-match": version})
    await files.paper(db, draft["id"], "carne", day_of(2027, 3, 20))
    taken = await world.claim(date, group)

    assert [(problem(each), each.json()["missing"]) for each in (bare, short, late)] == [
        ((409, "papers_missing"), ["carne"])
    ] * 3
    assert problem(other) == (409, "wrong_state")
    assert problem(renewing)[1] == "file_not_usable"
    assert taken.json()["outcome"] == "stall"


async def test_whom_the_call_lets_wait_comes_after_all_whom_it_admitted(
    client: Client, db: Database, clock: MovableClock
) -> None:
    world = await called(client, db, clock)
    groups = []
    for outcome in ("approved", "approved", "approved", *["waitlisted"] * 3):
        group, application = await world.apply(client, db, needs_power=len(groups) == 2)
        await world.decide(application, outcome)
        groups.append(str(group))
    admitted, behind = groups[:2], groups[3:]
    await world.finish()
    date = await world.date()
    day = date["starts_local"][:10]
    sides = {"organiser": str(world.town.organisation), "organisation": admitted[1]}
    why = {"from_on": day, "until_on": day, "reason": "Basura"}
    await world.officer.post("/v1/sanctions", json=sides | why)
    lists = f"/v1/calls/{world.call['id']}/lists"
    before = (await client.get(lists)).json()

    early = await world.claim(date, UUID(behind[2]))
    named = await world.claim(date, UUID(behind[2]), stall="1")
    unknown = await world.claim(date, UUID(behind[2]), stall="99")
    run = await world.allocate(date)
    stands = {each["organisation_id"]: each["state"] for each in await world.stands(date)}
    again = await world.claim(date, UUID(admitted[0]))
    path = f"/v1/occurrences/{date['id']}/allocation"
    read = [
        {each["group"]: each for each in (await asks.get(path)).json()["explanations"]}
        for asks in (client, world.groups[UUID(admitted[1])], world.officer)
    ]

    assert early.json()["outcome"] == "waiting"
    assert "después de los grupos admitidos" in early.json()["waiting"]["reason"]
    assert (problem(named), named.json()["why"]) == ((409, "stall_not_for_you"), ["waitlisted"])
    assert unknown.json()["errors"][0]["code"] == "unknown_stall"
    assert run["placed"].keys() == {admitted[0]}
    assert sorted(run["waiting"]) == sorted(behind)
    assert stands.keys() - {admitted[0]} < set(behind)
    assert len(stands) == 3
    assert problem(again) == (409, "already_stands")
    assert (await client.get(lists)).json() == before
    assert [each[admitted[1]]["why"] for each in read] == [["barred"], ["sanctioned"], ["sanctioned"]]
    assert ["sanción" in each[admitted[1]]["sentence"] for each in read] == [False, True, True]
    assert {each["turn"] for each in read[0].values()} == {1, 2, 3, 4, None}
    acta = pypdf.PdfReader(io.BytesIO((await client.get(f"{path}/acta.pdf")).content)).pages
    assert "sanción" not in "".join(page.extract_text() for page in acta)


async def test_stalls_are_exchanged_only_where_each_may_stand(
    client: Client, db: Database, clock: MovableClock
) -> None:
    world = await called(client, db, clock)
    stalls = [{"code": "1", "has_roof": True}, {"code": "2"}]
    await world.officer.put(f"/v1/fairs/{world.fair['id']}/layout", json={"stalls": stalls})
    groups = [await _admitted(world, client, db, "textiles", needs_roof=roof) for roof in (True, False)]
    await world.finish()
    date = await world.date()
    one, two = [(await world.claim(date, group)).json()["assignment"]["id"] for group in groups]

    answer = await world.officer.post(f"/v1/assignments/{two}/swap", json={"other": one, "reason": "Sol"})

    assert (problem(answer), answer.json()["why"]) == ((409, "stall_not_for_you"), ["stall_lacks"])
    assert "techo" in answer.json()["detail"]


async def test_a_stall_that_became_free_meanwhile_is_offered_when_it_can_be(
    client: Client, db: Database, clock: MovableClock
) -> None:
    world = await called(client, db, clock, stalls=2)
    groups = [await _admitted(world, client, db, "textiles") for _ in range(4)]
    await world.finish()
    date = await world.date()
    for group in groups:
        await world.claim(date, group)
    path, day = f"/v1/fairs/{world.fair['id']}", date["starts_local"][:10]
    sides = {"organiser": str(world.town.organisation), "organisation": str(groups[2])}
    why = {"from_on": day, "reason": "Basura"}
    far = await world.officer.post("/v1/sanctions", json=sides | why | {"until_on": "2190-01-01"})
    made = await world.officer.post("/v1/sanctions", json=sides | why | {"until_on": day})

    await world.officer.put(f"{path}/layout", json={"count": 5})  # for dates of which nobody has a stall yet
    again = await world.claim(date, groups[2], stall="5")
    assert far.json()["errors"][0]["code"] == "day_too_far"
    await world.officer.post(f"{path}/suspension", json={"reason": "Obras"})
    await _release(world, date, "1")
    await _release(world, date, "2")
    paused = await world.stands(date)
    await world.officer.post(f"{path}/resumption")
    resumed = {each["organisation_id"] for each in await world.stands(date)}
    await world.officer.post(f"/v1/sanctions/{made.json()['id']}/lifting", json={"reason": "Limpiaron"})
    lifted = {each["organisation_id"] for each in await world.stands(date)}

    assert problem(again)[0] == 409
    assert paused == []
    assert resumed == {str(groups[3])}
    assert lifted == {str(groups[2]), str(groups[3])}


@pytest.mark.parametrize("way", ["claim", "substitute"])
async def test_nobody_is_in_two_fairs_at_once_by_any_way(
    client: Client, db: Database, clock: MovableClock, way: str
) -> None:
    world = await called(client, db, clock)
    group = await _admitted(world, client, db, "textiles", attendants=["Rosa"])
    await world.finish()
    date = await world.date()
    other = await _offered_elsewhere(world, client, db, group)
    rosa, yes = world.groups[group], {"attendants": ["Rosa", "Ana"]}

    async def stand(**more: Any) -> Any:
        if way == "substitute":
            asked = {"organisation": str(group), "stall": "1"} | more
            return await world.officer.post(f"/v1/occurrences/{date['id']}/substitutes", json=asked)
        return await world.claim(date, group, **more)

    assert (await rosa.post(f"/v1/assignments/{other}/confirmation", json=yes)).status_code == 200
    if way == "substitute":
        clock.advance(days=(day_of.fromisoformat(date["starts_local"][:10]) - clock().date()).days)

    assert problem(await stand()) == (409, "two_attendants")
    assert (await stand(attendants=["Juana"])).status_code == 201


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)  # SQLite has one writer at a time
async def test_answers_of_a_group_and_stalls_of_a_date_follow_each_other(
    client: Client, db: Database, clock: MovableClock
) -> None:
    world = await called(client, db, clock)
    one, two = [await _admitted(world, client, db, "textiles") for _ in range(2)]
    await world.finish()
    date = await world.date()
    taken = [(await world.claim(date, group)).json()["assignment"]["id"] for group in (one, two)]
    other = await _offered_elsewhere(world, client, db, one)
    said: dict[str, Any] = {"caller": WORKER, "now": clock()}
    yes, no = Confirmation(attendants=["Rosa"]), Declined()

    async with db.tx() as first:
        await assignments.confirm(first, UUID(taken[0]), answer=yes, **said)
        await _waits_for(db, partial(assignments.confirm, assignment_id=UUID(other), answer=yes, **said))
    async with db.tx() as first:
        await assignments.release(first, UUID(taken[0]), answer=no, **said)
        await _waits_for(db, partial(assignments.release, assignment_id=UUID(taken[1]), answer=no, **said))


async def _waits_for(db: Database, act: Callable[[Tx], Awaitable[object]]) -> None:
    """The act cannot be done before somebody else's transaction is over."""

    async def hurried(tx: Tx) -> None:
        await tx.all(sa.select(sa.func.set_config("lock_timeout", "20", True)))
        await act(tx)

    with pytest.raises(BusyError):
        await write(db, hurried)


async def _offered_elsewhere(world: Called, client: Client, db: Database, group: UUID) -> str:
    """An offer for the same hour at another municipality's fair."""
    town = await keeper(client, db, "Municipalidad de Wayra")
    fair = await town.fair(stalls=1)
    date_id = UUID((await town.dates(fair))[0]["id"])

    async def offer(tx: Tx) -> UUID:
        layout = await layouts.newest(tx, UUID(fair["id"]))
        (stall,) = await layouts.stalls_of(tx, layout["id"])
        date = await occurrences.row(tx, date_id)
        return await passing.offer(tx, date, stall, group, None, caller=WORKER, now=world.clock())

    return str(await write(db, offer))
