"""Before a command writes: nobody else does, and the schema is this program's."""

import asyncio
import contextlib
from collections.abc import Iterator

from app.kernel import lock, migrating
from app.kernel.db import connect
from app.kernel.settings import Settings


@contextlib.contextmanager
def ready(settings: Settings, command: str) -> Iterator[None]:
    """Hold the database for `command` until left, at this program's schema.

    The embedded database is brought up here. On PostgreSQL that is decided by people: raises NoSchemaError,
    OldSchemaError or NewSchemaError. Raises DatabaseInUseError when another process writes the SQLite file.
    """
    with lock.writing(settings, command):
        if settings.is_sqlite:
            _upgrade(settings)
        else:
            asyncio.run(migrating.require_current(settings))
        yield


def bring_up(settings: Settings) -> None:
    """`minka migrate`: bring the schema up and say from where to where."""
    with lock.writing(settings, "minka migrate"):
        before, after = _upgrade(settings)
    said = f"ya estaba al día ({after})" if before == after else f"pasó de {before or 'vacía'} a {after}"
    print(f"La base de datos {said}.")


def _upgrade(settings: Settings) -> tuple[str | None, str]:
    before, needs = asyncio.run(_current(settings)), migrating.revisions()[-1]
    if before is not None and before not in migrating.revisions():
        raise migrating.NewSchemaError(has=before, needs=needs)
    if before != needs:
        migrating.upgrade(settings)
    return before, needs


async def _current(settings: Settings) -> str | None:
    if settings.is_sqlite and not settings.sqlite_path.exists():
        return None
    async with await connect(settings, writing=False) as db:
        return await migrating.current(db)
