"""The two bases of what crosses the door as JSON.

Their validators are made when something first needs them (`defer_build`): what only documents an answer needs none,
which is 3 MB of a worker's memory.
"""

from typing import Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from app.kernel import text


def _line(said: Any) -> Any:
    return text.clean_line(said) if isinstance(said, str) else said


def _text(said: Any) -> Any:
    return text.clean(said) if isinstance(said, str) else said


# What people write, on one line or several, as it is kept. Last in an Annotated: the lengths before it count what is kept.
AS_LINE, AS_TEXT = BeforeValidator(_line), BeforeValidator(_text)


class Given(BaseModel):
    """What somebody sends: no field that nobody knows."""

    model_config = ConfigDict(extra="forbid")


class Shown(BaseModel):
    """What is answered."""

    model_config = ConfigDict(defer_build=True)
