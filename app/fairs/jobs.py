"""Due work of fairs: dates rolled forward, opened and closed; stalls passed on; what ran out of time."""

from collections.abc import Sequence
from datetime import date, datetime

from app.fairs.service import applications, dates, endings, feeding, fees, occurrences, passing
from app.kernel.db import Database, Tx
from app.kernel.jobs import Job
from app.kernel.settings import Settings

JOBS = (
    Job("roll fairs forward", dates.due, dates.roll),
    Job("open and close dates", occurrences.due, occurrences.follow_clock),
    Job("pass stalls on", passing.due, passing.expire),
    Job("reject what was not mended", applications.due, applications.reject_unmended),
    Job("call fees overdue", fees.due, fees.call_overdue),
    Job("end fairs", endings.due, endings.end_if_over),
)


def jobs(settings: Settings) -> Sequence[Job]:
    """All of it under these settings. Old copies of feeds are looked for once a day: they come with a new release."""
    looked: set[date] = set()

    async def old_copies(db: Database, now: datetime) -> Sequence[str]:
        if now.date() in looked:
            return ()
        looked.clear()
        looked.add(now.date())
        return [settings.public_url] if await feeding.has_old_copies(db, settings.public_url) else ()

    async def forget(tx: Tx, public_url: str, _now: datetime) -> None:
        await feeding.forget_old_copies(tx, public_url)

    return (*JOBS, Job("forget old feeds", old_copies, forget))
