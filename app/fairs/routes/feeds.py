"""The door of feeds: what calendars, readers, maps and search engines subscribe to; no account, no key."""

from datetime import UTC, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from app.fairs.routes.router import Territory, router
from app.fairs.schemas.feeds import FeedTokenCreated, FeedTokenList
from app.fairs.service import feeding, tokens
from app.fairs.service.feeding import MEDIA, Asked, Form, Reader, Ready
from app.fairs.states import FairKind
from app.kernel import sparing
from app.kernel.db import write
from app.kernel.errors import NotFoundError
from app.kernel.problems import problems
from app.kernel.visit import Reply, Visit
from app.places.filters import Country, Region

_PUBLIC, _PRIVATE = b"public, no-cache", b"private, no-cache"
_TEXT = {"schema": {"type": "string"}}
_FEED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The feed",
        "content": {
            "application/geo+json": {"schema": {"type": "object"}},
            "text/calendar": _TEXT,
            "application/rss+xml": _TEXT,
            "application/ld+json": {"schema": {"type": "object"}},
        },
    }
}
_CALENDAR: dict[int | str, dict[str, Any]] = {
    200: {"description": "The feed", "content": {"text/calendar": _TEXT}}
}


class _Feed(Response):
    """How feeds are documented: by their own media types."""


@router.get("/fairs/{fair_id}/feed.{form}", response_class=_Feed, responses=_FEED | problems(NotFoundError))
async def read_fair_feed(fair_id: UUID, form: Form, visit: Visit) -> Response:
    """One fair to subscribe to: `ics` for calendars, `rss`, `geojson` for maps, `json` (schema.org) for programs."""
    return await _answer(visit, feeding.of_fair(fair_id), form)


@router.get(
    "/organisers/{organisation_id}/feed.{form}",
    response_class=_Feed,
    responses=_FEED | problems(NotFoundError),
)
async def read_organiser_feed(organisation_id: UUID, form: Form, visit: Visit) -> Response:
    """The fairs of one organiser to subscribe to."""
    return await _answer(visit, feeding.of_organiser(organisation_id), form)


@router.get(
    "/networks/{organisation_id}/feed.{form}",
    response_class=_Feed,
    responses=_FEED | problems(NotFoundError),
)
async def read_network_feed(organisation_id: UUID, form: Form, visit: Visit) -> Response:
    """The fairs of a network of municipalities, or of any other, and of everybody who belongs to it."""
    return await _answer(visit, feeding.of_network(organisation_id), form)


@router.get("/feeds/fairs.{form}", response_class=_Feed, responses=_FEED)
async def read_feed(
    form: Form,
    visit: Visit,
    *,
    q: Annotated[str | None, Query(max_length=100, description="Words, accents ignored: `artesania`")] = None,
    kind: FairKind | None = None,
    country: Country = None,
    region: Region = None,
    territory: Territory = None,
) -> Response:
    """Every fair to subscribe to, or those of a kind, a region, a search."""
    asked = feeding.of_all(q=q or None, kind=kind, country=country, region=region, territory=territory)
    return await _answer(visit, asked, form)


@router.get("/feeds/stalls/{token}.ics", response_class=_Feed, responses=_CALENDAR | problems(NotFoundError))
async def read_stall_feed(token: Annotated[str, Path(max_length=80)], visit: Visit) -> Response:
    """A group's own stalls, at its private address. A revoked one is a 404."""
    return await _reply(visit, await feeding.of_stalls(visit.db, token, _reader(visit)), Form.ICS, _PRIVATE)


@router.get(
    "/organisations/{organisation_id}/feed-tokens",
    response_model=FeedTokenList,
    responses=problems(NotFoundError),
)
async def list_feed_tokens(organisation_id: UUID, visit: Visit) -> Response:
    """The private calendar addresses of a group, without their secrets. For who answers for it or keeps its profile."""
    return visit.listing({"items": await tokens.listed(visit.db, organisation_id, caller=visit.caller)})


@router.post(
    "/organisations/{organisation_id}/feed-tokens",
    status_code=201,
    response_model=FeedTokenCreated,
    responses=problems(NotFoundError),
)
async def create_feed_token(organisation_id: UUID, visit: Visit) -> Response:
    """Make a private calendar address of a group's own stalls. It is shown once."""
    url = visit.house.settings.public_url
    return await visit.write(
        lambda tx: tokens.create(tx, organisation_id, caller=visit.caller, public_url=url, now=visit.now),
        status=201,
        keyed=False,
    )


@router.post("/feed-tokens/{token_id}/revocation", status_code=204, responses=problems(NotFoundError))
async def revoke_feed_token(token_id: UUID, visit: Visit) -> Response:
    """End a private calendar address."""
    await write(visit.db, lambda tx: tokens.revoke(tx, token_id, caller=visit.caller, now=visit.now))
    return Reply(204, b"", ())


def _reader(visit: Visit) -> Reader:
    return Reader(visit.lang, visit.house.settings.public_url, visit.now)


async def _answer(visit: Visit, asked: Asked, form: Form) -> Response:
    return await _reply(visit, await feeding.ready(visit.db, asked, form, _reader(visit)), form, _PUBLIC)


async def _reply(visit: Visit, ready: Ready, form: Form, kept: bytes) -> Response:
    """The bytes, or 304 to who has them (RFC 9110, 13.2.2: the ETag decides where both were sent)."""
    headers = [(b"etag", ready.etag.encode()), (b"cache-control", kept)]
    changed_at = ready.changed_at
    if changed_at is not None and visit.now - changed_at < timedelta(seconds=1):
        changed_at = None  # it may change again within the second that the header can tell
    if changed_at is not None:
        said = format_datetime(changed_at.astimezone(UTC).replace(microsecond=0), usegmt=True)
        headers.append((b"last-modified", said.encode()))
    since = None if visit.header(b"if-none-match") else _instant(visit.header(b"if-modified-since"))
    is_known = bool(changed_at and since and changed_at.replace(microsecond=0).timestamp() <= since)
    reply = Reply(200, ready.body, [(b"content-type", MEDIA[form].encode()), *headers])
    return await sparing.spare(visit, reply, is_known=is_known)


def _instant(said: str | None) -> float | None:
    """The seconds of an HTTP date; None for what is none (RFC 9110, 13.1.3: it is ignored)."""
    try:
        found = parsedate_to_datetime(said) if said else None
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or UTC).timestamp() if found else None
