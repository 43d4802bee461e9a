"""The door of messages: what must be said, and that it was said."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from app.kernel.errors import NotFoundError
from app.kernel.problems import problems
from app.kernel.route import Cursor, Limit, room
from app.kernel.visit import Visit
from app.messages import queries, service
from app.messages.models import MessageState
from app.messages.queries import Reader
from app.messages.schemas import MessageMarkedList, MessagePage, MessageRead, MessageSent, MessagesSent
from app.messages.service import MessageCancelledError

router = room("messages")


@router.get("/messages", response_model=MessagePage, responses=problems(NotFoundError))
async def list_messages(
    visit: Visit,
    *,
    box: Annotated[
        Literal["outbox", "inbox"], Query(description="What you have to send, or what was sent to you")
    ] = "outbox",
    organisation_id: Annotated[UUID | None, Query(description="One of yours; absent: all of them")] = None,
    state: Annotated[MessageState | None, Query()] = None,
    subject_id: Annotated[UUID | None, Query(description="For example an allocation")] = None,
    topic_id: Annotated[UUID | None, Query(description="For example an order")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What your organisations have to say to others, or were told; the most urgent first.

    Each message comes ready: `wa_link` opens WhatsApp with the text written, `sms` is one text message.
    """
    scope = f"messages:{box}:{organisation_id}:{state}:{subject_id}:{topic_id}"
    rows = await queries.page(
        visit.db,
        _reader(visit),
        box=box,
        organisation_id=organisation_id,
        limit=limit,
        after=visit.after(scope, cursor),
        state=state,
        subject_id=subject_id,
        topic_id=topic_id,
    )
    return visit.page(rows, limit=limit, scope=scope, sort=("act_by", "id"))


@router.post(
    "/messages/{message_id}/sent",
    response_model=MessageRead,
    responses=problems(NotFoundError, MessageCancelledError),
)
async def mark_message_sent(message_id: UUID, body: MessageSent, visit: Visit) -> Response:
    """You told them, by this channel. Until then no deadline runs against them. Repeating it changes nothing."""
    reader = _reader(visit)
    return await visit.write(
        lambda tx: service.mark_sent(tx, message_id, reader=reader, channel=body.channel, now=visit.now)
    )


@router.post("/messages/sent", response_model=MessageMarkedList, responses=problems(NotFoundError))
async def mark_messages_sent(body: MessagesSent, visit: Visit) -> Response:
    """You told them all, by this channel. Repeating it changes nothing; what was withdrawn meanwhile stays so."""
    reader = _reader(visit)
    return await visit.write(
        lambda tx: service.mark_all_sent(
            tx, body.messages, reader=reader, channel=body.channel, now=visit.now
        )
    )


@router.post("/messages/{message_id}/seen", response_model=MessageRead, responses=problems(NotFoundError))
async def mark_message_seen(message_id: UUID, visit: Visit) -> Response:
    """They have seen it: said by themselves, or by you who heard it. Repeating it changes nothing."""
    reader = _reader(visit)
    return await visit.write(lambda tx: service.mark_seen(tx, message_id, reader=reader, now=visit.now))


def _reader(visit: Visit) -> Reader:
    settings = visit.house.settings
    return Reader(visit.caller, settings.server_key, settings.public_url)
