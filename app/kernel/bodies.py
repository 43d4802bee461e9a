"""The two bases of what crosses the door as JSON.

Their validators are made when something first needs them (`defer_build`): what only documents an answer needs none,
which is 3 MB of a worker's memory.
"""

from pydantic import BaseModel, ConfigDict


class Given(BaseModel):
    """What somebody sends: no field that nobody knows."""

    model_config = ConfigDict(extra="forbid")


class Shown(BaseModel):
    """What is answered."""

    model_config = ConfigDict(defer_build=True)
