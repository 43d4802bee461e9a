"""What happens to messages: written, sent, seen, answered, cancelled. Nothing is sent by the server itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import ConflictError, ForbiddenError
from app.kernel.text import SMS_SEPTETS, gsm7, shorten
from app.messages import queries
from app.messages.models import ASKING, MessageChannel, MessageKind, MessageState
from app.messages.queries import MESSAGE, Reader
from app.people import access

_HELPS_FOR = timedelta(days=7)
_ADD = sa.insert(MESSAGE)
_MARK_SENT = (
    sa.update(MESSAGE)
    .where(MESSAGE.c.id == given("message"), MESSAGE.c.sent_at.is_(None), MESSAGE.c.cancelled_at.is_(None))
    .values(
        sent_at=given("now"),
        sent_by=given("by"),
        sent_channel=given("channel"),
        version=MESSAGE.c.version + 1,
    )
)
_MARK_SEEN = (
    sa.update(MESSAGE)
    .where(MESSAGE.c.id == given("message"), MESSAGE.c.seen_at.is_(None))
    .values(seen_at=given("now"), version=MESSAGE.c.version + 1)
)
_OF_SUBJECTS = sa.and_(
    MESSAGE.c.subject_kind == given("kind"), MESSAGE.c.subject_id.in_(given("subjects", expanding=True))
)
_OPENED = (
    sa.update(MESSAGE)
    .where(
        _OF_SUBJECTS,
        MESSAGE.c.sent_at.is_not(None),
        MESSAGE.c.seen_at.is_(None),
        MESSAGE.c.cancelled_at.is_(None),
    )
    .values(seen_at=given("now"), version=MESSAGE.c.version + 1)
)
_ANSWER = (
    sa.update(MESSAGE)
    .where(
        _OF_SUBJECTS,
        MESSAGE.c.kind.in_(ASKING),
        MESSAGE.c.answered_at.is_(None),
        MESSAGE.c.cancelled_at.is_(None),
    )
    .values(answered_at=given("now"), version=MESSAGE.c.version + 1)
)
_CANCEL = (
    sa.update(MESSAGE)
    .where(_OF_SUBJECTS, MESSAGE.c.answered_at.is_(None), MESSAGE.c.cancelled_at.is_(None))
    .values(cancelled_at=given("now"), version=MESSAGE.c.version + 1)
)


class MessageCancelledError(ConflictError):
    """The message was cancelled: what it says is no longer so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message to write. `text` may hold `{link}`; `short` leaves the link out: it follows by itself.

    `link_version` (of the subject's one-tap link) is given exactly when the recipient can answer by a link.
    """

    to: UUID
    by: UUID  # the organisation that must say it
    kind: MessageKind
    subject: tuple[str, UUID]
    text: str
    short: str
    lang: str = "es"
    topic_id: UUID | None = None
    phone: str | None = None
    user_id: UUID | None = None
    link_version: int | None = None
    act_by: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


async def post(tx: Tx, drafts: Sequence[Draft], *, caller: Caller, now: datetime) -> list[UUID]:
    """Write messages in one go, with one record in the journal per topic; returns their ids in the same order."""
    rows = [_row(draft, now) for draft in drafts]
    await tx.many(_ADD, rows)
    topics: dict[tuple[str, UUID], list[UUID]] = {}
    for draft, line in zip(drafts, rows, strict=True):
        topic = ("topic", draft.topic_id) if draft.topic_id else draft.subject
        topics.setdefault(topic, []).append(line["id"])
    for topic, written in topics.items():
        await journal.record(tx, caller, now, "message.posted", topic, messages=written)
    return [line["id"] for line in rows]


async def mark_sent(
    tx: Tx, message_id: UUID, *, reader: Reader, channel: MessageChannel, now: datetime
) -> Row:
    """It was said by this channel; a repetition changes nothing.

    Raises NotFoundError, ForbiddenError, MessageCancelledError.
    """
    caller = reader.caller
    found = await queries.row(tx, caller, message_id)
    if not access.may_tell(caller, found["subject_kind"], found["sender_organisation_id"]):
        raise ForbiddenError
    if found["cancelled_at"] is not None:
        raise MessageCancelledError
    if await tx.run(_MARK_SENT, message=message_id, now=now, by=caller.name, channel=channel):
        await journal.record(tx, caller, now, "message.sent", ("message", message_id), channel=channel)
    return await queries.message(tx, reader, message_id)


async def mark_all_sent(
    tx: Tx, message_ids: Sequence[UUID], *, reader: Reader, channel: MessageChannel, now: datetime
) -> Row:
    """As `mark_sent` for each, all or none; what was cancelled meanwhile is told, not refused.

    Raises NotFoundError, ForbiddenError.
    """
    marked = []
    for identifier in message_ids:
        try:
            found = await mark_sent(tx, identifier, reader=reader, channel=channel, now=now)
        except MessageCancelledError:
            found = {"id": identifier, "state": MessageState.CANCELLED}
        marked.append({"id": found["id"], "state": found["state"]})
    return {"items": marked}


async def mark_seen(tx: Tx, message_id: UUID, *, reader: Reader, now: datetime) -> Row:
    """Its recipient has seen it; a repetition changes nothing. Raises NotFoundError, ForbiddenError."""
    caller = reader.caller
    found = await queries.row(tx, caller, message_id)
    sends = access.may_tell(caller, found["subject_kind"], found["sender_organisation_id"])
    if not (sends or caller.may("answer", found["organisation_id"])):
        raise ForbiddenError
    if await tx.run(_MARK_SEEN, message=message_id, now=now):
        await journal.record(tx, caller, now, "message.seen", ("message", message_id))
    return await queries.message(tx, reader, message_id)


async def mark_opened(tx: Tx, subject: tuple[str, UUID], *, caller: Caller, now: datetime) -> int:
    """Its page was opened: what was sent about the subject is seen; returns how many. What nobody sent stays unsent."""
    kind, identifier = subject
    if seen := await tx.run(_OPENED, kind=kind, subjects=[identifier], now=now):
        await journal.record(tx, caller, now, "message.opened", subject)
    return seen


async def mark_answered(tx: Tx, subject: tuple[str, UUID], *, caller: Caller, now: datetime) -> int:
    """The subject's questions have been answered, sent or not; returns how many. Nothing of them is left to send."""
    kind, identifier = subject
    if answered := await tx.run(_ANSWER, kind=kind, subjects=[identifier], now=now):
        await journal.record(tx, caller, now, "message.answered", subject)
    return answered


async def cancel(tx: Tx, kind: str, subject_ids: Sequence[UUID], *, caller: Caller, now: datetime) -> int:
    """What was not answered about these subjects is void: not to be sent any more; returns how many messages.

    Whoever had been told needs another message: ask `queries.board` before.
    """
    cancelled = await tx.run(_CANCEL, kind=kind, subjects=subject_ids, now=now) if subject_ids else 0
    if cancelled:
        for identifier in subject_ids:
            await journal.record(tx, caller, now, "message.cancelled", (kind, identifier))
    return cancelled


def _row(draft: Draft, now: datetime) -> Row:
    subject_kind, subject_id = draft.subject
    return {
        "id": ids.uuid7(),
        "organisation_id": draft.to,
        "user_id": draft.user_id,
        "phone": draft.phone,
        "sender_organisation_id": draft.by,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "topic_id": draft.topic_id,
        "kind": draft.kind,
        "text": draft.text,
        "short": shorten(gsm7(draft.short), SMS_SEPTETS),
        "link_version": draft.link_version,
        "facts": dict(draft.facts),
        "lang": draft.lang,
        "act_by": draft.act_by or now + _HELPS_FOR,
        "created_at": now,
    }
