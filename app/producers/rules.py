"""What a producer group's profile shows, and to whom. Decides from values alone."""

PRODUCING = ("producer_group", "cooperative")


def is_led_by_women(women: int | None, men: int | None) -> bool:
    """More women than men, where nobody said otherwise."""
    return women is not None and women > (men or 0)


def verified_after(verified: int, active: int | None) -> int:
    """How many members stay verified when the group has fewer active ones than the network counted."""
    return min(verified, active or 0)
