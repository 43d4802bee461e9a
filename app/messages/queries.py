"""Reads of messages. Seen by those who may read for the sender or for the recipient; links only by who may use them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.errors import NotFoundError
from app.kernel.schema import table
from app.kernel.text import SMS_SEPTETS, gsm7, septets, shorten
from app.messages import onetap
from app.messages.models import ASKING, QUESTIONS, Message, MessageState
from app.people import access
from app.people.models import Organisation

MESSAGE = table(Message)
_SENDER, _RECIPIENT = table(Organisation).alias("sender"), table(Organisation).alias("recipient")
_STATE = sa.case(
    (MESSAGE.c.cancelled_at.is_not(None), MessageState.CANCELLED),
    (MESSAGE.c.answered_at.is_not(None), MessageState.ANSWERED),
    (MESSAGE.c.seen_at.is_not(None), MessageState.SEEN),
    (MESSAGE.c.sent_at.is_not(None), MessageState.SENT),
    else_=MessageState.TO_SEND,
)
_ROW = (
    sa.select(
        *(column for column in MESSAGE.c if column.name not in {"facts", "user_id", "sent_by"}),
        _STATE.label("state"),
        _SENDER.c.name.label("sender_name"),
        _SENDER.c.is_demo.label("sender_is_demo"),
        _RECIPIENT.c.name.label("recipient_name"),
        _RECIPIENT.c.is_demo.label("recipient_is_demo"),
    )
    .join(_SENDER, _SENDER.c.id == MESSAGE.c.sender_organisation_id)
    .join(_RECIPIENT, _RECIPIENT.c.id == MESSAGE.c.organisation_id)
)
_ONE = _ROW.where(MESSAGE.c.id == given("id"))
_PAGE = Query(
    _ROW.order_by(MESSAGE.c.act_by, MESSAGE.c.id).limit(given("limit", type_=sa.Integer)),
    senders=MESSAGE.c.sender_organisation_id.in_(given("senders", expanding=True)),
    recipients=MESSAGE.c.organisation_id.in_(given("recipients", expanding=True)),
    state=given("state") == _STATE,
    subject_id=MESSAGE.c.subject_id == given("subject_id"),
    topic_id=MESSAGE.c.topic_id == given("topic_id"),
    after_id=sa.tuple_(MESSAGE.c.act_by, MESSAGE.c.id)
    > sa.tuple_(given("after_time", type_=MESSAGE.c.act_by.type), given("after_id", type_=MESSAGE.c.id.type)),
)
_BOARD = (
    sa.select(
        MESSAGE.c.subject_id,
        MESSAGE.c.kind,
        MESSAGE.c.sent_at,
        MESSAGE.c.sent_channel,
        MESSAGE.c.seen_at,
        MESSAGE.c.answered_at,
    )
    .where(
        MESSAGE.c.subject_id.in_(given("subjects", expanding=True)),
        MESSAGE.c.kind.in_(ASKING),
        MESSAGE.c.cancelled_at.is_(None),
    )
    .order_by(MESSAGE.c.subject_id, MESSAGE.c.created_at, MESSAGE.c.id)
)

_LINK = (
    sa.select(MESSAGE.c.subject_kind, MESSAGE.c.link_version)
    .where(MESSAGE.c.subject_id == given("subject"), MESSAGE.c.link_version.is_not(None))
    .order_by(MESSAGE.c.link_version.desc())
    .limit(1)
)


class Told(NamedTuple):
    """How far the newest question about a subject has got, its reminders included."""

    told_at: datetime | None = None
    channel: str | None = None
    seen_at: datetime | None = None
    answered_at: datetime | None = None

    @property
    def state(self) -> str:
        """`answered`, `seen`, `told`, or `missing`: nobody has been told yet."""
        if self.answered_at:
            return "answered"
        return "seen" if self.seen_at else "told" if self.told_at else "missing"


class Reader(NamedTuple):
    """Who reads, and what makes links: the server's key and its public address."""

    caller: Caller
    key: bytes
    public_url: str


async def row(db: Database, caller: Caller, message_id: UUID) -> Row:
    """A message's columns. Raises NotFoundError for a caller who reads neither for its sender nor its recipient."""
    found = await db.one(_ONE, id=message_id)
    parties = (found["sender_organisation_id"], found["organisation_id"]) if found else ()
    if found and (caller.is_admin or any(caller.may("read", party) for party in parties)):
        return found
    raise NotFoundError


async def message(db: Database, reader: Reader, message_id: UUID) -> Row:
    """A message as people read it. Raises NotFoundError."""
    return shown(await row(db, reader.caller, message_id), reader)


async def page(
    db: Database,
    reader: Reader,
    *,
    box: str,
    organisation_id: UUID | None,
    limit: int,
    after: list[Any] | None,
    **filters: Any,
) -> list[Row]:
    """Up to limit + 1 messages that the caller's organisations have to send (`outbox`) or were sent (`inbox`).

    The most urgent first. Raises NotFoundError for a foreign organisation.
    """
    mine = _organisations(reader.caller, organisation_id)
    if not mine:
        return []
    whose = {"senders" if box == "outbox" else "recipients": mine}
    keyset = {"after_time": datetime.fromisoformat(after[0]), "after_id": UUID(after[1])} if after else {}
    found = await db.all(_PAGE, limit=limit + 1, **whose, **keyset, **filters)
    return [shown(line, reader) for line in found]


async def board(db: Database, subject_ids: Sequence[UUID]) -> dict[UUID, Told]:
    """How far each subject has got: told, seen, answered; a subject without a live question is absent."""
    found: dict[UUID, Told] = {}
    for line in await db.all(_BOARD, subjects=subject_ids) if subject_ids else ():
        before = Told() if line["kind"] in QUESTIONS else found.get(line["subject_id"], Told())
        found[line["subject_id"]] = Told(
            before.told_at or line["sent_at"],
            before.channel or line["sent_channel"],
            before.seen_at or line["seen_at"],
            before.answered_at or line["answered_at"],
        )
    return found


async def subject_of(db: Database, token: str, key: bytes) -> tuple[str, UUID] | None:
    """What a one-tap link opens, as (kind, id); only the newest that a message carries is good. None for any other."""
    claimed = onetap.subject_of(token)
    found = await db.one(_LINK, subject=claimed) if claimed else None
    subject_id = found and onetap.read(key, token, found["subject_kind"], found["link_version"])
    return (found["subject_kind"], subject_id) if found and subject_id else None


def shown(found: Row, reader: Reader) -> Row:
    """The wire form of a message's row, with what this caller may do."""
    caller, sender, recipient = reader.caller, found["sender_organisation_id"], found["organisation_id"]
    sends = access.may_tell(caller, found["subject_kind"], sender)
    answers = caller.may("answer", recipient)
    link = _link(found, reader) if sends or answers else ""
    text = found["text"].replace("{link}", link).strip()
    may_say = found["cancelled_at"] is None and (link or found["link_version"] is None)
    return {
        **{name: found[name] for name in _AS_THEY_ARE},
        "sender": {"id": sender, "name": found["sender_name"], "is_demo": found["sender_is_demo"]},
        "recipient": {
            "id": recipient,
            "name": found["recipient_name"],
            "is_demo": found["recipient_is_demo"],
        },
        "subject": {"kind": found["subject_kind"], "id": found["subject_id"]},
        "text": text,
        "sms": sms(found["short"], link) if may_say else None,
        "wa_link": wa_link(found["phone"] if sends or answers else None, text) if may_say else None,
        "phone": found["phone"] if sends or answers else None,
        "actions": _actions(found, sends=sends, answers=answers),
    }


def sms(short: str, link: str) -> str:
    """The words that leave room for the link, and the link: one SMS of at most 160 GSM-7 characters."""
    if not link:
        return shorten(gsm7(short), SMS_SEPTETS)
    return f"{shorten(gsm7(short), SMS_SEPTETS - septets(link) - 1)} {link}"


def wa_link(phone: str | None, text: str) -> str:
    """The address that opens WhatsApp with this text, to this number or to one that the sender picks."""
    digits = "".join(char for char in phone or "" if char.isdigit())
    return f"https://wa.me/{digits}?text={quote(text, safe='')}"


_AS_THEY_ARE = (
    *("id", "kind", "state", "topic_id", "lang", "act_by", "created_at", "sent_at", "sent_channel"),
    *("seen_at", "answered_at", "cancelled_at", "version"),
)


def _organisations(caller: Caller, organisation_id: UUID | None) -> list[UUID]:
    if organisation_id is None:
        return sorted(found for found, capabilities in caller.acts.items() if "read" in capabilities)
    access.require(caller, "read", organisation_id, visible=False)
    return [organisation_id]


def _link(found: Row, reader: Reader) -> str:
    if found["link_version"] is None:
        return ""
    token = onetap.make(reader.key, found["subject_kind"], found["subject_id"], found["link_version"])
    return onetap.link(reader.public_url, token)


def _actions(found: Row, *, sends: bool, answers: bool) -> list[str]:
    if found["cancelled_at"] or found["answered_at"]:
        return []
    sent = ["sent"] if sends and not found["sent_at"] else []
    return [*sent, "seen"] if (sends or answers) and not found["seen_at"] else sent
