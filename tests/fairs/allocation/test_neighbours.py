"""Who stands side by side: by sides that face each other, by numbers that follow, never across an aisle."""

import pytest

from app.fairs.allocation import Box, Layout, Stall, pairs


def boxed(code: str, number: int, x: int, y: int, *, w: int = 300, d: int = 200) -> Stall:
    return Stall(box=Box(x_cm=x, y_cm=y, w_cm=w, d_cm=d), code=code, number=number)


def plain(*numbers: int) -> tuple[Stall, ...]:
    return tuple(Stall(code=f"P{n}", number=n) for n in numbers)


def test_without_a_map_the_numbers_that_follow_are_neighbours():
    assert pairs(Layout(stalls=plain(3, 1, 2, 5, 6))) == (("P1", "P2"), ("P2", "P3"), ("P5", "P6"))


@pytest.mark.parametrize(("gap", "expected"), [(150, (("A", "B"),)), (151, ())])
def test_sides_are_neighbours_up_to_the_gap_of_the_layout(gap, expected):
    stalls = (boxed("A", 1, 0, 0), boxed("B", 9, 300 + gap, 50))

    assert pairs(Layout(stalls=stalls)) == expected


def test_the_gap_is_a_setting_of_the_layout():
    stalls = (boxed("A", 1, 0, 0), boxed("B", 2, 400, 0))

    assert pairs(Layout(gap_cm=99, stalls=stalls)) == ()
    assert pairs(Layout(gap_cm=100, stalls=stalls)) == (("A", "B"),)


def test_corner_to_corner_is_not_side_by_side():
    stalls = (boxed("A", 1, 0, 0), boxed("B", 2, 300, 200), boxed("C", 3, 299, 200))

    assert pairs(Layout(stalls=stalls)) == (("A", "C"), ("B", "C"))


def test_back_to_back_is_side_by_side_and_touching_sides_have_no_aisle_between():
    stalls = (boxed("A", 1, 0, 0), boxed("B", 2, 0, 200))
    aisle = Box(x_cm=0, y_cm=200, w_cm=300, d_cm=1)

    assert pairs(Layout(stalls=stalls)) == (("A", "B"),)
    assert pairs(Layout(aisles=(aisle,), stalls=stalls)) == (("A", "B"),)


@pytest.mark.parametrize(
    ("aisle", "expected"),
    [
        (Box(x_cm=300, y_cm=-500, w_cm=100, d_cm=2000), ()),
        (Box(x_cm=340, y_cm=-500, w_cm=20, d_cm=2000), ()),
        (Box(x_cm=300, y_cm=200, w_cm=100, d_cm=500), (("A", "B"),)),
        (Box(x_cm=500, y_cm=-500, w_cm=900, d_cm=2000), (("A", "B"),)),
    ],
    ids=["fills the gap", "in the gap", "only touches the gap's edge", "behind"],
)
def test_an_aisle_between_parts_them(aisle, expected):
    stalls = (boxed("A", 1, 0, 0), boxed("B", 2, 400, 0))

    assert pairs(Layout(aisles=(aisle,), stalls=stalls)) == expected


def test_a_stall_without_a_box_is_beside_the_number_that_follows():
    stalls = (boxed("A", 1, 0, 0), *plain(2), boxed("B", 3, 9000, 0), boxed("C", 4, 90000, 0))

    assert pairs(Layout(stalls=stalls)) == (("A", "P2"), ("P2", "B"))


def test_the_order_of_the_stalls_changes_nothing():
    stalls = tuple(boxed(f"S{n}", n, n % 4 * 350, n // 4 * 250) for n in range(16))

    assert pairs(Layout(stalls=stalls[::-1])) == pairs(Layout(stalls=stalls))
    assert len(pairs(Layout(stalls=stalls))) == 24
