"""The one-tap question «can you give your share of this order?»: yes, less, or not this time.

Always Spanish unless told otherwise: a phone's setting says little.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from app.kernel import i18n
from app.kernel.db import Database, Tx, write
from app.kernel.errors import DomainError
from app.kernel.visit import Reply
from app.messages import onetap
from app.orders.errors import WrongStateError
from app.orders.queries import allocations
from app.orders.rules import Channel
from app.orders.service import answers
from app.orders.service.answers import Said
from app.orders.service.offers import HOLDER
from app.site import offer as rules
from app.site import queries
from app.site.offer import OfferRow, OfferView
from app.site.pages import PRIVATE, page, said, together
from app.site.questions import Fault, FormBrokenError

KIND = HOLDER
_ROWS_BYTES = 2_000


async def read(db: Database, subject_id: UUID, *, now: datetime, lang: str) -> OfferView:
    """One part of an order as its group reads it. Raises NotFoundError."""
    return await queries.offer(db, subject_id, now=now, lang=lang)


def draw(
    found: OfferView, token: str, *, lang: str, status: int = 200, fault: Fault | None = None, typed: str = ""
) -> Reply:
    """The page of one part of an order, with the buttons that still count."""
    facts = {"coordinator": found.coordinator, "deadline": found.deadline}
    rows = _that_fit(found.rows)
    news = None
    if found.said:
        title, coming, is_good = found.said
        news = {"title": said(lang, title, **facts), "next": said(lang, coming, **facts), "is_good": is_good}
    return page(
        "offer.html",
        lang,
        status=status,
        headers=PRIVATE,
        private=True,
        is_demo=found.is_demo,
        offer=found,
        rows=rows,
        hidden=len(found.rows) - len(rows),
        token=token,
        answers=found.answers,
        sentence=said(
            lang,
            found.sentence,
            share=together(found.share),
            product=found.product,
            price=found.price,
            money=together(found.money),
            deadline=found.deadline,
        ),
        said=news,
        fault=fault,
        typed=typed,
    )


async def answer(
    db: Database, subject_id: UUID, found: OfferView, form: Mapping[str, str], *, now: datetime
) -> None:
    """Yes, less or not this time. Raises DomainError."""
    asked = form.get("answer", "")
    if asked not in {"confirm", "less", "decline"}:
        raise FormBrokenError
    quantity = rules.quantity_of(found, form.get("quantity", "")) if asked == "less" else None
    by = Said(channel=Channel.ONE_TAP)

    async def work(tx: Tx) -> None:
        producer = (await allocations.raw(tx, subject_id))["producer_id"]
        caller = onetap.holder(subject_id, {producer: frozenset({"read", "answer"})})
        if asked == "decline":
            await answers.decline(tx, subject_id, said=by, caller=caller, now=now)
        else:
            await answers.confirm(tx, subject_id, quantity_base=quantity, said=by, caller=caller, now=now)

    await write(db, work)


def told(error: DomainError, found: OfferView, *, lang: str) -> Fault:
    """What the page says of a refusal."""
    if isinstance(error, WrongStateError):
        detail = said(lang, "offer_over_detail", coordinator=found.coordinator)
        return Fault(said(lang, "offer_over_title"), detail)
    if not error.faults:
        return Fault(*i18n.title_and_detail(lang, error.code, error.facts))
    texts, fault = i18n.texts(lang)["site"], error.faults[0]
    if fault.code == "zero" and "decline" in found.answers:
        return Fault(texts["offer_zero_title"], texts["offer_zero_detail"])
    if fault.code == "not_a_multiple":
        return Fault(texts["offer_step_title"], i18n.filled(texts["offer_step_detail"], fault.facts, lang))
    return Fault(texts["offer_quantity_title"], texts["offer_quantity_detail"])


def _that_fit(rows: Sequence[OfferRow]) -> list[OfferRow]:
    """The group's own row first, then as many as keep the page under its 8 kB."""
    found: list[OfferRow] = []
    left = _ROWS_BYTES
    for row in sorted(rows, key=lambda row: not row.is_you):
        left -= 70 + len((row.name + row.reason + row.share).encode())
        if left < 0:
            break
        found.append(row)
    return found
