"""Text in a drawing: escaped, free of what XML cannot hold, cut to its room."""

import html


def escaped(text: str) -> str:
    """The text as XML: markup is inert, control characters and lone surrogates are gone."""
    return html.escape("".join(letter if _is_allowed(letter) else " " for letter in text), quote=True)


def lettered(text: str, x: int, y: int, size: int, *, more: str = "") -> str:
    """A line of text, its middle at x, unless `more` says otherwise."""
    anchor = "" if "text-anchor" in more else ' text-anchor="middle"'
    return f'<text x="{x}" y="{y}" font-size="{size}"{anchor} {more}>{escaped(text)}</text>'


def wrapped(text: str, letters: int, lines: int) -> list[str]:
    """The words in so many lines of so many letters at most; an ellipsis where it is cut."""
    found: list[str] = []
    words = text.split()
    for place, word in enumerate(words):
        if found and len(found[-1]) + 1 + len(word) <= letters:
            found[-1] += f" {word}"
        elif len(found) < lines:
            found.append(word)
        else:
            found[-1] = _cut(" ".join((found[-1], *words[place:])), letters)
            break
    return [_cut(line, letters) for line in found]


def _cut(line: str, letters: int) -> str:
    return line if len(line) <= letters else f"{line[: max(1, letters - 1)].rstrip()}…"


def _is_allowed(letter: str) -> bool:
    code = ord(letter)
    return (code >= 0x20 and not 0x7F <= code <= 0x9F and not 0xD800 <= code <= 0xDFFF) and code not in (
        0xFFFE,
        0xFFFF,
    )
