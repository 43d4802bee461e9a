"""Content lines of iCalendar (RFC 5545, 3.1 and 3.3.11): escaped, folded, inert whatever the text holds."""

import re

_NEW_LINES = "\n\r\x0b\x0c\x85\u2028\u2029"
_UNPRINTABLE: dict[int, str] = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)), ""),
    **dict.fromkeys(map(ord, _NEW_LINES), "\\n"),
    ord("\t"): " ",
}
_WEB = re.compile(r"https?://[!#-;=?-\[\]_a-z~]+", re.IGNORECASE)
_OCTETS = 75


def escaped(text: str) -> str:
    """The text as a TEXT value: one line, without control characters."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text if text.isprintable() else text.replace("\r\n", "\n").translate(_UNPRINTABLE)


def text_line(name: str, text: str) -> str:
    """A property with a TEXT value, folded."""
    return folded(f"{name}:{escaped(text)}")


def web_address(url: str) -> str:
    """The address if it is one of the web that can stand in a file as it is, else nothing: no `javascript:`."""
    return url if _WEB.fullmatch(url) else ""


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, never cutting a character."""
    if len(line) <= _OCTETS and line.isascii():
        return line
    raw = line.encode()
    if len(raw) <= _OCTETS:
        return line
    pieces, start, room = [], 0, _OCTETS
    while len(raw) - start > room:
        end = start + room
        while raw[end] & 0xC0 == 0x80:  # the second or later octet of a character
            end -= 1
        pieces.append(raw[start:end])
        start, room = end, _OCTETS - 1  # the space that a piece begins with counts
    pieces.append(raw[start:])
    return b"\r\n ".join(pieces).decode()
