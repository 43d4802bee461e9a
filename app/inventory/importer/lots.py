"""The importer of stock, as `kernel.imports` asks for it."""

from collections.abc import Mapping, Sequence
from typing import ClassVar
from uuid import UUID

from app.inventory.importer import known
from app.inventory.importer.applying import add_lots, change_lot
from app.inventory.importer.columns import COLUMNS
from app.inventory.importer.comparing import line_of
from app.inventory.importer.known import World
from app.inventory.importer.reading import Wanted, read
from app.kernel import sheets
from app.kernel.caller import Caller
from app.kernel.db import Database, Tx
from app.kernel.errors import ForbiddenError
from app.kernel.imports import Ask, Cells, Line, Outcome
from app.kernel.sheets import Column, Record
from app.kernel.text import clean_line
from app.people import access


class LotImporter:
    """Lots by `codigo`, of one group or of many (column `grupo`) that the caller may act for."""

    kind = "lots"
    columns: ClassVar[Mapping[str, Column]] = COLUMNS

    def require(self, caller: Caller, organisation_id: UUID | None) -> None:
        """Whoever keeps a group's stock; a network's file needs its coordinator. Raises ForbiddenError."""
        if organisation_id is not None:
            access.require(caller, "stock", organisation_id)
        elif not caller.is_admin:
            raise ForbiddenError

    async def check(self, db: Database, found: sheets.Table, ask: Ask) -> list[Line]:
        """What every row says and would do."""
        records = list(found.records())
        world = await _world(db, records, ask)
        mark = sheets.decimal_mark(found.sheet)
        read_rows = []
        for record in records:
            cells = Cells(record)
            read_rows.append((record.number, cells, read(cells, world, mark)))
        await _complete(db, world, [wanted for _, _, wanted in read_rows])
        return [line_of(row, cells, wanted, world) for row, cells, wanted in read_rows]

    async def apply(self, tx: Tx, lines: Sequence[Line], ask: Ask) -> None:
        """Add and change lots. Raises ImportStaleError for a lot that is no longer as it was seen."""
        await add_lots(tx, [line for line in lines if line.outcome is Outcome.CREATED], ask)
        for line in lines:
            if line.outcome is Outcome.CHANGED:
                await change_lot(tx, line, ask)


async def _world(db: Database, records: Sequence[Record], ask: Ask) -> World:
    """Load what the rows name."""
    producers, usual = await known.producers_of(db, ask)
    words = [clean_line(sheets.written(record["producto"])) for record in records]
    found = await known.products_named(db, words)
    return World(producers, usual, found, await known.schemes(db))


async def _complete(db: Database, world: World, wanted: Sequence[Wanted]) -> None:
    """Load the lots there are, and the seals held today and on the days when something will be ready."""
    named = [(row.producer, row.code, row) for row in wanted if row.producer and row.code]
    producers = {producer.id for producer, _, _ in named}
    await known.stock_of(db, world, producers, {code for _, code, _ in named})
    claims = [(producer, row) for producer, _, row in named if row.seals]
    claimers = {producer.id for producer, _ in claims}
    await known.seals_of(db, world, claimers, {producer.today for producer, _ in claims})
    later = {
        row.ready_on
        for producer, row in claims
        if row.ready_on
        and not all(world.holds(producer.id, seal, producer.today) for seal in row.seals or ())
    }
    await known.seals_of(db, world, claimers, later - world.held.keys())
