"""A plan without a database: the interchange document in, its answer out; bounded, off the event loop."""

import asyncio
from typing import Any

from app.aggregation.document import PREVIEW
from app.aggregation.plan import answer_document
from app.aggregation.problems import DocumentError
from app.kernel.caller import Caller
from app.kernel.errors import Fault, InvalidError, TooLargeError, TooManyRequestsError

MOST_BYTES = 1_000_000
AT_ONCE = 2


async def preview(running: dict[str, int], caller: Caller, body: bytes) -> bytes:
    """The document's canonical answer. `running` counts what each caller has under way in this process.

    Raises TooLargeError, TooManyRequestsError (two at a time), InvalidError.
    """
    if len(body) > MOST_BYTES:
        raise TooLargeError(limit=MOST_BYTES // 1_000_000)
    name = caller.name
    if running.get(name, 0) >= AT_ONCE:
        raise TooManyRequestsError
    running[name] = running.get(name, 0) + 1
    try:
        return await asyncio.to_thread(answer_document, body, PREVIEW)
    except DocumentError as error:
        raise InvalidError(*(_fault(problem) for problem in error.problems)) from error
    finally:
        running[name] -= 1
        if not running[name]:
            del running[name]


def _fault(problem: Any) -> Fault:
    fault = Fault(f"#{problem.pointer}", problem.code, **problem.params)
    fault.texts = "document"
    return fault
