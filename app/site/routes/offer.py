"""The one-tap pages: GET shows, POST acts. Preview robots of messengers may open a link; they never answer."""

import base64
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from starlette.responses import Response

from app.kernel import ratelimit
from app.kernel.db import write
from app.kernel.errors import DomainError, TooLargeError
from app.kernel.visit import Reply, Visit
from app.messages import onetap
from app.messages import queries as message_queries
from app.messages import service as messages
from app.site import shares, stalls
from app.site.pages import PRIVATE, site_router
from app.site.questions import ForeignFormError, FormBrokenError, LinkUnknownError, Question

router = site_router()
_QUESTIONS: Mapping[str, Question] = {shares.KIND: shares, stalls.KIND: stalls}
_FORM = "application/x-www-form-urlencoded"
_FORM_BYTES = 2_000
_ANSWERS = "20/minute"
_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_LANG = "es"  # whatever language the phone is set to: the messages are in Spanish


class Asked(NamedTuple):
    """What a link opens."""

    question: Question
    subject_id: UUID


@router.get("/r/{token}")
async def read_offer_page(token: str, visit: Visit) -> Response:
    """What a group is asked, with the buttons that still count."""
    question, subject_id = await _asked(visit, token)
    found = await question.read(visit.db, subject_id, now=visit.now, lang=_LANG)
    return question.draw(found, token, lang=_LANG)


@router.post("/r/{token}")
async def answer_offer_page(token: str, visit: Visit) -> Response:
    """Their answer; afterwards the page shows what was noted and what comes next."""
    question, subject_id = await _asked(visit, token)
    _refuse_foreign(visit)
    ratelimit.count(visit.house.caches, _ANSWERS, "one_tap", str(subject_id))
    form = await _form(visit)
    found = await question.read(visit.db, subject_id, now=visit.now, lang=_LANG)
    try:
        await question.answer(visit.db, subject_id, found, form, now=visit.now)
    except DomainError as error:
        fault, typed = question.told(error, found, lang=_LANG), form.get("quantity", "")[:30]
        found = await question.read(visit.db, subject_id, now=visit.now, lang=_LANG)
        return question.draw(found, token, lang=_LANG, status=error.status, fault=fault, typed=typed)
    return Reply(303, b"", ((b"location", f"/r/{token}".encode()), *PRIVATE))


@router.get("/r/{token}/seen")
async def see_offer_page(token: str, visit: Visit) -> Response:
    """A picture of one point that the page asks for: robots that preview a link do not, so somebody has seen it."""
    question, subject_id = await _asked(visit, token)
    work, caller = messages.mark_opened, onetap.holder(subject_id)
    await write(visit.db, lambda tx: work(tx, (question.KIND, subject_id), caller=caller, now=visit.now))
    return Reply(200, _PIXEL, ((b"content-type", b"image/gif"), *PRIVATE))


async def _asked(visit: Visit, token: str) -> Asked:
    """The question that a token opens. Raises LinkUnknownError."""
    visit.scope["lang"] = _LANG
    found = await message_queries.subject_of(visit.db, token, visit.house.settings.server_key)
    if found is None:
        raise LinkUnknownError
    kind, subject_id = found
    return Asked(_QUESTIONS[kind], subject_id)


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
