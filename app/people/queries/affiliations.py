"""Reads of which group belongs to which network. An affiliation is seen by its two sides only."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.errors import NotFoundError
from app.people import rules
from app.people.models import AffiliationState
from app.people.tables import AFFILIATION, ORGANISATION

_GROUP, _NETWORK = ORGANISATION.alias("its_group"), ORGANISATION.alias("its_network")
_EDGE = AFFILIATION.alias("edge")
_BASE = (
    sa.select(
        AFFILIATION.c.id,
        AFFILIATION.c.group_id,
        _GROUP.c.code.label("group_code"),
        _GROUP.c.name.label("group_name"),
        AFFILIATION.c.network_id,
        _NETWORK.c.code.label("network_code"),
        _NETWORK.c.name.label("network_name"),
        AFFILIATION.c.state,
        AFFILIATION.c.asked_by_group,
        AFFILIATION.c.see_stock,
        AFFILIATION.c.answer_for,
        AFFILIATION.c.invoice_for,
        AFFILIATION.c.asked_at,
        AFFILIATION.c.accepted_at,
        AFFILIATION.c.ended_at,
        AFFILIATION.c.version,
    )
    .join(_GROUP, _GROUP.c.id == AFFILIATION.c.group_id)
    .join(_NETWORK, _NETWORK.c.id == AFFILIATION.c.network_id)
)
_ONE = _BASE.where(AFFILIATION.c.id == given("id"))
_MINE = given("mine", expanding=True, type_=AFFILIATION.c.id.type)
_LIST = Query(
    _BASE.order_by(AFFILIATION.c.id).limit(given("limit", type_=sa.Integer)),
    mine=sa.or_(AFFILIATION.c.group_id.in_(_MINE), AFFILIATION.c.network_id.in_(_MINE)),
    group=AFFILIATION.c.group_id == given("group"),
    network=AFFILIATION.c.network_id == given("network"),
    state=AFFILIATION.c.state == given("state"),
    after=AFFILIATION.c.id > given("after"),
)


def _walk(known: str, wanted: str, name: str, *scopes: str) -> sa.CTE:
    """Everything up or down the tree of accepted affiliations from one organisation; UNION ends it whatever happens.

    With `scopes`, only by affiliations that grant them.
    """
    first = sa.select(AFFILIATION.c[wanted].label("id")).where(
        AFFILIATION.c[known] == given("organisation", type_=AFFILIATION.c.id.type),
        *_counts(AFFILIATION, scopes),
    )
    found = first.cte(name, recursive=True)
    further = (
        sa.select(_EDGE.c[wanted]).join(found, _EDGE.c[known] == found.c.id).where(*_counts(_EDGE, scopes))
    )
    return found.union(further)


def _counts(edge: sa.FromClause, scopes: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    return [edge.c.state == AffiliationState.ACCEPTED, *(edge.c[scope].is_(True) for scope in scopes)]


BELOW = _walk("network_id", "group_id", "below")
"""The groups of a network and of the networks below it, by the parameter `organisation`: for rooms above."""
ANSWERED_FOR = _walk("network_id", "group_id", "answered_for", "answer_for")
"""Those of them that the network may answer for, along the whole chain; by the parameter `organisation`."""
_ABOVE = _walk("group_id", "network_id", "above")
_GROUPS_BELOW = sa.select(BELOW.c.id).order_by(BELOW.c.id)
_NETWORKS_ABOVE = sa.select(_ABOVE.c.id).order_by(_ABOVE.c.id)


async def row(db: Database, caller: Caller, affiliation_id: UUID) -> Row:
    """An affiliation for one of its sides. Raises NotFoundError."""
    found = await db.one(_ONE, id=affiliation_id)
    if found is None or not (
        caller.is_admin or found["group_id"] in caller.own or found["network_id"] in caller.own
    ):
        raise NotFoundError
    return found


async def affiliation(db: Database, caller: Caller, affiliation_id: UUID) -> Row:
    """An affiliation as its sides read it. Raises NotFoundError."""
    return shown(await row(db, caller, affiliation_id), caller)


async def page(
    db: Database,
    caller: Caller,
    *,
    limit: int,
    after: list[Any] | None,
    group: UUID | None,
    network: UUID | None,
    state: AffiliationState | None,
) -> list[Row]:
    """Up to limit + 1 affiliations of the caller's organisations, oldest first."""
    mine = None if caller.is_admin else sorted(caller.own)
    if mine == []:
        return []
    found = await db.all(
        _LIST,
        limit=limit + 1,
        mine=mine,
        group=group,
        network=network,
        state=state,
        after=UUID(after[0]) if after else None,
    )
    return [shown(line, caller) for line in found]


async def groups_below(db: Database, network_id: UUID) -> list[UUID]:
    """Every group that belongs to a network or to a network below it."""
    return [line["id"] for line in await db.all(_GROUPS_BELOW, organisation=network_id)]


async def networks_above(db: Database, group_id: UUID) -> list[UUID]:
    """Every network that a group belongs to, by whatever way."""
    return [line["id"] for line in await db.all(_NETWORKS_ABOVE, organisation=group_id)]


def sides(caller: Caller, found: Row) -> list[str]:
    """For which sides of an affiliation the caller acts."""
    acts = {"group": ("members", found["group_id"]), "network": ("coordinate", found["network_id"])}
    return [side for side, (act, whom) in acts.items() if caller.is_admin or caller.may(act, whom)]


def shown(found: Row, caller: Caller) -> Row:
    """The wire form of an affiliation's row."""
    actions = rules.affiliation_actions(
        found["state"], asked_by_group=found["asked_by_group"], sides=sides(caller, found)
    )
    for side in ("group", "network"):
        found[side] = {part: found.pop(f"{side}_{part}") for part in ("id", "code", "name")}
    return found | {"actions": actions}
