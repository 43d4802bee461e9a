"""What stands in a file is inert, whatever people write; and calendars read back what was written."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Event

from app.fairs.feeds.lines import escaped, folded, text_line, web_address

_NEW_LINES = str.maketrans(dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n"))


def _kept(text: str) -> str:
    """What of a text a calendar shows."""
    lines = text.replace("\r\n", "\n").translate(_NEW_LINES).replace("\t", " ")
    return "".join(
        char
        for char in lines
        if char == "\n" or not (ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 or 0xD800 <= ord(char) < 0xE000)
    )


@given(st.text(alphabet=st.characters(exclude_categories=())))
@example("Feria\r\nATTENDEE:mailto:x@y\r\n")
@example("\\n no es una línea; ni \\, una coma,")
@example("ñ" * 200)
@example("a" * 74 + "🧺" * 40)
@example(" " * 300)
@example("\ud800suelto")
def test_icalendar_reads_back_what_was_written(text: str) -> None:
    file = f"BEGIN:VEVENT\r\n{text_line('SUMMARY', text)}\r\nEND:VEVENT\r\n"

    found = Event.from_ical(file.encode())

    assert list(found) == ["SUMMARY"]
    assert str(found["SUMMARY"]) == _kept(text)


@given(st.text(alphabet=st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])))
@example("X" * 75)
@example("X" * 76)
@example("X" * 74 + "ñ")
@example("X" * 73 + "🧺")
def test_no_piece_of_a_line_is_longer_than_75_octets(text: str) -> None:
    pieces = folded(text).encode().split(b"\r\n")

    assert all(len(piece) <= 75 for piece in pieces)
    assert all(piece.decode().startswith(" ") for piece in pieces[1:])
    assert folded(text).replace("\r\n ", "") == text
    assert len(pieces) <= 1 + len(text.encode()) // 71


def test_a_line_of_75_octets_is_not_folded() -> None:
    assert folded("X" * 75) == "X" * 75
    assert folded("X" * 76) == "X" * 75 + "\r\n X"
    assert folded("X" * 74 + "ñ") == "X" * 74 + "\r\n ñ"


def test_html_and_line_ends_in_a_name_stay_text() -> None:
    line = text_line("SUMMARY", '<script>alert(1)</script>\r\nBEGIN:VALARM\x00\x1b[31m"')

    assert line == 'SUMMARY:<script>alert(1)</script>\\nBEGIN:VALARM[31m"'


def test_what_needs_no_escape_is_left_as_it_is() -> None:
    assert escaped("Feria «Ñuqa»: quinua 50 % más 🧺") == "Feria «Ñuqa»: quinua 50 % más 🧺"
    assert escaped("a;b,c\\d\ne\tf") == "a\\;b\\,c\\\\d\\ne f"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)//https://x",
        "data:text/html,x",
        "https://x\r\nATTENDEE:y",
        "https://x y",
        "https://",
        "//x",
        'https://x/"onload="',
        "https://x/<b>",
        " https://x",
        "https://ñ.pe",
        "",
    ],
)
def test_what_is_no_web_address_is_left_out(url: str) -> None:
    assert web_address(url) == ""


@pytest.mark.parametrize("url", ["https://minka.pe/f/x?a=1&b=%C3%B1#z", "http://[::1]:8000/~x,y;z"])
def test_web_addresses_stay(url: str) -> None:
    assert web_address(url) == url
