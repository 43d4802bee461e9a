"""Reads of producers. The directory is public; the rest of the form is for its members and their networks."""

from app.producers.queries.directory import directory_page, lines, map_page, producer
from app.producers.queries.forms import network_page, numbers, profile, profile_row

__all__ = [
    "directory_page",
    "lines",
    "map_page",
    "network_page",
    "numbers",
    "producer",
    "profile",
    "profile_row",
]
