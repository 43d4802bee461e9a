"""A document before it is drawn: what it says, not how it looks. Values only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

Cell = str | int | Decimal | date | None


class PageSize(StrEnum):
    """What a poster is printed on, upright."""

    A4 = "A4"
    A3 = "A3"


@dataclass(frozen=True, slots=True)
class Heading:
    """What the blocks below are about."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; its lines stay lines."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something to heed, set apart."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known, as (name, value), in two columns where both are short."""

    pairs: Sequence[tuple[str, Cell]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. Numbers stand right; `weight` is its part of the width where one is given."""

    title: str
    is_number: bool = False
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under titles, which are repeated on every page. A short row is filled up, a long one cut."""

    columns: Sequence[Column | str]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] | None = None

    @property
    def heads(self) -> tuple[Column, ...]:
        """The columns; one given by its title alone holds text."""
        return tuple(Column(given) if isinstance(given, str) else given for given in self.columns)


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who signs: a line each, with room for a stamp."""

    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class QrCode:
    """An address to be opened with a telephone, and what it opens."""

    address: str
    caption: str = ""


Block = Heading | Text | Note | Facts | Table | Signatures | QrCode


@dataclass(frozen=True, slots=True)
class Paper:
    """A document. `at` is when it says what it says: it is in the file's properties, nothing is asked of the clock."""

    title: str
    subtitle: str = ""
    lang: str = "es"
    is_demo: bool = False
    blocks: Sequence[Block] = ()
    footer: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Poster:
    """A sheet to hang up: what, when, where, and an address to open with a telephone."""

    title: str
    dates: Sequence[str]
    place: str
    address: str = ""  # where the place is
    kicker: str = ""  # who invites, above the title
    lines: Sequence[str] = ()  # what there is, who takes part
    qr: str = ""
    qr_caption: str = ""
    footer: str = ""
    lang: str = "es"
    is_demo: bool = False
    size: PageSize = PageSize.A4
    at: datetime | None = None
