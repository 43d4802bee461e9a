"""Adding, renaming and removing a product's variants, packs and local measures; each changes the product's version."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import journal, units, wire
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import (
    ConflictError,
    Fault,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    StaleVersionError,
)
from app.kernel.text import clean_line
from app.people import access
from app.products import queries
from app.products.queries import LOCAL_UNIT, PACK, PRODUCT, VARIANT
from app.products.schemas import LocalUnitPut, PackPut, VariantPut

_MOST = 50
_NEXT_VERSION = (
    sa.update(PRODUCT)
    .where(PRODUCT.c.id == given("product"), PRODUCT.c.version == given("expected"))
    .values(version=PRODUCT.c.version + 1)
)


def _statements(part: sa.Table, *columns: str) -> tuple[sa.Update, sa.Insert, sa.Delete]:
    this = (part.c.product_id == given("product"), part.c.code == given("part"))
    change = sa.update(part).where(*this).values({name: given(f"new_{name}") for name in columns})
    return change, sa.insert(part), sa.delete(part).where(*this)


_VARIANTS = _statements(VARIANT, "name")
_PACKS = _statements(PACK, "name", "quantity_base")
_LOCAL_UNITS = _statements(LOCAL_UNIT, "factor_base")
_Work = Callable[[Row], Awaitable[None]]


class VariantInUseError(ConflictError):
    """Somebody has stock of this variant."""


async def put_variant(
    tx: Tx, product_id: UUID, code: str, *, caller: Caller, variant: VariantPut, expected: int, now: datetime
) -> Row:
    """Add or rename a colour or size. Raises NotFoundError, ForbiddenError, StaleVersionError, InvalidError."""

    async def work(found: Row) -> None:
        values = {"name": clean_line(variant.name)}
        await _put(tx, _VARIANTS, product_id, code, values=values, existing=found["variants"])

    return await _changed(
        tx, product_id, "variant_put", code, work, caller=caller, expected=expected, now=now
    )


async def put_pack(
    tx: Tx, product_id: UUID, code: str, *, caller: Caller, pack: PackPut, expected: int, now: datetime
) -> Row:
    """Add or change a packing; stock is kept in base units and stays. Raises as `put_variant`."""

    async def work(found: Row) -> None:
        quantity = wire.read_quantity(pack.quantity, "#/quantity", base=found["base_unit"])
        values = {"name": clean_line(pack.name), "quantity_base": quantity}
        await _put(tx, _PACKS, product_id, code, values=values, existing=found["packs"])

    return await _changed(tx, product_id, "pack_put", code, work, caller=caller, expected=expected, now=now)


async def put_local_unit(
    tx: Tx, product_id: UUID, code: str, *, caller: Caller, unit: LocalUnitPut, expected: int, now: datetime
) -> Row:
    """Say how much a local measure holds from now on; what was counted before stays. Raises as `put_variant`."""

    async def work(found: Row) -> None:
        factor = wire.read_quantity(unit.quantity, "#/quantity", base=found["base_unit"])
        values, unit_code = {"factor_base": factor}, local_unit(code, "path/code")
        await _put(tx, _LOCAL_UNITS, product_id, unit_code, values=values, existing=found["local_units"])

    return await _changed(tx, product_id, "unit_put", code, work, caller=caller, expected=expected, now=now)


async def remove_variant(
    tx: Tx, product_id: UUID, code: str, *, caller: Caller, expected: int, now: datetime
) -> Row:
    """Take a variant out while nobody has stock of it: the room of stock, above, refuses by its reaction.

    Raises as `put_variant`, and VariantInUseError.
    """

    async def work(_: Row) -> None:
        await _remove(tx, _VARIANTS, product_id, code)

    return await _changed(
        tx, product_id, "variant_removed", code, work, caller=caller, expected=expected, now=now
    )


async def remove_pack(
    tx: Tx, product_id: UUID, code: str, *, caller: Caller, expected: int, now: datetime
) -> Row:
    """Take a packing out; stock stays, in base units. Raises as `put_variant`."""

    async def work(_: Row) -> None:
        await _remove(tx, _PACKS, product_id, code)

    return await _changed(
        tx, product_id, "pack_removed", code, work, caller=caller, expected=expected, now=now
    )


async def remove_local_unit(
    tx: Tx, product_id: UUID, code: str, *, caller: Caller, expected: int, now: datetime
) -> Row:
    """Take a local measure out; what was counted with it stays. Raises as `put_variant`."""

    async def work(_: Row) -> None:
        await _remove(tx, _LOCAL_UNITS, product_id, code)

    return await _changed(
        tx, product_id, "unit_removed", code, work, caller=caller, expected=expected, now=now
    )


def require_keeper(caller: Caller, product: Row) -> None:
    """Only the network that keeps a product in the catalogue, or the platform, changes it. Raises ForbiddenError."""
    if product["owner_id"] is not None:
        access.require(caller, "coordinate", product["owner_id"])
    elif not caller.is_admin:
        raise ForbiddenError


def local_unit(code: str, pointer: str) -> str:
    """The code of a measure without a fixed size («saco», «manojo»). Raises InvalidError for any other."""
    try:
        unit = units.find(code)
    except units.UnitsError as error:
        raise InvalidError(Fault(pointer, error.code)) from error
    if not unit.is_local or unit.code != code:
        raise InvalidError(Fault(pointer, "not_a_local_unit"))
    return code


async def _changed(
    tx: Tx,
    product_id: UUID,
    verb: str,
    code: str,
    work: _Work,
    *,
    caller: Caller,
    expected: int,
    now: datetime,
) -> Row:
    found = await queries.row(tx, product_id)
    require_keeper(caller, found)
    if not await tx.run(_NEXT_VERSION, product=product_id, expected=expected):
        raise StaleVersionError
    await journal.record(tx, caller, now, f"product.{verb}", ("product", product_id), part=code)
    await work(found)
    return await queries.product(tx, product_id)


async def _put(
    tx: Tx,
    statements: tuple[sa.Update, sa.Insert, sa.Delete],
    product_id: UUID,
    code: str,
    *,
    values: dict[str, Any],
    existing: list[Row],
) -> None:
    change, add, _ = statements
    new = {f"new_{name}": value for name, value in values.items()}
    if await tx.run(change, product=product_id, part=code, **new):
        return
    if len(existing) >= _MOST:
        raise InvalidError(Fault("path/code", "too_long", max_length=_MOST))
    await tx.run(add, product_id=product_id, code=code, **values)


async def _remove(
    tx: Tx, statements: tuple[sa.Update, sa.Insert, sa.Delete], product_id: UUID, code: str
) -> None:
    if not await tx.run(statements[2], product=product_id, part=code):
        raise NotFoundError
