"""Key dates: everybody reads, the platform's administrators keep them."""

from app.kernel import ids
from tests.access_cases import Case, only, public
from tests.access_cases.world import World
from tests.factories import calendar

_KEEPERS = only(hidden=())
_ONE = "/v1/key-dates/{key_date}"


async def _key_date(world: World) -> None:
    world.names["key_date"] = str(await calendar.key_date(world.db, code=f"dia-{ids.uuid7().hex}"))


CASES = {
    "create_key_date": Case(
        "POST",
        "/v1/key-dates",
        _KEEPERS,
        {
            "country": "PE",
            "code": "feria-anual",
            "name_es": "Feria",
            "name_en": "Fair",
            "on_date": "2026-08-15",
        },
    ),
    "read_key_date": Case("GET", _ONE, public(), None, _key_date),
    "update_key_date": Case("PATCH", _ONE, _KEEPERS, {"notice_weeks": 3}, _key_date),
    "remove_key_date": Case("DELETE", _ONE, _KEEPERS, None, _key_date),
}
