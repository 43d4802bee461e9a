"""Every kind of file has its people: nobody else brings it, neither for others nor for the platform."""

from uuid import uuid4

import pytest

from app import wiring
from app.kernel.caller import Caller
from app.kernel.errors import ForbiddenError, NotFoundError
from app.kernel.imports import Importer
from app.people import access
from app.people.models import Role


@pytest.mark.parametrize("importer", wiring.IMPORTERS, ids=lambda importer: importer.kind)
def test_strangers_import_nothing(importer: Importer) -> None:
    own = uuid4()
    acts = access.CAPABILITIES[Role.COORDINATOR]
    coordinator = Caller(user_id=uuid4(), acts={own: acts}, own=frozenset({own}))

    for whose in (uuid4(), None):
        with pytest.raises((ForbiddenError, NotFoundError)):
            importer.require(coordinator, whose)
