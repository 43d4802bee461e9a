"""What producers do when something below them happens; `wiring` connects them."""

from app.kernel.db import Tx
from app.kernel.journal import Happening
from app.producers import service


async def open_form(tx: Tx, happening: Happening) -> None:
    """A new producing organisation gets its empty form, and with it a place in the directory."""
    await service.open_profile(tx, happening.subject_id, now=happening.at)


async def find_by_new_facts(tx: Tx, happening: Happening) -> None:
    """The directory finds a renamed organisation by its new name."""
    await service.reindex(tx, happening.subject_id)
