"""The first screen of everybody who signs in: what waits for them in all rooms."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from app.fairs.queries import todo as fairs
from app.kernel.bodies import Shown
from app.kernel.route import room
from app.kernel.visit import Visit
from app.orders.queries import todo as orders

router = room("people")
_NO_ORDER = {"order_id": None, "order_code": None, "allocation_id": None}


class TodoItem(Shown):
    """Something that waits for this caller."""

    kind: Literal[
        "answer", "tell", "tell_buyer", "repair", "plan", "review", "accept", "draft",
        "answer_stall", "mend_application", "tell_groups", "note_attendance", "review_applications",
        "answer_claim", "publish_lists", "finish_call", "allocate_stalls", "report_date",
    ]  # fmt: skip
    urgency: int = Field(description="1 is the most urgent")
    until: datetime | None
    title: str
    order_id: UUID | None = Field(description="None for what waits in fairs")
    order_code: str | None
    allocation_id: UUID | None
    href: str = Field(description="What to read next")


class Todo(Shown):
    """What waits for me, most urgent first."""

    items: list[TodoItem]


@router.get("/todo", response_model=Todo)
async def read_todo(visit: Visit) -> Response:
    """What waits for me, most urgent first."""
    items = [
        *await orders.todo(visit.db, visit.caller, visit.lang),
        *({**_NO_ORDER, **item} for item in await fairs.todo(visit.db, visit.caller, visit.lang, visit.now)),
    ]
    far = datetime.max.replace(tzinfo=visit.now.tzinfo)
    items.sort(key=lambda item: (item["urgency"], item["until"] or far, item["href"]))
    return visit.listing({"items": items})
