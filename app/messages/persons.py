"""What messages keep about a person: told when they ask for it, forgotten when they leave."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.db import Database, Tx
from app.kernel.journal import Happening
from app.kernel.schema import table
from app.messages.queries import MESSAGE
from app.people.models import User

_USER = table(User)
_THEIR_NUMBER = sa.select(_USER.c.phone).where(_USER.c.id == given("user")).scalar_subquery()
_FORGET_NUMBER = (
    sa.update(MESSAGE)
    .where(
        MESSAGE.c.phone.is_not(None),
        sa.or_(MESSAGE.c.user_id == given("user"), MESSAGE.c.phone == _THEIR_NUMBER),
    )
    .values(phone=None, version=MESSAGE.c.version + 1)
)
_TO = (
    sa.select(
        *(
            MESSAGE.c[name]
            for name in ("id", "kind", "organisation_id", "phone", "text", "lang", "created_at")
        ),
        *(MESSAGE.c[name] for name in ("sent_at", "sent_channel", "seen_at", "answered_at", "cancelled_at")),
    )
    .where(MESSAGE.c.user_id == given("user"))
    .order_by(MESSAGE.c.id)
)


async def forget_number(tx: Tx, happening: Happening) -> None:
    """A person is being erased: no message keeps their number, be it to them or to an organisation that gave it.

    What still waits to be sent stays, for a number that the sender picks. Runs while the person's number is known.
    """
    await tx.run(_FORGET_NUMBER, user=happening.subject_id)


async def told(db: Database, user_id: UUID) -> list[dict[str, Any]]:
    """The messages that were written to a person; the one-tap link is not kept and stands as `{link}`."""
    return await db.slow(_TO, user=user_id)
