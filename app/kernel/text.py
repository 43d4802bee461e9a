"""How people's words are compared, cleaned, sent by SMS and searched. Pure."""

import difflib
import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

SMS_SEPTETS = 160
ALIKE = (
    0.82  # one wrong letter in six, one missing in three; «papa» and «papaya», «queso» and «hueso» are apart
)

_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_TWO = frozenset("^{}\\[~]|€\f")  # sent as an escape and a character: two septets
_SMS_TYPOGRAPHY = str.maketrans(
    {
        "«": '"',
        "»": '"',
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "–": "-",
        "—": "-",
        "…": "...",
        "•": "-",
        "·": "-",
    }
)
_INVISIBLE = frozenset(
    "\u200b\u200e\u200f\u2028\u2029\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])['’ʼ`´‘](?=[^\W\d_])")  # inside words of Quechua and Aymara
_STOP_WORDS = frozenset(
    [
        "a",
        "al",
        "con",
        "de",
        "del",
        "e",
        "el",
        "en",
        "la",
        "las",
        "lo",
        "los",
        "o",
        "para",
        "por",
        "u",
        "un",
        "una",
        "y",
    ]
)
_local = threading.local()


def fold(text: str) -> str:
    """The text without accents or case, for comparing and searching: «Quínua» and «QUINUA» are one word.

    ñ becomes n: many phones write «pano» for «paño», and a search must find it.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def clean(text: str) -> str:
    """The text as it may be stored: NFC, without control or invisible characters; lines stay lines."""
    lines = "".join(_visible(char) for char in text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return unicodedata.normalize("NFC", "\n".join(" ".join(line.split()) for line in lines)).strip()


def clean_line(text: str) -> str:
    """As `clean`, on one line: for names and cells."""
    return " ".join(clean(text).split())


def sentence(text: str) -> str:
    """Somebody's words as a sentence among others: ended by a full stop where nothing ends them."""
    return text if text.endswith((".", "!", "?", "…")) or not text else f"{text}."


def gsm7(text: str) -> str:
    """The text in the characters of one SMS (GSM 03.38): é, ñ, ü, ¿, ¡ stay, á becomes a, «» become quotes.

    One á would send the whole message as UCS-2: 70 characters instead of 160.
    """
    return "".join(_in_gsm7(char) for char in unicodedata.normalize("NFC", text).translate(_SMS_TYPOGRAPHY))


def septets(text: str) -> int:
    """How much of an SMS the text takes, once in GSM-7."""
    return sum(2 if char in _GSM7_TWO else 1 for char in text)


def fits_sms(text: str, limit: int = SMS_SEPTETS) -> bool:
    """True when the text goes out as one SMS just as it is."""
    return all(char in _GSM7 or char in _GSM7_TWO for char in text) and septets(text) <= limit


def shorten(text: str, limit: int) -> str:
    """The text within this many septets, cut at a word where possible, ending in «...» if it was cut."""
    if septets(text) <= limit:
        return text
    kept, room = "", max(0, limit - 3)
    for char in text:
        if septets(kept + char) > room:
            break
        kept += char
    at_word = kept.rsplit(" ", 1)[0] if " " in kept and not text[len(kept) :].startswith(" ") else kept
    return (at_word.rstrip(" ,;:.") + "...")[: max(0, limit)]


def stems(text: str) -> tuple[str, ...]:
    """The Spanish stems of the folded words, in order, little words left out: what search stores and asks."""
    return tuple(_stem(word) for word in words(text))


def words(text: str) -> list[str]:
    """The folded words of a text, in order, little words left out."""
    return [word for word in _WORD.findall(fold(text)) if word not in _STOP_WORDS]


def unapostrophed(text: str) -> str:
    """«K'anchay» as «Kanchay»: who searches leaves the sign out, or types another one."""
    return _APOSTROPHE.sub("", text)


def slug(text: str, limit: int = 58) -> str:
    """A code made of a name: «Saco de 46 kg» -> «saco-de-46-kg»; "" for a name without letters or digits."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(text)))[:limit].strip("-")


def nearest(said: str, names: Iterable[str]) -> str | None:
    """The name for which this may be a slip of the finger; None when none is near. Both folded.

    10 microseconds per name in the worst case: many are looked for off the event loop.
    """
    return next(iter(difflib.get_close_matches(said, names, n=1, cutoff=ALIKE)), None)


def _visible(char: str) -> str:
    if char == "\n":
        return char
    if char in _INVISIBLE or unicodedata.category(char) == "Cs":
        return ""
    return " " if unicodedata.category(char) == "Cc" else char


def _in_gsm7(char: str) -> str:
    if char in _GSM7 or char in _GSM7_TWO:
        return char
    if char.isspace():
        return " "
    plain = "".join(part for part in unicodedata.normalize("NFKD", char) if part in _GSM7)
    return plain or ("?" if char.isalnum() else "")


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    """A stemmer keeps the word in itself while it works: one per thread."""
    if not hasattr(_local, "stemmer"):
        import Stemmer

        _local.stemmer = Stemmer.Stemmer("spanish")
    return str(_local.stemmer.stemWord(word))
