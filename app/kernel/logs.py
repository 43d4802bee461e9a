"""Structured logs, one JSON line each on standard error. Never personal data: ids, codes, counts and times only."""

import logging
import sys
import traceback
from contextvars import ContextVar
from typing import Any

import msgspec

from app.kernel import clock

_MOST_CAUSES, _MOST_FRAMES = 4, 12
_RANKS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}

request_id: ContextVar[str] = ContextVar("request_id", default="-")


def _where(event: dict[str, Any]) -> dict[str, Any]:
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


class _FromLibraries(logging.Handler):
    """Warnings of libraries (uvicorn, asyncio) as lines of ours; without their arguments, which may be people's data."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        error = record.exc_info[1] if record.exc_info else None
        said = str(record.msg).partition("\n")[0]
        tell = log.error if record.levelno >= logging.ERROR else log.warning
        tell("library", of=record.name, said=said, exc_info=error)


class _Log:
    """Writes events, each with its facts as fields.

    Thirty lines for 5 MB of a worker's memory and a twentieth of its start: `structlog` brings the terminal library.
    """

    def __init__(self) -> None:
        self._least = logging.INFO

    def least(self, level: str) -> None:
        """Write nothing below this level."""
        self._least = _RANKS[level]

    def info(self, event: str, **facts: Any) -> None:
        """What happened."""
        self._write("info", event, facts)

    def warning(self, event: str, **facts: Any) -> None:
        """What somebody should look at one day."""
        self._write("warning", event, facts)

    def error(self, event: str, **facts: Any) -> None:
        """What is broken; `exc_info` is the exception."""
        self._write("error", event, facts)

    def _write(self, level: str, event: str, facts: dict[str, Any]) -> None:
        if _RANKS[level] >= self._least:
            now = clock.now().isoformat().replace("+00:00", "Z")
            line = {"event": event, **_where(facts), "level": level, "timestamp": now}
            sys.stderr.buffer.write(msgspec.json.encode(line) + b"\n")
            sys.stderr.buffer.flush()


def configure(level: str) -> None:
    """Set up the process's logging; the level is a name such as `info`."""
    logging.basicConfig(level=logging.WARNING, handlers=[_FromLibraries()])
    log.least(level)


log = _Log()
