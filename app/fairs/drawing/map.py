"""The map: stalls as labelled boxes, aisles, what each stall has, a legend. Every text is escaped; nothing runs."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.fairs.allocation.model import Box, Layout, Stall
from app.fairs.allocation.neighbours import pairs
from app.fairs.drawing.ground import COLUMNS, MARGIN, Ground, laid_out
from app.fairs.drawing.lettering import escaped, lettered, wrapped
from app.fairs.drawing.looks import AISLE, FAINT, GROUND, INK, SERVICES, TAKEN, TILE, Look, icon, look
from app.kernel import i18n

_PIXELS_PER_STALL = 116  # of usual width: its code can be read and its box be touched
_LEGEND_ROW, _LEGEND_TEXT = 90, 46


class Mark(NamedTuple):
    """Who stands at a stall, as it may be shown to the public. `category` in the reader's language."""

    name: str
    category: str = ""


def drawn(
    layout: Layout,
    *,
    title: str,
    marks: Mapping[str, Mark] | None = None,
    lang: str = i18n.DEFAULT,
    prefix: str = "plano",
    shows_neighbours: bool = False,
    has_legend: bool = True,
    columns: int = COLUMNS,
) -> str:
    """The map as one `<svg>` element, to stand in a page or in a file of its own. Sizes are centimetres.

    `marks`: stall code -> who stands there; free stalls are dashed. `prefix`: begins every id, so that several maps can
    stand on one page (letters, digits and hyphens). `columns`: how many stalls without coordinates stand in a row.
    """
    ground = laid_out(layout, columns)
    marks = marks or {}
    looks, used = _looks(marks, prefix), _used(layout)
    legend = _legend(looks, used, ground, lang) if has_legend else _Legend([], ground.depth)
    body = [
        *(_aisle(aisle, lang) for aisle in ground.aisles),
        *(
            _stall(_Place(stall, box, marks.get(stall.code), bool(used)), looks, lang)
            for stall, box in ground.stalls
        ),
        *(_lines(layout, ground) if shows_neighbours else ()),
        *legend.parts,
    ]
    head = (
        f'<title id="{prefix}-t">{escaped(title)}</title>'
        f'<desc id="{prefix}-d">{escaped(_described(ground, marks, lang))}</desc>'
        f"<defs>{''.join(one.pattern for one in looks.values())}</defs>"
    )
    return _whole(ground, legend.bottom, head, "".join(body), prefix=prefix)


def is_grid(layout: Layout) -> bool:
    """Whether stalls stand in rows because nobody said where they are: then the rows may be shorter on a telephone."""
    return laid_out(layout).has_grid


def natural_width(layout: Layout) -> int:
    """The pixels that the map is wide, so that its names can be read."""
    ground = laid_out(layout)
    return _width(ground) * _PIXELS_PER_STALL // _usual(ground)


def legend(
    layout: Layout, marks: Mapping[str, Mark], *, lang: str, prefix: str = "plano"
) -> list[tuple[str, str]]:
    """What colours and signs mean, for a page that holds the map: a small `<svg>` and the word for each."""
    samples = [(_patch(mine), name) for name, mine in _looks(marks, prefix).items()]
    samples += [(icon(service, 13, 6, 54), _service(service, lang)) for service in _used(layout)]
    head = '<svg viewBox="-2 -2 84 70" width="36" height="30" aria-hidden="true">'
    return [(f"{head}{sample}</svg>", name) for sample, name in samples]


def _looks(marks: Mapping[str, Mark], prefix: str) -> dict[str, Look]:
    names = sorted({mark.category for mark in marks.values() if mark.category})
    return {name: look(place, prefix) for place, name in enumerate(names)}


def _used(layout: Layout) -> list[str]:
    """The services that some stall has."""
    return [service for service in SERVICES if any(_has(stall)[service] for stall in layout.stalls)]


class _Place(NamedTuple):
    stall: Stall
    box: Box
    mark: Mark | None
    has_signs: bool  # some stall of the map has a service: every code leaves room for the signs above it


class _Legend(NamedTuple):
    parts: list[str]
    bottom: int


def _whole(ground: Ground, bottom: int, head: str, body: str, *, prefix: str) -> str:
    width, depth, usual = _width(ground), max(bottom, 2 * MARGIN), _usual(ground)
    shown = width * _PIXELS_PER_STALL // usual, depth * _PIXELS_PER_STALL // usual
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {depth}" width="{shown[0]}" '
        f'height="{shown[1]}" role="img" aria-labelledby="{prefix}-t {prefix}-d" '
        f'font-family="system-ui, sans-serif" fill="{INK}">{head}<rect width="{width}" height="{depth}" fill="{GROUND}"/>{body}</svg>'
    )


def _usual(ground: Ground) -> int:
    """The width of a stall in the middle of all."""
    return sorted(box.w_cm for _, box in ground.stalls)[len(ground.stalls) // 2] if ground.stalls else 300


def _width(ground: Ground) -> int:
    return max(ground.width, 900)


def _described(ground: Ground, marks: Mapping[str, Mark], lang: str) -> str:
    taken = sum(stall.code in marks for stall, _ in ground.stalls)
    text = i18n.text(lang, "stall_map", "described", stalls=len(ground.stalls), taken=taken)
    return f"{text} {i18n.text(lang, 'stall_map', 'grid')}" if ground.has_grid else text


def _aisle(box: Box, lang: str) -> str:
    """A walk; its name where there is room, along its longer side."""
    word = i18n.text(lang, "stall_map", "aisle")
    size = min(60, min(box.w_cm, box.d_cm) * 3 // 5)
    x, y = box.x_cm + box.w_cm // 2, box.y_cm + box.d_cm // 2
    turn = f' transform="rotate(-90 {x} {y})"' if box.d_cm > box.w_cm else ""
    rect = f'<rect x="{box.x_cm}" y="{box.y_cm}" width="{box.w_cm}" height="{box.d_cm}" fill="{AISLE}"/>'
    if size < 24:
        return rect
    return rect + lettered(word, x, y + size // 3, size, more=f'fill="{FAINT}" letter-spacing="12"{turn}')


def _stall(place: _Place, looks: Mapping[str, Look], lang: str) -> str:
    """The box with its band; free stalls are dashed. Its title is what a pointer resting on it reads."""
    stall, box, mark = place.stall, place.box, place.mark
    mine = looks.get(mark.category) if mark else None
    fill = mine.tint if mine else TAKEN if mark else GROUND
    border = f'stroke="{INK}"' if mark else f'stroke="{FAINT}" stroke-dasharray="18 12"'
    rect = f'<rect width="{box.w_cm}" height="{box.d_cm}" rx="10" fill="{fill}" stroke-width="5" {border}/>'
    band = min(TILE, box.d_cm // 5)
    edge = (
        f'<g transform="translate(3 {box.d_cm - band - 3})">'
        f'<rect width="{box.w_cm - 6}" height="{band}" fill="{mine.band}"/></g>'
        if mine
        else ""
    )
    return (
        f'<g transform="translate({box.x_cm} {box.y_cm})"><title>{escaped(_said(stall, mark, lang))}</title>'
        f"{rect}{edge}{_signs(place)}{_texts(place, band + 6)}</g>"
    )


def _signs(place: _Place) -> str:
    services = [service for service, is_there in _has(place.stall).items() if is_there]
    size = _sign_size(place)
    return "".join(icon(service, 12 + n * (size + 8), 10, size) for n, service in enumerate(services))


def _sign_size(place: _Place) -> int:
    return min(38, place.box.d_cm // 6)


def _texts(place: _Place, band: int) -> str:
    """The code, and below it the name where somebody stands there."""
    box, code = place.box, place.stall.code
    top = _sign_size(place) + 18 if place.has_signs else 10
    room = box.d_cm - band - top
    size = min(room * (45 if place.mark else 60) // 100, box.w_cm * 10 // (7 * max(3, len(code))), 84)
    if place.mark is None:
        return lettered(code, box.w_cm // 2, top + (room + band + size * 7 // 10) // 2 - 6, size)
    said = lettered(code, box.w_cm // 2, top + size * 8 // 10, size, more='font-weight="700"')
    letters = min(35, room * 24 // 100)
    lines = wrapped(place.mark.name.partition(" (")[0], (box.w_cm - 20) * 100 // (max(1, letters) * 57), 2)
    below = top + size + letters
    return said + "".join(
        lettered(line, box.w_cm // 2, below + n * letters * 11 // 10, letters) for n, line in enumerate(lines)
    )


def _said(stall: Stall, mark: Mark | None, lang: str) -> str:
    """What a stall is in words: «Puesto 12: Tejedoras Sumaq, textiles. Luz, techo.»."""
    who = i18n.text(lang, "stall_map", "free") if mark is None else ", ".join(part for part in mark if part)
    named = [_service(service, lang) for service, is_there in _has(stall).items() if is_there]
    said = i18n.text(lang, "stall_map", "stall", code=stall.code, who=who)
    return f"{said} {', '.join(named)}." if named else said


def _lines(layout: Layout, ground: Ground) -> list[str]:
    """A stroke across the border of every two neighbours: for whoever draws the layout."""
    middle = {
        stall.code: (box.x_cm + box.w_cm // 2, box.y_cm + box.d_cm // 2) for stall, box in ground.stalls
    }
    return [
        f'<path d="M{_part(middle[one], middle[other])}L{_part(middle[other], middle[one])}" '
        'stroke="#b91c1c" stroke-width="14" stroke-linecap="round"/>'
        for one, other in pairs(layout)
    ]


def _part(start: tuple[int, int], end: tuple[int, int]) -> str:
    """The point at four tenths of the way."""
    x, y = ((6 * one + 4 * other) // 10 for one, other in zip(start, end, strict=True))
    return f"{x} {y}"


def _legend(looks: Mapping[str, Look], services: Sequence[str], ground: Ground, lang: str) -> _Legend:
    """Categories, then services, in as many columns as fit below the map."""
    samples = [(name, _patch(mine)) for name, mine in looks.items()]
    samples += [(_service(service, lang), icon(service, 20, 6, 54)) for service in services]
    longest = max((len(name) for name, _ in samples), default=0)
    column = 160 + longest * _LEGEND_TEXT * 58 // 100
    columns = max(1, (_width(ground) - 2 * MARGIN) // column)
    parts = []
    for n, (name, sample) in enumerate(samples):
        x, y = MARGIN + n % columns * column, ground.depth + n // columns * _LEGEND_ROW
        text = lettered(name, 98, 48, _LEGEND_TEXT, more='text-anchor="start"')
        parts.append(f'<g transform="translate({x} {y})">{sample}{text}</g>')
    rows = -(-len(samples) // columns)
    return _Legend(parts, ground.depth + rows * _LEGEND_ROW + (MARGIN // 2 if rows else 0))


def _patch(mine: Look) -> str:
    return (
        f'<rect width="80" height="66" rx="8" fill="{mine.tint}" stroke="{INK}" stroke-width="4"/>'
        f'<g transform="translate(2 24)"><rect width="76" height="{TILE}" fill="{mine.band}"/></g>'
    )


def _service(service: str, lang: str) -> str:
    return i18n.text(lang, "stall_map", f"has_{service}")


def _has(stall: Stall) -> dict[str, bool]:
    return dict(
        zip(SERVICES, (stall.has_power, stall.has_water, stall.has_roof, stall.is_accessible), strict=True)
    )
