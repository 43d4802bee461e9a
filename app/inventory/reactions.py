"""What stock does when something below it happens; `wiring` connects it."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory.models import Lot, LotSeal
from app.kernel.db import Tx
from app.kernel.journal import Happening
from app.kernel.schema import table
from app.products.service import VariantInUseError
from app.seals.models import SealGrant, SealScheme

LOT, SEAL = table(Lot), table(LotSeal)
SCHEME, GRANT = table(SealScheme), table(SealGrant)
_IN_STOCK = (
    sa.select(LOT.c.id)
    .where(LOT.c.product_id == given("product"), LOT.c.variant == given("variant"))
    .limit(1)
)
_CLAIMED = sa.exists().where(SEAL.c.lot_id == LOT.c.id, SEAL.c.scheme_code == given("scheme"))
_RENEW = (
    sa.update(LOT)
    .where(LOT.c.producer_id == given("producer"), _CLAIMED)
    .values(version=LOT.c.version + 1, updated_at=given("at"))
)
_STILL_HELD = sa.exists().where(
    GRANT.c.producer_id == given("producer"),
    GRANT.c.scheme_id == sa.select(SCHEME.c.id).where(SCHEME.c.code == given("scheme")).scalar_subquery(),
    GRANT.c.revoked_at.is_(None),
    GRANT.c.valid_until >= given("day", type_=sa.Date),
)
_LOSE = sa.delete(SEAL).where(
    SEAL.c.scheme_code == given("scheme"),
    SEAL.c.lot_id.in_(sa.select(LOT.c.id).where(LOT.c.producer_id == given("producer"))),
    sa.not_(_STILL_HELD),
)


async def keep_variants_in_stock(tx: Tx, happening: Happening) -> None:
    """A variant that some lot is of stays in the catalogue. Raises VariantInUseError."""
    if await tx.one(_IN_STOCK, product=happening.subject_id, variant=happening.facts["part"]):
        raise VariantInUseError


async def take_seal_from_lots(tx: Tx, happening: Happening) -> None:
    """A seal was revoked: the lots that claim it are others than those that were planned with, so plans are made anew.

    They lose it unless somebody else has granted it too.
    """
    facts = happening.facts
    named = {"producer": UUID(facts["producer"]), "scheme": facts["scheme"]}
    await tx.run(_RENEW, **named, at=happening.at)
    await tx.run(_LOSE, **named, day=happening.at.date())
