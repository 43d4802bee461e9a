"""Due work of fairs: dates rolled forward, opened and closed by the clock, fairs that are over."""

from app.fairs.service import dates, endings, occurrences
from app.kernel.jobs import Job

JOBS = (
    Job("roll fairs forward", dates.due, dates.roll),
    Job("open and close dates", occurrences.due, occurrences.follow_clock),
    Job("end fairs", endings.due, endings.end_if_over),
)
