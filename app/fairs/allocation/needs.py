"""Which stalls a group can use: power, water, roof, access, width. Everything else is a wish, this is not."""

from app.fairs.allocation.model import Applicant, Stall


def needs(applicant: Applicant) -> tuple[str, ...]:
    """What a group cannot do without, by name."""
    asked = {
        "access": applicant.needs_access,
        "power": applicant.needs_power,
        "roof": applicant.needs_roof,
        "water": applicant.needs_water,
        "width": applicant.width_cm is not None,
    }
    return tuple(name for name, is_needed in asked.items() if is_needed)


def missing(applicant: Applicant, stall: Stall) -> tuple[str, ...]:
    """What a stall lacks for a group; empty when it fits. A stall nobody has measured is wide enough."""
    width = applicant.width_cm
    lacks = {
        "access": applicant.needs_access and not stall.is_accessible,
        "power": applicant.needs_power and not stall.has_power,
        "roof": applicant.needs_roof and not stall.has_roof,
        "water": applicant.needs_water and not stall.has_water,
        "width": width is not None and stall.box is not None and stall.box.w_cm < width,
    }
    return tuple(name for name, is_lacking in lacks.items() if is_lacking)


def may_use(applicant: Applicant, stall: Stall) -> bool:
    """Whether a group may stand there: its own fixed stall whatever it needs, any other free stall that fits."""
    if stall.fixed_holder is not None:
        return stall.fixed_holder == applicant.group
    return not missing(applicant, stall)
