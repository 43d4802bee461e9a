"""Columns that several reads of producers share."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.db import Row
from app.kernel.schema import Json, nested, table
from app.people.models import Affiliation, AffiliationState, Organisation
from app.producers.models import ProducerLine, ProducerProfile, ProducerWord, ProfileLine

ORGANISATION, AFFILIATION = table(Organisation), table(Affiliation)
PROFILE, LINE, HAS_LINE = table(ProducerProfile), table(ProducerLine), table(ProfileLine)
WORD = table(ProducerWord)

LINE_NAME = sa.case((given("lang", type_=sa.Text) == "en", LINE.c.name_en), else_=LINE.c.name_es)
_NETWORK = ORGANISATION.alias("network")


def lines_of() -> sa.Label[Any]:
    """The lines of an organisation, named in the language `lang`, as JSON."""
    return nested(
        sa.select(LINE.c.code, LINE_NAME.label("name"))
        .join(HAS_LINE, HAS_LINE.c.line_code == LINE.c.code)
        .where(HAS_LINE.c.organisation_id == ORGANISATION.c.id)
        .order_by(LINE.c.code)
        .correlate(ORGANISATION),
        "lines",
    )


def networks_of() -> sa.Label[Any]:
    """The networks an organisation belongs to: read them by `named`."""
    found = nested(
        sa.select(sa.cast(_NETWORK.c.id, sa.String).label("id"), _NETWORK.c.name)
        .join(AFFILIATION, AFFILIATION.c.network_id == _NETWORK.c.id)
        .where(AFFILIATION.c.group_id == ORGANISATION.c.id, AFFILIATION.c.state == AffiliationState.ACCEPTED)
        .order_by(_NETWORK.c.name_folded)
        .correlate(ORGANISATION),
        "networks",
    )
    return sa.type_coerce(found.element, Json).label("networks")


def named(organisations: list[dict[str, str]]) -> list[Row]:
    """Organisations out of nested JSON: SQLite writes a UUID there without dashes."""
    return [{"id": UUID(found["id"]), "name": found["name"]} for found in organisations]
