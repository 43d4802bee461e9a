"""The door of stock: the catalogue for everybody, lots and capacities for those who have them."""

from app.inventory.routes import capacities, catalogue, lots
from app.inventory.routes.router import router

__all__ = ["capacities", "catalogue", "lots", "router"]
