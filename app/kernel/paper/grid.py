"""How wide the columns of a table are. Pure."""

from collections.abc import Sequence


def column_widths(
    natural: Sequence[float], least: Sequence[float], weights: Sequence[int | None], available: float
) -> list[float]:
    """Widths that fill `available` exactly.

    `natural` is what each would like, `least` its longest word. With a weight a column has its part of the whole; the
    others get what they like while there is enough, and else share fairly, no less than `least` where that can be.
    """
    count = len(natural)
    fixed = {at: weight for at, weight in enumerate(weights) if weight}
    if len(fixed) == count:
        total = sum(fixed.values())
        return [available * fixed[at] / total for at in range(count)]
    shares = {at: available * weight / 100 for at, weight in fixed.items()}
    left = available - sum(shares.values())
    if left <= 0:
        return [available / count] * count
    free = [at for at in range(count) if at not in shares]
    given = _shared([natural[at] for at in free], [least[at] for at in free], left)
    shares.update(zip(free, given, strict=True))
    return [shares[at] for at in range(count)]


def _shared(natural: Sequence[float], least: Sequence[float], available: float) -> list[float]:
    if sum(natural) <= available:
        spare = (available - sum(natural)) / len(natural)
        return [width + spare for width in natural]
    if sum(least) >= available:
        return [available * width / sum(least) for width in least]
    spare, wanted = available - sum(least), sum(natural) - sum(least)
    return [low + (width - low) * spare / wanted for low, width in zip(least, natural, strict=True)]
