"""The pages of fairs, for anybody."""

import sqlalchemy as sa

from app.fairs.models import Fair
from app.kernel.schema import table
from tests.access_cases import Case, public
from tests.access_cases.world import World
from tests.factories import fairs, places


async def _fair(world: World) -> None:
    organiser = world.id("network")
    square = await places.place(world.db, organiser, "Plaza")
    fair_id, _ = await fairs.row(world.db, organiser, square)
    code = table(Fair).c.code
    world.names["fair_code"] = await world.db.value(sa.select(code).where(table(Fair).c.id == fair_id))


_FAIR = "/ferias/{fair_code}"
CASES = {
    "read_fair_page": Case("GET", _FAIR, public(), None, _fair),
    "read_embedded_fair": Case("GET", f"/incrustar{_FAIR}", public(), None, _fair),
    "read_fair_poster": Case("GET", f"{_FAIR}/afiche.pdf", public(), None, _fair),
    "read_fair_map_page": Case("GET", f"{_FAIR}/plano", public(), None, _fair),
    "read_occurrence_page": Case("GET", f"{_FAIR}/2026-03-07", public(), None, _fair),
    "read_organiser_page": Case("GET", "/organiza/{network}", public()),
    "read_embedded_organiser": Case("GET", "/incrustar/organiza/{network}", public()),
}
