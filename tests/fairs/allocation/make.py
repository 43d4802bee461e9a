"""Plain factories with boring defaults, for tests of the rule `stalls-1`. Numbers come from a fixed rule."""

from typing import Any

from app.fairs.allocation import AllocationInputs, Applicant, Box, Layout, Stall, Weights, allocate
from app.fairs.allocation.model import MILLION, Outcome

CATEGORIES = ("textiles", "alimentos", "cerámica", "joyería", "madera", "plantas", "cuero", "dulces")


WITH_ALL = {"has_power": True, "has_water": True, "is_accessible": True}


def numbered(count: int, **more: Any) -> Layout:
    """Stalls 1..count without a map, with qualities between 20 and 99 in no order."""
    return Layout(
        stalls=tuple(
            Stall(code=f"P{n}", number=n, quality=20 + n * 37 % 80, **WITH_ALL | more)
            for n in range(1, count + 1)
        )
    )


def mapped(rows: int, columns: int, *, aisle_after_every: int = 2) -> Layout:
    """Rows of 3 m stalls side by side; rows stand back to back in twos, aisles between the twos."""
    stalls, aisles, y = [], [], 0
    for row in range(rows):
        for column in range(columns):
            n = row * columns + column + 1
            stalls.append(
                Stall(
                    box=Box(x_cm=column * 310, y_cm=y, w_cm=300, d_cm=200),
                    code=f"{chr(65 + row)}{column + 1}",
                    has_power=n % 3 == 0,
                    has_water=n % 5 == 0,
                    is_accessible=n % 4 == 0,
                    number=n,
                    quality=20 + n * 37 % 80,
                )
            )
        y += 210
        if (row + 1) % aisle_after_every == 0 and row + 1 < rows:
            aisles.append(Box(x_cm=0, y_cm=y - 10, w_cm=columns * 310, d_cm=120))
            y += 120
    return Layout(aisles=tuple(aisles), stalls=tuple(stalls))


def group(name: str, category: str = "textiles", **more: Any) -> Applicant:
    return Applicant(group=name, category=category, **more)


def sellers(count: int, *, categories: int = 6) -> tuple[Applicant, ...]:
    """Groups with needs, years and credits in no order; the first category has about a third of them."""
    return tuple(
        Applicant(
            group=f"g{n:03}",
            category=CATEGORIES[min(n * 7919 % 9 // 2, categories - 1) if n % 3 else n % categories],
            credit=(n * 104_729 % 6_001 - 3_000) * 10_000,
            distance_km=n * 31 % 120,
            is_first_time=n % 9 == 0,
            is_own_production=n % 11 != 0,
            is_women_led=n % 2 == 0,
            needs_access=n % 17 == 0,
            needs_power=n % 8 == 0,
            needs_water=n % 13 == 0,
            seniority_years=n * 13 % 14,
            territory=f"T{n % 5}",
        )
        for n in range(count)
    )


EVERYTHING = Weights(distance=20, first_time=40, rotation=100, seniority=30, women_led=50)


def inputs(layout: Layout, applicants: tuple[Applicant, ...], **more: Any) -> AllocationInputs:
    return AllocationInputs(
        **{"applicants": applicants, "layout": layout, "seed": "7 de julio", "weights": EVERYTHING} | more
    )


def allocated(layout: Layout, *applicants: Applicant, **more: Any) -> Outcome:
    return allocate(inputs(layout, applicants, **more))


def points(number: int) -> int:
    return number * MILLION
