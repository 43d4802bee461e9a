"""What can be wrong with an order, a plan or an answer; each says what to do."""

from functools import partial
from uuid import UUID

from app.kernel import states, units
from app.kernel.db import draw_again
from app.kernel.errors import ConflictError, DomainError, Fault, ForbiddenError
from app.orders.rules import ALLOCATION_TRANSITIONS, ORDER_TRANSITIONS, AllocationState, OrderState


class WrongStateError(states.WrongStateError):
    """The order or part is in a state that does not allow this; says which transitions it allows."""

    def __init__(self, state: OrderState | AllocationState) -> None:
        moves = ORDER_TRANSITIONS[state] if isinstance(state, OrderState) else ALLOCATION_TRANSITIONS[state]
        super().__init__(state, moves)


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


class FixedShareGoneError(ConflictError):
    """A share that the coordinating organisation fixed can no longer be given: it must decide anew."""


class PlanChangedError(ConflictError):
    """Stock changed since the plan: a new plan was made, to be read before accepting."""

    def __init__(self, newest: UUID) -> None:
        super().__init__(extra={"newest_plan_id": str(newest)})


class TotalTooLargeError(ConflictError):
    """The plan costs more than money can be written: some floor price is absurd."""


class EmptyPlanError(ConflictError):
    """Nobody can give anything under these conditions."""


class TooManyOrdersError(ConflictError):
    """The buyer has as many orders waiting for producers as it may have."""


class ChangeRefusedError(DomainError):
    """A change of the coordinating organisation cannot be carried out as it stands."""

    status = 422

    def __init__(self, position: int, code: str) -> None:
        super().__init__()
        self.faults = [Fault(f"#/changes/{position}/quantity", code)]


class MoreThanOfferedError(DomainError):
    """Nobody can confirm more than was offered."""

    status = 422

    def __init__(self, offered_base: int, unit: str) -> None:
        super().__init__(offered=partial(units.display, offered_base, unit))


class TooLateError(ConflictError):
    """The order ended, or the deadline for changing an answer is over."""


class ConsentNeededError(ConflictError):
    """Somebody already said yes: only the coordinating organisation may cancel now."""


draw_again("uq_buyer_order_code")
