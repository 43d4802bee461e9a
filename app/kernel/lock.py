"""One process writes an SQLite file; a lock beside the file says which one.

Two processes that write, or checkpoint, one WAL file can corrupt it below SQLite 3.51.3 (the WAL-reset bug,
sqlite.org/wal.html#walresetbug). Readers that never checkpoint are not concerned. The lock is the kernel's (flock), so
it ends with its process however that ends; the file's content only tells people who has it.
"""

import contextlib
import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from app.kernel.errors import ConflictError
from app.kernel.settings import Settings

SAFE_VERSION = (3, 51, 3)
_TRIES = 10  # somebody who only asks who holds it holds it for an instant
_PAUSE_SECONDS = 0.02


class Holder(NamedTuple):
    """The process that writes: its id, and the command as its user typed it."""

    pid: int
    command: str


class DatabaseInUseError(ConflictError):
    """Another process is writing this SQLite file."""


@contextlib.contextmanager
def writing(
    settings: Settings, command: str, *, version: tuple[int, int, int] = sqlite3.sqlite_version_info
) -> Iterator[None]:
    """Be the one process that writes the embedded database, until left. On PostgreSQL this is nothing.

    From SQLite 3.51.3 on a second writer is let in. Raises DatabaseInUseError, which names the holder.
    """
    if not settings.is_sqlite:
        yield
        return
    path = _lock_path(settings.sqlite_path)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if _take(descriptor):
            os.truncate(descriptor, 0)
            os.pwrite(descriptor, msgspec.json.encode(Holder(os.getpid(), command)), 0)
        elif version < SAFE_VERSION:
            found = _written(descriptor)
            raise DatabaseInUseError(pid=found.pid, command=found.command)
        yield
    finally:
        os.close(descriptor)


def holder(database: Path) -> Holder | None:
    """Who writes this SQLite file now, or None."""
    try:
        descriptor = os.open(_lock_path(database), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _written(descriptor)
    else:
        return None
    finally:
        os.close(descriptor)


def _lock_path(database: Path) -> Path:
    return database.with_name(f"{database.name}.lock")


def _take(descriptor: int) -> bool:
    for _ in range(_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE_SECONDS)
        else:
            return True
    return False


def _written(descriptor: int) -> Holder:
    try:
        return msgspec.json.decode(os.pread(descriptor, 1_000, 0), type=Holder)
    except msgspec.DecodeError:  # between taking the lock and writing its name
        return Holder(0, "minka")
