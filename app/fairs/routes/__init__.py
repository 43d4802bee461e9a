"""The door of fairs: series, dates and stalls."""

from app.fairs.routes import fairs, layouts, occurrences
from app.fairs.routes.router import router

__all__ = ["fairs", "layouts", "occurrences", "router"]
