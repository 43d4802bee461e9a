"""Structured logs, one JSON line each on standard error. Never personal data: ids, codes, counts and times only."""

import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any

import msgspec
import structlog

_MOST_CAUSES, _MOST_FRAMES = 4, 12

request_id: ContextVar[str] = ContextVar("request_id", default="-")


def _where(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """An exception as its classes and the lines of code it came through, never its words: they quote people's data.

    A driver says which value it could not take, a validator what it was given.
    """
    error = event.pop("exc_info", None)
    chain: list[str] = []
    while isinstance(error, BaseException) and len(chain) < _MOST_CAUSES:
        frames = traceback.extract_tb(error.__traceback__)[-_MOST_FRAMES:]
        at = " < ".join(
            f"{frame.filename.rpartition('/app/')[2]}:{frame.lineno}" for frame in reversed(frames)
        )
        state = getattr(error, "sqlstate", None)
        chain.append(f"{type(error).__qualname__}{f' {state}' if state else ''} at {at}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return {**event, "trace": chain} if chain else event


def _encode(event: dict[str, Any], **_: Any) -> bytes:
    return msgspec.json.encode(event)


class _FromLibraries(logging.Handler):
    """Warnings of libraries (uvicorn, asyncio) as lines of ours; without their arguments, which may be people's data."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        error = record.exc_info[1] if record.exc_info else None
        said = str(record.msg).partition("\n")[0]
        log.log(min(record.levelno, logging.ERROR), "library", of=record.name, said=said, exc_info=error)


def configure(level: str) -> None:
    """Set up the process's logging; the level is a name such as `info`."""
    logging.basicConfig(level=logging.WARNING, handlers=[_FromLibraries()])
    ranks = {"debug": 10, "info": 20, "warning": 30, "error": 40}
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(ranks[level]),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where,
            structlog.processors.JSONRenderer(serializer=_encode),
        ],
        logger_factory=structlog.BytesLoggerFactory(file=sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )


log = structlog.get_logger()
