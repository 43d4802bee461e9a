"""The ledger's door: it is read here, and written only by what happens in other rooms."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from app.kernel.errors import NotFoundError
from app.kernel.problems import problems
from app.kernel.route import Cursor, Limit, room
from app.kernel.visit import Visit
from app.ledger import queries
from app.ledger.models import AccountKind
from app.ledger.schemas import LedgerAccountPage, LedgerEntryPage

router = room("ledger")


@router.get("/accounts", response_model=LedgerAccountPage)
async def list_accounts(
    visit: Visit,
    *,
    owner: Annotated[UUID, Query(description="Whose accounts")],
    kind: Annotated[AccountKind | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """An organisation's accounts with their balances.

    Who acts for the organisation sees all of them; others see those towards their own organisations.
    """
    scope = f"accounts:{owner}:{kind}"
    rows = await queries.page(
        visit.db, visit.caller, owner=owner, kind=kind, limit=limit, after=visit.after(scope, cursor)
    )
    return visit.page(rows, limit=limit, scope=scope, sort=("id",))


@router.get(
    "/accounts/{account_id}/entries", response_model=LedgerEntryPage, responses=problems(NotFoundError)
)
async def list_account_entries(
    account_id: UUID, visit: Visit, *, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """What was posted to one account, the newest first. For its owner's people and its counterparty's."""
    scope = f"entries:{account_id}"
    rows = await queries.entries(
        visit.db, visit.caller, account_id, limit=limit, after=visit.after(scope, cursor)
    )
    return visit.page(rows, limit=limit, scope=scope, sort=("id",))
