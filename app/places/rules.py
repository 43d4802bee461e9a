"""How exactly a place is shown. Decides from values alone."""

PUBLIC_STEP_E6 = 10_000  # 0.01 degree, about a kilometre: a workshop is found by asking, not by aiming


def public_coordinate(coordinate_e6: int, *, is_consented: bool) -> float:
    """Degrees as everybody sees them: to 0.01 (halves towards the north and east), exactly only by dated consent."""
    if is_consented:
        return coordinate_e6 / 1_000_000
    return (coordinate_e6 + PUBLIC_STEP_E6 // 2) // PUBLIC_STEP_E6 / 100
