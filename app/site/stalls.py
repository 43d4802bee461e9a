"""The one-tap question «a stall is yours on this date: do you come?»: yes, or not this time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from app.fairs.errors import OccurrenceOverError, PapersMissingError, SanctionedError, TwoAttendantsError
from app.fairs.feeds import texts
from app.fairs.feeds.structs import local
from app.fairs.queries import assignments, fairs, occurrences
from app.fairs.rules import ASSIGNMENT_MOVES
from app.fairs.schemas.standing import Confirmation, Declined
from app.fairs.service import assignments as standing
from app.fairs.service.notices import SUBJECT
from app.fairs.states import AssignmentState, FairState, FeeState, OccurrenceState
from app.kernel import i18n, money, said
from app.kernel.caller import NOBODY
from app.kernel.db import Database, Row, Tx, write
from app.kernel.errors import DomainError
from app.kernel.visit import Reply
from app.messages import onetap
from app.site import pages
from app.site.pages import PRIVATE, page, together
from app.site.questions import Fault, FormBrokenError

KIND = SUBJECT
OVER = "over"  # the date has begun, is past, or is not to be
_S = AssignmentState
# What may still be said in each state, while there is time. In any other state the page only tells.
ANSWERS: Mapping[str, tuple[str, ...]] = {_S.OFFERED: ("confirm", "decline"), _S.CONFIRMED: ("decline",)}
_GONE = (_S.DECLINED, _S.RELEASED)


@dataclass(frozen=True, slots=True, kw_only=True)
class StallView:
    """A stall on a date as its group reads it: every text but the state is ready to be shown."""

    fair: str
    organiser: str
    group: str
    stall: str
    when: str  # «sábado 7 de marzo, de 8:00 a 14:00»
    place: str
    deadline: str  # «jueves 5, 8 de la noche»
    state: str
    path: str  # of the date's page
    fee: str | None = None  # «S/ 3.00»; None: the stall is free
    fee_state: str | None = None  # since it was confirmed
    due: str = ""  # «sábado 7 de marzo»
    before: str = ""  # «sábado 31 de octubre, 8:00», where the date was moved
    reason: str = ""
    is_suspended: bool = False
    is_demo: bool = False

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers that still count."""
        return ANSWERS.get(self.state, ())

    @property
    def sentence(self) -> str:
        """The key of the sentence with the stall."""
        if self.state == _S.OFFERED:
            return "stall_sentence"
        return "stall_sentence_yours" if self.state == _S.CONFIRMED else "stall_sentence_was"

    @property
    def cost(self) -> str:
        """The key of what it costs."""
        if self.fee is None:
            return "stall_free"
        return {FeeState.PAID: "stall_paid", FeeState.WAIVED: "stall_waived"}.get(
            FeeState(self.fee_state or FeeState.DUE), "stall_fee"
        )

    @property
    def is_to_pay(self) -> bool:
        """Whether the group still has to pay for it."""
        return self.state == _S.CONFIRMED and self.cost == "stall_fee"


async def read(db: Database, subject_id: UUID, *, now: datetime, lang: str) -> StallView:
    """A stall on a date as its group reads it. Raises NotFoundError."""
    stand = await assignments.row(db, subject_id)
    date = await occurrences.occurrence(db, NOBODY, stand["occurrence_id"])
    fair = await fairs.row(db, date["fair_id"])
    zone = ZoneInfo(date["zone"])
    starts, ends = date["starts_at"].astimezone(zone), date["ends_at"].astimezone(zone)
    deadline = stand["expires_at"]
    return StallView(
        fair=date["fair_name"],
        organiser=date["organiser_name"],
        group=stand["organisation_name"],
        stall=stand["stall"],
        when=f"{texts.day(starts, lang)}, {texts.hours(starts, ends, lang)}",
        place=", ".join(part for part in (date["place"]["name"], date["place"]["address"]) if part),
        deadline=said.moment(deadline, lang, zone=date["zone"], now=now) if deadline else "",
        state=_state(stand, date, now),
        path=f"/ferias/{quote(date['fair_code'], safe='')}/{date['recurrence_key'][:10]}",
        fee=_fee(stand, fair, lang),
        fee_state=stand["fee_state"],
        due=texts.day(starts, lang),
        before=texts.at(local(date["moved_from"], date["zone"]), lang) if date["moved_from"] else "",
        reason=stand["reason"] if stand["state"] in (_S.CANCELLED, _S.RELEASED) else "",
        is_suspended=date["fair_state"] == FairState.SUSPENDED,
        is_demo=date["is_demo"],
    )


def draw(
    found: StallView, token: str, *, lang: str, status: int = 200, fault: Fault | None = None, typed: str = ""
) -> Reply:
    """The page of one stall, with the buttons that still count. There is no field to type into."""
    del typed
    fee = together(found.fee or "")
    return page(
        "puesto.html",
        lang,
        status=status,
        headers=PRIVATE,
        private=True,
        is_demo=found.is_demo,
        found=found,
        token=token,
        fault=fault,
        cost=pages.said(lang, found.cost, fee=fee),
        sentence=pages.said(
            lang,
            found.sentence,
            stall=found.stall,
            fair=found.fair,
            when=found.when,
            place=found.place,
            price=pages.said(lang, "stall_for_fee" if fee else "stall_for_free", fee=fee),
            deadline=found.deadline,
        ),
    )


async def answer(
    db: Database, subject_id: UUID, found: StallView, form: Mapping[str, str], *, now: datetime
) -> None:
    """Yes, or not this time; who has said it already may say it again. Raises DomainError."""
    asked = form.get("answer", "")
    if asked not in {"confirm", "decline"}:
        raise FormBrokenError
    if found.state == OVER:
        raise OccurrenceOverError
    yes = asked == "confirm"

    async def work(tx: Tx) -> None:
        stand = await assignments.row(tx, subject_id)
        caller = onetap.holder(subject_id, {stand["organisation_id"]: frozenset({"read", "answer"})})
        state = _S(stand["state"])
        if (state is _S.CONFIRMED) if yes else (state in _GONE):
            return
        if yes:
            await standing.confirm(tx, subject_id, caller=caller, answer=Confirmation(), now=now)
        elif state is _S.CONFIRMED:
            await standing.release(tx, subject_id, caller=caller, answer=Declined(), now=now)
        else:
            await standing.decline(tx, subject_id, caller=caller, answer=Declined(), now=now)

    await write(db, work)


def told(error: DomainError, found: StallView, *, lang: str) -> Fault:
    """What the page says of a refusal, and whom to call."""
    if isinstance(error, FormBrokenError):
        return Fault(*i18n.title_and_detail(lang, error.code, error.facts))
    kind, facts = "offer_over", dict(error.facts)
    if isinstance(error, TwoAttendantsError):
        kind = "stall_two_fairs"
    elif isinstance(error, PapersMissingError):
        kind = "stall_papers"
    elif isinstance(error, SanctionedError):
        kind = "stall_sanctioned"
        facts["until"] = texts.day(datetime.fromisoformat(facts["until"]), lang)
    facts |= {"coordinator": found.organiser}
    return Fault(pages.said(lang, f"{kind}_title"), pages.said(lang, f"{kind}_detail", **facts))


def _state(stand: Row, date: Row, now: datetime) -> str:
    """The stall's state; an offer past its time is over, whether or not the worker has seen to it."""
    state = _S(stand["state"])
    if not ASSIGNMENT_MOVES[state]:
        return state if state is not _S.COMPLETED else OVER
    if date["state"] != OccurrenceState.SCHEDULED or date["starts_at"] <= now:
        return _S.EXPIRED if state is _S.OFFERED else OVER
    return _S.EXPIRED if state is _S.OFFERED and stand["expires_at"] < now else state


def _fee(stand: Row, fair: Row, lang: str) -> str | None:
    """What it costs: since it was confirmed what was charged, before that what the fair asks now."""
    of = stand if stand["fee_state"] else {"amount_minor": fair["fee_minor"], "currency": fair["currency"]}
    return money.display(of["amount_minor"], of["currency"], lang) if of["amount_minor"] else None
