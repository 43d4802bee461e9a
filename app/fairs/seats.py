"""Rows as the rule `stalls-1` knows them. Pure."""

from collections.abc import Sequence

from app.fairs.allocation import Applicant, Box, Layout, Stall
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


def applicant(asked: Row) -> Applicant:
    """What a stall must have for an application."""
    return Applicant(
        category=asked["category"],
        group=str(asked["organisation_id"]),
        needs_access=asked["needs_access"],
        needs_power=asked["needs_power"],
        needs_water=asked["needs_water"],
        width_cm=asked["width_cm"],
    )
