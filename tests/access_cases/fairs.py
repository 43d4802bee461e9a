"""Fairs: public once published, changed by their organiser's publishers; here only the administrators are such."""

import sqlalchemy as sa

from app.fairs.models import CoOrganiser
from app.kernel.schema import table
from tests.access_cases import Case, only, public
from tests.access_cases.world import World
from tests.factories import fairs, places

_KEEPERS = only(hidden=())


async def _square(world: World) -> None:
    world.names["square"] = str(await places.place(world.db, world.id("network"), "Plaza"))


async def _fair(world: World) -> None:
    await _square(world)
    found = await fairs.row(world.db, world.id("network"), world.id("square"))
    world.names["fair"], world.names["date"] = map(str, found)


async def _fair_with_another(world: World) -> None:
    await _fair(world)
    async with world.db.tx() as tx:
        await tx.run(
            sa.insert(table(CoOrganiser)),
            fair_id=world.id("fair"),
            organisation_id=world.id("buyer"),
            accepted_at=None,
        )


_HIDDEN = only(hidden=("stranger", "buyer", "member", "coordinator", "secretary"), key=404)
_NEW = {
    "organiser": "{network}",
    "place": "{square}",
    "name": "Feria",
    "rule": {"kind": "weekly", "days": ["sat"]},
    "starts": "08:00",
    "ends": "14:00",
}
_FAIR, _DATE = "/v1/fairs/{fair}", "/v1/occurrences/{date}"

CASES = {
    "create_fair": Case("POST", "/v1/fairs", _KEEPERS, _NEW, _square),
    "read_fair": Case("GET", _FAIR, public(), None, _fair),
    "update_fair": Case("PATCH", _FAIR, _KEEPERS, {"description": "Con música"}, _fair),
    "publish_fair": Case("POST", f"{_FAIR}/publication", _KEEPERS, None, _fair),
    "suspend_fair": Case("POST", f"{_FAIR}/suspension", _KEEPERS, {"reason": "Obras"}, _fair),
    "resume_fair": Case("POST", f"{_FAIR}/resumption", _KEEPERS, None, _fair),
    "end_fair": Case("POST", f"{_FAIR}/ending", _KEEPERS, {"reason": "Se acabó"}, _fair),
    "succeed_fair": Case(
        "POST", f"{_FAIR}/successor", _KEEPERS, {"from_on": "2026-04-01", "reason": "Invierno"}, _fair
    ),
    "put_fair_sponsors": Case("PUT", f"{_FAIR}/sponsors", _KEEPERS, {"items": []}, _fair),
    "put_co_organiser": Case("PUT", f"{_FAIR}/co-organisers/{{group}}", _KEEPERS, {}, _fair),
    "accept_co_organising": Case(
        "POST", f"{_FAIR}/co-organisers/{{buyer}}/acceptance", _HIDDEN, None, _fair_with_another
    ),
    "remove_co_organiser": Case(
        "DELETE", f"{_FAIR}/co-organisers/{{buyer}}", _KEEPERS, None, _fair_with_another
    ),
    "put_layout": Case("PUT", f"{_FAIR}/layout", _KEEPERS, {"count": 3}, _fair),
    "read_layout": Case("GET", f"{_FAIR}/layout", public(), None, _fair),
    "list_fair_occurrences": Case("GET", f"{_FAIR}/occurrences", public(), None, _fair),
    "create_occurrence": Case(
        "POST", f"{_FAIR}/occurrences", _KEEPERS, {"starts_local": "2026-12-24T10:00"}, _fair
    ),
    "read_occurrence": Case("GET", _DATE, public(), None, _fair),
    "update_occurrence": Case("PATCH", _DATE, _KEEPERS, {"note": "Con música"}, _fair),
    "cancel_occurrence": Case("POST", f"{_DATE}/cancellation", _KEEPERS, {"reason": "Lluvia"}, _fair),
    "report_occurrence": Case("POST", f"{_DATE}/report", _KEEPERS, None, _fair),
}
