"""`make bench`: rules beside a sort and beside chance, feeds beside `icalendar`, then the application beside its floor.

Not zero when a target is missed.

`python -m bench --quick` tries everything for a second: it shows that the bench runs, its figures say nothing.
"""

import sys

from bench import aggregation, feeds, http, stalls

if "--quick" in sys.argv:
    sys.exit(http.main(http.QUICK))
sys.exit(max([aggregation.main(), stalls.main(), feeds.main(), http.main()]))
