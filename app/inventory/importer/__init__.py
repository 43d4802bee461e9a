"""Stock from spreadsheets, by `codigo` unique per producer; and the same columns going out."""

from app.inventory.importer.columns import COLUMNS
from app.inventory.importer.export import export
from app.inventory.importer.lots import LotImporter

__all__ = ["COLUMNS", "LotImporter", "export"]
