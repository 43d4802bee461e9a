"""What waits in the demo for whoever tries the API: something to accept, to refuse, to carry on with and to take back.

No row is a way in: nobody knows the codes and the secrets that belong to them.
"""

import hashlib
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.demo import practice_fairs
from app.demo.cast import BY_KEY, organisation_id
from app.demo.held import HELD
from app.demo.load import DATA
from app.fairs.queries.fairs import FAIR
from app.kernel import ids
from app.kernel.caller import Caller
from app.kernel.db import Database, Tx, write
from app.kernel.files import content, uploads
from app.kernel.files.models import FileSize
from app.kernel.files.schemas import UploadCreate
from app.kernel.imports import Ask, importer_of, runs
from app.kernel.visit import House
from app.people import tokens
from app.people.models import AffiliationState, Role
from app.people.schemas.persons import KeyCreate
from app.people.service import keys
from app.people.tables import AFFILIATION, DEVICE, INVITATION, MEMBERSHIP, SESSION, USER
from app.places import service as places
from app.places.models import PlaceKind
from app.places.schemas import LocationIn, PlaceCreate

NETWORK = "RED-AYNI-SUR"
ASKING = ("AWAY-WARMI", "QOYLLUR")  # groups of another network that would like to belong to this one too
HELPER = "Rosa Mamani (demostración)"
PHOTO = "foto-del-tejido.jpg"
CARD = "carne-de-sanidad.pdf"
STOCK = "existencias.csv"
_MILLIS = 1_767_484_800_000  # 2026-01-04: where the identifiers of these rows begin
_ADD = {each: sa.insert(each) for each in (AFFILIATION, DEVICE, INVITATION, MEMBERSHIP, SESSION, USER)}
_FAIR = sa.select(FAIR.c.id, FAIR.c.organiser_id, FAIR.c.place_id).where(FAIR.c.name == given("name"))
_STOCK = """codigo,producto,cantidad,precio,moneda
GRA-80,quinua-blanca,6 arrobas,8.50,PEN
GRA-81,quinua-rosa,3 arrobas,8.50,PEN
"""  # nobody knows the second product: it is there to be put right


async def play(house: House, now: datetime) -> None:
    """Leave something to do in every room."""
    with ids.repeatable("practice", _MILLIS):
        network = await organisation_id(house.db, NETWORK)
        assert network is not None  # noqa: S101 - loaded with the networks
        secretary = await tokens.recognise(house, BY_KEY["secretaria"].token, now)
        group = await tokens.recognise(house, BY_KEY["grupo"].token, now)
        await write(house.db, partial(_people, network=network, secretary=secretary, now=now))
        await write(house.db, partial(_gather, network=network, secretary=secretary, now=now))
        card = await write(house.db, partial(_bring, house=house, group=group, now=now))
        await _send_stock(house.db, group, now)
    await _at_the_fair(house.db, group, card, now)


async def _people(tx: Tx, *, network: UUID, secretary: Caller, now: datetime) -> None:
    """A member, an invitation that was not used, two groups that ask to belong, a key, and an old telephone."""
    helper = ids.uuid7()
    await tx.run(_ADD[USER], id=helper, display_name=HELPER, lang="es", created_at=now)
    await tx.run(
        _ADD[MEMBERSHIP],
        id=ids.uuid7(),
        organisation_id=network,
        user_id=helper,
        role=Role.OPERATOR,
        created_at=now,
    )
    await tx.run(
        _ADD[INVITATION],
        id=ids.uuid7(),
        organisation_id=network,
        code_digest=_unknown("code"),
        roles=Role.OPERATOR,
        display_name="Julia Apaza (demostración)",
        invited_by=secretary.name,
        created_at=now,
        expires_at=now + timedelta(days=30),
    )
    for code in ASKING:
        await tx.run(
            _ADD[AFFILIATION],
            id=ids.uuid7(),
            group_id=await organisation_id(tx, code),
            network_id=network,
            state=AffiliationState.ASKED,
            asked_by_group=True,
            see_stock=True,
            answer_for=False,
            invoice_for=False,
            asked_at=now,
        )
    await keys.create(
        tx,
        network,
        caller=secretary,
        key=KeyCreate(name="Hoja de precios (demostración)", scopes=["read"]),
        now=now,
    )
    await _sign_in(tx, secretary, now)


async def _sign_in(tx: Tx, person: Caller, now: datetime) -> None:
    device = ids.uuid7()
    await tx.run(
        _ADD[DEVICE],
        id=device,
        user_id=person.user_id,
        name="Celular anterior",
        secret_digest=_unknown("secret"),
        pin_digest=_unknown("pin"),
        created_at=now,
    )
    await tx.run(
        _ADD[SESSION],
        id=ids.uuid7(),
        user_id=person.user_id,
        device_id=device,
        name="Celular anterior",
        created_at=now,
    )


def _unknown(what: str) -> bytes:
    """The digest of a secret that nobody has."""
    return ids.digest(ids.token(what))


async def _gather(tx: Tx, *, network: UUID, secretary: Caller, now: datetime) -> None:
    """Where the network gathers what its groups deliver."""
    place = PlaceCreate(
        owner=network,
        kind=PlaceKind.COLLECTION_POINT,
        name="Centro de acopio de Juliaca (demostración)",
        country="PE",
        region="PE-PUN",
        reference="A dos cuadras del terminal",
        location=LocationIn(latitude=-15.49, longitude=-70.13),
        location_is_public=True,
    )
    await places.create(tx, caller=secretary, place=place, now=now)


async def _bring(tx: Tx, *, house: House, group: Caller, now: datetime) -> UUID:
    """A photo that is still on its way, and a document that is here."""
    begin = partial(uploads.open_upload, caller=group, settings=house.settings, now=now)
    await begin(tx, UploadCreate(name=PHOTO, size=183_204))
    card = (DATA / CARD).read_bytes()
    upload = await begin(tx, UploadCreate(name=CARD, size=len(card)))
    piece = uploads.Piece(0, card)
    await uploads.add(tx, upload["id"], piece, caller=group, settings=house.settings, now=now)
    whole = content.Examined(content.PDF, (content.Body(FileSize.WHOLE, None, None, card),))
    checked = uploads.Checked(upload, hashlib.sha256(card).hexdigest(), whole, None)
    await uploads.finish(tx, checked, caller=group, now=now)
    identifier: UUID = upload["id"]
    return identifier


async def _send_stock(db: Database, group: Caller, now: datetime) -> None:
    """A file of stock that was looked through: one row waits for a yes, one to be put right."""
    producer = await organisation_id(db, BY_KEY["grupo"].organisation or "")
    ask = Ask(group, producer, now, is_demo=True)
    importer, file = importer_of("lots"), _STOCK.encode()

    async def look(source: Database) -> runs.Checked:
        return await runs.check(source, importer, name=STOCK, content=file, ask=ask)

    async def keep(tx: Tx, checked: runs.Checked) -> None:
        await runs.store(tx, "lots", checked, name=STOCK, content=file, ask=ask)

    await write(db, keep, look)


async def _at_the_fair(db: Database, group: Caller, card: UUID, now: datetime) -> None:
    found = await db.one(_FAIR, name=HELD[0].name)
    assert found is not None  # noqa: S101 - held before
    ground = practice_fairs.Ground(found["organiser_id"], found["id"], found["place_id"], group, card, now)
    await practice_fairs.play(db, ground)
