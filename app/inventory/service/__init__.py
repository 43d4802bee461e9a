"""Changes of stock, a file per verb."""

from app.inventory.rules import Take
from app.inventory.service.holding import consume, lower, release, reserve
from app.inventory.service.locking import lock_supply
from app.inventory.service.lots import close, create, update
from app.inventory.service.movements import move
from app.inventory.service.problems import (
    CapacityNameTakenError,
    LotChangedError,
    LotClosedError,
    LotCodeTakenError,
    LotReservedError,
    MadeOnOrderError,
    NotPledgedError,
    StaleLotError,
    WeekReservedError,
)

__all__ = [
    "CapacityNameTakenError",
    "LotChangedError",
    "LotClosedError",
    "LotCodeTakenError",
    "LotReservedError",
    "MadeOnOrderError",
    "NotPledgedError",
    "StaleLotError",
    "Take",
    "WeekReservedError",
    "close",
    "consume",
    "create",
    "lock_supply",
    "lower",
    "move",
    "release",
    "reserve",
    "update",
]
