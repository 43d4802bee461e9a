"""The door of fairs: series, dates and stalls, what people bring there, and who follows."""

from app.fairs.routes import announcements, calls, fairs, feeds, layouts, occurrences, standing
from app.fairs.routes.router import router

__all__ = ["announcements", "calls", "fairs", "feeds", "layouts", "occurrences", "router", "standing"]
