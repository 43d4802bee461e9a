"""What must be said to groups about their stalls and applications: the words, ready to send by the organiser."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app.fairs.states import ApplicationState, AssignmentState, FeeState
from app.kernel import i18n, said
from app.kernel.caller import Caller
from app.kernel.clock import local_date
from app.kernel.db import Row, Tx
from app.messages import service as messages
from app.messages.models import MessageKind
from app.messages.service import Draft

_HELPS_FOR = timedelta(days=3)
SUBJECT, APPLICATION, WAITS = "assignment", "application", "waitlist_entry"
_LINK_VERSION = 1


async def offered(tx: Tx, found: Row, date: Row, *, caller: Caller, now: datetime) -> None:
    """A stall is theirs if they answer in time."""
    await messages.post(tx, [_offer(found, date, "offered", now)], caller=caller, now=now)


async def moved(tx: Tx, stands: Sequence[Row], date: Row, *, caller: Caller, now: datetime) -> None:
    """The date is at another time or place. An offer that nobody answered is told anew: the old words are void."""
    waiting = [found for found in stands if found["state"] == AssignmentState.OFFERED]
    await messages.cancel(tx, SUBJECT, [found["id"] for found in waiting], caller=caller, now=now)
    drafts = [_offer(found, date, "offer_moved", now) for found in waiting]
    drafts += [
        _of_stall(found, date, MessageKind.MOVED, "moved", now, link_version=_LINK_VERSION)
        for found in stands
        if found["state"] in (AssignmentState.CONFIRMED, AssignmentState.CHECKED_IN)
    ]
    await messages.post(tx, drafts, caller=caller, now=now)


async def cancelled(tx: Tx, stands: Sequence[Row], date: Row, *, caller: Caller, now: datetime) -> None:
    """There is no fair that day; what was paid is credited."""
    drafts = [
        _of_stall(
            found,
            date,
            MessageKind.CANCELLED,
            "cancelled_paid" if found["fee_state"] == FeeState.PAID else "cancelled",
            now,
        )
        for found in stands
    ]
    await messages.post(tx, drafts, caller=caller, now=now)


async def withdrawn(tx: Tx, found: Row, date: Row, why: str, *, caller: Caller, now: datetime) -> None:
    """The organiser took the stall away, and why."""
    draft = _of_stall(found, date, MessageKind.WITHDRAWN, "withdrawn", now, why=_sentence(why))
    await messages.post(tx, [draft], caller=caller, now=now)


async def exchanged(
    tx: Tx, stands: Sequence[Row], date: Row, why: str, *, caller: Caller, now: datetime
) -> None:
    """The organiser gave them other stalls of the same date, and why."""
    drafts = [
        _of_stall(
            found, date, MessageKind.MOVED, "exchanged", now, link_version=_LINK_VERSION, why=_sentence(why)
        )
        for found in stands
    ]
    await messages.post(tx, drafts, caller=caller, now=now)


async def passed_over(tx: Tx, entry: Row, date: Row, why: str, *, caller: Caller, now: datetime) -> None:
    """A stall went to somebody behind them on the waiting list, and why; they keep their place."""
    found = entry | {"stall": ""}
    draft = _of_stall(
        found, date, MessageKind.NOTED, "passed_over", now, act_by=date["starts_at"], subject=WAITS, why=why
    )
    await messages.post(tx, [draft], caller=caller, now=now)


async def observed(
    tx: Tx, found: Row, call: Row, *, why: str, until: datetime, caller: Caller, now: datetime
) -> None:
    """Something must be mended in an application, until an instant."""
    said_until = _last_day(until, call, now)
    draft = _of_application(
        found, call, MessageKind.OBSERVED, "observed", act_by=until, why=_sentence(why), until=said_until
    )
    await messages.post(tx, [draft], caller=caller, now=now)


async def not_admitted(
    tx: Tx, found: Sequence[Row], call: Row, *, until: datetime, caller: Caller, now: datetime
) -> None:
    """The lists are out: whoever was rejected or waits may object until an instant."""
    said_until = _last_day(until, call, now)
    drafts = [
        _of_application(
            each,
            call,
            MessageKind.NOT_ADMITTED,
            "waitlisted" if each["state"] == ApplicationState.WAITLISTED else "rejected",
            act_by=until,
            why=_sentence(each["reason"]),
            until=said_until,
        )
        for each in found
    ]
    await messages.post(tx, drafts, caller=caller, now=now)


def _offer(found: Row, date: Row, what: str, now: datetime) -> Draft:
    expires_at = found["expires_at"]
    return _of_stall(
        found,
        date,
        MessageKind.OFFER if what == "offered" else MessageKind.CHANGED_OFFER,
        what,
        now,
        act_by=expires_at,
        link_version=_LINK_VERSION,
        until=said.moment(expires_at, "es", zone=date["zone"], now=now),
    )


def _of_stall(
    found: Row,
    date: Row,
    kind: MessageKind,
    what: str,
    now: datetime,
    *,
    act_by: datetime | None = None,
    link_version: int | None = None,
    subject: str = SUBJECT,
    **facts: Any,
) -> Draft:
    words = {
        "fair": date["fair_name"],
        "when": said.moment(date["starts_at"], "es", zone=date["zone"], now=now),
        "place": date.get("place_name", ""),
        "stall": found["stall"],
        "reason": _sentence(date["reason"]),
        **facts,
    }
    text, short = _texts(what, words)
    return Draft(
        to=found["organisation_id"],
        by=date["organiser_id"],
        kind=kind,
        subject=(subject, found["id"]),
        topic_id=date["id"],
        phone=found["organisation_phone"],
        link_version=link_version,
        text=text,
        short=short,
        act_by=act_by or now + _HELPS_FOR,
    )


def _of_application(
    found: Row, call: Row, kind: MessageKind, what: str, *, act_by: datetime, **facts: Any
) -> Draft:
    words = {"fair": call["fair_name"], "number": found["number"], **facts}
    text, short = _texts(what, words)
    return Draft(
        to=found["organisation_id"],
        by=call["organiser_id"],
        kind=kind,
        subject=(APPLICATION, found["id"]),
        topic_id=call["id"],
        phone=found["organisation_phone"],
        text=text,
        short=short,
        act_by=act_by,
    )


def _texts(what: str, words: dict[str, Any]) -> tuple[str, str]:
    """The whole text with the place of its link, and the one for an SMS; a reason may be missing."""
    words = words | {"link": "{link}"}
    texts = (i18n.text("es", "fair_notices", key, **words) for key in (what, f"{what}_short"))
    whole, short = (" ".join(text.split()) for text in texts)
    return whole, short


def _last_day(until: datetime, call: Row, now: datetime) -> str:
    """«miércoles 25»: all of that day counts."""
    return said.day(local_date(until, call["zone"]), "es", today=local_date(now, call["zone"]))


def _sentence(why: str) -> str:
    return f"{why.rstrip('.')}." if why else ""
