import asyncio
from uuid import UUID

from app.kernel.db import Database
from app.people.models import Role
from tests.client import Client, problem
from tests.counting import counted_reads
from tests.factories import people


async def test_me_says_for_whom_i_act_and_where_we_belong(client: Client, db: Database) -> None:
    group, network = await people.organisation(db), await people.network(db)
    await people.affiliate(db, group, network)
    rosa = await people.member(db, group, Role.SELLER)
    await people.join(db, group, rosa.id, Role.TREASURER)

    me = (await client.signed_in(rosa.token).get("/v1/me")).json()

    assert me | {"account": ""} == {
        "kind": "person",
        "id": str(rosa.id),
        "account": "",
        "display_name": "Rosa",
        "phone": None,
        "email": None,
        "lang": "es",
        "is_admin": False,
        "has_password": False,
        "organisations": [
            {
                "id": str(group),
                "code": me["organisations"][0]["code"],
                "name": "Grupo Sumaq Tika",
                "kind": "producer_group",
                "is_verified": False,
                "capabilities": ["answer", "buy", "money", "read", "stock"],
                "roles": ["seller", "treasurer"],
            }
        ],
        "networks": [{"id": str(network), "code": me["networks"][0]["code"], "name": "Red Ayni Sur"}],
        "version": 1,
    }
    assert problem(await client.get("/v1/me")) == (401, "sign_in_required")


async def test_me_is_answered_unchanged_until_something_changes(client: Client, db: Database) -> None:
    person = await people.person(db)
    rosa = client.signed_in(person.token)
    etag = (await rosa.get("/v1/me")).headers["etag"]

    same = await rosa.get("/v1/me", headers={"if-none-match": etag})
    changed = await rosa.patch("/v1/me", json={"lang": "en"}, headers={"if-match": etag})
    stale = await rosa.patch("/v1/me", json={"lang": "es"}, headers={"if-match": etag})
    other = await rosa.get("/v1/me", headers={"if-none-match": etag})

    assert same.status_code == 304
    assert (changed.json()["lang"], changed.json()["version"]) == ("en", 2)
    assert problem(stale) == (412, "stale_version")
    assert problem(await rosa.patch("/v1/me", json={})) == (428, "version_required")
    assert other.status_code == 200


async def test_a_person_reads_in_their_own_language_where_the_request_names_none(
    client: Client, db: Database
) -> None:
    rosa = client.signed_in((await people.person(db, lang="en")).token)
    missing = f"/v1/organisations/{UUID(int=7)}"

    answers = [
        await rosa.get(missing, headers={} if asked is None else {"accept-language": asked})
        for asked in (None, "*", "es", "es-PE, en;q=0.5", "fr")
    ]
    me, spanish = await rosa.get("/v1/me"), await rosa.get("/v1/me", headers={"accept-language": "es"})
    same = await rosa.get("/v1/me", headers={"if-none-match": me.headers["etag"]})
    nobody = await client.get(missing)

    titles = [(answer.headers["content-language"], answer.json()["title"]) for answer in answers]
    assert titles == [("en", "Not found")] * 2 + [("es", "No se encontró")] * 3
    assert (me.headers["content-language"], me.headers["etag"] == spanish.headers["etag"]) == ("en", False)
    assert (same.status_code, same.headers["content-language"]) == (304, "en")
    assert me.headers["vary"] == "accept-language, authorization"
    assert nobody.headers["content-language"] == "es"


async def test_a_changed_language_counts_at_once_and_costs_no_statement(client: Client, db: Database) -> None:
    rosa = client.signed_in((await people.person(db)).token)
    etag = (await rosa.get("/v1/me")).headers["etag"]

    with counted_reads() as in_spanish:
        await rosa.get("/v1/me")
    await rosa.patch("/v1/me", json={"lang": "en"}, headers={"if-match": etag})
    await rosa.get("/v1/seals")
    with counted_reads() as in_english:
        english = await rosa.get("/v1/me")

    assert english.headers["content-language"] == "en"
    assert in_spanish.reads == in_english.reads > 0


async def test_a_person_takes_everything_kept_about_them(client: Client, db: Database) -> None:
    group = await people.organisation(db)
    rosa = await people.person(db, phone="+51951234567")
    await people.join(db, group, rosa.id, Role.COORDINATOR)
    me = client.signed_in(rosa.token)
    await me.post(f"/v1/organisations/{group}/invitations", json={"roles": ["seller"]})

    kept = (await me.get("/v1/me/export")).json()

    assert (kept["person"]["phone"], kept["person"]["display_name"]) == ("+51951234567", "Rosa Quispe")
    assert [m["role"] for m in kept["memberships"]] == ["coordinator"]
    assert [i["roles"] for i in kept["invitations"]] == ["seller"]
    assert [r["action"] for r in kept["records"]] == ["invitation.created"]
    assert len(kept["sessions"]) == 1
    assert "digest" not in str(kept)


async def test_erasure_leaves_records_without_a_name(client: Client, db: Database) -> None:
    group = await people.organisation(db)
    rosa = await people.person(db, phone="+51951234567", email="rosa@example.org")
    await people.join(db, group, rosa.id, Role.COORDINATOR)
    me = client.signed_in(rosa.token)
    headers = {"if-match": '"1"'}
    await me.patch(f"/v1/organisations/{group}", json={"place": "Pisac"}, headers=headers)

    gone = await me.delete("/v1/me", headers=headers)

    assert gone.status_code == 204
    assert problem(await me.get("/v1/me")) == (401, "sign_in_required")
    async with db.tx() as tx:
        from app.people.queries import persons
        from app.people.tables import AUDIT

        left = await persons.row(tx, rosa.id)
        assert (left["display_name"], left["phone"], left["email"]) == ("Persona retirada", None, None)
        assert left["erased_at"] is not None
        assert await persons.memberships(tx, rosa.id) == []
        import sqlalchemy as sa

        actors = {row["actor"] for row in await tx.all(sa.select(AUDIT.c.actor))}
        assert actors == {f"user:{rosa.id}"}


async def test_the_last_coordinator_hands_over_before_leaving(client: Client, db: Database) -> None:
    group = await people.organisation(db)
    rosa, ana = await people.member(db, group), await people.member(db, group, Role.SELLER, "Ana")
    me = client.signed_in(rosa.token)
    headers = {"if-match": '"1"'}

    refused = await me.delete("/v1/me", headers=headers)
    await me.post(f"/v1/organisations/{group}/handover", json={"to": str(ana.id)})
    gone = await me.delete("/v1/me", headers=headers)

    assert problem(refused) == (409, "last_coordinator")
    assert refused.json()["organisations"] == [{"id": str(group), "name": "Grupo Sumaq Tika"}]
    assert gone.status_code == 204
    assert problem(await me.delete("/v1/me", headers=headers)) == (401, "sign_in_required")


async def test_a_key_opens_what_its_scopes_say(client: Client, db: Database, clock) -> None:
    group, other = await people.organisation(db), await people.organisation(db, "Otro")
    rosa = client.signed_in((await people.member(db, group)).token)
    path = f"/v1/organisations/{group}/keys"

    made = await rosa.post(path, json={"name": "Sistema", "scopes": ["read", "profile"], "days": 2})
    key = client.signed_in(made.json()["key"])
    me = (await key.get("/v1/me")).json()
    wanted = {"json": {"place": "Pisac"}, "headers": {"if-match": '"1"'}}
    own = await key.patch(f"/v1/organisations/{group}", **wanted)
    foreign = await key.patch(f"/v1/organisations/{other}", **wanted)
    person_only = await key.get(path)
    too_much = await rosa.post(path, json={"name": "Otra", "scopes": ["read", "members"]})

    assert (me["kind"], me["organisations"][0]["capabilities"]) == ("key", ["profile", "read"])
    assert own.status_code == 200
    assert problem(foreign) == problem(person_only) == (403, "forbidden")
    assert [e["pointer"] for e in too_much.json()["errors"]] == ["#/scopes/1"]
    await asyncio.sleep(0)  # the loop's turn: the use is noted beside the request
    revoked = await rosa.post(f"/v1/keys/{made.json()['id']}/revocation")
    assert revoked.status_code == 204
    assert problem(await key.get("/v1/me")) == (401, "sign_in_required")
    listed = (await rosa.get(path)).json()["items"]
    assert (listed[0]["last_used_at"], "key" in listed[0]) == ("2026-03-02T15:00:00Z", False)


async def test_a_key_expires(client: Client, db: Database, clock) -> None:
    group = await people.organisation(db)
    rosa = client.signed_in((await people.member(db, group)).token)
    made = await rosa.post(
        f"/v1/organisations/{group}/keys", json={"name": "Sistema", "scopes": ["read"], "days": 1}
    )
    clock.advance(days=1)

    assert problem(await client.signed_in(made.json()["key"]).get("/v1/me")) == (401, "sign_in_required")


async def test_labels_are_public_and_in_both_languages(client: Client) -> None:
    both = await client.get("/v1/labels")
    one = await client.get("/v1/labels", params={"lang": "en"})
    same = await client.get("/v1/labels", headers={"if-none-match": both.headers["etag"]})

    assert both.json()["labels"]["role"]["seller"] == {"es": "vende", "en": "seller"}
    assert both.json()["errors"]["not_found"] == {"es": "No se encontró", "en": "Not found"}
    assert one.json()["labels"]["role"]["seller"] == {"en": "seller"}
    assert both.json()["faults"]["missing"]["es"]
    assert both.headers["content-encoding"] == "gzip"
    assert same.status_code == 304
    enums = (*both.json()["labels"].values(), both.json()["faults"])
    assert all(set(words) == {"es", "en"} for enum in enums for words in enum.values())


async def test_a_foreign_session_is_not_found(client: Client, db: Database) -> None:
    rosa = client.signed_in((await people.person(db)).token)

    assert problem(await rosa.post(f"/v1/me/sessions/{UUID(int=7)}/revocation")) == (404, "not_found")
