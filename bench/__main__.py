"""`make bench`: the rule beside a sort, then the application beside its floor. Not zero when a target is missed."""

import sys

from bench import aggregation, http

sys.exit(max([aggregation.main(), http.main()]))
