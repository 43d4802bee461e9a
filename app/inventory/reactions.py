"""What stock does when something below it happens; `wiring` connects it."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory.models import Lot, LotSeal
from app.kernel.db import Tx
from app.kernel.journal import Happening
from app.kernel.schema import table
from app.products.service import VariantInUseError

LOT, SEAL = table(Lot), table(LotSeal)
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


async def keep_variants_in_stock(tx: Tx, happening: Happening) -> None:
    """A variant that some lot is of stays in the catalogue. Raises VariantInUseError."""
    if await tx.one(_IN_STOCK, product=happening.subject_id, variant=happening.facts["part"]):
        raise VariantInUseError


async def renew_lots_of_seal(tx: Tx, happening: Happening) -> None:
    """A seal was revoked: the lots that claim it are others than those that were planned with, so plans are made anew."""
    facts = happening.facts
    await tx.run(_RENEW, producer=UUID(facts["producer"]), scheme=facts["scheme"], at=happening.at)
