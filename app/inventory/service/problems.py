"""What can go wrong with stock."""

from datetime import date
from uuid import UUID

from app.kernel.errors import ConflictError, StaleError


class LotChangedError(ConflictError):
    """A lot no longer has what was planned from it: less is free, or its price or terms are others."""


class StaleLotError(StaleError):
    """A lot changed between the plan and its acceptance: plan again. `lot_id` and `week_on` say which."""

    def __init__(self, lot_id: UUID, week_on: date | None = None) -> None:
        super().__init__(LotChangedError(extra={"lot_id": str(lot_id)}))
        self.lot_id, self.week_on = lot_id, week_on
