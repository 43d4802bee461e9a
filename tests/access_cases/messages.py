"""Messages: whoever sends says that they were sent, either side that they were seen."""

from app.kernel import ids
from tests.access_cases import OK, Case, only
from tests.access_cases.world import World
from tests.factories import messages


async def _message(world: World) -> None:
    draft = messages.draft(world.id("group"), world.id("network"))
    world.names["message"] = str((await messages.post(world.db, draft))[0])


async def _message_of_a_fair(world: World) -> None:
    """Said by whoever publishes the fairs: to coordinate orders is not enough."""
    draft = messages.draft(world.id("group"), world.id("network"), subject=("assignment", ids.uuid7()))
    world.names["message"] = str((await messages.post(world.db, draft))[0])


CASES = {
    "mark_message_sent": Case(
        "POST", "/v1/messages/{message}/sent", only("secretary"), {"channel": "whatsapp"}, _message
    ),
    "mark_messages_sent": Case(
        "POST",
        "/v1/messages/sent",
        only("secretary"),
        {"messages": ["{message}"], "channel": "whatsapp"},
        _message,
    ),
    "mark_message_sent@fair": Case(
        "POST", "/v1/messages/{message}/sent", only(), {"channel": "whatsapp"}, _message_of_a_fair
    ),
    "mark_message_seen": Case(
        "POST", "/v1/messages/{message}/seen", only("secretary", "coordinator", key=OK), None, _message
    ),
}
