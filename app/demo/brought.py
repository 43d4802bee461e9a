"""What the demo's groups say before a fair: what they bring, and on the barter day what they offer and look for."""

from collections import defaultdict
from datetime import datetime
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.fairs.queries import assignments as standing
from app.fairs.queries import occurrences as dates
from app.fairs.schemas.announcements import AnnouncementIn, AnnouncementsPut
from app.fairs.schemas.barter import BarterPostCreate
from app.fairs.service import announcements, barter
from app.fairs.states import AssignmentState
from app.kernel.caller import WORKER
from app.kernel.db import Database, Tx, write
from app.kernel.schema import table
from app.people.models import Organisation, OrganisationKind
from app.products.models import Category, Product

_PRODUCT, _CATEGORY, _ORGANISATION = table(Product), table(Category), table(Organisation)
_PRODUCTS = (
    sa.select(_PRODUCT.c.id, _CATEGORY.c.code.label("category"))
    .join(_CATEGORY, _CATEGORY.c.id == _PRODUCT.c.category_id)
    .order_by(_PRODUCT.c.code)
)
_NEIGHBOURS = (
    sa.select(_ORGANISATION.c.id)
    .where(
        _ORGANISATION.c.kind == OrganisationKind.PRODUCER_GROUP,
        _ORGANISATION.c.country == given("country"),
        _ORGANISATION.c.name.like("%(demostración)"),
    )
    .order_by(_ORGANISATION.c.code)
    .limit(5)
)
_POSTS = (
    ("offer", "Papa nativa de la última cosecha", "dos arrobas"),
    ("offer", "Un día de trabajo en la chacra", ""),
    ("offer", "Mantas de lana de oveja", "tres"),
    ("seek", "Semilla de quinua", "media arroba"),
    ("seek", "Ayuda para techar un corral", "dos personas, una mañana"),
)


async def announce(db: Database, date_id: UUID, now: datetime) -> None:
    """Whoever said yes to a stall tells two products of its kind; two of them also bring what they do not make."""
    products: dict[str, list[UUID]] = defaultdict(list)
    for each in await db.all(_PRODUCTS):
        products[each["category"]].append(each["id"])
    stands = [
        stand
        for stand in await standing.rows_of_date(db, date_id)
        if stand["state"] == AssignmentState.CONFIRMED
    ]
    for at, stand in enumerate(stands):
        known = products[stand["category"]]
        chosen = dict.fromkeys(known[(at * 2 + more) % len(known)] for more in range(2)) if known else {}
        items = [AnnouncementIn(product=each, is_own_production=at not in (5, 17)) for each in chosen]
        if items:
            said = AnnouncementsPut(items=items)
            put = partial(announcements.put, date_id=date_id, organisation_id=stand["organisation_id"])
            await write(db, partial(put, caller=WORKER, said=said, now=now))


async def post(db: Database, fair_id: UUID, now: datetime) -> None:
    """Five groups of Bolivia say what they offer and look for on the next barter day."""
    date = (await dates.page(db, limit=1, after=None, fair=fair_id, since=now))[0]["id"]
    groups = [each["id"] for each in await db.all(_NEIGHBOURS, country="BO")]
    for group, (kind, text, amount) in zip(groups, _POSTS, strict=False):
        await write(db, partial(_post, date=date, group=group, said=(kind, text, amount), now=now))


async def _post(tx: Tx, *, date: UUID, group: UUID, said: tuple[str, str, str], now: datetime) -> None:
    kind, text, amount = said
    asked = BarterPostCreate.model_validate(
        {"organisation": group, "kind": kind, "text": text, "amount": amount}
    )
    await barter.create(tx, date, caller=WORKER, post=asked, now=now)
