"""The examples of the API's description: written by the names of the demo's rows, kept with their identifiers.

`python -m app.demo.examples` plays the demo in a file of its own and writes `app/site/examples.json` anew.
"""

import asyncio
import contextlib
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as given
from sqlmodel import SQLModel

from app import wiring
from app.demo import fairs, practice, story
from app.demo.cast import BY_KEY
from app.demo.load import load
from app.fairs.models import (
    Application,
    Assignment,
    BarterPost,
    Call,
    Claim,
    Fair,
    Fee,
    FeedToken,
    Occurrence,
    Sanction,
)
from app.fairs.states import AssignmentState
from app.inventory.models import Capacity, Lot
from app.kernel.db import Database, Lite
from app.kernel.files.queries import UPLOAD
from app.kernel.imports import ImportRun
from app.kernel.schema import table
from app.kernel.settings import Settings
from app.kernel.visit import House
from app.ledger.queries import ACCOUNT
from app.messages.models import Message
from app.orders.models import Allocation, Order, Plan
from app.people import tokens
from app.people.models import Affiliation, AffiliationState, Organisation, User
from app.people.tables import DEVICE, INVITATION, KEY, SESSION
from app.places.models import Place
from app.products.models import Product
from app.seals.models import SealGrant, SealScheme

TEMPLATE = Path(__file__).with_name("examples.template.json")
KEPT = Path(__file__).parents[1] / "site" / "examples.json"
AT = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)

_ORGANISATION, _PRODUCT, _LOT, _ORDER = table(Organisation), table(Product), table(Lot), table(Order)
_PLAN, _ALLOCATION, _MESSAGE, _AFFILIATION = (
    table(Plan),
    table(Allocation),
    table(Message),
    table(Affiliation),
)
_FAIR, _OCCURRENCE, _CALL, _APPLICATION = table(Fair), table(Occurrence), table(Call), table(Application)
_ASSIGNMENT, _FEE, _PLACE = table(Assignment), table(Fee), table(Place)
_POST = table(BarterPost)
_CAPACITY, _USER, _RUN = table(Capacity), table(User), table(ImportRun)
_GRANT, _SCHEME = table(SealGrant), table(SealScheme)
_OF = sa.select(_ORGANISATION.c.id).where(_ORGANISATION.c.code == given("code")).scalar_subquery()
_DRAWN = (
    sa.select(sa.func.max(_OCCURRENCE.c.starts_at))
    .join(_ASSIGNMENT, _ASSIGNMENT.c.occurrence_id == _OCCURRENCE.c.id)
    .where(_ASSIGNMENT.c.is_substitute.is_(False))
    .scalar_subquery()
)
_COMING = (  # the date of the draw, and those after it
    sa.select(_OCCURRENCE.c.id)
    .join(_FAIR, _FAIR.c.id == _OCCURRENCE.c.fair_id)
    .where(_FAIR.c.name == given("code"), _OCCURRENCE.c.starts_at >= _DRAWN)
    .order_by(_OCCURRENCE.c.starts_at)
    .limit(1)
)
_FIND = {
    "organisation": sa.select(_ORGANISATION.c.id).where(_ORGANISATION.c.code == given("code")),
    "product": sa.select(_PRODUCT.c.id).where(_PRODUCT.c.code == given("code")),
    "lot": sa.select(_LOT.c.id).where(_LOT.c.producer_id == _OF, _LOT.c.code == given("second")),
    "order": sa.select(_ORDER.c.id).order_by(_ORDER.c.id).limit(1),
    "order_in": sa.select(_ORDER.c.id).where(_ORDER.c.state == given("code")).order_by(_ORDER.c.id),
    "plan_in": sa.select(_PLAN.c.id).where(_PLAN.c.state == given("code")).order_by(_PLAN.c.id),
    "plan": sa.select(_PLAN.c.id).where(_PLAN.c.state == "accepted").order_by(_PLAN.c.id).limit(1),
    "allocation": sa.select(_ALLOCATION.c.id)
    .where(_ALLOCATION.c.producer_id == _OF)
    .order_by(_ALLOCATION.c.id)
    .limit(1),
    "offered": sa.select(_ALLOCATION.c.id).where(_ALLOCATION.c.state == "offered").order_by(_ALLOCATION.c.id),
    "message": sa.select(_MESSAGE.c.id).where(_MESSAGE.c.answered_at.is_(None)).order_by(_MESSAGE.c.id),
    "affiliation": sa.select(_AFFILIATION.c.id).where(_AFFILIATION.c.group_id == _OF),
    "capacity": sa.select(_CAPACITY.c.id).where(_CAPACITY.c.producer_id == _OF).order_by(_CAPACITY.c.id),
    "user": sa.select(_USER.c.id).where(_USER.c.display_name == given("code")),
    "fair": sa.select(_FAIR.c.id).where(_FAIR.c.name == given("code")),
    "place": sa.select(_PLACE.c.id).where(_PLACE.c.name == given("code")),
    "occurrence": sa.select(_ASSIGNMENT.c.occurrence_id)
    .join(_OCCURRENCE, _OCCURRENCE.c.id == _ASSIGNMENT.c.occurrence_id)
    .join(_FAIR, _FAIR.c.id == _OCCURRENCE.c.fair_id)
    .where(_FAIR.c.name == given("code"), _ASSIGNMENT.c.is_substitute.is_(False))
    .limit(1),
    "call": sa.select(_CALL.c.id).where(_CALL.c.state == given("code")).order_by(_CALL.c.id),
    "application": sa.select(_APPLICATION.c.id).order_by(_APPLICATION.c.id).limit(1),
    "assignment": sa.select(_ASSIGNMENT.c.id)
    .where(_ASSIGNMENT.c.state == given("code"))
    .order_by(_ASSIGNMENT.c.id),
    "fee": sa.select(_FEE.c.id).where(_FEE.c.state == given("code")).order_by(_FEE.c.id),
    "stand": sa.select(_ASSIGNMENT.c.id).where(
        _ASSIGNMENT.c.organisation_id == _OF, _ASSIGNMENT.c.state == AssignmentState.CONFIRMED
    ),
    "sold": sa.select(_ASSIGNMENT.c.id).where(_ASSIGNMENT.c.is_substitute),
    "last_market": sa.select(_ASSIGNMENT.c.occurrence_id).where(_ASSIGNMENT.c.is_substitute),
    **{f"coming_{number}": _COMING.offset(number) for number in range(4)},
    "post": sa.select(_POST.c.id).order_by(_POST.c.id),
    "barter_day": sa.select(_POST.c.occurrence_id).limit(1),
    "call_titled": sa.select(_CALL.c.id).where(_CALL.c.title == given("code")),
    "application_in": sa.select(_APPLICATION.c.id).where(
        _APPLICATION.c.organisation_id == _OF, _APPLICATION.c.state == given("second")
    ),
    "claim": sa.select(table(Claim).c.id),
    "sanction": sa.select(table(Sanction).c.id),
    "feed_token": sa.select(table(FeedToken).c.id),
    "member": sa.select(_USER.c.id).where(_USER.c.display_name == practice.HELPER),
    "session": sa.select(SESSION.c.id).where(SESSION.c.device_id.is_not(None)),
    "device": sa.select(DEVICE.c.id),
    "invitation": sa.select(INVITATION.c.id),
    "key": sa.select(KEY.c.id),
    "asking": sa.select(_AFFILIATION.c.id).where(
        _AFFILIATION.c.group_id == _OF, _AFFILIATION.c.state == AffiliationState.ASKED
    ),
    "upload": sa.select(UPLOAD.c.id).where(UPLOAD.c.name == given("code")),
    "import": sa.select(_RUN.c.id).where(_RUN.c.filename == practice.STOCK),
    "account": sa.select(ACCOUNT.c.id).where(ACCOUNT.c.owner_id == _OF).order_by(ACCOUNT.c.id),
    "grant": sa.select(_GRANT.c.id)
    .join(_SCHEME, _SCHEME.c.id == _GRANT.c.scheme_id)
    .where(_GRANT.c.producer_id == _OF, _SCHEME.c.code == given("second")),
}


async def played(path: Path, now: datetime) -> Database:
    """The demo, loaded and played in a new embedded database."""
    engine = sa.create_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    wiring.connect()
    db = Lite.open(path)
    await load(db, now, lambda _: None)
    settings = Settings(database_url=f"sqlite:///{path}", demo=True, _env_file=None)
    house = House(settings, db, tokens.admit)
    await story.play(house, now)
    await fairs.play(db, now)
    await practice.play(house, now)
    return db


async def resolved(db: Database) -> dict[str, Any]:
    """The template with the demo's identifiers in place of its names.

    An operation whose row is not there has no example: who stands where depends on the day, as a draw does.
    """
    found = {}
    for name, example in json.loads(TEMPLATE.read_text("utf-8")).items():
        with contextlib.suppress(LookupError):
            found[name] = await _resolve(db, example)
    return found


def text(examples: dict[str, Any]) -> str:
    """How they are kept."""
    return json.dumps(examples, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


async def _resolve(db: Database, node: Any) -> Any:
    if isinstance(node, dict):
        return {key: await _resolve(db, inner) for key, inner in node.items()}
    if isinstance(node, list):
        return [await _resolve(db, inner) for inner in node]
    if not (isinstance(node, str) and node.startswith("@")):
        return node
    kind, _, names = node[1:].partition(":")
    code, _, second = names.partition("/")
    if part := BY_KEY.get(code):  # «grupo»: whoever plays the role
        code = part.name if kind == "user" else str(part.organisation)
    found = await db.value(
        _FIND[kind], **({"code": code} if code else {}), **({"second": second} if second else {})
    )
    if found is None:
        raise LookupError(node)
    return str(found)


async def _write() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with await played(Path(folder) / "demo.db", AT) as db:
            KEPT.write_text(text(await resolved(db)), "utf-8")


if __name__ == "__main__":
    asyncio.run(_write())
