"""The only table of "when X happened below, Y above reacts", in the same transaction; and the jobs of the worker."""

from collections.abc import Mapping, Sequence

from app.inventory import jobs as inventory
from app.kernel.jobs import Job
from app.kernel.journal import Reaction
from app.orders import jobs as orders
from app.producers import reactions as producers

REACTIONS: Mapping[str, Sequence[Reaction]] = {
    "organisation.changed": (producers.find_by_new_facts,),
    "organisation.created": (producers.open_form,),
}

JOBS: Sequence[Job] = (*orders.JOBS, *inventory.JOBS)
