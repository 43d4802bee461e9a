"""Reads of stock, a file per kind of question."""

from app.inventory.queries.catalogue import catalogue
from app.inventory.queries.free import still_free
from app.inventory.queries.lots import holders, lot, movements, page, sees_stock, sources_of
from app.inventory.queries.supply import supply_for, supply_size

__all__ = [
    "catalogue",
    "holders",
    "lot",
    "movements",
    "page",
    "sees_stock",
    "sources_of",
    "still_free",
    "supply_for",
    "supply_size",
]
