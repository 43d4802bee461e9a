"""Files of fairs that exist already: spreadsheets, and calendar files, which become sheets."""

from app.fairs.importer.calendar import MARK, sheet_of
from app.fairs.importer.fairs import FairImporter

__all__ = ["MARK", "FairImporter", "sheet_of"]
