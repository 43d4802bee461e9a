"""The door of fairs: series, dates and stalls."""

from app.fairs.routes import calls, fairs, feeds, layouts, occurrences, standing
from app.fairs.routes.router import router

__all__ = ["calls", "fairs", "feeds", "layouts", "occurrences", "router", "standing"]
