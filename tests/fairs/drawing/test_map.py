"""The map of a fair: well-formed, inert, complete, readable without colour and without eyes."""

from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fairs.allocation import Box, Layout, Stall
from app.fairs.drawing import Mark, drawn
from app.fairs.drawing.ground import laid_out
from tests.fairs.allocation.make import mapped, numbered

SVG = "{http://www.w3.org/2000/svg}"
MARKS = {"A1": Mark("Tejedoras Sumaq", "textiles"), "A2": Mark("Mieles", "alimentos")}


def read(text):
    return ET.fromstring(text)


def texts(svg):
    return [node.text for node in svg.iter(f"{SVG}text")]


def titles(svg):
    return [node.text for node in svg.iter(f"{SVG}title")]


def test_every_stall_stands_on_the_map_with_who_is_there():
    svg = read(drawn(mapped(2, 2), title="Feria de Qori Pampa", marks=MARKS))

    assert texts(svg) == [
        *("A1", "Tejedoras Sumaq", "A2", "Mieles", "B1", "B2"),
        *("alimentos", "textiles", "Luz", "Accesible"),
    ]
    assert titles(svg) == [
        "Feria de Qori Pampa",
        "Puesto A1: Tejedoras Sumaq, textiles.",
        "Puesto A2: Mieles, alimentos.",
        "Puesto B1: libre. Luz.",
        "Puesto B2: libre. Accesible.",
    ]
    assert svg.find(f"{SVG}desc").text == "Plano de 4 puestos; 2 tienen quien los atienda."
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "plano-t plano-d"


def test_in_english_too():
    svg = read(drawn(numbered(2), title="Fair", lang="en"))

    assert svg.find(f"{SVG}desc").text == (
        "Map of 2 stalls; 0 are taken. Stalls that nobody measured stand in the order of their numbers."
    )
    assert titles(svg)[1] == "Stall P1: free. Power, Water, Accessible."


def test_a_free_stall_is_dashed_and_categories_differ_by_pattern_too():
    text = drawn(mapped(2, 2), title="x", marks=MARKS)

    assert text.count("stroke-dasharray") == 2
    patterns = [ET.tostring(node) for node in read(text).iter(f"{SVG}pattern")]
    assert len(patterns) == 2
    inner = {pattern.split(b"/>", 1)[1] for pattern in patterns}
    assert len(inner) == 2


def test_twelve_categories_have_twelve_looks():
    marks = {f"P{n}": Mark("x", f"c{n:02}") for n in range(1, 13)}

    defs = drawn(numbered(12), title="x", marks=marks).partition("<defs>")[2].partition("</defs>")[0]

    looks = {part.partition("patternUnits")[2] for part in defs.split("<pattern ")[1:]}
    assert len(looks) == 12


@pytest.mark.parametrize(
    "nasty", ["</text><script>alert(1)</script>", '" onload="x', "a\r\nb\x00\x1b", "\ud800", "&amp;"]
)
def test_markup_in_names_is_inert(nasty):
    layout = Layout(stalls=(Stall(code=nasty, number=1, box=Box(x_cm=0, y_cm=0, w_cm=300, d_cm=200)),))

    svg = read(drawn(layout, title=nasty, marks={nasty: Mark(nasty, nasty)}))

    assert {node.tag.removeprefix(SVG) for node in svg.iter()} <= {
        *("svg", "title", "desc", "defs", "pattern", "rect", "g", "text", "path", "circle")
    }
    assert {name for node in svg.iter() for name in node.keys() if name.startswith("on")} == set()  # noqa: SIM118


def test_neighbours_are_drawn_only_when_asked():
    quiet, told = (drawn(mapped(2, 2), title="x", shows_neighbours=shows) for shows in (False, True))

    assert quiet.count("#b91c1c") == 0
    assert told.count("#b91c1c") == 4


def test_two_maps_on_one_page_share_no_id():
    ids = [
        {node.get("id") for node in read(drawn(mapped(2, 2), title="x", marks=MARKS, prefix=prefix)).iter()}
        - {None}
        for prefix in ("uno", "dos")
    ]

    assert all(ids)
    assert ids[0] & ids[1] == set()


def test_a_layout_without_stalls_is_a_map():
    assert titles(read(drawn(Layout(), title="Nada"))) == ["Nada"]


@given(st.integers(0, 40), st.integers(0, 12))
def test_stalls_without_coordinates_stand_in_a_grid_below_the_others_and_nothing_overlaps(loose, boxed):
    stalls = tuple(
        Stall(
            code=f"S{n}",
            number=n,
            box=Box(x_cm=n * 200 - 900, y_cm=-n, w_cm=190, d_cm=150) if n < boxed else None,
        )
        for n in range(loose + boxed)
    )

    ground = laid_out(Layout(stalls=stalls[::-1]))

    boxes = [box for _, box in ground.stalls]
    assert [stall.code for stall, _ in ground.stalls] == [stall.code for stall in stalls]
    assert all(
        a.x_cm + a.w_cm <= b.x_cm
        or b.x_cm + b.w_cm <= a.x_cm
        or a.y_cm + a.d_cm <= b.y_cm
        or b.y_cm + b.d_cm <= a.y_cm
        for a, b in combinations(boxes, 2)
    )
    assert all(
        box.x_cm >= 0
        and box.y_cm >= 0
        and box.x_cm + box.w_cm < ground.width
        and box.y_cm + box.d_cm < ground.depth
        for box in boxes
    )
