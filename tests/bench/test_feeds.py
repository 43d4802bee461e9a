"""The bench compares two writers of the same events."""

from app.fairs.feeds import ical
from bench import feeds


def test_both_writers_write_the_same_events():
    small = feeds.world(33)

    ours = feeds.seen(ical.write(small))

    assert len(ours) == 33 + 4
    assert feeds.seen(feeds.theirs(small)) == ours
