"""What stock does when something below it happens; `wiring` connects it."""

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory.models import Lot
from app.kernel.db import Tx
from app.kernel.journal import Happening
from app.kernel.schema import table
from app.products.service import VariantInUseError

LOT = table(Lot)
_IN_STOCK = (
    sa.select(LOT.c.id)
    .where(LOT.c.product_id == given("product"), LOT.c.variant == given("variant"))
    .limit(1)
)


async def keep_variants_in_stock(tx: Tx, happening: Happening) -> None:
    """A variant that some lot is of stays in the catalogue. Raises VariantInUseError."""
    if await tx.one(_IN_STOCK, product=happening.subject_id, variant=happening.facts["part"]):
        raise VariantInUseError
