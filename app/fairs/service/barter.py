"""«Ofrezco / busco»: what groups give and look for on a barter day, without money."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.barter import speaks_of_money
from app.fairs.errors import NotABarterFairError, PostClosedError
from app.fairs.queries import barter as queries
from app.fairs.queries import fairs, occurrences
from app.fairs.queries.barter import POST
from app.fairs.schemas.barter import BarterPostCreate, BarterPostUpdate
from app.fairs.service.keeping import coming
from app.fairs.states import FairKind
from app.kernel import journal, wire
from app.kernel.caller import Caller
from app.kernel.db import Row, Tx
from app.kernel.errors import Fault, InvalidError, NotFoundError, StaleVersionError
from app.kernel.text import clean_line
from app.people import access
from app.people.queries import organisations
from app.products import queries as products

_ADD = sa.insert(POST)
_CHANGE = (
    sa.update(POST)
    .where(POST.c.id == given("post"), POST.c.version == given("expected"))
    .values(text=given("said"), amount=given("much"), product_id=given("product"), version=POST.c.version + 1)
)
_CLOSE = (
    sa.update(POST)
    .where(POST.c.id == given("post"), POST.c.is_open.is_(True))
    .values(is_open=False, version=POST.c.version + 1)
)


async def create(tx: Tx, date_id: UUID, *, caller: Caller, post: BarterPostCreate, now: datetime) -> Row:
    """Post what a group offers or looks for.

    Raises NotFoundError, ForbiddenError, OccurrenceOverError, NotABarterFairError, InvalidError.
    """
    date = await coming(tx, date_id, now)
    if (await fairs.row(tx, date["fair_id"]))["kind"] != FairKind.BARTER:
        raise NotABarterFairError
    await organisations.row(tx, post.organisation)
    access.require(caller, "answer", post.organisation)
    identifier = wire.read_id(post.id, now)
    await tx.run(
        _ADD,
        id=identifier,
        occurrence_id=date_id,
        organisation_id=post.organisation,
        kind=post.kind,
        text=_without_money(post.text, "#/text"),
        amount=_without_money(post.amount, "#/amount"),
        product_id=await _product(tx, post.product),
        created_at=now,
    )
    facts = {"occurrence": str(date_id), "organisation": str(post.organisation), "of": post.kind}
    await journal.record(tx, caller, now, "barter_post.created", ("barter_post", identifier), **facts)
    return await queries.post(tx, identifier)


async def update(
    tx: Tx, post_id: UUID, *, caller: Caller, change: BarterPostUpdate, expected: int, now: datetime
) -> Row:
    """Say it better. Raises NotFoundError, ForbiddenError, StaleVersionError, PostClosedError, InvalidError."""
    found = await _own(tx, caller, post_id)
    if not found["is_open"]:
        raise PostClosedError
    await coming(tx, found["occurrence_id"], now)
    asked = change.model_fields_set
    values = {
        "said": found["text"] if change.text is None else _without_money(change.text, "#/text"),
        "much": found["amount"] if change.amount is None else _without_money(change.amount, "#/amount"),
        "product": await _product(tx, change.product) if "product" in asked else found["product_id"],
    }
    if not await tx.run(_CHANGE, post=post_id, expected=expected, **values):
        raise StaleVersionError
    await journal.record(
        tx, caller, now, "barter_post.changed", ("barter_post", post_id), fields=sorted(asked)
    )
    return await queries.post(tx, post_id)


async def close(tx: Tx, post_id: UUID, *, caller: Caller, now: datetime) -> Row:
    """It found its match, or is no longer there; again changes nothing. The fair's keepers may, too.

    Raises NotFoundError, ForbiddenError.
    """
    found = await queries.post(tx, post_id)
    if not caller.may("answer", found["organisation_id"]):
        date = await occurrences.row(tx, found["occurrence_id"])
        await fairs.require(tx, caller, await fairs.row(tx, date["fair_id"]))
    if await tx.run(_CLOSE, post=post_id):
        await journal.record(tx, caller, now, "barter_post.closed", ("barter_post", post_id))
    return await queries.post(tx, post_id)


async def _own(tx: Tx, caller: Caller, post_id: UUID) -> Row:
    found = await queries.post(tx, post_id)
    access.require(caller, "answer", found["organisation_id"])
    return found


async def _product(tx: Tx, product_id: UUID | None) -> UUID | None:
    if product_id is not None:
        try:
            await products.row(tx, product_id)
        except NotFoundError as error:
            raise InvalidError(Fault("#/product", "unknown_product")) from error
    return product_id


def _without_money(text: str, pointer: str) -> str:
    """The text on one line. Raises InvalidError when it names money."""
    said = clean_line(text)
    if speaks_of_money(said):
        raise InvalidError(Fault(pointer, "no_money"))
    return said
