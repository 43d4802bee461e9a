"""Messages: whoever sends says that they were sent, either side that they were seen."""

from tests.access_cases import OK, Case, only
from tests.access_cases.world import World
from tests.factories import messages


async def _message(world: World) -> None:
    draft = messages.draft(world.id("group"), world.id("network"))
    world.names["message"] = str((await messages.post(world.db, draft))[0])


CASES = {
    "mark_message_sent": Case(
        "POST", "/v1/messages/{message}/sent", only("secretary"), {"channel": "whatsapp"}, _message
    ),
    "mark_message_seen": Case(
        "POST", "/v1/messages/{message}/seen", only("secretary", "coordinator", key=OK), None, _message
    ),
}
