import asyncio
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from app.kernel.db import Database
from app.main import build_app
from app.people import rules, tokens
from app.people.models import Role
from tests.client import Client, problem
from tests.factories import people

PIN = "482915"


class Phone(NamedTuple):
    """What a signed-in device keeps."""

    user_id: str
    secret: str
    tokens: dict[str, Any]


async def _account(client: Client, db: Database) -> tuple[UUID, Client, dict[str, Any]]:
    """A group, its coordinator, and the answer that made an account for Ana, its seller."""
    group = await people.organisation(db)
    rosa = client.signed_in((await people.member(db, group)).token)
    made = await rosa.post(
        f"/v1/organisations/{group}/people", json={"display_name": "Ana", "roles": ["seller"]}
    )
    assert made.status_code == 201, made.text
    return group, rosa, made.json()


async def _first(client: Client, code: str, **given: str) -> Any:
    body = {"code": code, "pin": PIN, "device_name": "Teléfono de Ana"} | given
    return await client.post("/v1/auth/first-sign-in", json=body)


async def _phone(client: Client, db: Database) -> Phone:
    _, _, made = await _account(client, db)
    signed_in = (await _first(client, made["code"])).json()
    return Phone(signed_in["user_id"], signed_in["device_secret"], signed_in)


async def _who(client: Client, token: str) -> tuple[int, str | None]:
    answer = await client.signed_in(token).get("/v1/me")
    return answer.status_code, answer.json().get("id")


async def test_a_code_signs_in_and_sets_the_pin_of_the_device(client: Client, db: Database) -> None:
    group, _, made = await _account(client, db)

    first = await _first(client, made["code"])
    me = await client.signed_in(first.json()["access_token"]).get("/v1/me")
    later = await client.post(
        "/v1/auth/pin", json={"device_secret": first.json()["device_secret"], "pin": PIN}
    )

    assert (len(made["code"]), made["expires_at"]) == (8, "2026-03-09T15:00:00Z")
    assert first.json() | {"access_token": "", "refresh_token": "", "device_secret": ""} == {
        "user_id": made["user_id"],
        "device_id": first.json()["device_id"],
        "device_secret": "",
        "access_token": "",
        "access_expires_at": "2026-03-02T15:15:00Z",
        "refresh_token": "",
        "refresh_expires_at": "2026-04-01T15:00:00Z",
    }
    assert (me.json()["id"], me.json()["account"]) == (made["user_id"], made["account"])
    assert [(o["id"], o["roles"]) for o in me.json()["organisations"]] == [(str(group), ["seller"])]
    assert later.json()["user_id"] == made["user_id"]
    assert later.json()["access_token"] != first.json()["access_token"]


async def test_an_invitation_makes_the_account_at_the_first_sign_in(client: Client, db: Database) -> None:
    group = await people.organisation(db)
    rosa = client.signed_in((await people.member(db, group)).token)
    path = f"/v1/organisations/{group}/invitations"
    named = (await rosa.post(path, json={"roles": ["seller"], "display_name": "Luz"})).json()["code"]
    nameless = (await rosa.post(path, json={"roles": ["seller"]})).json()["code"]

    luz = await _first(client, named)
    missing = await _first(client, nameless)
    ana = await _first(client, nameless, display_name="Ana")
    members = await rosa.get(f"/v1/organisations/{group}/members")

    assert luz.status_code == ana.status_code == 200
    assert [(e["pointer"], e["code"]) for e in missing.json()["errors"]] == [("#/display_name", "missing")]
    assert [(m["display_name"], m["roles"], m["signs_in"]) for m in members.json()["items"]] == [
        ("Ana", ["seller"], True),
        ("Luz", ["seller"], True),
        ("Rosa", ["coordinator"], False),
    ]


async def test_a_code_opens_one_device_however_many_ask_at_once(client: Client, db: Database) -> None:
    _, rosa, made = await _account(client, db)

    answers = await asyncio.gather(
        *(_first(client, made["code"], pin=f"48291{n}", device_name=f"Equipo {n}") for n in range(8))
    )
    ana = next(answer for answer in answers if answer.status_code == 200).json()
    devices = await client.signed_in(ana["access_token"]).get("/v1/me/sessions")

    assert sorted(answer.status_code for answer in answers) == [200] + [404] * 7
    assert len(devices.json()["devices"]) == 1
    assert rosa.headers["authorization"]


async def test_a_lost_answer_is_given_again_to_the_same_device_and_pin_for_a_minute(
    client: Client, db: Database, clock
) -> None:
    _, _, made = await _account(client, db)

    first = await _first(client, made["code"])
    clock.advance(seconds=rules.REPEAT_SECONDS)
    again = await _first(client, made["code"])
    other_pin = await _first(client, made["code"], pin="951357")
    other_device = await _first(client, made["code"], device_name="Otro teléfono")
    spaced = await _first(client, made["code"], device_name=" Teléfono  de Ana ")
    clock.advance(seconds=1)
    too_late = await _first(client, made["code"])

    secrets = {answer.json()["device_secret"] for answer in (first, again, spaced)}
    assert secrets == {first.json()["device_secret"]}
    assert problem(other_pin) == problem(other_device) == problem(too_late) == (404, "code_invalid")


async def test_codes_expire_and_a_new_one_ends_the_former(client: Client, db: Database, clock) -> None:
    group, rosa, made = await _account(client, db)
    path = f"/v1/organisations/{group}/people/{made['user_id']}/sign-in-codes"

    second = (await rosa.post(path)).json()
    replaced = await _first(client, made["code"])
    clock.advance(days=7)
    expired = await _first(client, second["code"])

    assert problem(replaced) == problem(expired) == (404, "code_invalid")


@pytest.mark.parametrize("pin", ["111111", "123456", "987654", "121212", "123123", "890123"])
async def test_pins_that_others_try_first_are_refused(client: Client, db: Database, pin: str) -> None:
    _, _, made = await _account(client, db)

    refused = await _first(client, made["code"], pin=pin)
    still_good = await _first(client, made["code"])

    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("#/pin", "trivial_pin")]
    assert still_good.status_code == 200


async def test_five_wrong_pins_lock_the_device_until_a_new_code(client: Client, db: Database) -> None:
    group, rosa, made = await _account(client, db)
    secret = (await _first(client, made["code"])).json()["device_secret"]

    async def pin(given: str) -> Any:
        return await client.post("/v1/auth/pin", json={"device_secret": secret, "pin": given})

    for left in (4, 3):
        wrong = await pin("000001")
        assert (problem(wrong), wrong.json()["tries_left"]) == ((401, "pin_wrong"), left)
    opened = (await pin(PIN)).json()
    tries = [await pin("000001") for _ in range(5)]
    answers = [problem(answer) for answer in tries]
    locked = await pin(PIN)
    renewed = await client.post("/v1/auth/refresh", json={"refresh_token": opened["refresh_token"]})
    code = await rosa.post(f"/v1/organisations/{group}/people/{made['user_id']}/sign-in-codes")
    anew = await _first(client, code.json()["code"])

    assert answers == [(401, "pin_wrong")] * 4 + [(401, "device_locked")]
    assert [answer.json()["detail"].partition(".")[0] for answer in tries[2:4]] == [
        "Le quedan 2 intentos",
        "Le queda 1 intento",
    ]
    assert problem(locked) == (401, "device_locked")
    assert problem(renewed) == (401, "sign_in_required")
    assert anew.status_code == 200


async def test_wrong_pins_at_once_are_all_counted(client: Client, db: Database) -> None:
    phone = await _phone(client, db)
    guesses = [{"device_secret": phone.secret, "pin": f"00000{n}"} for n in range(10)]

    answers = await asyncio.gather(*(client.post("/v1/auth/pin", json=guess) for guess in guesses))
    right = await client.post("/v1/auth/pin", json={"device_secret": phone.secret, "pin": PIN})

    assert sorted(problem(answer)[1] for answer in answers) == ["device_locked"] * 6 + ["pin_wrong"] * 4
    assert problem(right) == (401, "device_locked")


async def test_a_pin_changes_by_the_present_one(client: Client, db: Database) -> None:
    phone = await _phone(client, db)
    body = {"device_secret": phone.secret, "pin": PIN, "new_pin": "730164"}

    wrong = await client.post("/v1/auth/pin-change", json=body | {"pin": "000001"})
    changed = await client.post("/v1/auth/pin-change", json=body)
    old = await client.post("/v1/auth/pin", json={"device_secret": phone.secret, "pin": PIN})
    new = await client.post("/v1/auth/pin", json={"device_secret": phone.secret, "pin": "730164"})

    assert (problem(wrong), changed.status_code) == ((401, "pin_wrong"), 204)
    assert (problem(old), new.status_code) == ((401, "pin_wrong"), 200)


async def test_a_lost_phone_is_signed_out_at_once_and_replaced(client: Client, db: Database) -> None:
    group, rosa, made = await _account(client, db)
    old = (await _first(client, made["code"])).json()
    assert (await _who(client, old["access_token"]))[0] == 200

    replaced = await rosa.post(f"/v1/organisations/{group}/people/{made['user_id']}/lost-phone")
    new = await _first(client, replaced.json()["code"])

    assert await _who(client, old["access_token"]) == (401, None)
    refreshed = await client.post("/v1/auth/refresh", json={"refresh_token": old["refresh_token"]})
    assert problem(refreshed) == (401, "sign_in_required")
    pin = await client.post("/v1/auth/pin", json={"device_secret": old["device_secret"], "pin": PIN})
    assert problem(pin) == (401, "sign_in_refused")
    assert await _who(client, new.json()["access_token"]) == (200, made["user_id"])


async def test_nobody_gives_a_code_that_opens_more_than_they_may(client: Client, db: Database) -> None:
    group, rosa, made = await _account(client, db)
    path = f"/v1/organisations/{group}/people/{made['user_id']}"
    admin = client.signed_in((await people.person(db, "Inés", is_admin=True)).token)
    seller = client.signed_in((await people.member(db, group, Role.SELLER, "Luz")).token)
    stranger = client.signed_in((await people.person(db, "Eva")).token)
    await people.join(db, await people.network(db), UUID(made["user_id"]), Role.COORDINATOR)

    assert problem(await rosa.post(f"{path}/lost-phone")) == (403, "acts_elsewhere")
    assert problem(await rosa.post(f"{path}/sign-in-codes")) == (403, "acts_elsewhere")
    assert problem(await seller.post(f"{path}/sign-in-codes")) == (403, "forbidden")
    assert problem(await stranger.post(f"{path}/sign-in-codes")) == (404, "not_found")
    assert (await admin.post(f"{path}/sign-in-codes")).status_code == 201


async def test_a_network_makes_accounts_for_the_groups_it_answers_for(client: Client, db: Database) -> None:
    network, group, other = (
        await people.network(db),
        await people.organisation(db),
        await people.organisation(db, "Otro"),
    )
    await people.affiliate(db, group, network)
    await people.affiliate(db, other, network, answer_for=False)
    secretary = client.signed_in((await people.member(db, network, Role.OPERATOR)).token)

    made = await secretary.post(
        f"/v1/organisations/{group}/people",
        json={"display_name": "Ana", "phone": "951 234 567", "roles": ["coordinator"]},
    )
    refused = await secretary.post(f"/v1/organisations/{other}/people", json={"display_name": "Ana"})
    replaced = await secretary.post(f"/v1/organisations/{group}/people/{made.json()['user_id']}/lost-phone")
    members = await secretary.get(f"/v1/organisations/{group}/members")

    assert (made.status_code, replaced.status_code) == (201, 201)
    assert problem(refused) == (403, "forbidden")
    assert [(m["display_name"], m["phone"]) for m in members.json()["items"]] == [("Ana", "+51951234567")]


async def test_a_shared_phone_or_mail_tells_nobody_who_has_one(client: Client, db: Database) -> None:
    group, rosa, _ = await _account(client, db)
    body = {"display_name": "Luz", "phone": "+51951234567", "email": "red@example.org"}

    first = await rosa.post(f"/v1/organisations/{group}/people", json=body)
    second = await rosa.post(f"/v1/organisations/{group}/people", json=body)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json().keys() == second.json().keys()


# -- refreshing ---------------------------------------------------------------------------------------------------


async def _refresh(client: Client, token: str) -> Any:
    return await client.post("/v1/auth/refresh", json={"refresh_token": token})


async def test_a_refresh_repeated_within_a_minute_gives_the_same_pair(
    client: Client, db: Database, clock
) -> None:
    phone = await _phone(client, db)
    clock.advance(minutes=20)
    expired = await _who(client, phone.tokens["access_token"])

    first = await _refresh(client, phone.tokens["refresh_token"])
    clock.advance(seconds=60)
    again = await _refresh(client, phone.tokens["refresh_token"])

    assert expired == (401, None)
    assert first.json() == again.json()
    assert first.json()["refresh_token"] != phone.tokens["refresh_token"]
    assert await _who(client, again.json()["access_token"]) == (200, phone.user_id)


async def test_a_refresh_reused_later_ends_the_session(client: Client, db: Database, clock) -> None:
    phone = await _phone(client, db)
    following = (await _refresh(client, phone.tokens["refresh_token"])).json()
    clock.advance(seconds=61)

    stolen = await _refresh(client, phone.tokens["refresh_token"])

    assert problem(stolen) == (401, "sign_in_required")
    assert await _who(client, following["access_token"]) == (401, None)
    assert problem(await _refresh(client, following["refresh_token"])) == (401, "sign_in_required")
    pin = await client.post("/v1/auth/pin", json={"device_secret": phone.secret, "pin": PIN})
    assert pin.status_code == 200


async def test_refreshes_at_once_have_one_successor(client: Client, db: Database) -> None:
    phone = await _phone(client, db)

    answers = await asyncio.gather(*(_refresh(client, phone.tokens["refresh_token"]) for _ in range(8)))

    assert [answer.status_code for answer in answers] == [200] * 8
    assert len({answer.text for answer in answers}) == 1


async def test_a_refresh_token_ends_after_thirty_days(client: Client, db: Database, clock) -> None:
    phone = await _phone(client, db)
    clock.advance(days=30)

    assert problem(await _refresh(client, phone.tokens["refresh_token"])) == (401, "sign_in_required")
    assert problem(await _refresh(client, "mkr_" + "x" * 43)) == (401, "sign_in_required")


# -- passwords ----------------------------------------------------------------------------------------------------


async def test_a_password_opens_by_account_phone_or_mail(client: Client, db: Database) -> None:
    phone = await _phone(client, db)
    ana = client.signed_in(phone.tokens["access_token"])
    me = await ana.patch(
        "/v1/me",
        json={"phone": "951 234 567", "email": "Ana@Example.org"},
        headers={"if-match": (await ana.get("/v1/me")).headers["etag"]},
    )
    proof = {"device_secret": phone.secret, "pin": PIN}

    unproven = await ana.post("/v1/me/password", json={"password": "quinua con leche"})
    weak = await ana.post("/v1/me/password", json={"password": "aaaaaaaaaaaa"} | proof)
    done = await ana.post("/v1/me/password", json={"password": "quinua con leche"} | proof)

    assert [e["code"] for e in unproven.json()["errors"]] == ["needs_proof"]
    assert [e["code"] for e in weak.json()["errors"]] == ["weak_password"]
    assert done.status_code == 204
    for who in (me.json()["account"].lower(), "+51 951 234 567", " ANA@example.org"):
        body = {"who": who, "password": "quinua con leche", "device_name": "Cabina"}
        signed_in = await client.post("/v1/auth/password", json=body)
        assert signed_in.status_code == 200, who
        assert await _who(client, signed_in.json()["access_token"]) == (200, phone.user_id)
    current = {"current_password": "quinua con leche", "password": "mazamorra morada"}
    assert (await ana.post("/v1/me/password", json=current)).status_code == 204
    assert problem(await ana.post("/v1/me/password", json=current)) == (401, "sign_in_refused")


async def test_guessing_passwords_is_slowed_down_and_tells_nothing(client: Client, db: Database) -> None:
    phone = await _phone(client, db)
    ana = client.signed_in(phone.tokens["access_token"])
    await ana.post(
        "/v1/me/password", json={"password": "quinua con leche", "device_secret": phone.secret, "pin": PIN}
    )
    account = (await ana.get("/v1/me")).json()["account"]

    async def wrong(who: str) -> Any:
        body = {"who": who, "password": "otra cosa", "device_name": "Cabina"}
        return await client.post("/v1/auth/password", json=body)

    known, unknown = await wrong(account), await wrong("AAAA2222")
    answers = [(await wrong(account)).status_code for _ in range(10)]

    assert known.json() | {"request_id": ""} == unknown.json() | {"request_id": ""}
    assert problem(known) == (401, "sign_in_refused")
    assert answers == [401] * 9 + [429]


# -- signing out --------------------------------------------------------------------------------------------------


async def test_signing_out_ends_this_session_at_once(client: Client, db: Database) -> None:
    phone = await _phone(client, db)
    other = (await client.post("/v1/auth/pin", json={"device_secret": phone.secret, "pin": PIN})).json()
    assert (await _who(client, phone.tokens["access_token"]))[0] == 200

    out = await client.signed_in(phone.tokens["access_token"]).post("/v1/auth/sign-out")

    assert out.status_code == 204
    assert await _who(client, phone.tokens["access_token"]) == (401, None)
    assert await _who(client, other["access_token"]) == (200, phone.user_id)


async def test_sessions_and_devices_are_seen_and_revoked(client: Client, db: Database) -> None:
    phone = await _phone(client, db)
    ana = client.signed_in(phone.tokens["access_token"])
    other = (await client.post("/v1/auth/pin", json={"device_secret": phone.secret, "pin": PIN})).json()
    stranger = client.signed_in((await people.person(db, "Eva")).token)

    seen = (await ana.get("/v1/me/sessions")).json()
    theirs = next(s["id"] for s in seen["sessions"] if not s["is_current"])
    device = seen["devices"][0]["id"]
    foreign = [
        await stranger.post(f"/v1/me/sessions/{theirs}/revocation"),
        await stranger.post(f"/v1/me/devices/{device}/revocation"),
    ]
    revoked = await ana.post(f"/v1/me/sessions/{theirs}/revocation")

    assert [(s["name"], s["is_current"]) for s in seen["sessions"]] == [
        ("Teléfono de Ana", False),
        ("Teléfono de Ana", True),
    ]
    assert [problem(answer) for answer in foreign] == [(404, "not_found")] * 2
    assert revoked.status_code == 204
    assert await _who(client, other["access_token"]) == (401, None)
    assert (await ana.post(f"/v1/me/devices/{device}/revocation")).status_code == 204
    assert await _who(client, phone.tokens["access_token"]) == (401, None)


async def test_answers_with_tokens_are_never_kept(client: Client, db: Database) -> None:
    _, _, made = await _account(client, db)
    headers = {"idempotency-key": "0190-b"}
    body = {"code": made["code"], "pin": PIN, "device_name": "Teléfono"}

    first = await client.post("/v1/auth/first-sign-in", json=body, headers=headers)
    again = await client.post("/v1/auth/first-sign-in", json=body, headers=headers)

    assert first.status_code == again.status_code == 200
    assert first.json()["access_token"] != again.json()["access_token"]
    assert "idempotency-replayed" not in again.headers


async def test_wrong_codes_are_bounded_by_address_and_all_together(
    client: Client, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.people.routes.acting._WRONG_CODES", "60/minute")
    codes = [f"AAAA{first}{second}22" for first in "BCDEFGHJ" for second in "BCDEFGHJK"]

    answers = [(await _first(client, code)).status_code for code in codes]
    ana = client.signed_in((await people.person(db, "Ana")).token)
    together = await ana.post("/v1/invitations/acceptance", json={"code": "AAAA2222"})

    assert answers == [404] * 60 + [429] * 12
    assert problem(together) == (429, "too_many_requests")


async def test_another_process_forgets_a_revoked_token_within_five_seconds(
    client: Client, db: Database, settings, clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await _phone(client, db)
    token = phone.tokens["access_token"]
    now = [1_000.0]
    monkeypatch.setattr(tokens, "time", SimpleNamespace(monotonic=lambda: now[0]))
    async with Client(build_app(settings, db=db, now=clock)) as other:
        before = await _who(other, token)
        await client.signed_in(token).post("/v1/auth/sign-out")
        here = await _who(client, token)
        now[0] += 4.9
        remembered = await _who(other, token)
        now[0] += 0.2
        after = await _who(other, token)

    assert (before[0], here[0], remembered[0], after[0]) == (200, 401, 200, 401)


async def test_pin_of_five_digits_is_told_the_form(client: Client) -> None:
    answer = await client.post("/v1/auth/pin", json={"device_secret": "x" * 43, "pin": "12345"})

    faults = {fault["pointer"]: fault for fault in answer.json()["errors"]}
    assert (faults["#/pin"]["code"], faults["#/pin"]["message"]) == (
        "not_a_pin",
        "Debe tener seis cifras, como 482915.",
    )
