"""What people bring, exchange and declare at a date: by the group, or its network for it; public to read."""

import sqlalchemy as sa

from app.fairs.models import Assignment, Fair, SalesDeclaration, Stall
from app.kernel import ids
from app.kernel.schema import table
from tests.access_cases import Case, only, public
from tests.access_cases.world import World
from tests.factories import fairs, people, places, products

_NOT_EVEN_ADMIN = {"admin": 403}
_SPEAKS = only("coordinator", "secretary", "key", hidden=(), key="ok")


async def _fair(world: World) -> None:
    square = await places.place(world.db, world.id("network"), "Plaza")
    fair, date = await fairs.row(world.db, world.id("network"), square)
    world.names |= {"fair": str(fair), "date": str(date)}


async def _with_product(world: World) -> None:
    await _fair(world)
    found = await products.product(world.db, f"Quinua {world.names['new_id']}")
    world.names["product"] = str(found)


async def _announced(world: World) -> None:
    await _with_product(world)
    path = "/v1/occurrences/{date}/announcements/{group}".format_map(world.names)
    said = {"items": [{"product": world.names["product"]}]}
    answer = await world.callers["admin"].put(path, json=said)
    assert answer.status_code == 200, answer.text


async def _barter_day(world: World) -> None:
    await _fair(world)
    async with world.db.tx() as tx:
        await tx.run(sa.update(table(Fair)).values(kind="barter"))


async def _posted(world: World) -> None:
    await _barter_day(world)
    path = "/v1/occurrences/{date}/barter-posts".format_map(world.names)
    said = {"organisation": world.names["group"], "kind": "offer", "text": "Lana"}
    answer = await world.callers["admin"].post(path, json=said)
    assert answer.status_code == 201, answer.text
    world.names["post"] = answer.json()["id"]


async def _stood(world: World) -> None:
    await _fair(world)
    stall = table(Stall)
    found = await world.db.value(sa.select(stall.c.id).order_by(stall.c.id.desc()).limit(1))
    assignment = await people.add(
        world.db,
        Assignment,
        id=ids.uuid7(),
        occurrence_id=world.id("date"),
        stall_id=found,
        organisation_id=world.id("group"),
        state="completed",
        attendants=[],
        created_at=people.LONG_AGO,
        updated_at=people.LONG_AGO,
    )
    world.names["assignment"] = str(assignment)
    async with world.db.tx() as tx:
        await tx.run(
            sa.insert(table(SalesDeclaration)),
            assignment_id=assignment,
            sold="low",
            declared_at=people.LONG_AGO,
        )


_READS = only("secretary", hidden=(), key=403)
_QUARTER = "/v1/organisers/{network}/indicators"
_DATE = "/v1/occurrences/{date}"
CASES = {
    "list_announcements": Case("GET", f"{_DATE}/announcements", public(), None, _fair),
    "put_announcements": Case(
        "PUT",
        f"{_DATE}/announcements/{{group}}",
        _SPEAKS,
        {"items": [{"product": "{product}"}]},
        _with_product,
    ),
    "remove_announcements": Case("DELETE", f"{_DATE}/announcements/{{group}}", _SPEAKS, None, _announced),
    "list_barter_posts": Case("GET", f"{_DATE}/barter-posts", public(), None, _barter_day),
    "create_barter_post": Case(
        "POST",
        f"{_DATE}/barter-posts",
        _SPEAKS,
        {"organisation": "{group}", "kind": "seek", "text": "Lana"},
        _barter_day,
    ),
    "update_barter_post": Case("PATCH", "/v1/barter-posts/{post}", _SPEAKS, {"text": "Lana fina"}, _posted),
    "close_barter_post": Case("POST", "/v1/barter-posts/{post}/closing", _SPEAKS, None, _posted),
    "put_sales": Case(
        "PUT", "/v1/assignments/{assignment}/sales", _SPEAKS | _NOT_EVEN_ADMIN, {"sold": "low"}, _stood
    ),
    "read_sales": Case(
        "GET",
        "/v1/assignments/{assignment}/sales",
        _SPEAKS | _NOT_EVEN_ADMIN | {"member": "ok"},
        None,
        _stood,
    ),
    "read_sales_sum": Case("GET", f"{_DATE}/sales", only("secretary", hidden=(), key=403), None, _stood),
    "read_indicators": Case("GET", f"{_QUARTER}?quarter=2027-Q1", _READS, None),
    "export_indicators": Case("GET", f"{_QUARTER}.csv?quarter=2027-Q1", _READS, None),
    "print_indicators": Case("GET", f"{_QUARTER}.pdf?quarter=2027-Q1", _READS, None),
}
