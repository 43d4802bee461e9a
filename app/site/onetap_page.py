"""Draws the one-tap page from what a group must know. Always Spanish unless told otherwise: a phone's setting says little."""

from collections.abc import Sequence
from typing import NamedTuple

from app.kernel.errors import DomainError, NotFoundError
from app.kernel.visit import Reply
from app.site.offer import OfferRow, OfferView
from app.site.pages import PRIVATE, page, said

_ROWS_BYTES = 2_000


class LinkUnknownError(NotFoundError):
    """The link was cut, invented, or replaced by a newer one."""


class FormBrokenError(DomainError):
    """What came is no answer of our form: cut off on its way, or made by hand."""

    status = 422


class ForeignFormError(DomainError):
    """The form came from another site's page."""

    status = 403


class Fault(NamedTuple):
    """Why an answer was not taken, and what to change."""

    title: str
    detail: str


def reply(
    offer: OfferView, token: str, *, lang: str, status: int = 200, fault: Fault | None = None, typed: str = ""
) -> Reply:
    """The page; `typed` is given back in its field when it was not understood."""
    facts = {"coordinator": offer.coordinator, "deadline": offer.deadline}
    rows = _that_fit(offer.rows)
    news = None
    if offer.said:
        title, coming, is_good = offer.said
        news = {"title": said(lang, title, **facts), "next": said(lang, coming, **facts), "is_good": is_good}
    return page(
        "offer.html",
        lang,
        status=status,
        headers=PRIVATE,
        private=True,
        is_demo=offer.is_demo,
        offer=offer,
        rows=rows,
        hidden=len(offer.rows) - len(rows),
        token=token,
        answers=offer.answers,
        sentence=said(
            lang,
            offer.sentence,
            share=_together(offer.share),
            product=offer.product,
            price=offer.price,
            money=_together(offer.money),
            deadline=offer.deadline,
        ),
        said=news,
        fault=fault,
        typed=typed,
    )


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


def _together(text: str) -> str:
    """A number and its unit stay on one line."""
    return text.replace(" ", "\u00a0")
