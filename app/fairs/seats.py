"""Rows as the rule `stalls-1` knows them. Pure."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from app.fairs.allocation import Applicant, Box, Layout, Quota, Stall, Waits
from app.fairs.allocation.model import Barred
from app.fairs.states import ApplicationState
from app.kernel.db import Row


def stall(found: Row) -> Stall:
    """A stall of a layout."""
    box = None
    if found["x_cm"] is not None:
        box = Box(x_cm=found["x_cm"], y_cm=found["y_cm"], w_cm=found["w_cm"], d_cm=found["d_cm"])
    return Stall(
        box=box,
        code=found["code"],
        fixed_holder=str(found["fixed_holder_id"]) if found["fixed_holder_id"] else None,
        has_power=found["has_power"],
        has_roof=found["has_roof"],
        has_water=found["has_water"],
        is_accessible=found["is_accessible"],
        number=found["number"],
        quality=found["quality"],
    )


def layout(found: Row, stalls: Sequence[Row]) -> Layout:
    """A layout with its stalls."""
    return Layout(
        aisles=tuple(
            Box(x_cm=aisle["x"], y_cm=aisle["y"], w_cm=aisle["w"], d_cm=aisle["d"])
            for aisle in found["aisles"]
        ),
        gap_cm=found["gap_cm"],
        stalls=tuple(stall(each) for each in stalls),
    )


def applicant(asked: Row, barred: tuple[Barred, ...] = ()) -> Applicant:
    """What a stall must have for an application, and what quotas and bars say of it; without what its points are."""
    return Applicant(
        barred=barred,
        category=asked["category"],
        group=str(asked["organisation_id"]),
        is_own_production=asked["is_own_production"],
        is_waitlisted=asked["state"] == ApplicationState.WAITLISTED,
        needs_access=asked["needs_access"],
        needs_power=asked["needs_power"],
        needs_roof=asked["needs_roof"],
        needs_water=asked["needs_water"],
        territory=asked["territory_code"],
        width_cm=asked["width_cm"],
    )


def waits(asked: Row, barred: tuple[Barred, ...] = ()) -> Waits:
    """An application on a waiting list, with the quotas of its call."""
    return Waits(applicant(asked, barred), quotas(asked["quotas"]))


def nobody(group: UUID) -> Applicant:
    """A group that waits without an application: any stall will do, no quota speaks of it."""
    return Applicant(group=str(group))


def present(found: Row) -> Applicant:
    """Who has a stall by now, as quotas count."""
    return Applicant(
        category=found["category"], group=str(found["organisation_id"]), territory=found["territory_code"]
    )


def quotas(said: Any) -> tuple[Quota, ...]:
    """The quotas of a call's bases."""
    return tuple(msgspec.convert(quota, Quota) for quota in said)
