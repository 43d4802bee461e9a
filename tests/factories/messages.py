"""Messages for tests."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.kernel import ids
from app.kernel.caller import WORKER
from app.kernel.db import Database
from app.messages import service
from app.messages.models import MessageKind
from app.messages.service import Draft
from tests.factories.people import LONG_AGO

TEXT = "Les tocan 30 kg a S/ 8.00 el kilo = S/ 240.00 para ustedes. Respondan aquí: {link}"
SHORT = "Les tocan 30 kg a S/ 8.00 = S/ 240.00, hasta el jueves 12, 8 de la noche:"


def draft(to: UUID, by: UUID, **values: Any) -> Draft:
    return Draft(
        **{
            "to": to,
            "by": by,
            "kind": MessageKind.OFFER,
            "subject": ("allocation", ids.uuid7()),
            "text": TEXT,
            "short": SHORT,
            "phone": "+51987654321",
            "link_version": 1,
        }
        | values
    )


async def post(db: Database, *drafts: Draft, now: datetime = LONG_AGO) -> list[UUID]:
    async with db.tx() as tx:
        return await service.post(tx, drafts, caller=WORKER, now=now)
