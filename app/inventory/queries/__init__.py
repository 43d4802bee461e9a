"""Reads of stock, a file per kind of question."""

from app.inventory.queries.free import still_free
from app.inventory.queries.supply import supply_for

__all__ = ["still_free", "supply_for"]
