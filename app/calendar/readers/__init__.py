"""Rules that people and programs wrote elsewhere: RRULE, OpenStreetMap's opening hours, Spanish. Pure.

What equals one of our shapes is translated; what is not understood is said, part by part. Nothing is invented.
"""

from app.calendar.readers.opening_hours import from_opening_hours
from app.calendar.readers.reading import Hours, Reading, Timing, Unclear, said
from app.calendar.readers.rrule import from_rrule
from app.calendar.readers.spanish import from_spanish
from app.calendar.readers.written import from_written_rule, is_rule

__all__ = [
    "Hours",
    "Reading",
    "Timing",
    "Unclear",
    "from_opening_hours",
    "from_rrule",
    "from_spanish",
    "from_written_rule",
    "is_rule",
    "said",
]
