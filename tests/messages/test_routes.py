from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from app.kernel import ids
from app.kernel.db import Database
from app.kernel.settings import Settings
from app.messages import onetap
from app.messages.models import MessageKind
from app.people.models import Role
from tests.client import Client, problem
from tests.factories import messages, people

SOON = people.LONG_AGO + timedelta(days=1)


@pytest.fixture
async def group(db: Database) -> UUID:
    return await people.organisation(db, "Grupo Sumaq Tika", is_demo=True)


@pytest.fixture
async def network(db: Database) -> UUID:
    return await people.network(db, "Red Ayni Sur")


@pytest.fixture
async def secretary(client: Client, db: Database, network: UUID) -> Client:
    return client.signed_in((await people.member(db, network, Role.OPERATOR)).token)


async def _as(client: Client, db: Database, organisation: UUID, role: Role) -> Client:
    return client.signed_in((await people.member(db, organisation, role)).token)


async def test_outbox_comes_ready_to_send(
    secretary: Client, db: Database, settings: Settings, group: UUID, network: UUID
) -> None:
    allocation, order = ids.uuid7(), ids.uuid7()
    (offer,) = await messages.post(
        db, messages.draft(group, network, subject=("allocation", allocation), topic_id=order, act_by=SOON)
    )

    answer = await secretary.get("/v1/messages")

    link = f"{settings.public_url}/r/{onetap.make(settings.server_key, 'allocation', allocation, 1)}"
    text = messages.TEXT.replace("{link}", link)
    (found,) = answer.json()["items"]
    wa = found.pop("wa_link")
    assert found == {
        "id": str(offer),
        "kind": "offer",
        "state": "to_send",
        "sender": {"id": str(network), "name": "Red Ayni Sur", "is_demo": False},
        "recipient": {"id": str(group), "name": "Grupo Sumaq Tika", "is_demo": True},
        "subject": {"kind": "allocation", "id": str(allocation)},
        "topic_id": str(order),
        "lang": "es",
        "text": text,
        "sms": f"{messages.SHORT} {link}",
        "phone": "+51987654321",
        "act_by": "2026-01-02T00:00:00Z",
        "created_at": "2026-01-01T00:00:00Z",
        "sent_at": None,
        "sent_channel": None,
        "seen_at": None,
        "answered_at": None,
        "cancelled_at": None,
        "actions": ["sent", "seen"],
        "version": 1,
    }
    assert (urlsplit(wa).netloc, urlsplit(wa).path) == ("wa.me", "/51987654321")
    assert parse_qs(urlsplit(wa).query) == {"text": [text]}
    assert answer.json()["next_cursor"] is None


async def test_without_a_phone_whatsapp_asks_whom(
    secretary: Client, db: Database, group: UUID, network: UUID
) -> None:
    await messages.post(db, messages.draft(group, network, phone=None))

    (found,) = (await secretary.get("/v1/messages")).json()["items"]

    assert found["wa_link"].startswith("https://wa.me/?text=Les%20tocan%2030%20kg")


async def test_pages_are_urgent_first_and_filtered(
    secretary: Client, db: Database, group: UUID, network: UUID
) -> None:
    order = ids.uuid7()
    in_days = [3, 1, 2, 1]
    written = await messages.post(
        db,
        *(
            messages.draft(
                group, network, act_by=SOON + timedelta(days=days), topic_id=order if days == 1 else None
            )
            for days in in_days
        ),
    )
    expected = [*sorted(str(written[position]) for position in (1, 3)), str(written[2]), str(written[0])]

    first = (await secretary.get("/v1/messages", params={"limit": 2})).json()
    rest = (await secretary.get("/v1/messages", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == expected
    assert rest["next_cursor"] is None

    of_order = (await secretary.get("/v1/messages", params={"topic_id": str(order)})).json()
    assert [item["id"] for item in of_order["items"]] == expected[:2]
    subject = first["items"][0]["subject"]["id"]
    of_subject = (await secretary.get("/v1/messages", params={"subject_id": subject})).json()
    assert [item["id"] for item in of_subject["items"]] == expected[:1]

    await secretary.post(f"/v1/messages/{written[2]}/sent", json={"channel": "call"})
    for state, ids_found in (("sent", [expected[2]]), ("to_send", [expected[0], expected[1], expected[3]])):
        listed = (await secretary.get("/v1/messages", params={"state": state})).json()
        assert [item["id"] for item in listed["items"]] == ids_found
    wrong = await secretary.get("/v1/messages", params={"state": "sent", "cursor": first["next_cursor"]})
    assert problem(wrong) == (400, "cursor")


async def test_sending_and_seeing_are_marked_once(
    secretary: Client, db: Database, clock, group: UUID, network: UUID
) -> None:
    (offer,) = await messages.post(db, messages.draft(group, network))

    sent = await secretary.post(f"/v1/messages/{offer}/sent", json={"channel": "whatsapp"})
    clock.advance(hours=1)
    again = await secretary.post(f"/v1/messages/{offer}/sent", json={"channel": "call"})
    seen = await secretary.post(f"/v1/messages/{offer}/seen")

    assert (sent.status_code, sent.json()["state"], sent.json()["actions"]) == (200, "sent", ["seen"])
    assert (sent.json()["sent_at"], sent.json()["sent_channel"]) == ("2026-03-02T15:00:00Z", "whatsapp")
    assert again.json() == sent.json()
    assert (seen.json()["state"], seen.json()["seen_at"]) == ("seen", "2026-03-02T16:00:00Z")
    assert (seen.json()["version"], seen.headers["etag"]) == (3, '"3-es"')


async def test_recipient_reads_its_inbox_and_only_who_may_answer_gets_the_link(
    client: Client, db: Database, group: UUID, network: UUID
) -> None:
    (offer,) = await messages.post(db, messages.draft(group, network))
    seller = await _as(client, db, group, Role.SELLER)
    member = await _as(client, db, group, Role.MEMBER)

    (theirs,) = (await seller.get("/v1/messages", params={"box": "inbox"})).json()["items"]
    (plain,) = (await member.get("/v1/messages", params={"box": "inbox"})).json()["items"]

    assert (theirs["id"], theirs["actions"]) == (str(offer), ["seen"])
    assert "/r/" in theirs["text"]
    assert (plain["actions"], plain["wa_link"], plain["sms"], plain["phone"]) == ([], None, None, None)
    assert plain["text"] == messages.TEXT.replace(" {link}", "")
    assert (await seller.get("/v1/messages")).json()["items"] == []
    assert problem(await seller.post(f"/v1/messages/{offer}/sent", json={"channel": "app"})) == (
        403,
        "forbidden",
    )
    assert problem(await member.post(f"/v1/messages/{offer}/seen")) == (403, "forbidden")
    assert (await seller.post(f"/v1/messages/{offer}/seen")).json()["state"] == "seen"


async def test_foreigners_find_nothing(client: Client, db: Database, group: UUID, network: UUID) -> None:
    (offer,) = await messages.post(db, messages.draft(group, network))
    other = await _as(client, db, await people.network(db, "Otra red"), Role.COORDINATOR)

    assert (await other.get("/v1/messages")).json()["items"] == []
    assert problem(await other.get("/v1/messages", params={"organisation_id": str(network)})) == (
        404,
        "not_found",
    )
    assert problem(await other.post(f"/v1/messages/{offer}/sent", json={"channel": "app"})) == (
        404,
        "not_found",
    )
    assert problem(await other.post(f"/v1/messages/{offer}/seen")) == (404, "not_found")
    assert problem(await client.get("/v1/messages")) == (401, "sign_in_required")


async def test_cancelled_message_refuses_to_be_sent(
    secretary: Client, db: Database, group: UUID, network: UUID
) -> None:
    from app.kernel.caller import WORKER
    from app.messages import service

    subject = ("allocation", ids.uuid7())
    (offer,) = await messages.post(db, messages.draft(group, network, subject=subject))
    async with db.tx() as tx:
        await service.cancel(tx, "allocation", [subject[1]], caller=WORKER, now=SOON)

    refused = await secretary.post(f"/v1/messages/{offer}/sent", json={"channel": "sms"})

    assert problem(refused) == (409, "message_cancelled")


async def test_news_without_a_link_is_sent_as_it_is(
    secretary: Client, db: Database, group: UUID, network: UUID
) -> None:
    await messages.post(
        db,
        messages.draft(
            group,
            network,
            kind=MessageKind.CONFIRMED,
            link_version=None,
            text="Confirmado.",
            short="Confirmado.",
        ),
    )

    (found,) = (await secretary.get("/v1/messages")).json()["items"]

    assert (found["text"], found["sms"]) == ("Confirmado.", "Confirmado.")


async def test_queries_do_not_grow_with_the_list(
    secretary: Client, db: Database, group: UUID, network: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    fetch = type(db)._fetch

    async def counted(self, sql, arguments):
        asked.append(sql)
        return await fetch(self, sql, arguments)

    counts = []
    for written in (1, 2):
        await messages.post(db, *(messages.draft(group, network) for _ in range(written)))
        await secretary.get("/v1/messages")
        with monkeypatch.context() as patch:
            patch.setattr(type(db), "_fetch", counted)
            asked.clear()
            await secretary.get("/v1/messages")
        counts.append(len(asked))

    assert counts == [1, 1]
