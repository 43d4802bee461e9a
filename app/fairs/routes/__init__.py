"""The door of fairs: series, dates and stalls."""

from app.fairs.routes import calls, fairs, layouts, occurrences, standing
from app.fairs.routes.router import router

__all__ = ["calls", "fairs", "layouts", "occurrences", "router", "standing"]
