"""A person leaves: what says who they are is erased; what they did stays, by a pseudonym."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import ids, journal
from app.kernel.caller import Caller
from app.kernel.db import Tx
from app.kernel.errors import ForbiddenError, StaleVersionError
from app.kernel.idempotency import KeptAnswer
from app.kernel.schema import table
from app.people.models import Role
from app.people.queries import members, persons
from app.people.service.members import LastCoordinatorError, lock
from app.people.tables import DEVICE, INVITATION, MEMBERSHIP, SESSION, SIGN_IN_CODE, USER

_NAME = "Persona retirada"
_PSEUDONYMISE = (
    sa.update(USER)
    .where(USER.c.id == given("user"), USER.c.version == given("expected"))
    .values(
        account=given("account"),
        display_name=_NAME,
        phone=None,
        email=None,
        is_admin=False,
        password_hash=None,
        password_set_at=None,
        erased_at=given("now"),
        version=USER.c.version + 1,
    )
)
_KEPT = table(KeptAnswer)
_FORGET = (
    sa.delete(MEMBERSHIP).where(MEMBERSHIP.c.user_id == given("user")),
    sa.delete(SESSION).where(SESSION.c.user_id == given("user")),  # and, with them, their tokens
    sa.delete(DEVICE).where(DEVICE.c.user_id == given("user")),
    sa.delete(SIGN_IN_CODE).where(SIGN_IN_CODE.c.user_id == given("user")),
    sa.update(INVITATION).where(INVITATION.c.accepted_by == given("user")).values(display_name=None),
)
_FORGET_ANSWERS = sa.delete(_KEPT).where(_KEPT.c.principal == given("principal"))


async def erase(tx: Tx, *, caller: Caller, expected: int, now: datetime) -> None:
    """Erase the caller. Records keep `user:<id>`.

    Who reacts to `user.erased` still finds the person's number, to forget it. Raises StaleVersionError;
    LastCoordinatorError while others would be left in an organisation that nobody coordinates.
    """
    if caller.user_id is None:
        raise ForbiddenError
    await _leave_nobody_alone(tx, caller.user_id)
    await journal.record(tx, caller, now, "user.erased", ("user", caller.user_id))
    if not await tx.run(
        _PSEUDONYMISE, user=caller.user_id, expected=expected, account=ids.spellable_code(8), now=now
    ):
        raise StaleVersionError
    for statement in _FORGET:
        await tx.run(statement, user=caller.user_id)
    await tx.run(_FORGET_ANSWERS, principal=caller.name)


async def _leave_nobody_alone(tx: Tx, user_id: UUID) -> None:
    coordinated = [m for m in await persons.memberships(tx, user_id) if m["role"] is Role.COORDINATOR]
    left = []
    for organisation in sorted(coordinated, key=lambda found: str(found["id"])):
        await lock(tx, organisation["id"])
        coordinators = await members.coordinators(tx, organisation["id"])
        if coordinators == [user_id] and await members.has_others(tx, organisation["id"], user_id):
            left.append({"id": str(organisation["id"]), "name": organisation["name"]})
    if left:
        raise LastCoordinatorError(extra={"organisations": left})
