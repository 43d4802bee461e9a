"""What must be said to groups about their stalls: the words, ready to send by the organiser."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app.kernel import i18n, said
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.messages import service as messages
from app.messages.models import MessageKind
from app.messages.service import Draft

_HELPS_FOR = timedelta(days=3)
SUBJECT, WAITS = "assignment", "waitlist_entry"


async def offered(tx: Tx, found: Row, date: Row, *, caller: Caller, now: datetime) -> None:
    """A stall is theirs if they answer in time."""
    until = said.moment(found["expires_at"], "es", zone=date["zone"], now=now)
    draft = _draft(found, date, MessageKind.OFFER, "offered", now, act_by=found["expires_at"], until=until)
    await messages.post(tx, [draft], caller=caller, now=now)


async def moved(tx: Tx, stands: Sequence[Row], date: Row, *, caller: Caller, now: datetime) -> None:
    """The date is at another time or place."""
    drafts = [_draft(found, date, MessageKind.WITHDRAWN, "moved", now) for found in stands]
    await messages.post(tx, drafts, caller=caller, now=now)


async def cancelled(tx: Tx, stands: Sequence[Row], date: Row, *, caller: Caller, now: datetime) -> None:
    """There is no fair that day; what was paid is credited."""
    drafts = [_draft(found, date, MessageKind.CANCELLED, "cancelled", now) for found in stands]
    await messages.post(tx, drafts, caller=caller, now=now)


async def passed_over(tx: Tx, entry: Row, date: Row, why: str, *, caller: Caller, now: datetime) -> None:
    """A stall went to somebody behind them on the waiting list, and why; they keep their place."""
    found = entry | {"stall": ""}
    draft = _draft(
        found, date, MessageKind.NOTED, "passed_over", now, act_by=date["starts_at"], subject=WAITS, why=why
    )
    await messages.post(tx, [draft], caller=caller, now=now)


def _draft(
    found: Row,
    date: Row,
    kind: MessageKind,
    what: str,
    now: datetime,
    *,
    act_by: datetime | None = None,
    subject: str = SUBJECT,
    **facts: Any,
) -> Draft:
    words = {
        "fair": date["fair_name"],
        "when": said.moment(date["starts_at"], "es", zone=date["zone"], now=now),
        "stall": found["stall"],
        "reason": (date["reason"].rstrip(".") + ".") if date["reason"] else "",
        **facts,
    }
    return Draft(
        to=found["organisation_id"],
        by=date["organiser_id"],
        kind=kind,
        subject=(subject, found["id"]),
        topic_id=date["id"],
        phone=found["organisation_phone"],
        text=i18n.text("es", "fair_notices", what, **words),
        short=i18n.text("es", "fair_notices", f"{what}_short", **words),
        act_by=act_by or now + _HELPS_FOR,
    )
