"""Categories from a file: codigo, nombre, nombre_en."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import journal, sheets
from app.kernel.caller import Caller
from app.kernel.db import Database, Row, Tx
from app.kernel.errors import ForbiddenError
from app.kernel.imports import Ask, Cells, ImportStaleError, Line, Outcome
from app.kernel.sheets import Column
from app.kernel.text import slug
from app.products import queries, service
from app.products.queries import CATEGORY
from app.products.schemas import CategoryCreate

_RENAME = (
    sa.update(CATEGORY)
    .where(
        CATEGORY.c.id == given("category"),
        CATEGORY.c.name_es == given("was_es"),
        CATEGORY.c.name_en == given("was_en"),
    )
    .values(name_es=given("new_es"), name_en=given("new_en"))
)


class CategoryImporter:
    """Categories by code. For the platform."""

    kind = "product_categories"
    columns: Mapping[str, Column] = MappingProxyType(
        {
            "codigo": Column(("código", "code"), required=True),
            "nombre": Column(("categoria", "categoría", "name"), required=True),
            "nombre_en": Column(("ingles", "inglés", "name_en")),
        }
    )

    def require(self, caller: Caller, organisation_id: UUID | None) -> None:  # noqa: ARG002 - an Importer's signature
        """Raise ForbiddenError unless the platform imports."""
        if not caller.is_admin:
            raise ForbiddenError

    async def check(self, db: Database, found: sheets.Table, ask: Ask) -> list[Line]:  # noqa: ARG002
        """What every row says and would do."""
        known = await queries.categories_by_code(db)
        return [_line(Cells(record), record.number, known) for record in found.records()]

    async def apply(self, tx: Tx, lines: Sequence[Line], ask: Ask) -> None:
        """Add and rename categories. Raises ImportStaleError."""
        for line in lines:
            if line.outcome is Outcome.CREATED:
                category = CategoryCreate.model_validate(line.values)
                await service.add_category(tx, caller=ask.caller, category=category, now=ask.now)
            else:
                await _rename(tx, line, ask)


async def _rename(tx: Tx, line: Line, ask: Ask) -> None:
    if line.target is None:
        raise ImportStaleError
    new = {"new_es": line.values["name_es"], "new_en": line.values["name_en"]}
    was = {"was_es": line.values["was_es"], "was_en": line.values["was_en"]}
    if not await tx.run(_RENAME, category=line.target, **new, **was):
        raise ImportStaleError
    await journal.record(tx, ask.caller, ask.now, "product.category_renamed", ("category", line.target))


def _line(cells: Cells, row: int, known: Mapping[str, Row]) -> Line:
    said = cells.need("codigo", sheets.text, max_length=58)
    name = cells.need("nombre", sheets.text, max_length=120)
    english = cells.take("nombre_en", sheets.text, name, max_length=120)
    code = slug(said or "")
    if said and not code:
        cells.refuse("codigo", "not_a_code")
    if cells.flaws or name is None or english is None:
        return Line(row, code or said, flaws=cells.flaws)
    values = {"code": code, "name_es": name, "name_en": english}
    was = known.get(code)
    if was is None:
        return Line(row, code, outcome=Outcome.CREATED, values=values)
    if not cells.has("nombre_en"):
        values["name_en"] = was["name_en"]
    changes = [
        column
        for column, field in (("nombre", "name_es"), ("nombre_en", "name_en"))
        if values[field] != was[field]
    ]
    values |= {"was_es": was["name_es"], "was_en": was["name_en"]}
    outcome = Outcome.CHANGED if changes else Outcome.SAME
    return Line(row, code, outcome=outcome, values=values, target=was["id"], changes=changes)
