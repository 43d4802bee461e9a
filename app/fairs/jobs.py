"""Due work of fairs: dates rolled forward, opened and closed; stalls passed on; what ran out of time."""

from app.fairs.service import applications, dates, endings, fees, occurrences, passing
from app.kernel.jobs import Job

JOBS = (
    Job("roll fairs forward", dates.due, dates.roll),
    Job("open and close dates", occurrences.due, occurrences.follow_clock),
    Job("pass stalls on", passing.due, passing.expire),
    Job("reject what was not mended", applications.due, applications.reject_unmended),
    Job("call fees overdue", fees.due, fees.call_overdue),
    Job("end fairs", endings.due, endings.end_if_over),
)
