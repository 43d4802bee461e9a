"""`minka check`: each invariant is broken once, by rows that no verb of ours would write, and is named."""

import asyncio
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from app import invariants
from app.cli.checking import check_all
from app.kernel.checks import verify
from app.kernel.db import Lite
from app.kernel.schema import table
from app.kernel.settings import Settings
from app.main import build_app
from app.producers.models import ProducerProfile
from tests.cli.minka import minka
from tests.client import Client
from tests.factories import files, inventory, ledger, orders, products, seals

CODES = [code for checks in invariants.CHECKS.values() for code, _ in checks]
BREAKS = {
    "delete from outbox_event where rowid = 1": {"change_has_both_rows"},
    "update audit_entry set action = 'lot.stolen' where rowid = 1": {"change_has_both_rows"},
    "delete from upload_piece": {"upload_has_its_bytes"},
    "update upload set received = 3 where file_id is null": {"upload_has_its_bytes"},
    "delete from file_body where size = 'small'": {"file_has_its_bodies"},
    "update stored_file set media = 'application/pdf'": {"file_has_its_bodies"},
    "update outbox_event set sequence = 7": {"event_number_is_given_once"},
    "update app_user set erased_at = created_at where rowid = 1": {"erased_people_are_gone"},
    "update affiliation set group_id = network_id where rowid = 1": {"network_is_not_its_own"},
    "update organisation set verified_at = created_at where kind = 'producer_group'": {
        "verified_kind_needs_it"
    },
    "update ledger_entry set amount_minor = amount_minor + 1 where rowid = 1": {"posting_balances"},
    "delete from ledger_posting": {"entry_has_posting_and_account"},
    "delete from ledger_entry": {"posting_has_two_sides"},
    "update lot set available_base = available_base + 1 where rowid = 1": {"lot_is_sum_of_movements"},
    "update lot set reserved_base = reserved_base - 1 where reserved_base > 0": {
        "lot_held_is_sum_of_reservations"
    },
    "update lot set reserved_base = available_base + 1 where rowid = 1": {
        "lot_held_is_sum_of_reservations",
        "lot_held_within_stock",
    },
    "update capacity_week set reserved_base = 1 where rowid = 1": {"week_held_is_sum_of_reservations"},
    "update capacity_week set reserved_base = available_base + 1 where rowid = 1": {
        "week_held_is_sum_of_reservations",
        "week_held_within_capacity",
    },
    "update capacity set producer_id = (select id from organisation where kind = 'network')": {
        "lot_on_order_has_own_capacity"
    },
    "update order_line set quantity_base = 1": {"line_within_wanted"},
    "update reservation set state = 'released'": {"part_is_held", "lot_held_is_sum_of_reservations"},
    "update allocation set state = 'declined' where rowid = 1": {"ended_part_holds_nothing"},
    "update allocation_take set quantity_base = quantity_base - 1": {"part_is_sum_of_lots"},
    "update allocation set amount_minor = 0": {"part_pays_lot_prices"},
    "update buyer_order set state = 'cancelled'": {"ended_order_has_no_live_part"},
    "update buyer_order set plan_id = null": {"order_names_newest_plan"},
    "update buyer_order set state = 'confirmed'": {"answered_order_waits_for_nobody"},
    "update plan set state = 'drafted' where state = 'void'": {"order_has_one_open_plan"},
    "update producer_profile set active = 99": {"members_add_up"},
    "update producer_profile set verified_at = null": {"members_verified_by_a_network"},
    "delete from producer_profile where rowid = 1": {"producer_has_form"},
    "update organisation set verified_at = null where kind = 'certifier'": {"seal_granted_by_verified"},
    "update seal_scheme set owner_id = (select id from organisation where kind = 'network')": {
        "seal_granted_by_owner"
    },
    "update seal_grant set producer_id = (select id from organisation where kind = 'network')": {
        "seal_of_a_producer"
    },
}


async def _world(client, db):
    """An order that waits for its producers, something made on order, and a seal: a row of every kind."""
    market = await orders.market(client, db)
    group = market.groups["Ayni"].id
    scarf = await products.product(db, "Chalina", base_unit="H87", unit="H87", price_unit_base=1)
    await inventory.capacity_lot(db, group, scarf, await inventory.capacity(db, group))
    await seals.grant(db, group, await seals.scheme(db))
    async with db.tx() as tx:
        await tx.run(
            sa.update(table(ProducerProfile)).values(verified_by_id=market.network, verified_by="worker")
        )
    await ledger.fee_due(db, market.network, group)
    await files.brought(db)
    await market.accepted("90")
    planned_twice = await market.submitted("5")
    await market.planned(planned_twice)
    await market.planned(planned_twice)


async def _build(path):
    settings = Settings(database_url=f"sqlite:///{path}", secret_key="k" * 40, _env_file=None)
    async with Lite.open(path) as db, Client(build_app(settings, db=db)) as client:
        await _world(client, db)


@pytest.fixture(scope="module")
def world(sqlite_template, tmp_path_factory):
    path = tmp_path_factory.mktemp("world") / "minka.db"
    path.write_bytes(sqlite_template)
    with ThreadPoolExecutor(1) as thread:  # the suite's own event loop may be running here
        thread.submit(asyncio.run, _build(path)).result()
    return path.read_bytes()


@pytest.fixture
def settings_of_world(world, tmp_path):
    path = tmp_path / "minka.db"
    path.write_bytes(world)
    connection = sqlite3.connect(path)
    connection.executescript("create table alembic_version (version_num text); ")
    connection.execute("insert into alembic_version values ('0001')")
    connection.commit()
    connection.close()
    return Settings(database_url=f"sqlite:///{path}", _env_file=None)


def _break(settings, sql):
    connection = sqlite3.connect(settings.sqlite_path)
    connection.executescript("pragma ignore_check_constraints=on; pragma foreign_keys=off")
    touched = connection.execute(sql).rowcount
    connection.commit()
    connection.close()
    assert touched > 0


def _check(settings, capsys):
    """The exit code, what was said, and the invariants that were named as broken."""
    with ThreadPoolExecutor(1) as thread:
        code = thread.submit(check_all, settings).result()
    said = capsys.readouterr().out
    return code, said, set(re.findall(r"MAL .*\((\w+)\)$", said, re.MULTILINE))


def test_sound_world_is_found_sound(settings_of_world, capsys):
    code, said, broken = _check(settings_of_world, capsys)

    assert (code, broken) == (0, set())
    assert said.splitlines()[-1] == f"Todo se cumple: {len(CODES)} comprobaciones."
    assert len(re.findall(r"^  bien ", said, re.MULTILINE)) == len(CODES)


@pytest.mark.parametrize("sql", BREAKS)
def test_broken_invariant_is_named_with_what_breaks_it(settings_of_world, capsys, sql):
    _break(settings_of_world, sql)

    code, said, broken = _check(settings_of_world, capsys)

    assert (code, broken) == (1, BREAKS[sql])
    assert len(re.findall(r"^        \w+ [0-9a-f-]{36}|^        sequence 7", said, re.MULTILINE)) >= len(
        broken
    )
    assert said.splitlines()[-1].startswith("No se cumple")


def test_every_invariant_is_broken_once_above():
    """Those of fairs are broken in tests/fairs/test_checks.py."""
    of_fairs = {code for code, _ in invariants.CHECKS["fairs"]}

    assert set().union(*BREAKS.values()) == set(CODES) - of_fairs


def test_check_reads_beside_a_writer_and_changes_nothing(settings_of_world, capsys):
    writer = sqlite3.connect(settings_of_world.sqlite_path, isolation_level=None)
    writer.execute("pragma journal_mode=wal")
    writer.execute("create table beside (id)")
    wal = settings_of_world.sqlite_path.with_name("minka.db-wal")
    before = (settings_of_world.sqlite_path.read_bytes(), wal.read_bytes())
    writer.execute("begin immediate")

    code, _, _ = _check(settings_of_world, capsys)

    assert (code, (settings_of_world.sqlite_path.read_bytes(), wal.read_bytes())) == (0, before)
    writer.close()


def test_check_does_not_checkpoint_what_a_crash_left(settings_of_world, capsys):
    """Closing the last connection to a WAL file checkpoints it, unless it was opened read-only."""
    path = settings_of_world.sqlite_path
    wal = path.with_name("minka.db-wal")
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("pragma journal_mode=wal")
    writer.execute("create table beside (id)")
    left = (path.read_bytes(), wal.read_bytes())
    writer.close()
    path.write_bytes(left[0])
    wal.write_bytes(left[1])

    code, _, _ = _check(settings_of_world, capsys)

    assert (code, (path.read_bytes(), wal.read_bytes())) == (0, left)


def test_check_of_a_database_that_is_not_ready_says_what_to_do(tmp_path):
    missing, empty = tmp_path / "missing.db", tmp_path / "empty.db"
    empty.write_bytes(b"")

    first = minka("check", database_url=f"sqlite:///{missing}")
    second = minka("check", database_url=f"sqlite:///{empty}")

    assert [(run.returncode, run.stdout) for run in (first, second)] == [(1, "")] * 2
    assert first.stderr == (
        f"minka: Todavía no hay base de datos. No existe {missing}. Créela con `minka migrate` o `minka serve`, "
        "o diga otra en MINKA_DATABASE_URL.\n"
    )
    assert second.stderr == (
        "minka: La base de datos está sin preparar. No tiene las tablas de Minka. Ejecute `minka migrate` "
        "y vuelva a empezar.\n"
    )
    assert not missing.exists()


async def test_statements_hold_on_both_databases(client, db):
    await _world(client, db)

    assert [verdict for verdict in await verify(db, invariants.CHECKS) if verdict.broken] == []

    async with db.tx() as tx:
        await tx.run(sa.text("update buyer_order set plan_id = null"))
        await tx.run(sa.text("update outbox_event set sequence = 7"))
    broken = {verdict.code for verdict in await verify(db, invariants.CHECKS) if verdict.broken}
    assert broken == {"order_names_newest_plan", "event_number_is_given_once"}
