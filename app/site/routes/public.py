"""The home page, and one page per error code."""

from starlette.responses import Response

from app.kernel import i18n
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.visit import Visit
from app.site.pages import PUBLIC, page, site_router

router = site_router()
_LINKS = (
    ("/ferias", "home_fairs"),
    ("/v1/producers", "home_directory"),
    ("/openapi.json", "home_openapi"),
    ("/problems", "home_problems"),
)


@router.get("/")
async def read_home(visit: Visit) -> Response:
    """What Minka is."""
    return page(
        "home.html",
        visit.lang,
        headers=PUBLIC,
        links=[link for link in _LINKS if link[0] in _paths(visit)],
        is_demo=visit.house.settings.demo,
        wide=True,
    )


@router.get("/problems")
async def list_problem_pages(visit: Visit) -> Response:
    """Every error code."""
    listed = [
        {"code": code, "status": status, "title": i18n.texts(visit.lang)["errors"][code]["title"]}
        for code, status in sorted(_statuses().items(), key=lambda found: (found[1], found[0]))
    ]
    demo = visit.house.settings.demo
    return page("problems.html", visit.lang, headers=PUBLIC, is_demo=demo, problems=listed, wide=True)


@router.get("/problems/{code}")
async def read_problem_page(code: str, visit: Visit) -> Response:
    """One error: what it means and what to change. It is the `type` of every problem document."""
    statuses = _statuses()
    if code not in statuses:
        raise NotFoundError
    title, detail = i18n.title_and_detail(visit.lang, code, {})
    return page(
        "notice.html",
        visit.lang,
        headers=PUBLIC,
        is_demo=visit.house.settings.demo,
        title=title,
        detail=detail,
        code=code,
        http_status=statuses[code],
    )


def _paths(visit: Visit) -> set[str]:
    return {getattr(route, "path", "") for route in visit.scope["app"].routes}


def _statuses() -> dict[str, int]:
    """The HTTP status of every error that has a text."""
    found: dict[str, int] = {}
    waiting = [DomainError]
    while waiting:
        error = waiting.pop()
        found[error.code] = error.status
        waiting += error.__subclasses__()
    return {code: status for code, status in found.items() if code in i18n.texts(i18n.DEFAULT)["errors"]}
