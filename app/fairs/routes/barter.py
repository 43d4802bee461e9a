"""The door of barter posts."""

from uuid import UUID

from starlette.responses import Response

from app.fairs.errors import NotABarterFairError, OccurrenceOverError, PostClosedError
from app.fairs.queries import barter as queries
from app.fairs.queries import fairs, occurrences
from app.fairs.routes.router import router
from app.fairs.schemas.barter import BarterPostCreate, BarterPostPage, BarterPostRead, BarterPostUpdate
from app.fairs.service import barter as service
from app.fairs.states import PostKind
from app.kernel.errors import IdTakenError, NotFoundError, StaleVersionError, VersionRequiredError
from app.kernel.problems import problems
from app.kernel.route import Cursor, Limit
from app.kernel.visit import Visit

_PATH = "/occurrences/{occurrence_id}/barter-posts"


@router.get(_PATH, response_model=BarterPostPage, responses=problems(NotFoundError))
async def list_barter_posts(
    occurrence_id: UUID, visit: Visit, kind: PostKind | None = None, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """What groups offer and look for on a barter day, without money: open posts. Public, as the fair is."""
    date = await occurrences.row(visit.db, occurrence_id)
    await fairs.visible(visit.db, visit.caller, date["fair_id"])
    scope = f"barter_posts:{occurrence_id}:{kind}"
    after = visit.after(scope, cursor)
    rows = await queries.page(visit.db, occurrence_id, limit=limit, after=after, kind=kind)
    return visit.page(rows, limit=limit, scope=scope, sort=("id",))


@router.post(
    _PATH,
    status_code=201,
    response_model=BarterPostRead,
    responses=problems(NotFoundError, IdTakenError, OccurrenceOverError, NotABarterFairError),
)
async def create_barter_post(occurrence_id: UUID, body: BarterPostCreate, visit: Visit) -> Response:
    """Post what a group offers or looks for on a barter day. Its own people do, or its network for it."""
    return await visit.write(
        lambda tx: service.create(tx, occurrence_id, caller=visit.caller, post=body, now=visit.now),
        status=201,
    )


@router.patch(
    "/barter-posts/{post_id}",
    response_model=BarterPostRead,
    responses=problems(
        NotFoundError, StaleVersionError, VersionRequiredError, OccurrenceOverError, PostClosedError
    ),
)
async def update_barter_post(post_id: UUID, body: BarterPostUpdate, visit: Visit) -> Response:
    """Change an open post. Needs If-Match."""
    expected = visit.expected_version()
    return await visit.write(
        lambda tx: service.update(
            tx, post_id, caller=visit.caller, change=body, expected=expected, now=visit.now
        )
    )


@router.post(
    "/barter-posts/{post_id}/closing", response_model=BarterPostRead, responses=problems(NotFoundError)
)
async def close_barter_post(post_id: UUID, visit: Visit) -> Response:
    """It found its match, or is gone. The group, its network or the fair's organiser may."""
    return await visit.write(lambda tx: service.close(tx, post_id, caller=visit.caller, now=visit.now))
