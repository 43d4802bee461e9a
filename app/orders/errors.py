"""What can be wrong with an order, a plan or an answer; each says what to do."""

from typing import Any
from uuid import UUID

from app.kernel.db import when_broken
from app.kernel.errors import ConflictError, DomainError, ForbiddenError


class WrongStateError(ConflictError):
    """The order or part is in a state that does not allow this; says which transitions it allows."""

    def __init__(self, state: str, allowed: list[str]) -> None:
        super().__init__(
            state=state, allowed=", ".join(allowed) or "—", extra={"state": state, "allowed": allowed}
        )


class NoCoordinatorError(ConflictError):
    """No verified network coordinates orders where the buyer is: name one."""


class UnverifiedCoordinatorError(ConflictError):
    """The organisation named does not coordinate orders (yet): only verified networks do."""


class UnverifiedBuyerError(ForbiddenError):
    """A buyer that nobody has verified may plan, not accept."""


class PlanNotNewestError(ConflictError):
    """A later plan replaces this one; the answer names it."""

    def __init__(self, newest: UUID) -> None:
        super().__init__(extra={"newest_plan_id": str(newest)})


class PlanNotReleasedError(ConflictError):
    """The coordinating organisation has not released this plan yet."""


class PlanExpiredError(ConflictError):
    """The time to accept this plan is over: ask for a new one."""


class PlanChangedError(ConflictError):
    """Stock changed since the plan: a new plan was made, to be read before accepting."""

    def __init__(self, newest: UUID) -> None:
        super().__init__(extra={"newest_plan_id": str(newest)})


class EmptyPlanError(ConflictError):
    """Nobody can give anything under these conditions."""


class TooManyOrdersError(ConflictError):
    """The buyer has as many orders waiting for producers as it may have."""


class ChangeRefusedError(DomainError):
    """A change of the coordinating organisation cannot be carried out as it stands."""

    status = 422


class MoreThanOfferedError(DomainError):
    """Nobody can confirm more than was offered."""

    status = 422

    def __init__(self, **facts: Any) -> None:
        super().__init__(**facts)


class TooLateError(ConflictError):
    """The deadline is over and the amount was given to others, or the order ended."""


class ConsentNeededError(ConflictError):
    """Somebody already said yes: only the coordinating organisation may cancel now."""


class OrderCodeTakenError(ConflictError):
    """Two orders drew the same code at once: send again."""


when_broken("uq_buyer_order_code", OrderCodeTakenError)
