"""Where the link of a first sign-in leads: the code stands in its fragment, which no browser sends and no log keeps."""

from starlette.responses import Response

from app.kernel.visit import Visit
from app.site.pages import PRIVATE, inline, page, policy_with, site_router

router = site_router()
_STYLE, _SCRIPT = inline("entrar.css"), inline("entrar.js")
_POLICY = policy_with(_STYLE, scripts=[_SCRIPT])


@router.get("/entrar")
async def read_enter_page(visit: Visit) -> Response:
    """What the code is for and where to type it; a small script shows the code, which the server never sees."""
    return page(
        "entrar.html",
        visit.lang,
        headers=PRIVATE,
        policy=_POLICY,
        private=True,
        is_demo=visit.house.settings.demo,
        own_style=_STYLE,
        script=_SCRIPT,
    )
