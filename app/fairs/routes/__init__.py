"""The door of fairs: series, dates and stalls, what people bring there, and who follows."""

from app.fairs.routes import (
    allocations,
    announcements,
    barter,
    calls,
    deciding,
    fairs,
    feeds,
    indicators,
    layouts,
    occurrences,
    sales,
    standing,
)
from app.fairs.routes.router import router

__all__ = [
    "allocations",
    "announcements",
    "barter",
    "calls",
    "deciding",
    "fairs",
    "feeds",
    "indicators",
    "layouts",
    "occurrences",
    "router",
    "sales",
    "standing",
]
