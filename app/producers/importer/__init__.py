"""Files of producers: groups as their networks keep them, organisations known by facts, lines of production."""

from app.producers.importer.groups import GroupImporter
from app.producers.importer.lines import LineImporter
from app.producers.importer.organisations import OrganisationImporter

__all__ = ["GroupImporter", "LineImporter", "OrganisationImporter"]
