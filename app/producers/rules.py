"""What a producer group's profile shows, and to whom. Decides from values alone."""

PRODUCING = ("producer_group", "cooperative")
PUBLIC_STEP_E6 = 10_000  # 0.01 degree, about a kilometre: a workshop is found by asking, not by aiming


def public_coordinate(coordinate_e6: int, *, is_consented: bool) -> float:
    """Degrees as everybody sees them: to 0.01 (halves towards the north and east), exactly only by dated consent."""
    if is_consented:
        return coordinate_e6 / 1_000_000
    return (coordinate_e6 + PUBLIC_STEP_E6 // 2) // PUBLIC_STEP_E6 / 100


def is_led_by_women(women: int | None, men: int | None) -> bool:
    """More women than men, where nobody said otherwise."""
    return women is not None and women > (men or 0)


def verified_after(verified: int, active: int | None) -> int:
    """How many members stay verified when the group has fewer active ones than the network counted."""
    return min(verified, active or 0)
