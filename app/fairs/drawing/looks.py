"""How categories and services look: colours that colour-blind people tell apart, each with a pattern of its own.

Source of the colours: Okabe & Ito, Color Universal Design. Sizes are centimetres on the ground.
"""

from typing import NamedTuple

INK, FAINT, GROUND, AISLE, TAKEN = "#1f2328", "#565d68", "#ffffff", "#ece8e1", "#f3f4f6"
TILE = 40  # the side of a pattern: a band of this depth shows it whole
SERVICES = ("power", "water", "roof", "access")

_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#f0e442", "#d55e00", "#56b4e9", "#8a8a8a")
_TINTS = ("#cfe3f1", "#fbe6bd", "#cdebe1", "#f5dfeb", "#faf6b8", "#f7d7c4", "#e3f3fd", "#e6e6e6")
_STROKE = 'stroke="#fff" stroke-width="9" fill="none"'
_PATTERNS = (
    "",
    f'<path d="M0 0L40 40M-10 30L10 50M30 -10L50 10" {_STROKE}/>',
    '<circle cx="20" cy="20" r="8" fill="#fff"/>',
    f'<path d="M20 0V40" {_STROKE}/>',
    f'<path d="M0 20H40" {_STROKE}/>',
    f'<path d="M40 0L0 40M10 -10L-10 10M50 30L30 50" {_STROKE}/>',
    f'<path d="M20 0V40M0 20H40" {_STROKE}/>',
    f'<path d="M0 30L20 10L40 30" {_STROKE}/>',
)
_ICONS = {  # drawn in a square of 24
    "power": '<path d="M14 1L4 14H11L9 23L20 9H12Z"/>',
    "water": '<path d="M12 1C16 8 20 11 20 16A8 7 0 0 1 4 16C4 11 8 8 12 1Z"/>',
    "roof": '<path d="M12 3L23 13H19V21H16V13H8V21H5V13H1Z"/>',
    "access": (
        '<path d="M11 6V13H17L20 20M11 10H17M9 11A6 6 0 1 0 16 18" fill="none" stroke="#1f2328" stroke-width="2.6"/>'
        '<circle cx="11" cy="3" r="2.4"/>'
    ),
}


class Look(NamedTuple):
    """One category: `band` fills its edge, `tint` the stall, so that black text stays readable."""

    band: str
    tint: str
    pattern: str


def look(place: int, prefix: str) -> Look:
    """The look of the n-th category. After the eighth the colours come again with other patterns."""
    colour, turn = place % len(_COLOURS), place // len(_COLOURS)
    inner = _PATTERNS[(colour + turn) % len(_PATTERNS)]
    name = f"{prefix}-c{place}"
    pattern = (
        f'<pattern id="{name}" width="40" height="40" patternUnits="userSpaceOnUse">'
        f'<rect width="40" height="40" fill="{_COLOURS[colour]}"/>{inner}</pattern>'
    )
    return Look(f"url(#{name})", _TINTS[colour], pattern)


def icon(service: str, x: int, y: int, size: int) -> str:
    """A small sign with its upper left corner at x, y."""
    return f'<g transform="translate({x} {y}) scale({_thousandths(size * 1000 // 24)})" fill="{INK}">{_ICONS[service]}</g>'


def _thousandths(number: int) -> str:
    return f"{number // 1000}.{number % 1000:03}"
