"""Changes of stock, a file per verb."""

from app.inventory.service.holding import Take, consume, lower, release, reserve
from app.inventory.service.problems import LotChangedError, StaleLotError

__all__ = ["LotChangedError", "StaleLotError", "Take", "consume", "lower", "release", "reserve"]
