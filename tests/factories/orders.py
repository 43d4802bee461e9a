"""A network with groups, their stock and a buyer: what an order needs."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.kernel.db import Database
from app.kernel.schema import table
from app.people.models import OrganisationKind, Role
from app.producers.models import ProducerProfile
from tests.client import Client
from tests.counting import counted_reads
from tests.factories import inventory, people, products


@dataclass
class Group:
    """A producer group with one lot and somebody who answers for it."""

    id: UUID
    lot_id: UUID
    client: Client


@dataclass
class Market:
    """Everything around an order, with a signed-in client per side."""

    network: UUID
    buyer: UUID
    product: UUID
    secretary: Client
    purchaser: Client
    groups: dict[str, Group] = field(default_factory=dict)

    def order(self, kilos: str = "90", **more: Any) -> dict[str, Any]:
        """The body of a new order of one line."""
        line = {"product": str(self.product), "quantity": {"value": kilos, "unit": "KGM"}, "due_in_days": 30}
        return {
            "buyer": str(self.buyer),
            "coordinator": str(self.network),
            "currency": "PEN",
            "lines": [line | more],
        }

    async def submitted(self, kilos: str = "90", **more: Any) -> str:
        """A submitted order's id."""
        created = await self.purchaser.post("/v1/orders", json=self.order(kilos, **more))
        assert created.status_code == 201, created.text
        identifier = str(created.json()["id"])
        submitted = await self.purchaser.post(f"/v1/orders/{identifier}/submission")
        assert submitted.status_code == 200, submitted.text
        return identifier

    async def planned(self, order: str, **asked: Any) -> dict[str, Any]:
        """A new plan by the coordinating organisation."""
        answer = await self.secretary.post(f"/v1/orders/{order}/plans", json=asked)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def released(self, order: str, **asked: Any) -> str:
        """A plan that the buyer may accept; its id."""
        plan = str((await self.planned(order, **asked))["id"])
        answer = await self.secretary.post(f"/v1/plans/{plan}/release")
        assert answer.status_code == 200, answer.text
        return plan

    async def accepted(self, kilos: str = "90", **more: Any) -> str:
        """An order that waits for its producers."""
        order = await self.submitted(kilos, **more)
        plan = await self.released(order)
        answer = await self.accept(order, plan)
        assert answer.status_code == 201, answer.text
        return order

    async def accept(self, order: str, plan: str, key: str | None = None) -> Any:
        headers = {"idempotency-key": key or f"accept-{plan}"}
        return await self.purchaser.post(
            f"/v1/orders/{order}/acceptance", json={"plan_id": plan}, headers=headers
        )

    async def answer(self, group: str, what: str = "confirmation", **body: Any) -> Any:
        """What a group says to its newest part."""
        part = await self.part_of(group)
        path = f"/v1/allocations/{part['id']}/{what}"
        return await self.groups[group].client.post(path, json=body)

    async def read(self, order: str) -> dict[str, Any]:
        """The order as its buyer reads it."""
        return dict((await self.purchaser.get(f"/v1/orders/{order}")).json())

    async def board(self, order: str) -> list[tuple[str, str, str]]:
        """(group, state, quantity) of each part."""
        rows = (await self.secretary.get(f"/v1/orders/{order}/board")).json()["rows"]
        return [(row["producer"]["name"], row["state"], row["quantity"]["value"]) for row in rows]

    async def tell_all(self) -> None:
        """Every message that waits is said."""
        waiting = (await self.secretary.get("/v1/messages", params={"state": "to_send", "limit": 200})).json()
        for message in waiting["items"]:
            await self.secretary.post(f"/v1/messages/{message['id']}/sent", json={"channel": "whatsapp"})

    async def part_of(self, group: str) -> dict[str, Any]:
        """The newest part of a group."""
        found = (await self.groups[group].client.get("/v1/allocations")).json()["items"]
        return dict(found[0])


async def reads_of(client: Client, path: str) -> int:
    """How many statements an answer takes, once the caller is known."""
    await client.get(path)
    with counted_reads() as count:
        assert (await client.get(path)).status_code == 200
    return count.reads


async def stranger(client: Client, db: Database) -> Client:
    """Somebody who buys and coordinates elsewhere."""
    other = await people.organisation(db, "Otra Red", kind=OrganisationKind.NETWORK, verified=True)
    return client.signed_in((await people.member(db, other, Role.COORDINATOR, "Ajena")).token)


async def market(client: Client, db: Database, *, people_of: dict[str, int] | None = None) -> Market:
    """A verified network with three groups of three, 100 kg of quinua each at S/ 8.00, and a verified buyer."""
    network = await people.network(db)
    buyer = await people.organisation(db, "Exportadora Qhatu", kind=OrganisationKind.EXPORTER, verified=True)
    found = Market(
        network=network,
        buyer=buyer,
        product=await products.product(db),
        secretary=client.signed_in((await people.member(db, network, Role.COORDINATOR, "Secretaria")).token),
        purchaser=client.signed_in((await people.member(db, buyer, Role.COORDINATOR, "Compras")).token),
    )
    for name, number in (people_of or {"Ayni": 3, "Inti": 3, "Killa": 3}).items():
        found.groups[name] = await group(client, db, found, name, people_in_it=number)
    return found


async def group(
    client: Client,
    db: Database,
    market_: Market,
    name: str,
    *,
    people_in_it: int = 3,
    kilos: int = 100,
    **lot: Any,
) -> Group:
    """Another group of the network."""
    identifier = await people.organisation(db, f"Grupo {name}", phone="+51987654321")
    await people.affiliate(db, identifier, market_.network)
    async with db.tx() as tx:
        await tx.run(
            sa.insert(table(ProducerProfile)),
            organisation_id=identifier,
            women=people_in_it,
            men=0,
            active=people_in_it,
            verified=people_in_it,
            verified_at=people.LONG_AGO,
            women_led=True,
            updated_at=people.LONG_AGO,
        )
    lot_id = await inventory.lot(db, identifier, market_.product, kilos * 1000, **lot)
    member = await people.member(db, identifier, Role.SELLER, name)
    return Group(identifier, lot_id, client.signed_in(member.token))
