"""A person takes along what was written to them, and leaves no number behind."""

from uuid import UUID

import sqlalchemy as sa

from app.kernel import ids
from app.kernel.db import Database
from app.messages.queries import MESSAGE
from app.people.models import Role
from tests.client import Client
from tests.factories import messages, people

HERS, OTHERS = "+51951234567", "+51987654321"
_PHONES = sa.select(MESSAGE.c.id, MESSAGE.c.phone, MESSAGE.c.version)


async def _phones(db: Database) -> dict[UUID, tuple[str | None, int]]:
    return {row["id"]: (row["phone"], row["version"]) for row in await db.all(_PHONES)}


async def test_erasing_a_person_clears_their_number_from_messages(client: Client, db: Database) -> None:
    group, network = await people.organisation(db), await people.network(db)
    rosa = await people.person(db, phone=HERS)
    to_her, to_her_group, to_others = await messages.post(
        db,
        messages.draft(group, network, user_id=rosa.id, phone="+51900000001"),
        messages.draft(group, network, phone=HERS),
        messages.draft(group, network, phone=OTHERS),
    )

    gone = await client.signed_in(rosa.token).delete("/v1/me", headers={"if-match": '"1"'})

    assert gone.status_code == 204
    assert await _phones(db) == {to_her: (None, 2), to_her_group: (None, 2), to_others: (OTHERS, 1)}


async def test_a_refused_erasure_leaves_messages_as_they_were(client: Client, db: Database) -> None:
    group, network = await people.organisation(db), await people.network(db)
    rosa = await people.person(db, phone=HERS)
    (message,) = await messages.post(db, messages.draft(group, network, phone=HERS))

    stale = await client.signed_in(rosa.token).delete("/v1/me", headers={"if-match": '"7"'})

    assert stale.status_code == 412
    assert await _phones(db) == {message: (HERS, 1)}


async def test_a_person_without_a_number_clears_nobody_elses(client: Client, db: Database) -> None:
    group, network = await people.organisation(db), await people.network(db)
    rosa = await people.person(db)
    written = await messages.post(
        db, messages.draft(group, network, phone=OTHERS), messages.draft(group, network, phone=None)
    )

    await client.signed_in(rosa.token).delete("/v1/me", headers={"if-match": '"1"'})

    assert await _phones(db) == {written[0]: (OTHERS, 1), written[1]: (None, 1)}


async def test_export_of_a_person_holds_the_messages_to_them(client: Client, db: Database) -> None:
    group, network = await people.organisation(db), await people.network(db)
    rosa = await people.member(db, group, Role.SELLER)
    to_her, _ = await messages.post(
        db,
        messages.draft(group, network, user_id=rosa.id, phone=HERS, subject=("allocation", ids.uuid7())),
        messages.draft(group, network),
    )

    kept = (await client.signed_in(rosa.token).get("/v1/me/export")).json()["more"]["messages"]

    assert kept == [
        {
            "id": str(to_her),
            "kind": "offer",
            "organisation_id": str(group),
            "phone": HERS,
            "text": messages.TEXT,
            "lang": "es",
            "created_at": kept[0]["created_at"],
            "sent_at": None,
            "sent_channel": None,
            "seen_at": None,
            "answered_at": None,
            "cancelled_at": None,
        }
    ]
