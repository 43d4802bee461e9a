"""The database's schema: which version it has, which one this program needs, and the way from one to the other."""

from functools import cache
from pathlib import Path

import sqlalchemy as sa

from app.kernel.db import Database, connect, lite
from app.kernel.errors import ConflictError
from app.kernel.settings import Settings

_VERSION = sa.select(sa.column("version_num", sa.String)).select_from(sa.table("alembic_version"))
_IS_THERE = {
    "sqlite": sa.select(sa.column("name", sa.String))
    .select_from(sa.table("sqlite_master"))
    .where(sa.column("name") == "alembic_version"),
    "postgresql": sa.select(
        sa.func.to_regclass("alembic_version", type_=sa.String).cast(sa.String).label("name")
    ),
}


class OldSchemaError(ConflictError):
    """The database's schema is older than this program's: `minka migrate` brings it up."""


class NoSchemaError(ConflictError):
    """The database is there, without tables: `minka migrate` makes them."""


class NoDatabaseError(ConflictError):
    """There is no file of that name: `minka migrate` or `minka serve` makes it."""


class NewSchemaError(ConflictError):
    """The database's schema comes from a newer Minka."""


def folder() -> Path:
    """The migrations: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "_migrations"
    return installed if installed.is_dir() else package.parent / "migrations"


@cache
def revisions() -> tuple[str, ...]:
    """Every version of the schema, oldest first: by the files' names, because Alembic takes 0.1 s to be imported."""
    return tuple(sorted(path.name.partition("_")[0] for path in (folder() / "versions").glob("[0-9]*.py")))


async def current(db: Database) -> str | None:
    """The version of this database's schema; None before the first migration."""
    if await db.value(_IS_THERE[db.dialect.name]) is None:
        return None
    version: str | None = await db.value(_VERSION)
    return version


async def require_current(settings: Settings) -> None:
    """Raises NoDatabaseError, NoSchemaError, OldSchemaError or NewSchemaError when the schema is not this program's."""
    if settings.is_sqlite and not settings.sqlite_path.exists():
        raise NoDatabaseError(path=settings.sqlite_path.absolute())
    async with await connect(settings, writing=False) as db:
        has, needs = await current(db), revisions()[-1]
    if has == needs:
        return
    if has is None:
        raise NoSchemaError
    raise (OldSchemaError if has in revisions() else NewSchemaError)(has=has, needs=needs)


def upgrade(settings: Settings, *, to: str = "head") -> None:
    """Bring the schema up, one transaction per migration; the file and its folder are made when absent.

    Outside any event loop: Alembic runs its own for PostgreSQL. Raises NewSchemaError.
    """
    from alembic import command
    from alembic.util.exc import CommandError

    if settings.is_sqlite:
        lite.make(settings.sqlite_path)
    try:
        command.upgrade(_configuration(settings), to)
    except CommandError as error:
        raise NewSchemaError(has="?", needs=revisions()[-1]) from error


def downgrade(settings: Settings, *, to: str) -> None:
    """Take the schema back to an older version (`base`: to nothing). What newer columns hold is lost."""
    from alembic import command

    command.downgrade(_configuration(settings), to)


def _configuration(settings: Settings):  # type: ignore[no-untyped-def]  # noqa: ANN202 - Alembic is imported lazily
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(folder()).replace("%", "%%"))
    configuration.attributes["database_url"] = settings.database_url
    return configuration
