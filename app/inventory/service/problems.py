"""What can go wrong with stock."""

from datetime import date
from uuid import UUID

from app.kernel.db import when_broken
from app.kernel.errors import ConflictError, StaleError


class LotChangedError(ConflictError):
    """A lot no longer has what was planned from it: less is free, or its price or terms are others."""


class StaleLotError(StaleError):
    """A lot changed between the plan and its acceptance: plan again. `lot_id` and `week_on` say which."""

    is_wanted_by_many = True

    def __init__(self, lot_id: UUID, week_on: date | None = None) -> None:
        super().__init__(LotChangedError(extra={"lot_id": str(lot_id)}))
        self.lot_id, self.week_on = lot_id, week_on


class LotCodeTakenError(ConflictError):
    """The producer has another lot with this code."""


class LotReservedError(ConflictError):
    """So much is held for somebody already; the problem's `free` says what is left."""


class LotClosedError(ConflictError):
    """A closed lot has no movements: open it first."""


class NotPledgedError(ConflictError):
    """Only a pledged lot is harvested."""


class MadeOnOrderError(ConflictError):
    """A lot made on order has weeks, not movements."""


class CapacityNameTakenError(ConflictError):
    """The producer has another capacity with this name."""


class WeekReservedError(ConflictError):
    """Something is promised in that week already."""


when_broken("uq_lot_producer_id_code", LotCodeTakenError)
when_broken("uq_capacity_producer_id_name", CapacityNameTakenError)
