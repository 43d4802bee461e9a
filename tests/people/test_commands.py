import re

import pytest
import sqlalchemy as sa

from app.kernel.db import Database
from app.kernel.errors import InvalidError
from app.kernel.settings import Settings
from app.people import commands
from app.people.commands import NobodySoError, PersonUnknownError
from app.people.models import OrganisationKind
from app.people.tables import USER
from tests.client import Client
from tests.factories import people


async def test_the_first_administrator_comes_from_the_command_line(
    settings: Settings, db: Database, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    network = await people.organisation(db, "Red Ayni", kind=OrganisationKind.NETWORK)

    await commands._create(settings, "Inés Mamani", phone="+51 951 234 567", email=None)
    said = capsys.readouterr().out
    account, code = re.search(r"Cuenta (\w{8}) de", said), re.search(r"(\w{4}-\w{4})   http", said)
    assert account
    assert code
    await commands._set_admin(settings, account[1], is_admin=True)

    signed_in = await client.post(
        "/v1/auth/first-sign-in", json={"code": code[1], "pin": "482915", "device_name": "Oficina"}
    )
    ines = client.signed_in(signed_in.json()["access_token"])
    verified = await ines.post(f"/v1/organisations/{network}/verification", json={})
    assert verified.json()["is_verified"] is True
    assert "administra la plataforma" in capsys.readouterr().out
    await commands._set_admin(settings, "+51951234567", is_admin=False)
    assert (await ines.get("/v1/me")).status_code == 200


@pytest.mark.parametrize("name", ["", "  ", "X", "\u200b\u200b"])
async def test_an_account_has_a_name(settings: Settings, db: Database, name: str) -> None:
    with pytest.raises(InvalidError) as refused:
        await commands._create(settings, name, phone=None, email=None)

    [fault] = refused.value.faults
    assert (fault.pointer, fault.code, fault.facts) == ("NOMBRE", "string_too_short", {"min_length": 2})
    assert await db.all(sa.select(USER.c.id)) == []


async def test_a_shared_phone_lists_the_accounts(settings: Settings, db: Database) -> None:
    for name in ("Rosa", "Ana"):
        await people.person(db, name, phone="+51951234567")

    with pytest.raises(PersonUnknownError) as error:
        await commands._give_code(settings, "+51951234567")

    assert len(str(error.value.facts["accounts"]).split(", ")) == 2
    with pytest.raises(NobodySoError):
        await commands._give_code(settings, "AAAA2222")


async def test_the_first_administrator_needs_no_account(
    settings: Settings, db: Database, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    await commands._grant_admin(settings, "+51987654321")
    code = re.search(r"(\w{4}-\w{4})   http", capsys.readouterr().out)
    assert code

    signed_in = await client.post(
        "/v1/auth/first-sign-in", json={"code": code[1], "pin": "482915", "device_name": "Oficina"}
    )
    me = (await client.signed_in(signed_in.json()["access_token"]).get("/v1/me")).json()
    await commands._grant_admin(settings, "+51987654321")

    assert (me["phone"], me["is_admin"]) == ("+51987654321", True)
    with pytest.raises(PersonUnknownError):
        await commands._grant_admin(settings, "AAAA2222")
