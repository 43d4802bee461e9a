"""Search by words, accents and case ignored, in plain SQL: the same statement on both databases, no extension.

Each room that is searched keeps a table of words (`product_word`): the folded words of a text and their Spanish
stems. A query's every word must be found: as a word's beginning, or by its stem. An index on the words serves it.
"""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import text
from app.kernel.db import Tx

_MOST_WORDS = 4
_LAST = "\U0010ffff"


def words_of(*texts: str | None) -> list[str]:
    """What is stored for a text: its folded words and their stems, each once."""
    joined = " ".join(part for part in texts if part)
    return sorted({word[:60] for word in (*text.words(joined), *text.stems(joined))})


async def index(tx: Tx, word_table: sa.Table, subject: UUID, *texts: str | None) -> None:
    """Replace the words of one row. The table has the columns `subject_id` and `word`."""
    remove = _REMOVE.setdefault(
        word_table, sa.delete(word_table).where(word_table.c.subject_id == given("subject"))
    )
    insert = _INSERT.setdefault(word_table, sa.insert(word_table))
    await tx.run(remove, subject=subject)
    await tx.many(insert, [{"subject_id": subject, "word": word} for word in words_of(*texts)])


_REMOVE: dict[sa.Table, sa.Delete] = {}
_INSERT: dict[sa.Table, sa.Insert] = {}


def filters(column: sa.ColumnElement[Any], word_table: sa.Table) -> dict[str, sa.ColumnElement[bool]]:
    """Filters for a `Query`, one per asked word: rows whose `column` is the subject of a matching word."""
    found: dict[str, sa.ColumnElement[bool]] = {}
    for number in range(_MOST_WORDS):
        word = word_table.c.word
        matches = sa.or_(
            sa.and_(
                word >= given(f"from{number}", type_=sa.Text), word < given(f"to{number}", type_=sa.Text)
            ),
            word == given(f"stem{number}", type_=sa.Text),
        )
        found[f"stem{number}"] = column.in_(sa.select(word_table.c.subject_id).where(matches))
    return found


def parameters(query: str | None) -> dict[str, str]:
    """The parameters of those filters for what somebody typed; without words, none: everything matches."""
    found: dict[str, str] = {}
    for number, word in enumerate(text.words(query or "")[:_MOST_WORDS]):
        stem = next(iter(text.stems(word)), word)
        found |= {f"from{number}": word, f"to{number}": word + _LAST, f"stem{number}": stem}
    return found
