"""Changes of who may act: this process forgets at once what it remembered of its callers, others within five seconds."""

from typing import Any

from starlette.responses import Response

from app.kernel import ratelimit
from app.kernel.visit import Visit, Work
from app.people import tokens
from app.people.codes import CodeInvalidError

_WRONG_CODES = "300/minute"


async def change(visit: Visit, work: Work, **options: Any) -> Response:
    """`visit.write`, and after its commit every caller is looked up again."""
    answer = await visit.write(work, **options)
    tokens.forget(visit.house)
    return answer


async def try_code(visit: Visit, work: Work, **options: Any) -> Response:
    """As `change`, for a work that needs somebody's code.

    Wrong codes are counted together, from wherever they come: a thousand codes that wait for their people are one in
    800 million, five years at this rate. Raises SlowDownError.
    """
    ratelimit.check(visit.house.caches, _WRONG_CODES, "wrong codes")
    try:
        return await change(visit, work, **options)
    except CodeInvalidError:
        ratelimit.count(visit.house.caches, _WRONG_CODES, "wrong codes")
        raise
