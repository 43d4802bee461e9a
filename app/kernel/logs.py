"""Structured logs, one JSON line each on standard error. Never personal data: ids, codes, counts and times only."""

import sys
from contextvars import ContextVar
from typing import Any

import msgspec
import structlog

request_id: ContextVar[str] = ContextVar("request_id", default="-")


def _encode(event: dict[str, Any], **_: Any) -> bytes:
    return msgspec.json.encode(event)


def configure(level: str) -> None:
    """Set up the process's logging; the level is a name such as `info`."""
    ranks = {"debug": 10, "info": 20, "warning": 30, "error": 40}
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(ranks[level]),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_encode),
        ],
        logger_factory=structlog.BytesLoggerFactory(file=sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )


log = structlog.get_logger()
