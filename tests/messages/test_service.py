from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.kernel import ids
from app.kernel.caller import WORKER
from app.kernel.db import Database
from app.kernel.journal import AuditEntry
from app.kernel.schema import table
from app.kernel.text import fits_sms
from app.messages import queries, service
from app.messages.models import MessageChannel, MessageKind
from app.messages.queries import Reader, Told
from tests.factories import messages, people

READER = Reader(WORKER, b"k" * 40, "https://minka.test")
NOW = people.LONG_AGO
LATER = NOW + timedelta(hours=1)
DAY = timedelta(days=1)


async def _parties(db: Database) -> tuple[UUID, UUID]:
    return await people.organisation(db), await people.network(db)


async def _mark_sent(db: Database, message: UUID, channel: MessageChannel = MessageChannel.WHATSAPP) -> None:
    async with db.tx() as tx:
        await service.mark_sent(tx, message, reader=READER, channel=channel, now=NOW)


async def test_board_tells_how_far_each_subject_got(db: Database) -> None:
    group, network = await _parties(db)
    missing, told, seen, answered = (("allocation", ids.uuid7()) for _ in range(4))
    drafts = [messages.draft(group, network, subject=s) for s in (missing, told, seen, answered)]
    written = await messages.post(db, *drafts)

    await _mark_sent(db, written[1])
    await _mark_sent(db, written[2], MessageChannel.CALL)
    async with db.tx() as tx:
        await service.mark_opened(tx, missing, caller=WORKER, now=LATER)
        await service.mark_opened(tx, seen, caller=WORKER, now=LATER)
        await service.mark_answered(tx, answered, caller=WORKER, now=LATER)
    found = await queries.board(db, [subject[1] for subject in (missing, told, seen, answered)])

    assert found == {
        missing[1]: Told(),
        told[1]: Told(NOW, "whatsapp"),
        seen[1]: Told(NOW, "call", LATER),
        answered[1]: Told(answered_at=LATER),
    }
    states = [found[subject[1]].state for subject in (missing, told, seen, answered)]
    assert states == ["missing", "told", "seen", "answered"]
    assert await queries.board(db, []) == {}


async def test_reminder_counts_for_the_question_and_a_changed_offer_asks_anew(db: Database) -> None:
    group, network = await _parties(db)
    subject = ("allocation", ids.uuid7())
    (offer,) = await messages.post(db, messages.draft(group, network, subject=subject))
    await _mark_sent(db, offer)
    async with db.tx() as tx:
        await service.mark_answered(tx, subject, caller=WORKER, now=LATER)

    changed = messages.draft(group, network, subject=subject, kind=MessageKind.CHANGED_OFFER)
    await messages.post(db, changed, now=LATER)
    assert await queries.board(db, [subject[1]]) == {subject[1]: Told()}

    (reminder,) = await messages.post(
        db, messages.draft(group, network, subject=subject, kind=MessageKind.REMINDER), now=LATER + DAY
    )
    await _mark_sent(db, reminder, MessageChannel.SMS)
    assert await queries.board(db, [subject[1]]) == {subject[1]: Told(NOW, "sms")}


async def test_an_answer_leaves_the_news_to_send(db: Database) -> None:
    group, network = await _parties(db)
    subject = ("allocation", ids.uuid7())
    offer, news = await messages.post(
        db,
        messages.draft(group, network, subject=subject),
        messages.draft(group, network, subject=subject, kind=MessageKind.CONFIRMED, link_version=None),
    )

    async with db.tx() as tx:
        answered = await service.mark_answered(tx, subject, caller=WORKER, now=LATER)
        again = await service.mark_answered(tx, subject, caller=WORKER, now=LATER)

    assert (answered, again) == (1, 0)
    assert (await queries.message(db, READER, offer))["state"] == "answered"
    assert (await queries.message(db, READER, news))["state"] == "to_send"


async def test_cancelled_messages_are_not_to_be_sent(db: Database) -> None:
    group, network = await _parties(db)
    subject = ("allocation", ids.uuid7())
    (offer,) = await messages.post(db, messages.draft(group, network, subject=subject))

    async with db.tx() as tx:
        cancelled = await service.cancel(tx, "allocation", [subject[1]], caller=WORKER, now=LATER)

    assert cancelled == 1
    with pytest.raises(service.MessageCancelledError):
        await _mark_sent(db, offer)
    found = await queries.message(db, READER, offer)
    assert (found["state"], found["actions"], found["wa_link"]) == ("cancelled", [], None)
    assert await queries.board(db, [subject[1]]) == {}


async def test_other_kinds_of_subject_are_left_alone(db: Database) -> None:
    group, network = await _parties(db)
    subject = ("allocation", ids.uuid7())
    await messages.post(db, messages.draft(group, network, subject=subject))

    async with db.tx() as tx:
        assert await service.cancel(tx, "basket", [subject[1]], caller=WORKER, now=LATER) == 0
        assert await service.mark_answered(tx, ("basket", subject[1]), caller=WORKER, now=LATER) == 0


async def test_many_messages_leave_one_record_per_topic(db: Database) -> None:
    group, network = await _parties(db)
    order, alone = ids.uuid7(), messages.draft(group, network)
    written = await messages.post(
        db,
        *(messages.draft(group, network, topic_id=order) for _ in range(3)),
        alone,
    )

    audit = table(AuditEntry)
    records = await db.all(sa.select(audit.c.subject_id, audit.c.facts))
    assert {record["subject_id"]: record["facts"]["messages"] for record in records} == {
        order: [str(found) for found in written[:3]],
        alone.subject[1]: [str(written[3])],
    }


async def test_sms_keeps_its_link_whole_and_fits(db: Database) -> None:
    group, network = await _parties(db)
    long = "¡Compañeras! " + messages.SHORT * 3
    (offer,) = await messages.post(db, messages.draft(group, network, short=long))

    found = await queries.message(db, READER, offer)

    words, _, link = found["sms"].rpartition(" ")
    assert fits_sms(found["sms"])
    assert len(found["sms"]) > 140
    assert words.startswith("¡Compañeras! Les tocan 30 kg")
    assert words.endswith("...")
    assert link.startswith("https://minka.test/r/")
    assert len(link) == len("https://minka.test/r/") + 44
