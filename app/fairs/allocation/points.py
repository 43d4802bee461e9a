"""What each criterion of the published bases gives a group: 0 to 1000 points, in millionths, by integers alone.

Rotation: 500 for whoever stood as well as the average so far, 5 more for every point of quality it lacks. Seniority
and nearness grow evenly up to their caps. Women-led and first time: all or nothing.
"""

from app.fairs.allocation.model import MILLION, POINTS_MOST, AllocationInputs, Applicant, Criterion, Points


def criteria(applicant: Applicant, inputs: AllocationInputs) -> tuple[Points, ...]:
    """The points of a group by every criterion that counts, in alphabetical order."""
    weights, most_km = inputs.weights, inputs.distance_cap_km
    years = min(applicant.seniority_years, inputs.seniority_cap_years)
    nearer = 0 if applicant.distance_km is None else max(0, most_km - applicant.distance_km)
    given: tuple[tuple[Criterion, int, int], ...] = (
        ("distance", weights.distance, POINTS_MOST * nearer // most_km),
        ("first_time", weights.first_time, POINTS_MOST * applicant.is_first_time),
        ("rotation", weights.rotation, min(max(0, 500 * MILLION - 5 * applicant.credit), POINTS_MOST)),
        ("seniority", weights.seniority, POINTS_MOST * years // inputs.seniority_cap_years),
        ("women_led", weights.women_led, POINTS_MOST * applicant.is_women_led),
    )
    return tuple(
        Points(criterion=name, points=points, weight=weight) for name, weight, points in given if weight
    )


def total(points: tuple[Points, ...]) -> int:
    """The weighted sum, in millionths."""
    return sum(one.points * one.weight for one in points)
