"""Changes of who may act: this process forgets at once what it remembered of its callers, others within five seconds."""

from typing import Any

from starlette.responses import Response

from app.kernel.visit import Visit, Work
from app.people import tokens


async def change(visit: Visit, work: Work, **options: Any) -> Response:
    """`visit.write`, and after its commit every caller is looked up again."""
    answer = await visit.write(work, **options)
    tokens.forget(visit.house)
    return answer
