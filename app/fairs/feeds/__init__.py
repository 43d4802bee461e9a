"""What fairs look like to calendars, readers, maps and people: writers over plain structs. Pure: no database, no clock.

`ical.write(Feed(...))`, `rss.write`, `geojson.write`, `events.write`; `texts.share` and `texts.radio` for people.
"""
