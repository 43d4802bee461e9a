"""The one-tap pages: GET shows, POST acts. Preview robots of messengers may open a link; they never answer."""

import base64
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from starlette.responses import Response

from app.kernel import i18n, ratelimit
from app.kernel.caller import Caller
from app.kernel.db import Tx, write
from app.kernel.errors import DomainError, TooLargeError
from app.kernel.visit import Reply, Visit
from app.messages import onetap
from app.messages import queries as message_queries
from app.messages import service as messages
from app.orders.errors import WrongStateError
from app.orders.queries import allocations
from app.orders.rules import Channel
from app.orders.service import answers
from app.orders.service.answers import Said
from app.orders.service.offers import HOLDER
from app.site import offer as rules
from app.site import onetap_page, queries
from app.site.onetap_page import ForeignFormError, FormBrokenError, LinkUnknownError
from app.site.pages import PRIVATE, said, site_router

router = site_router()
_FORM = "application/x-www-form-urlencoded"
_FORM_BYTES = 2_000
_ANSWERS = "20/minute"
_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_LANG = "es"  # whatever language the phone is set to: the messages are in Spanish


@router.get("/r/{token}")
async def read_offer_page(token: str, visit: Visit) -> Response:
    """One part of an order, with the buttons that still count."""
    allocation_id = await _subject(visit, token)
    found = await queries.offer(visit.db, allocation_id, now=visit.now, lang=_LANG)
    return onetap_page.reply(found, token, lang=_LANG)


@router.post("/r/{token}")
async def answer_offer_page(token: str, visit: Visit) -> Response:
    """Their answer; afterwards the page shows what was noted and what comes next."""
    allocation_id = await _subject(visit, token)
    _refuse_foreign(visit)
    ratelimit.count(visit.house.caches, _ANSWERS, "one_tap", str(allocation_id))
    form = await _form(visit)
    found = await queries.offer(visit.db, allocation_id, now=visit.now, lang=_LANG)
    try:
        await _answer(visit, allocation_id, found, form)
    except DomainError as error:
        typed = form.get("quantity", "")[:30]
        fault = _told(error, found)
        return onetap_page.reply(found, token, lang=_LANG, status=error.status, fault=fault, typed=typed)
    return Reply(303, b"", ((b"location", f"/r/{token}".encode()), *PRIVATE))


@router.get("/r/{token}/seen")
async def see_offer_page(token: str, visit: Visit) -> Response:
    """A picture of one point that the page asks for: robots that preview a link do not, so somebody has seen it."""
    allocation_id = await _subject(visit, token)
    work, caller = messages.mark_opened, _holder(allocation_id, {})
    await write(visit.db, lambda tx: work(tx, (HOLDER, allocation_id), caller=caller, now=visit.now))
    return Reply(200, _PIXEL, ((b"content-type", b"image/gif"), *PRIVATE))


async def _subject(visit: Visit, token: str) -> UUID:
    """The allocation that a token opens. Raises LinkUnknownError."""
    visit.scope["lang"] = _LANG
    allocation_id = onetap.subject_of(token)
    if allocation_id is None:
        raise LinkUnknownError
    version = await message_queries.link_version(visit.db, HOLDER, allocation_id)
    found = version and onetap.read(visit.house.settings.server_key, token, HOLDER, version)
    if not found:
        raise LinkUnknownError
    return found


def _holder(allocation_id: UUID, acts: Mapping[UUID, frozenset[str]]) -> Caller:
    """Whoever holds the link, without having signed in: what the link lets them do, and how records name them."""
    return Caller(acts=acts, through=f"one_tap:{allocation_id}")


def _refuse_foreign(visit: Visit) -> None:
    """The token in the path is the guard; where a browser says who sends the form, it must be our own page.

    Under `no-referrer` browsers send `Origin: null`, so that only another site's name is refused.
    """
    site, origin = visit.header(b"sec-fetch-site"), visit.header(b"origin")
    if site is not None:
        is_foreign = site not in {"same-origin", "none"}
    elif origin in {None, "null"}:
        is_foreign = False
    else:
        ours = {visit.header(b"host"), urlsplit(visit.house.settings.public_url).netloc}
        is_foreign = urlsplit(origin).netloc not in ours
    if is_foreign:
        raise ForeignFormError


async def _form(visit: Visit) -> dict[str, str]:
    """The fields of a small form. Raises TooLargeError, UnsupportedMediaTypeError, FormBrokenError."""
    body = await visit.upload(_FORM)
    if len(body) > _FORM_BYTES:
        raise TooLargeError(limit="0,002")
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=5, errors="strict")
    except ValueError as error:
        raise FormBrokenError from error
    return {name: values[-1] for name, values in fields.items()}


async def _answer(visit: Visit, allocation_id: UUID, found: rules.OfferView, form: dict[str, str]) -> None:
    """Give the answer to the room of orders. Raises DomainError."""
    answer = form.get("answer", "")
    if answer not in {"confirm", "less", "decline"}:
        raise FormBrokenError
    quantity = rules.quantity_of(found, form.get("quantity", "")) if answer == "less" else None
    said = Said(channel=Channel.ONE_TAP)

    async def work(tx: Tx) -> None:
        producer = (await allocations.raw(tx, allocation_id))["producer_id"]
        caller = _holder(allocation_id, {producer: frozenset({"read", "answer"})})
        if answer == "decline":
            await answers.decline(tx, allocation_id, said=said, caller=caller, now=visit.now)
        else:
            await answers.confirm(
                tx, allocation_id, quantity_base=quantity, said=said, caller=caller, now=visit.now
            )

    await write(visit.db, work)


def _told(error: DomainError, found: rules.OfferView) -> onetap_page.Fault:
    """What the page says of a refusal."""
    if isinstance(error, WrongStateError):
        return onetap_page.Fault(
            said(_LANG, "offer_over_title"), said(_LANG, "offer_over_detail", coordinator=found.coordinator)
        )
    if not error.faults:
        return onetap_page.Fault(*i18n.title_and_detail(_LANG, error.code, error.facts))
    texts, fault = i18n.texts(_LANG)["site"], error.faults[0]
    if fault.code == "zero" and "decline" in found.answers:
        return onetap_page.Fault(texts["offer_zero_title"], texts["offer_zero_detail"])
    if fault.code == "not_a_multiple":
        detail = i18n.filled(texts["offer_step_detail"], fault.facts, _LANG)
        return onetap_page.Fault(texts["offer_step_title"], detail)
    return onetap_page.Fault(texts["offer_quantity_title"], texts["offer_quantity_detail"])
