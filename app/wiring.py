"""The only table of "when X happened below, Y above reacts", in the same transaction; the worker's jobs; the importers."""

from collections.abc import Mapping, Sequence

from app.inventory import jobs as inventory
from app.kernel import imports, journal
from app.kernel.imports import Importer
from app.kernel.jobs import Job
from app.kernel.journal import Reaction
from app.orders import jobs as orders
from app.producers import reactions as producers
from app.products.importer import CategoryImporter, ProductImporter

REACTIONS: Mapping[str, Sequence[Reaction]] = {
    "organisation.changed": (producers.find_by_new_facts,),
    "organisation.created": (producers.open_form,),
}

JOBS: Sequence[Job] = (*orders.JOBS, *inventory.JOBS)

IMPORTERS: Sequence[Importer] = (CategoryImporter(), ProductImporter())


def connect() -> None:
    """Let the rooms react to each other, and every kind of file be imported: whoever writes calls it once."""
    journal.connect(REACTIONS)
    for importer in IMPORTERS:
        imports.register(importer)
