"""Reads of stock, a file per kind of question."""

from app.inventory.queries.supply import supply_for

__all__ = ["supply_for"]
