"""What is wrong with a document, as values: a JSON pointer, a code and its parameters. Words come later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

PROBLEMS_MOST = 100  # more would not help whoever corrects the document
NAME_MOST = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct. `code` is the key of its text; `pointer` is RFC 6901."""

    pointer: str
    code: str
    params: dict[str, int | str] = field(default_factory=dict)


class DocumentError(ValueError):
    """A document that cannot be answered, with everything that is wrong with it (at most PROBLEMS_MOST)."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems[:PROBLEMS_MOST])
        super().__init__("; ".join(f"{p.pointer or '/'}: {p.code}" for p in self.problems))


def refuse_if_any(problems: Iterable[Problem]) -> None:
    """Raises DocumentError with the problems, unless there are none."""
    found = list(problems)
    if found:
        raise DocumentError(found)


def pointer(*steps: str | int) -> str:
    """A JSON pointer; names are cut to a readable length and made safe to print."""
    return "".join(f"/{_step(step)}" for step in steps)


def _step(step: str | int) -> str:
    text = str(step)[:NAME_MOST].encode("utf-8", "replace").decode()
    return "".join(c if c.isprintable() else "?" for c in text).replace("~", "~0").replace("/", "~1")
