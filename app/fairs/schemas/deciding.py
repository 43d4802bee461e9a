"""What crosses the door when officers decide and groups object."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.fairs.schemas.calls import Code
from app.fairs.schemas.shared import Reason
from app.fairs.states import ApplicationState
from app.kernel.bodies import AS_TEXT, Given, Shown


class Judged(Given):
    """What the officer says about one paper."""

    code: Code
    is_accepted: bool
    note: str = Field(default="", max_length=500)


class Decision(Given):
    """The officer's decision. What is observed or rejected has a reason, which the group reads."""

    outcome: Literal["approved", "waitlisted", "needs_info", "rejected"]
    reason: str = Field(default="", max_length=1000, examples=["Falta la firma en el carné de sanidad"])
    documents: list[Judged] = Field(default=[], max_length=30)


class ClaimCreate(Given):
    """What the group objects to."""

    text: Annotated[str, Field(min_length=3, max_length=2000), AS_TEXT]


class ClaimAnswer(Given):
    """The answer, always with a reason."""

    is_upheld: bool
    answer: Annotated[str, Field(min_length=3, max_length=2000), AS_TEXT]


class ApplicationRevocation(Given):
    """Why an admitted group loses its place."""

    reason: Reason


class DecisionOf(Decision):
    """The decision about one application of a call."""

    application: UUID


class Decisions(Given):
    """Many decisions in one go; one that was taken already, word for word, changes nothing."""

    items: Annotated[list[DecisionOf], Field(min_length=1, max_length=200)]


class Decided(Shown):
    """What became of one application."""

    id: UUID
    number: int = Field(description="Its folio")
    state: ApplicationState
    version: int


class DecidedList(Shown):
    """What became of the applications, in the order of the decisions."""

    items: list[Decided]
