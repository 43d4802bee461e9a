"""Liveness and readiness, for whoever restarts the process and whoever sends it traffic."""

import sqlalchemy as sa
from starlette.responses import Response

from app.kernel.bodies import Shown
from app.kernel.errors import UnavailableError
from app.kernel.problems import problems
from app.kernel.route import room
from app.kernel.visit import Visit

router = room("health", prefix="")
_PING = sa.select(sa.literal(1).label("one"))


class Health(Shown):
    """The process answers."""

    status: str


@router.get("/health/live", response_model=Health)
async def read_liveness(visit: Visit) -> Response:
    """The process is alive. Touches nothing else."""
    return visit.listing({"status": "alive"})


@router.get("/health/ready", response_model=Health, responses=problems(UnavailableError))
async def read_readiness(visit: Visit) -> Response:
    """The database answers: send traffic."""
    await visit.db.one(_PING)
    return visit.listing({"status": "ready"})
