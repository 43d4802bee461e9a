"""The only table of "when X happened below, Y above reacts", in the same transaction; what the rooms give to all.

That is: the worker's jobs and the importers.
"""

from collections.abc import Mapping, Sequence

from app.calendar import jobs as calendar
from app.fairs import importer as fairs_importer
from app.fairs import jobs as fairs
from app.fairs import reactions as fairs_reactions
from app.inventory import jobs as inventory
from app.inventory import reactions as inventory_reactions
from app.inventory.importer import LotImporter
from app.kernel import imports, journal, upkeep
from app.kernel.files import jobs as files
from app.kernel.files import persons as files_persons
from app.kernel.imports import Importer
from app.kernel.jobs import Job
from app.kernel.journal import Reaction
from app.kernel.settings import Settings
from app.messages import persons as messages
from app.orders import jobs as orders
from app.orders.service.harvest import lock_for_harvest, lower_for_harvest
from app.people import jobs as people
from app.people.queries import persons
from app.people.queries.persons import Part
from app.producers import reactions as producers
from app.producers.importer import GroupImporter, LineImporter, OrganisationImporter
from app.products.importer import CategoryImporter, ProductImporter

REACTIONS: Mapping[str, Sequence[Reaction]] = {
    "affiliation.accepted": (fairs_reactions.renew_feeds_of_networks,),
    "affiliation.ended": (fairs_reactions.renew_feeds_of_networks,),
    "lot.harvested": (lower_for_harvest,),
    "lot.weighing": (lock_for_harvest,),
    "organisation.changed": (producers.find_by_new_facts, fairs_reactions.renew_feeds_of_organiser),
    "organisation.created": (producers.open_form,),
    "place.changed": (fairs_reactions.renew_feeds_at_place,),
    "product.variant_removed": (inventory_reactions.keep_variants_in_stock,),
    "seal.revoked": (inventory_reactions.take_seal_from_lots,),
    "user.erased": (messages.forget_number, files_persons.forget),
}

# What the rooms above people keep about somebody: a part of their export each.
KEPT_ABOUT_PEOPLE: Mapping[str, Part] = {"files": files_persons.brought, "messages": messages.told}

JOBS: Sequence[Job] = (*orders.JOBS, *inventory.JOBS, *people.JOBS, *calendar.JOBS)

IMPORTERS: Sequence[Importer] = (
    CategoryImporter(),
    fairs_importer.FairImporter(),
    GroupImporter(),
    LineImporter(),
    LotImporter(),
    OrganisationImporter(),
    ProductImporter(),
)


def connect() -> None:
    """Let the rooms react to each other, tell what they keep about people, and import every kind of file.

    Whoever writes calls it once.
    """
    journal.connect(REACTIONS)
    for name, part in KEPT_ABOUT_PEOPLE.items():
        persons.also_keeps(name, part)
    for importer in IMPORTERS:
        imports.register(importer)
    imports.also_read(fairs_importer.MARK, fairs_importer.sheet_of)


def jobs(settings: Settings) -> Sequence[Job]:
    """All due work: the rooms' and the kernel's."""
    return (*JOBS, *fairs.jobs(settings), *upkeep.jobs(settings), *files.jobs(settings))
