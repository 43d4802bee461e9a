"""How people's words are compared, cleaned, sent by SMS and searched. Pure."""

import unicodedata


def fold(text: str) -> str:
    """The text without accents or case, for comparing and searching: «Quínua» and «QUINUA» are one word.

    ñ becomes n: phones without a ñ write «chalina de baby alpaca de senora», and a search must find it.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
