"""Files come in pieces over a line that breaks, are checked once, and are their owner's alone."""

import asyncio
import hashlib
from uuid import UUID

import pytest
import sqlalchemy as sa

from app import wiring
from app.kernel import ids
from app.kernel.caller import Caller
from app.kernel.checks import verify
from app.kernel.db import connect
from app.kernel.files import checks, jobs, service
from app.kernel.files.errors import FileNotUsableError
from app.kernel.files.models import FileSize
from app.kernel.files.queries import BODY, FILE, PIECE, UPLOAD
from app.kernel.jobs import run_due
from app.main import build_app
from tests.client import Client, problem
from tests.factories import people
from tests.kernel import photos

PIECE_TYPE = {"content-type": "application/offset+octet-stream"}
PHOTO = photos.of_a_phone(900, 700)


@pytest.fixture
async def rosa(client, db):
    return client.signed_in((await people.person(db)).token)


async def _opened(who, content=PHOTO, name="licencia.jpg"):
    answer = await who.post("/v1/uploads", json={"name": name, "size": len(content)})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def _sent(who, upload, content, start=0):
    headers = PIECE_TYPE | {"upload-offset": str(start)}
    return await who.patch(f"/v1/uploads/{upload}", content=content, headers=headers)


async def _stored(who, content=PHOTO, name="licencia.jpg"):
    upload = await _opened(who, content, name)
    answer = await _sent(who, upload, content)
    assert answer.status_code == 200, answer.text
    return upload


async def _count(db, table):
    return await db.value(sa.select(sa.func.count().label("rows")).select_from(table))


async def _broken(db):
    return [verdict.code for verdict in await verify(db, {"files": checks.CHECKS}) if verdict.broken]


async def test_file_arrives_in_pieces_and_goes_on_where_the_line_broke(rosa, db):
    upload = await _opened(rosa)
    first, rest = PHOTO[:3_000], PHOTO[3_000:]

    began = await _sent(rosa, upload, first)
    asked = await rosa.head(f"/v1/uploads/{upload}")
    ended = await _sent(rosa, upload, rest, int(asked.headers["upload-offset"]))

    assert (began.json()["offset"], began.json()["file"]) == (3_000, None)
    assert (asked.status_code, asked.headers["upload-offset"], asked.content) == (200, "3000", b"")
    file = ended.json()["file"]
    assert ended.json()["offset"] == len(PHOTO)
    assert file == {
        "id": upload,
        "name": "licencia.jpg",
        "media": "image/jpeg",
        "sizes": ["large", "medium", "small"],
        "sha256": hashlib.sha256(PHOTO).hexdigest(),
        "created_at": "2026-03-02T15:00:00Z",
    }
    assert (await _count(db, PIECE), await _count(db, BODY), await _broken(db)) == (0, 3, [])


async def test_piece_that_repeats_or_overlaps_is_harmless(rosa, db):
    upload = await _opened(rosa)

    answers = [
        await _sent(rosa, upload, PHOTO[:2_000]),
        await _sent(rosa, upload, PHOTO[:2_000]),
        await _sent(rosa, upload, PHOTO[500:1_900], 500),
        await _sent(rosa, upload, PHOTO[1_500:4_000], 1_500),
        await _sent(rosa, upload, PHOTO[4_000:], 4_000),
        await _sent(rosa, upload, PHOTO[4_000:], 4_000),
    ]

    assert [answer.json()["offset"] for answer in answers] == [
        2_000,
        2_000,
        2_000,
        4_000,
        len(PHOTO),
        len(PHOTO),
    ]
    assert answers[-1].json() == answers[-2].json()
    assert answers[-1].json()["file"]["sha256"] == hashlib.sha256(PHOTO).hexdigest()
    assert await _count(db, FILE) == 1


async def test_gap_is_refused_with_the_byte_to_go_on_from(rosa):
    upload = await _opened(rosa)
    await _sent(rosa, upload, PHOTO[:2_000])

    answer = await _sent(rosa, upload, PHOTO[2_001:], 2_001)

    assert problem(answer) == (409, "upload_gap")
    assert answer.json()["offset"] == 2_000
    assert answer.json()["detail"] == "Hasta ahora llegaron 2000 bytes. Siga enviando desde allí."


@pytest.mark.parametrize(
    ("headers", "content", "fault"),
    [
        ({}, b"x" * 2_000, ("header/Upload-Offset", "missing")),
        ({"upload-offset": "-1"}, b"x" * 2_000, ("header/Upload-Offset", "int_parsing")),
        ({"upload-offset": "1e3"}, b"x" * 2_000, ("header/Upload-Offset", "int_parsing")),
        ({"upload-offset": "99999999999"}, b"x", ("header/Upload-Offset", "int_parsing")),
        ({"upload-offset": "0"}, PHOTO + b"x", ("header/Upload-Offset", "past_the_end")),
        ({"upload-offset": "0"}, b"x" * 1_023, ("#", "piece_too_short")),
    ],
)
async def test_piece_that_cannot_be_placed_is_refused(rosa, headers, content, fault):
    upload = await _opened(rosa)

    answer = await rosa.patch(f"/v1/uploads/{upload}", content=content, headers=PIECE_TYPE | headers)

    assert problem(answer) == (422, "invalid")
    assert [(found["pointer"], found["code"]) for found in answer.json()["errors"]] == [fault]


async def test_piece_of_another_type_is_refused(rosa):
    upload = await _opened(rosa)

    answer = await rosa.patch(f"/v1/uploads/{upload}", content=b"x", headers={"upload-offset": "0"})

    assert problem(answer) == (415, "unsupported_media_type")


async def test_refused_content_is_told_in_words_and_again_when_asked_again(rosa, db):
    page = b"<html><script>alert(1)</script></html>"
    upload = await _opened(rosa, page, "licencia.jpg")

    first, again = await _sent(rosa, upload, page), await _sent(rosa, upload, page)
    asked = await rosa.get(f"/v1/uploads/{upload}")

    assert problem(first) == problem(again) == (422, "file_refused")
    assert first.json()["reason"] == "other_kind"
    assert first.json()["detail"].startswith("No es una foto ni un PDF.")
    assert asked.json()["refused"]["message"] == first.json()["detail"]
    assert (await _count(db, PIECE), await _count(db, FILE)) == (0, 0)


async def test_refusal_is_told_in_english(rosa):
    upload = await _opened(rosa, b"GIF89a")
    headers = PIECE_TYPE | {"upload-offset": "0", "accept-language": "en"}

    answer = await rosa.patch(f"/v1/uploads/{upload}", content=b"GIF89a", headers=headers)

    assert answer.json()["detail"].startswith("It is neither a photo nor a PDF.")


async def test_photo_is_served_in_three_sizes_and_never_run(rosa):
    upload = await _stored(rosa, name="../../etc/licencia de feria.exe")

    answers = {
        size: await rosa.get(f"/v1/files/{upload}?size={size}") for size in ("large", "medium", "small")
    }
    whole, default = await rosa.get(f"/v1/files/{upload}?size=whole"), await rosa.get(f"/v1/files/{upload}")

    headers = answers["small"].headers
    assert [answer.content[:3] for answer in answers.values()] == [b"\xff\xd8\xff"] * 3
    assert len({answer.content for answer in answers.values()}) == 3
    assert whole.content == default.content == answers["large"].content
    assert headers["content-type"] == "image/jpeg"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert headers["content-disposition"] == "inline; filename*=UTF-8''licencia%20de%20feria.jpg"
    assert headers["cache-control"] == "private, no-cache"


async def test_document_is_served_whole_to_be_saved(rosa):
    sent = photos.pdf()
    upload = await _stored(rosa, sent, "resolución.pdf")

    answer = await rosa.get(f"/v1/files/{upload}?size=small")

    assert answer.content == sent
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''resoluci%C3%B3n.pdf"


async def test_file_that_is_there_is_not_sent_again(rosa):
    upload = await _stored(rosa)
    etag = (await rosa.get(f"/v1/files/{upload}")).headers["etag"]

    answer = await rosa.get(f"/v1/files/{upload}", headers={"if-none-match": etag})

    assert (answer.status_code, answer.content) == (304, b"")


async def test_file_and_upload_are_their_owner_s_alone(client, rosa, db):
    eva = client.signed_in((await people.person(db, "Eva", is_admin=True)).token)
    upload = await _stored(rosa)
    unfinished = await _opened(rosa)

    answers = [
        await eva.get(f"/v1/files/{upload}"),
        await eva.get(f"/v1/uploads/{unfinished}"),
        await _sent(eva, unfinished, PHOTO),
        await eva.delete(f"/v1/uploads/{unfinished}"),
        await eva.delete(f"/v1/uploads/{upload}"),
    ]

    assert [problem(answer) for answer in answers] == [(404, "not_found")] * 5
    assert problem(await client.get(f"/v1/files/{upload}")) == (401, "sign_in_required")
    assert (await rosa.get(f"/v1/files/{upload}")).status_code == 200


async def test_size_and_number_of_files_are_bounded(rosa, settings):
    too_large = await rosa.post("/v1/uploads", json={"name": "a.jpg", "size": 10_000_001})
    for _ in range(settings.files_waiting - 1):
        await _opened(rosa)
    last = await _stored(rosa)
    one_more = await rosa.post("/v1/uploads", json={"name": "a.jpg", "size": 5_000})

    assert problem(too_large) == (413, "file_too_large")
    assert "hasta 10 MB" in too_large.json()["detail"]
    assert problem(one_more) == (409, "too_many_uploads")
    assert (await rosa.delete(f"/v1/uploads/{last}")).status_code == 204
    assert (await rosa.get(f"/v1/files/{last}")).status_code == 404
    await _opened(rosa)


async def test_identifier_made_offline_is_the_file_s(rosa, clock):
    with ids.repeatable("phone", int(clock().timestamp() * 1_000)):
        mine = str(ids.uuid7())
    wanted = {"id": mine, "name": "a.pdf", "size": len(photos.pdf())}

    first, again = await rosa.post("/v1/uploads", json=wanted), await rosa.post("/v1/uploads", json=wanted)
    await _sent(rosa, mine, photos.pdf())

    assert first.json()["id"] == mine
    assert problem(again) == (409, "id_taken")
    assert (await rosa.get(f"/v1/files/{mine}")).content == photos.pdf()


async def test_two_that_send_the_last_piece_at_once_make_one_file(rosa, db, settings, clock):
    """Two processes with databases of their own, as behind a balancer."""
    upload = await _opened(rosa)
    await _sent(rosa, upload, PHOTO[:2_000])
    async with await connect(settings) as other_db:
        other = Client(build_app(settings, db=other_db, now=clock), headers=rosa.headers)

        answers = await asyncio.gather(
            *(_sent(who, upload, PHOTO[2_000:], 2_000) for who in (rosa, other, rosa, other))
        )

    assert [answer.status_code for answer in answers] == [200] * 4
    assert {answer.json()["file"]["sha256"] for answer in answers} == {hashlib.sha256(PHOTO).hexdigest()}
    assert (await _count(db, FILE), await _count(db, BODY), await _count(db, PIECE)) == (1, 3, 0)
    assert await _broken(db) == []


async def test_pieces_that_race_are_put_together_right(rosa, db, settings, clock):
    content = photos.pdf(photos.stream(bytes(range(256)) * 40, b"", raw=True))
    upload = await _opened(rosa, content, "a.pdf")
    async with await connect(settings) as other_db:
        other = Client(build_app(settings, db=other_db, now=clock), headers=rosa.headers)

        async def send(who, step):
            """As a phone does: a gap or a conflict tells where to go on."""
            start = 0
            while start < len(content):
                answer = await _sent(who, upload, content[start : start + step], start)
                start = answer.json()["offset"]

        await asyncio.gather(send(rosa, 1_024), send(other, 1_500), send(rosa, 4_000), send(other, 2_048))

    assert (await rosa.get(f"/v1/files/{upload}")).content == content


async def test_upload_whose_server_died_before_the_check_is_finished_by_the_worker(rosa, db, settings, clock):
    upload = await _opened(rosa)
    await _sent(rosa, upload, PHOTO[:4_000])
    async with db.tx() as tx:  # the last piece was written, and no more
        await tx.run(sa.insert(PIECE), upload_id=UUID(upload), start=4_000, content=PHOTO[4_000:])
        await tx.run(sa.update(UPLOAD).values(received=len(PHOTO)))

    early = await run_due(db, jobs.jobs(settings), clock())
    late = await run_due(db, jobs.jobs(settings), clock.advance(minutes=3))

    assert (early, late) == ({}, {"check uploads": 1})
    assert (await rosa.get(f"/v1/uploads/{upload}")).json()["file"]["media"] == "image/jpeg"
    assert await _broken(db) == []


async def test_upload_that_waits_too_long_is_forgotten_and_a_piece_makes_it_wait_anew(
    rosa, db, settings, clock
):
    given_up, slow = await _opened(rosa), await _opened(rosa)
    clock.advance(hours=settings.upload_hours - 1)
    await _sent(rosa, slow, PHOTO[:2_000])

    done = await run_due(db, jobs.jobs(settings), clock.advance(hours=2))

    assert done == {"forget uploads": 1}
    assert problem(await rosa.get(f"/v1/uploads/{given_up}")) == (404, "not_found")
    assert (await rosa.get(f"/v1/uploads/{slow}")).json()["offset"] == 2_000


async def test_file_that_nothing_uses_is_forgotten_and_one_in_use_stays(db, settings, clock, client):
    rosa = await people.person(db)
    who, caller = client.signed_in(rosa.token), Caller(user_id=rosa.id)
    unused, used, released = [await _stored(who) for _ in range(3)]
    async with db.tx() as tx:
        await service.require_usable(tx, UUID(used), caller)
        await service.require_usable(tx, UUID(released), caller)
    clock.advance(days=settings.unused_file_days - 1)
    async with db.tx() as tx:
        await service.release(tx, UUID(released), clock())

    in_use = await who.delete(f"/v1/uploads/{used}")
    first = await run_due(db, jobs.jobs(settings), clock.advance(days=2))
    later = await run_due(db, jobs.jobs(settings), clock.advance(days=settings.unused_file_days))

    assert problem(in_use) == (409, "file_in_use")
    assert (first, later) == ({"forget files": 1}, {"forget files": 1})
    left = [row["id"] for row in await db.all(sa.select(FILE.c.id))]
    assert [str(found) for found in left] == [used]
    assert [row["id"] for row in await db.all(sa.select(UPLOAD.c.id))] == left
    assert unused != used


async def test_only_its_owner_takes_a_file_into_use_and_the_room_reads_it(db, client):
    rosa = await people.person(db)
    upload = UUID(await _stored(client.signed_in(rosa.token)))

    async with db.tx() as tx:
        with pytest.raises(FileNotUsableError):
            await service.require_usable(tx, upload, Caller(user_id=ids.uuid7()))
        with pytest.raises(FileNotUsableError):
            await service.require_usable(tx, ids.uuid7(), Caller(user_id=rosa.id))
        await service.require_usable(tx, upload, Caller(user_id=rosa.id))

    found = await service.read(db, upload, FileSize.SMALL)
    assert (found.media, found.name, found.size) == ("image/jpeg", "licencia.jpg", FileSize.SMALL)


async def test_checks_name_what_is_lost(rosa, db):
    stored, unfinished = await _stored(rosa), await _opened(rosa)
    await _sent(rosa, unfinished, PHOTO[:2_000])
    assert await _broken(db) == []

    async with db.tx() as tx:
        await tx.run(sa.delete(BODY).where(BODY.c.file_id == UUID(stored), BODY.c.size == FileSize.SMALL))
        await tx.run(sa.delete(PIECE))

    assert await _broken(db) == ["upload_has_its_bytes", "file_has_its_bodies"]


async def test_person_is_told_which_files_they_brought(rosa):
    wiring.connect()
    upload = await _stored(rosa)

    kept = (await rosa.get("/v1/me/export")).json()

    assert [(file["id"], file["media"]) for file in kept["more"]["files"]] == [(upload, "image/jpeg")]


async def test_what_a_person_brought_goes_with_them_but_for_what_is_in_use(db, client, clock):
    wiring.connect()
    rosa = await people.person(db)
    who, caller = client.signed_in(rosa.token), Caller(user_id=rosa.id)
    used, unused, unfinished = await _stored(who), await _stored(who), await _opened(who)
    async with db.tx() as tx:
        await service.require_usable(tx, UUID(used), caller)

    erased = await who.delete("/v1/me", headers={"if-match": '"1"'})

    assert erased.status_code == 204, erased.text
    left = await db.all(sa.select(FILE.c.id, FILE.c.name))
    assert [(str(row["id"]), row["name"]) for row in left] == [(used, "")]
    assert [(str(row["id"]), row["name"]) for row in await db.all(sa.select(UPLOAD.c.id, UPLOAD.c.name))] == [
        (used, "")
    ]
    assert {unused, unfinished} & {used} == set()
    assert (await service.read(db, UUID(used))).content[:3] == b"\xff\xd8\xff"
