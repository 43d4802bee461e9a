"""The calendars of municipalities as the application stores them: built by itself before anything is timed."""

from datetime import UTC, datetime

from app.fairs.service import feeding
from app.fairs.service.feeding import Form, Reader
from app.kernel.db import connect
from app.kernel.settings import Settings
from bench import fairs


async def stored(settings: Settings) -> list[tuple[str, str]]:
    """Their addresses and ETags; what is not stored yet is built."""
    reader = Reader("es", settings.public_url, datetime.now(UTC))  # noqa: TID251 - as the application's clock
    found = []
    async with await connect(settings) as db:
        for town in map(fairs.town_id, range(fairs.towns())):
            ready = await feeding.ready(db, feeding.of_organiser(town), Form.ICS, reader)
            found.append((f"/v1/organisers/{town}/feed.ics", ready.etag))
    return found
