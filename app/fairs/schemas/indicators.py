"""What crosses the door about a quarter of an organiser's fairs."""

from uuid import UUID

from pydantic import Field

from app.kernel.bodies import Shown


class Indicators(Shown):
    """A quarter in numbers, by what was noted at the fairs. Quarters are of the fair's local days."""

    organiser_id: UUID
    organiser_name: str
    is_demo: bool
    quarter: str = Field(description="Year and quarter: the third of 1999 is `1999-Q3`")
    territory: str | None
    occurrences_held: int
    occurrences_cancelled: int
    stalls_used: int = Field(description="Stalls that somebody stood at, each date by itself")
    groups: int = Field(description="Different groups that stood there")
    first_timers: int = Field(description="Of them, those that had never stood at a fair of this organiser")
    women_led: int
    women_led_percent: int | None = Field(description="Of the groups; null when there were none")
    people: int = Field(description="Who belongs to those groups, as they registered")
    groups_without_people: int = Field(description="Groups that never said how many they are")
