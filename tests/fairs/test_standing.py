"""From the call to who stands there: lists, runs of the rule, offers that pass down, attendance, fees."""

import asyncio
from collections import Counter
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.fairs.models import Assignment, WaitlistEntry
from app.fairs.service import applications, occurrences, passing
from app.kernel import ids
from app.kernel.db import Database, Tx, write
from app.kernel.schema import table
from app.ledger.models import Entry
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import people
from tests.factories.fairs import Called, called, keeper

ASSIGNMENT, WAITING, ENTRY = table(Assignment), table(WaitlistEntry), table(Entry)
_LIVE = (
    sa.select(sa.func.count()).select_from(ASSIGNMENT).where(ASSIGNMENT.c.state.in_(("offered", "confirmed")))
)


@pytest.fixture
async def world(client: Client, db: Database, clock: MovableClock) -> Called:
    return await called(client, db, clock)


async def _admitted(world: Called, client: Client, db: Database, count: int, **more: Any) -> list[UUID]:
    groups = []
    for _ in range(count):
        group, application = await world.apply(client, db, **more)
        await world.decide(application)
        groups.append(group)
    return groups


async def _sweep(db: Database, clock: MovableClock) -> int:
    due = await passing.due(db, clock())
    for each in due:
        await write(db, partial(_expire, each=each, clock=clock))
    return len(due)


async def _expire(tx: Tx, each: UUID, clock: MovableClock) -> None:
    await passing.expire(tx, each, clock())


async def _todo(who: Client) -> list[tuple[str, str]]:
    items = (await who.get("/v1/todo")).json()["items"]
    return [(item["kind"], item["title"]) for item in items]


async def test_the_number_of_the_draw_is_promised_before_and_shown_after(
    world: Called, client: Client, db: Database
) -> None:
    from app.fairs.allocation import is_the_promised

    path = f"/v1/calls/{world.call['id']}"
    before = (await client.get(path)).json()
    own = (await world.officer.get(path)).json()
    await _admitted(world, client, db, 1)

    after = await world.finish()

    assert (before["seed"], own["seed"], before["is_open"]) == (None, None, True)
    assert is_the_promised(after["seed"], before["seed_sha256"])


async def test_one_application_per_group_whoever_enters_it(
    world: Called, client: Client, db: Database
) -> None:
    group, first = await world.apply(client, db)
    ana = client.signed_in((await people.member(db, group, name="Ana")).token)
    again = {"organisation": str(group), "category": "textiles"}
    path = f"/v1/calls/{world.call['id']}/applications"

    unknown = await ana.post(path, json=again | {"category": "tejidoss"})
    member = await ana.post(path, json=again)
    counter = await world.officer.post(path, json=again)
    other = await people.organisation(db, "Sin teléfono")
    entered = await world.officer.post(path, json=again | {"organisation": str(other)})

    assert (first["number"], first["channel"], first["state"]) == (1, "group", "submitted")
    assert unknown.json()["errors"][0]["code"] == "unknown_category"
    assert problem(member) == problem(counter) == (409, "already_applied")
    assert (entered.json()["number"], entered.json()["channel"]) == (2, "counter")
    gone = await ana.post(f"/v1/applications/{first['id']}/withdrawal")
    anew = await ana.post(path, json=again)
    assert (gone.json()["state"], anew.json()["number"]) == ("withdrawn", 3)
    own = await world.officer.post(path, json=again | {"organisation": str(world.town.organisation)})
    assert own.json()["errors"][0]["code"] == "is_organiser"


async def test_nobody_applies_after_closing(
    world: Called, client: Client, db: Database, clock: MovableClock
) -> None:
    group = await people.organisation(db)
    rosa = client.signed_in((await people.member(db, group)).token)
    applied, before = await world.apply(client, db)
    clock.advance(days=11)

    late = await rosa.post(
        f"/v1/calls/{world.call['id']}/applications",
        json={"organisation": str(group), "category": "textiles"},
    )

    changed = await world.groups[applied].patch(
        f"/v1/applications/{before['id']}", json={"category": "ceramics"}, headers={"if-match": '"2"'}
    )

    assert problem(late) == (409, "call_not_open")
    assert late.json()["detail"].endswith("; hasta: jueves 12, 10 de la mañana.")
    assert problem(changed) == (409, "wrong_state")


async def test_an_application_is_its_groups_and_the_officers(
    world: Called, client: Client, db: Database
) -> None:
    _, application = await world.apply(client, db)
    stranger = client.signed_in((await people.member(db, await people.organisation(db))).token)
    path = f"/v1/applications/{application['id']}"

    seen = [await asks.get(path) for asks in (client, stranger, world.officer)]
    judged = await stranger.post(f"{path}/decision", json={"outcome": "approved"})
    own = await next(iter(world.groups.values())).post(f"{path}/decision", json={"outcome": "approved"})

    assert [answer.status_code for answer in seen] == [401, 404, 200]
    assert (problem(judged), problem(own)) == ((404, "not_found"), (403, "forbidden"))


async def test_what_is_observed_is_mended_in_time_or_rejected(
    world: Called, client: Client, db: Database, clock: MovableClock
) -> None:
    first, mended = await world.apply(client, db)
    second, left = await world.apply(client, db)
    path = f"/v1/calls/{world.call['id']}/decisions"
    why = {"outcome": "needs_info", "reason": "Falta la firma"}
    bare = await world.officer.post(
        path,
        json={
            "items": [why | {"application": mended["id"]}, {"application": left["id"], "outcome": "rejected"}]
        },
    )
    both = {"items": [why | {"application": each["id"]} for each in (mended, left)]}
    decided = [await world.officer.post(path, json=both) for _ in range(2)]
    told = (await world.officer.get("/v1/messages")).json()["items"]
    clock.advance(days=2)

    back = await world.groups[first].post(f"/v1/applications/{mended['id']}/mending")
    clock.advance(days=4)
    late = await world.groups[second].post(f"/v1/applications/{left['id']}/mending")
    for due in await applications.due(db, clock()):
        await write(db, partial(applications.reject_unmended, application_id=due, now=clock()))

    found = (await world.officer.get(f"/v1/applications/{left['id']}")).json()
    assert bare.json()["errors"][0]["pointer"] == "#/items/1/reason"
    assert [[each["version"] for each in answer.json()["items"]] for answer in decided] == [[4, 4]] * 2
    assert [each["kind"] for each in told] == ["observed", "observed"]
    assert "le falta algo. Falta la firma. Corríjanlo hasta el sábado 7" in told[0]["text"]
    assert back.json()["state"] == "in_review"
    assert problem(late) == (409, "too_late_to_mend")
    assert (found["state"], found["reason"]) == ("rejected", "Falta la firma")


async def test_lists_come_out_and_an_upheld_claim_is_decided_again(
    world: Called, client: Client, db: Database, clock: MovableClock
) -> None:
    group, application = await world.apply(client, db)
    path = f"/v1/calls/{world.call['id']}"
    early = [await world.officer.post(f"{path}/review"), await client.get(f"{path}/lists")]
    clock.advance(days=11)
    waits = await world.officer.post(f"{path}/review")
    todo = await _todo(world.officer)
    await world.decide(application, "rejected", reason="No es del distrito")
    todo += await _todo(world.officer)
    await world.officer.post(f"{path}/review")
    todo += await _todo(world.officer)

    claimed = await world.groups[group].post(
        f"/v1/applications/{application['id']}/claims", json={"text": "Sí somos del distrito"}
    )
    clock.advance(days=4)
    unanswered = await world.officer.post(f"{path}/final")
    waiting = await world.officer.get(f"{path}/applications?waiting=true")
    todo += (await _todo(world.officer))[1:]
    answer = await world.officer.post(
        f"/v1/claims/{claimed.json()['claims'][0]['id']}/answer",
        json={"is_upheld": True, "answer": "Tienen razón"},
    )
    await world.decide(application)
    nobody_waits = await world.officer.get(f"{path}/applications?waiting=true")
    todo += (await _todo(world.officer))[1:]
    final = await world.officer.post(f"{path}/final")

    assert [problem(each) for each in early] == [(409, "still_open"), (404, "not_found")]
    assert (waits.json()["code"], waits.json()["waiting"]) == ("still_waiting", 1)
    assert unanswered.json()["code"] == "still_waiting"
    assert answer.json()["state"] == "in_review"
    assert final.json()["state"] == "final"
    listed = (await client.get(f"{path}/lists")).json()
    assert [line["organisation_id"] for line in listed["admitted"]] == [str(group)]
    assert [len(each.json()["items"]) for each in (waiting, nobody_waits)] == [1, 0]
    assert todo == [
        ("review_applications", "Revisar 1 postulación: Convocatoria"),
        ("publish_lists", "Publicar las listas: Convocatoria"),
        ("tell_groups", "Avisar a 1 grupo de Feria de Qori Pampa"),
        ("answer_claim", "Responder el reclamo de Grupo 1"),
        ("finish_call", "Cerrar el resultado: Convocatoria"),
    ]


async def test_stalls_are_given_by_the_rule_and_the_others_wait(
    world: Called, client: Client, db: Database
) -> None:
    groups = await _admitted(world, client, db, 5)
    early = await world.officer.post(
        f"/v1/occurrences/{(await world.date())['id']}/allocation", json={"call": world.call["id"]}
    )
    await world.finish()
    date = await world.date()
    path = f"/v1/occurrences/{date['id']}/allocation"

    await world.officer.post(path, json={"call": world.call["id"]})
    await world.officer.put(f"/v1/fairs/{world.fair['id']}/layout", json={"count": 3})
    of_old_stalls = await world.officer.post(f"{path}/final")
    run = await world.allocate(date)
    again = await world.officer.post(path, json={"call": world.call["id"]})

    stands = await world.stands(date)
    waiting = (await client.get(f"/v1/occurrences/{date['id']}/waiting-list")).json()["items"]
    assert problem(early) == (409, "call_not_final")
    assert problem(of_old_stalls) == (409, "layout_changed")
    assert problem(again) == (409, "allocation_final")
    assert len(run["placed"]) == len(stands) == 3
    assert {stand["state"] for stand in stands} == {"offered"}
    assert [entry["organisation_id"] for entry in waiting] == run["waiting"]
    assert {*run["placed"], *run["waiting"]} == {str(group) for group in groups}
    assert all(each["sentence"] for each in run["explanations"])
    public = (await client.get(f"/v1/occurrences/{date['id']}/assignments")).json()["items"]
    assert [stand["attendants"] for stand in public] == [None] * 3


async def test_an_answer_passes_the_stall_down_the_list_exactly_once(
    world: Called, client: Client, db: Database, clock: MovableClock
) -> None:
    await _admitted(world, client, db, 5)
    await world.finish()
    date = await world.date()
    run = await world.allocate(date)
    offers = await world.stands(date)
    one, two = (world.groups[UUID(offer["organisation_id"])] for offer in offers[:2])

    yes = await one.post(f"/v1/assignments/{offers[0]['id']}/confirmation")
    no = [await two.post(f"/v1/assignments/{offers[1]['id']}/decline") for _ in range(2)]

    stands = {stand["stall"]: stand for stand in await world.stands(date)}
    assert yes.json()["state"] == "confirmed"
    assert [answer.json()["state"] for answer in no] == ["declined", "declined"]
    assert stands[offers[1]["stall"]]["organisation_id"] == run["waiting"][0]
    clock.advance(hours=49)
    swept = [await _sweep(db, clock), await _sweep(db, clock)]
    later = {stand["stall"]: stand for stand in await world.stands(date)}
    assert swept == [2, 0]
    assert sorted(stand["state"] for stand in later.values()) == ["confirmed", "offered"]
    assert run["waiting"][1] in {stand["organisation_id"] for stand in later.values()}


async def test_two_sweepers_and_one_that_dies_pass_an_offer_on_once(
    world: Called, client: Client, db: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _admitted(world, client, db, 5)
    await world.finish()
    date = await world.date()
    run = await world.allocate(date)
    offers = await world.stands(date)
    for offer in offers[1:]:
        await world.groups[UUID(offer["organisation_id"])].post(f"/v1/assignments/{offer['id']}/confirmation")
    clock.advance(hours=49)
    dies = monkeypatch.context()
    with dies as patched:

        async def killed(*_: Any, **__: Any) -> None:
            raise RuntimeError("killed")

        patched.setattr(passing, "pass_on", killed)
        with pytest.raises(RuntimeError):
            await _sweep(db, clock)
    (due,) = await passing.due(db, clock())

    await asyncio.gather(*(write(db, partial(_expire, each=due, clock=clock)) for _ in range(8)))

    first = [stand for stand in await world.stands(date) if stand["stall"] == offers[0]["stall"]]
    waits = await db.all(sa.select(WAITING.c.state).order_by(WAITING.c.position))
    assert [stand["organisation_id"] for stand in first] == [run["waiting"][0]]
    assert [entry["state"] for entry in waits] == ["offered", "waiting"]


async def test_of_50_claims_of_the_last_stall_one_succeeds_and_the_others_wait(
    client: Client, db: Database, clock: MovableClock
) -> None:
    world = await called(client, db, clock, stalls=1)
    await _admitted(world, client, db, 50)
    await world.finish()
    date = await world.date()

    async def claim(group: UUID) -> dict[str, Any]:
        answer = await world.groups[group].post(
            f"/v1/occurrences/{date['id']}/assignments", json={"organisation": str(group)}
        )
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    answers = await asyncio.gather(*map(claim, world.groups))

    assert Counter(answer["outcome"] for answer in answers) == {"stall": 1, "waiting": 49}
    places = [answer["waiting"]["position"] for answer in answers if answer["waiting"]]
    assert sorted(places) == list(range(1, 50))
    assert await db.value(_LIVE) == 1


async def test_a_late_yes_is_refused_and_a_released_stall_goes_on(
    world: Called, client: Client, db: Database, clock: MovableClock
) -> None:
    await _admitted(world, client, db, 4)
    await world.finish()
    date = await world.date()
    run = await world.allocate(date)
    offers = await world.stands(date)
    rosa = world.groups[UUID(offers[0]["organisation_id"])]
    await rosa.post(f"/v1/assignments/{offers[0]['id']}/confirmation")

    released = await rosa.post(f"/v1/assignments/{offers[0]['id']}/release", json={"reason": "Enfermedad"})
    clock.advance(hours=50)
    late = await world.groups[UUID(offers[1]["organisation_id"])].post(
        f"/v1/assignments/{offers[1]['id']}/confirmation"
    )

    taken = {stand["stall"]: stand["organisation_id"] for stand in await world.stands(date)}
    assert released.json()["state"] == "released"
    assert taken[offers[0]["stall"]] == run["waiting"][0]
    assert problem(late) == (409, "offer_over")


async def test_the_counter_answers_for_whom_it_entered_alone(
    world: Called, client: Client, db: Database
) -> None:
    other = await people.organisation(db, "Sin teléfono")
    asked = {"organisation": str(other), "category": "textiles"}
    entered = await world.officer.post(f"/v1/calls/{world.call['id']}/applications", json=asked)
    await world.decide(entered.json())
    await _admitted(world, client, db, 1)
    await world.finish()
    date = await world.date()
    await world.allocate(date)
    offers = {each["organisation_id"]: each for each in await world.stands(date)}
    mine = offers.pop(str(other))
    (foreign,) = offers.values()

    answers = [
        await world.officer.post(f"/v1/assignments/{each['id']}/confirmation") for each in (mine, foreign)
    ]

    assert (mine["actions"], foreign["actions"]) == (["confirmation", "decline"], [])
    assert answers[0].json()["state"] == "confirmed"
    assert problem(answers[1]) == (403, "forbidden")


async def test_two_groups_exchange_their_stalls(world: Called, client: Client, db: Database) -> None:
    await _admitted(world, client, db, 2)
    await world.finish()
    date = await world.date()
    await world.allocate(date)
    one, two = await world.stands(date)
    for stand in (one, two):
        await world.groups[UUID(stand["organisation_id"])].post(f"/v1/assignments/{stand['id']}/confirmation")

    for here, there in ((one, two), (one, two), (two, one)):  # once, however often it is sent
        swapped = await world.officer.post(
            f"/v1/assignments/{here['id']}/swap", json={"other": there["id"], "reason": "Silla de ruedas"}
        )

    after = {stand["id"]: (stand["stall"], stand["state"]) for stand in await world.stands(date)}
    assert swapped.status_code == 200
    assert after == {one["id"]: (two["stall"], "confirmed"), two["id"]: (one["stall"], "confirmed")}
    told = (await world.officer.get("/v1/messages?state=to_send")).json()["items"]
    assert {each["subject"]["id"]: each["kind"] for each in told} == dict.fromkeys(after, "moved")
    assert all(f"ahora su puesto es el {after[each['subject']['id']][0]}." in each["text"] for each in told)
    assert all("Silla de ruedas. " in each["text"] and "/r/" in each["text"] for each in told)


async def test_a_group_in_two_fairs_at_once_names_who_attends(
    world: Called, client: Client, db: Database, clock: MovableClock
) -> None:
    (group,) = await _admitted(world, client, db, 1)
    await world.finish()
    date = await world.date()
    await world.allocate(date)
    (offer,) = await world.stands(date)
    rosa = world.groups[group]
    await rosa.post(f"/v1/assignments/{offer['id']}/confirmation", json={"attendants": ["Rosa"]})
    other = await _second_fair(world, client, db, group)

    same = await rosa.post(f"/v1/assignments/{other}/confirmation", json={"attendants": ["rosa"]})
    nobody = await rosa.post(f"/v1/assignments/{other}/confirmation")
    two = await rosa.post(f"/v1/assignments/{other}/confirmation", json={"attendants": ["Ana"]})

    assert problem(same) == problem(nobody) == (409, "two_attendants")
    assert two.json()["state"] == "confirmed"


async def test_notes_of_attendance_count_once_in_any_order(
    world: Called, client: Client, db: Database, clock: MovableClock
) -> None:
    await _admitted(world, client, db, 2)
    await world.finish()
    date = await world.date()
    await world.allocate(date)
    one, two = await world.stands(date)
    asked = await _todo(world.groups[UUID(one["organisation_id"])])
    for stand in (one, two):
        await world.groups[UUID(stand["organisation_id"])].post(f"/v1/assignments/{stand['id']}/confirmation")
    clock.advance(days=10)
    for _ in range(2):
        for due in await occurrences.due(db, clock()):
            await write(db, partial(occurrences.follow_clock, date_id=due, now=clock()))
    todo = await _todo(world.officer)
    path = f"/v1/occurrences/{date['id']}/attendance"
    at = date["starts_at"].replace("13:00", "13:{minute}")

    def note(stand: dict[str, Any], presence: str, minute: str) -> dict[str, Any]:
        return {
            "id": str(ids.uuid7()),
            "assignment": stand["id"],
            "presence": presence,
            "noted_at": at.format(minute=minute),
        }

    came, absent, stayed = (
        note(one, "checked_in", "05"),
        note(two, "no_show", "30"),
        note(one, "completed", "55"),
    )
    late = await world.officer.post(path, json={"notes": [stayed, absent]})
    early = await world.officer.post(path, json={"notes": [came, stayed, note(two, "checked_in", "20")]})

    assert (late.json()["counted"], early.json()["counted"], early.json()["repeated"]) == (2, 2, 1)
    todo += await _todo(world.officer)
    assert asked == [
        (
            "answer_stall",
            f"Responder: puesto {one['stall']} en Feria de Qori Pampa, sábado 21, 8 de la mañana",
        )
    ]
    assert [kind for kind, _ in todo if kind != "allocate_stalls"] == ["note_attendance", "report_date"]
    states = {stand["id"]: stand["state"] for stand in early.json()["items"]}
    assert states == {one["id"]: "completed", two["id"]: "no_show"}


async def test_one_note_that_cannot_be_kept_keeps_no_other_from_being_kept(
    world: Called, client: Client, db: Database, clock: MovableClock
) -> None:
    groups = await _admitted(world, client, db, 2)
    await world.finish()
    date = await world.date()
    path = f"/v1/occurrences/{date['id']}"
    one, two = [(await world.claim(date, group)).json()["assignment"] for group in groups]
    clock.advance(days=4, hours=1)  # that Saturday
    helps = {"organisation": str(await people.organisation(db)), "stall": two["stall"]}

    def note(stand: str, presence: str, **more: Any) -> dict[str, Any]:
        said = {"id": str(ids.uuid7()), "assignment": stand, "presence": presence}
        return said | {"noted_at": clock().isoformat()} | more

    odd = await world.officer.post(f"{path}/substitutes", json=helps | {"category": "zzz"})
    absent = await world.officer.post(f"{path}/attendance", json={"notes": [note(two["id"], "no_show")]})
    helping = await world.officer.post(f"{path}/substitutes", json=helps)
    batch = [
        note(two["id"], "checked_in"),
        note(one["id"], "no_show", noted_at="2026-01-01T08:00:00Z"),
        note(str(ids.uuid7()), "no_show"),
        note(one["id"], "checked_in"),
    ]
    late = await world.officer.post(f"{path}/attendance", json={"notes": batch})
    left = [note(helping.json()["id"], "no_show"), batch[0]]
    mended = await world.officer.post(f"{path}/attendance", json={"notes": left})

    assert odd.json()["errors"][0]["code"] == "unknown_category"
    assert (absent.json()["counted"], helping.status_code, late.json()["counted"]) == (1, 201, 1)
    assert [(each["id"], each["code"]) for each in late.json()["refused"]] == [
        (batch[0]["id"], "stall_taken"),
        (batch[1]["id"], "not_of_this_date"),
        (batch[2]["id"], "unknown_assignment"),
    ]
    assert mended.json()["refused"] == []
    states = {stand["id"]: stand["state"] for stand in mended.json()["items"]}
    assert states == {one["id"]: "checked_in", two["id"]: "checked_in", helping.json()["id"]: "no_show"}


async def test_fees_are_due_paid_and_credited_once(client: Client, db: Database, clock: MovableClock) -> None:
    world = await called(client, db, clock, fee={"amount": "12.50", "currency": "PEN"})
    (group,) = await _admitted(world, client, db, 1)
    await world.finish()
    date = await world.date()
    await world.allocate(date)
    (offer,) = await world.stands(date)
    rosa = world.groups[group]
    await rosa.post(f"/v1/assignments/{offer['id']}/confirmation")
    stand = (await rosa.get(f"/v1/assignments/{offer['id']}")).json()
    path = f"/v1/fees/{stand['fee']['id']}"

    own = await rosa.post(f"{path}/payment", json={"receipt": "R-1"})
    paid = [await world.officer.post(f"{path}/payment", json={"receipt": "R-1"}) for _ in range(2)]
    await world.officer.post(f"/v1/occurrences/{date['id']}/cancellation", json={"reason": "Huayco"})

    credited = (await rosa.get(path)).json()
    sums = await db.value(sa.select(sa.func.sum(ENTRY.c.amount_minor)))
    assert problem(own) == (403, "forbidden")
    assert [answer.json()["state"] for answer in paid] == ["paid", "paid"]
    assert (credited["state"], credited["amount"]) == ("credited", {"amount": "12.50", "currency": "PEN"})
    assert (await rosa.get(f"/v1/assignments/{offer['id']}")).json()["state"] == "cancelled"
    assert int(sums) == 0
    told = (await rosa.get("/v1/messages?box=inbox")).json()["items"]
    assert [each["text"] for each in told if "Lo pagado por el puesto" in each["text"]]


async def test_what_was_paid_comes_back_when_a_stall_is_taken_not_when_it_is_given_back(
    client: Client, db: Database, clock: MovableClock
) -> None:
    world = await called(client, db, clock, fee={"amount": "12.50", "currency": "PEN"})
    groups = await _admitted(world, client, db, 3)
    await world.finish()
    date = await world.date()
    path, stands = f"/v1/occurrences/{date['id']}/assignments", []
    for group in groups:
        taken = await world.groups[group].post(path, json={"organisation": str(group)})
        stands.append(taken.json()["assignment"])
    paths = [f"/v1/fees/{stand['fee']['id']}/payment" for stand in stands]
    for at, fee in enumerate(paths[:2]):
        await world.officer.post(fee, json={"receipt": f"R-{at}"})
    assert problem(await world.officer.post(paths[2], json={"receipt": "R-1"})) == (409, "receipt_used")

    for who, stand in zip(
        (world.groups[groups[0]], world.officer, world.groups[groups[2]]), stands, strict=True
    ):
        released = await who.post(f"/v1/assignments/{stand['id']}/release", json={"reason": "Obras"})
        assert released.status_code == 200, released.text

    fees = [(await world.officer.get(f"/v1/fees/{stand['fee']['id']}")).json()["state"] for stand in stands]
    assert fees == ["paid", "credited", "credited"]


async def test_absences_without_notice_are_sanctioned_by_the_rule(
    client: Client, db: Database, clock: MovableClock
) -> None:
    world = await called(client, db, clock, no_show_days=30, sanction_days=10)
    (group,) = await _admitted(world, client, db, 1)
    await world.finish()
    for number in (0, 1):
        date = await world.date()
        await world.allocate(date)
        (offer,) = [stand for stand in await world.stands(date) if stand["state"] == "offered"]
        await world.groups[group].post(f"/v1/assignments/{offer['id']}/confirmation")
        clock.advance(days=7)
        noted = {
            "id": str(ids.uuid7()),
            "assignment": offer["id"],
            "presence": "no_show",
            "noted_at": date["starts_at"],
        }
        await world.officer.post(f"/v1/occurrences/{date['id']}/attendance", json={"notes": [noted]})
        for _ in range(2):
            for due in await occurrences.due(db, clock()):
                await write(db, partial(occurrences.follow_clock, date_id=due, now=clock()))
        reported = await world.officer.post(f"/v1/occurrences/{date['id']}/report")
        assert reported.status_code == 200, (number, reported.text)
    next_date = await world.date()

    claim = await world.groups[group].post(
        f"/v1/occurrences/{next_date['id']}/assignments", json={"organisation": str(group)}
    )
    (sanction,) = (await world.groups[group].get("/v1/sanctions")).json()["items"]
    await world.officer.post(
        f"/v1/sanctions/{sanction['id']}/lifting", json={"reason": "Duelo en la familia"}
    )
    lifted = await world.groups[group].post(
        f"/v1/occurrences/{next_date['id']}/assignments", json={"organisation": str(group)}
    )

    assert problem(claim) == (409, "sanctioned")
    assert [sanction[side][-2:] for side in ("from_on", "until_on")] == ["29", "07"]
    assert (world.call["no_show_limit"], world.call["sanction_days"]) == (2, 10)
    assert lifted.json()["outcome"] == "stall"


async def test_a_revoked_groups_stalls_go_on(world: Called, client: Client, db: Database) -> None:
    await _admitted(world, client, db, 4)
    await world.finish()
    date = await world.date()
    run = await world.allocate(date)
    offers = await world.stands(date)
    listed = (await world.officer.get(f"/v1/calls/{world.call['id']}/applications")).json()["items"]
    mine = next(each for each in listed if each["organisation_id"] == offers[0]["organisation_id"])

    revoked = await world.officer.post(
        f"/v1/applications/{mine['id']}/revocation", json={"reason": "Revende productos ajenos"}
    )

    assert revoked.json()["state"] == "revoked"
    taken = {stand["stall"]: stand["organisation_id"] for stand in await world.stands(date)}
    assert taken[offers[0]["stall"]] == run["waiting"][0]
    told = (await world.officer.get(f"/v1/messages?subject_id={offers[0]['id']}")).json()["items"]
    assert {each["kind"]: each["state"] for each in told} == {"offer": "cancelled", "withdrawn": "to_send"}


async def _second_fair(world: Called, client: Client, db: Database, group: UUID) -> str:
    """An offer for the same hour at another municipality's fair."""
    town = await keeper(client, db, "Municipalidad de Wayra")
    fair = await town.fair(stalls=1)
    date = (await town.dates(fair))[0]
    date_id = UUID(date["id"])

    async def offer(tx: Tx) -> UUID:
        from app.fairs.queries import layouts
        from app.fairs.queries import occurrences as dates

        layout = await layouts.newest(tx, UUID(fair["id"]))
        (stall,) = await layouts.stalls_of(tx, layout["id"])
        found = await dates.row(tx, date_id)
        from app.kernel.caller import WORKER

        return await passing.offer(tx, found, stall, group, None, caller=WORKER, now=world.clock())

    return str(await write(db, offer))
