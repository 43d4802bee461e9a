"""What our environment promises of any migration, tried on small ones of our own with the traps in them."""

import asyncio
import shutil
import sqlite3

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.kernel import migrating
from app.kernel.settings import Settings
from tests import postgres

FIRST = '''
"""A group with its lots."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0001", None
def upgrade():
    op.create_table("grupo", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))
    op.create_table(
        "lote", sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("grupo_id", sa.Integer, sa.ForeignKey("grupo.id", ondelete="CASCADE")),
    )
    op.execute("insert into grupo values (1, 'Sumaq Tika')")
    op.execute("insert into lote values (10, 1)")
def downgrade():
    op.drop_table("lote")
    op.drop_table("grupo")
'''
REMAKE = '''
"""Make the parent table anew: with foreign keys on, SQLite would delete its children."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    with op.batch_alter_table("grupo") as grupo:
        grupo.alter_column("name", type_=sa.String(40))
        grupo.add_column(sa.Column("country", sa.String(2), server_default="PE", nullable=False))
def downgrade():
    with op.batch_alter_table("grupo") as grupo:
        grupo.alter_column("name", type_=sa.String(20))
        grupo.drop_column("country")
'''
FAILS = '''
"""Does half of its work, then fails."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0003", "0002"
def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("update grupo set name = 'half'")
    op.execute("insert into nowhere values (1)")
def downgrade():
    pass
'''
ORPHANS = '''
"""Leaves a lot of a group that is not there."""
from alembic import op
revision, down_revision = "0003", "0002"
def upgrade():
    op.execute("create table half (id integer)")
    op.execute("update lote set grupo_id = 99")
def downgrade():
    pass
'''


class Migrations:
    """A folder of migrations under our env.py, and a database for them."""

    def __init__(self, folder, settings):
        self.folder, self.settings = folder, settings
        (folder / "versions").mkdir(parents=True)
        for name in ("env.py", "script.py.mako"):
            shutil.copy(migrating.folder() / name, folder / name)

    def write(self, **versions):
        for name, text in versions.items():
            (self.folder / "versions" / f"{name}.py").write_text(text)

    def run(self, verb, to):
        configuration = Config()
        configuration.set_main_option("script_location", str(self.folder))
        configuration.attributes["database_url"] = self.settings.database_url
        getattr(command, verb)(configuration, to)

    def ask(self, sql):
        if self.settings.is_sqlite:
            connection = sqlite3.connect(self.settings.sqlite_path)
            found = connection.execute(sql).fetchall()
            connection.close()
            return found
        return asyncio.run(self._ask(sql))

    async def _ask(self, sql):
        connection = await asyncpg.connect(self.settings.database_url)
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    def tables(self):
        lite = "select name from sqlite_master where type = 'table'"
        post = "select tablename::text from pg_tables where schemaname = 'public'"
        return {name for (name,) in self.ask(lite if self.settings.is_sqlite else post)}


@pytest.fixture
def migrations(engine, tmp_path, request, worker_id):
    if engine == "sqlite":
        url = f"sqlite:///{tmp_path / 'minka.db'}"
    else:
        url = postgres.create_database(
            request.getfixturevalue("postgres_server"), f"minka_test_{worker_id}_small"
        )
    settings = Settings(database_url=url, secret_key="k" * 40, _env_file=None)
    small = Migrations(tmp_path / "migrations", settings)
    small.write(first=FIRST, remake=REMAKE)
    return small


def test_table_made_anew_keeps_the_rows_that_refer_to_it(migrations):
    migrations.run("upgrade", "head")
    assert migrations.ask("select id, name, country from grupo") == [(1, "Sumaq Tika", "PE")]
    assert migrations.ask("select id, grupo_id from lote") == [(10, 1)]

    migrations.run("downgrade", "0001")
    assert migrations.ask("select * from grupo") == [(1, "Sumaq Tika")]
    assert migrations.ask("select id, grupo_id from lote") == [(10, 1)]


def test_migration_that_fails_leaves_nothing_half_done(migrations):
    migrations.write(fails=FAILS)

    with pytest.raises(Exception, match="nowhere"):
        migrations.run("upgrade", "head")

    assert migrations.tables() == {"alembic_version", "grupo", "lote"}
    assert migrations.ask("select name, country from grupo") == [("Sumaq Tika", "PE")]
    assert migrations.ask("select version_num from alembic_version") == [("0002",)]


def test_migration_that_failed_can_be_mended_and_run_again(migrations):
    migrations.write(fails=FAILS)
    with pytest.raises(Exception, match="nowhere"):
        migrations.run("upgrade", "head")

    migrations.write(fails=FAILS.replace('    op.execute("insert into nowhere values (1)")\n', ""))
    migrations.run("upgrade", "head")

    assert migrations.ask("select version_num from alembic_version") == [("0003",)]
    assert migrations.ask("select name from grupo") == [("half",)]


def test_migration_that_leaves_a_reference_to_nothing_is_undone(migrations):
    migrations.write(orphans=ORPHANS)

    with pytest.raises(Exception, match=r"(?i)1 rows, the first in lote|foreign key"):
        migrations.run("upgrade", "head")

    assert "half" not in migrations.tables()
    assert migrations.ask("select id, grupo_id from lote") == [(10, 1)]
    assert migrations.ask("select version_num from alembic_version") == [("0002",)]


def test_versions_are_named_by_their_files():
    script = ScriptDirectory(str(migrating.folder()))

    in_order = [revision.revision for revision in script.walk_revisions()][::-1]

    assert list(migrating.revisions()) == in_order
    assert script.get_current_head() == migrating.revisions()[-1]


def test_migrations_import_nothing_that_may_change_after_them():
    for path in (migrating.folder() / "versions").glob("*.py"):
        assert not [line for line in path.read_text().splitlines() if "import" in line and "app" in line], (
            path
        )
        assert ScriptDirectory(str(migrating.folder())).get_revision(path.name.partition("_")[0]).doc
