"""What nobody should send gets a clear answer, the same on both databases, and leaves nothing half-written."""

import asyncio
import gzip
import json
from functools import partial

import pytest
import sqlalchemy as sa

from app.kernel.db import connect
from app.kernel.schema import table
from app.main import build_app
from app.products.models import Product
from tests.client import Client, problem
from tests.factories import people, products

COUNT = sa.select(sa.func.count().label("products")).select_from(table(Product))
GOOD = {"code": "quinua", "category": "granos", "name": "Quinua", "unit": "KGM"}


@pytest.fixture
async def administrator(client, db):
    await products.category(db, "granos")
    return client.signed_in((await people.person(db, is_admin=True)).token)


def _json(**changed):
    return json.dumps(GOOD | changed)


SENT = {
    "NaN": ('{"step": NaN}', 400, "bad_request"),
    "Infinity": ('{"step": -Infinity}', 400, "bad_request"),
    "1e400": ('{"step": 1e400}', 400, "bad_request"),
    "not JSON": ("{'name': 1}", 400, "bad_request"),
    "half a document": ('{"name": "Qui', 400, "bad_request"),
    "two documents": ("{} {}", 400, "bad_request"),
    "lone surrogate": (r'{"name": "\ud800"}', 400, "bad_request"),
    "bad UTF-8": (b'{"name": "\xff"}', 400, "bad_request"),
    "UTF-16": ('{"name": "Quinua"}'.encode("utf-16"), 400, "bad_request"),
    "too deep": ('{"name":' + "[" * 60 + "]" * 60 + "}", 422, "invalid"),
    "far too deep": ("[" * 200_000, 400, "bad_request"),
    "NUL": (_json(name="Qui\x00nua"), 422, "invalid"),
    "NUL in a name": ('{"na\\u0000me": 1}', 422, "invalid"),
    "unknown field": (_json(colour="red"), 422, "invalid"),
    "a key twice": (_json()[:-1] + ', "name": "Quinua"}', 422, "invalid"),
    "a key twice, one colon in disguise": (
        _json(quality="@")[:-1].replace("@", r"\u003a") + ', "name": "Kiwicha"}',
        422,
        "invalid",
    ),
    "a key twice, once in disguise": (_json()[:-1] + r', "n\u0061me": "Kiwicha"}', 422, "invalid"),
    "a list": ("[]", 422, "invalid"),
    "a number": ("17", 422, "invalid"),
    "nothing": ("", 422, "invalid"),
    "null": ("null", 422, "invalid"),
    "a huge number": (_json(step={"value": "9" * 400, "unit": "KGM"}), 422, "invalid"),
    "a huge integer": ('{"name": 1' + "0" * 5_000 + "}", 400, "bad_request"),
}


@pytest.mark.parametrize("sent", SENT)
async def test_bad_body_is_a_problem_and_changes_nothing(administrator, db, sent):
    content, status, code = SENT[sent]

    answer = await administrator.post(
        "/v1/products", content=content, headers={"content-type": "application/json"}
    )

    assert problem(answer) == (status, code)
    assert await db.value(COUNT) == 0


async def test_same_body_without_the_fault_is_taken(administrator, db):
    answer = await administrator.post(
        "/v1/products", content=_json(), headers={"content-type": "application/json"}
    )

    assert (answer.status_code, await db.value(COUNT)) == (201, 1), answer.text


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
async def test_other_media_type_is_refused(administrator, kind):
    answer = await administrator.post("/v1/products", content=_json(), headers={"content-type": kind})

    assert problem(answer) == (415, "unsupported_media_type")


async def test_media_type_with_a_parameter_is_read(administrator):
    answer = await administrator.post(
        "/v1/products", content=_json(), headers={"content-type": "application/json; charset=utf-8"}
    )

    assert answer.status_code == 201


async def test_key_that_stands_twice_is_named_where_it_stands(administrator):
    content = '{"price": [{"unit": "a:b", "unit": 1}], "code": "x", "code": "y", "name": "once: only"}'
    answer = await administrator.post(
        "/v1/products", content=content, headers={"content-type": "application/json"}
    )

    assert answer.json()["errors"] == [
        {
            "pointer": pointer,
            "code": "duplicate_key",
            "message": "Este campo está dos veces. Déjelo una sola vez.",
        }
        for pointer in ("#/code", "#/price/0/unit")
    ]


@pytest.mark.parametrize("value", ["Quinua: blanca", "Quinua \\u003a blanca", '\\u003c\\\\u003a\\":'])
async def test_colons_in_texts_are_no_keys(administrator, value):
    content = _json(quality="VALUE").replace("VALUE", value)

    answer = await administrator.post(
        "/v1/products", content=content, headers={"content-type": "application/json"}
    )

    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("charset", ["iso-8859-1", '"UTF-16"', "latin1; x=y", "''", ""])
async def test_other_charset_is_refused_and_told_which_to_send(administrator, charset):
    kind = f"application/json; Charset={charset}"
    answer = await administrator.post("/v1/products", content=_json(), headers={"content-type": kind})

    assert problem(answer) == (415, "unsupported_charset")
    assert answer.json()["detail"] == (
        "Envíe el contenido en UTF-8 (Content-Type: application/json; charset=utf-8)."
    )


@pytest.mark.parametrize("charset", ["UTF-8", '"utf-8"', "utf8;x=y", "us-ascii"])
async def test_utf_8_by_any_of_its_names_is_read(administrator, charset):
    kind = f"application/json;charset={charset}"
    answer = await administrator.post("/v1/products", content=_json(), headers={"content-type": kind})

    assert answer.status_code == 201


@pytest.mark.parametrize("encoding", ["gzip", "br", "gzip, identity"])
async def test_compressed_body_is_refused_and_told_how_to_send(administrator, db, encoding):
    headers = {"content-type": "application/json", "content-encoding": encoding}
    answer = await administrator.post(
        "/v1/products", content=gzip.compress(_json().encode()), headers=headers
    )

    assert problem(answer) == (415, "unsupported_encoding")
    assert answer.json()["detail"] == "Envíelo sin comprimir, sin el encabezado Content-Encoding."
    assert answer.headers["accept-encoding"] == "identity"
    assert await db.value(COUNT) == 0


async def test_body_that_says_it_is_not_compressed_is_read(administrator):
    headers = {"content-type": "application/json", "content-encoding": "Identity"}

    assert (await administrator.post("/v1/products", content=_json(), headers=headers)).status_code == 201


async def test_twenty_megabytes_are_too_large(administrator):
    answer = await administrator.post(
        "/v1/products", content=b" " * 20_000_000, headers={"content-type": "application/json"}
    )

    assert problem(answer) == (413, "too_large")


async def test_length_that_is_no_number_is_refused(administrator):
    answer = await administrator.post("/v1/products", content=b"{}", headers={"content-length": "-1"})

    assert problem(answer) == (413, "too_large")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=201",
        "limit=9999999999999999999999",
        "limit=x",
        "limit=",
        "q=%00",
        "q=%FF%00",
    ],
)
async def test_bad_query_is_a_problem(client, query):
    status, _ = problem(await client.get(f"/v1/products?{query}"))

    assert status in {400, 422}


async def test_faults_are_told_in_the_callers_language_and_never_echo(administrator):
    headers = {"content-type": "application/json", "accept-language": "en"}
    sent = json.dumps({"name": 5, "rosas_secret": "rosas value"})

    spanish = await administrator.post(
        "/v1/products", content=sent, headers=headers | {"accept-language": "es"}
    )
    english = await administrator.post("/v1/products", content=sent, headers=headers)

    assert [fault["code"] for fault in spanish.json()["errors"]] == [
        fault["code"] for fault in english.json()["errors"]
    ]
    assert {"#/name": ("string_type", "Must be a text, in quotes.")}.items() <= {
        fault["pointer"]: (fault["code"], fault["message"]) for fault in english.json()["errors"]
    }.items()
    assert "rosas value" not in spanish.text + english.text


class Sender:
    """An ASGI client that sends a body in parts, as slowly as it likes, without saying how long it is."""

    def __init__(self, app, token, parts, *, hangs=False):
        self.app, self.token, self.parts, self.hangs = app, token, list(parts), hangs
        self.sent = []

    async def __call__(self):
        headers = [
            (b"content-type", b"application/json"),
            (b"authorization", f"Bearer {self.token}".encode()),
            (b"transfer-encoding", b"chunked"),
        ]
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/products",
            "raw_path": b"/v1/products",
            "query_string": b"",
            "headers": headers,
            "http_version": "1.1",
            "scheme": "http",
            "server": ("minka.test", 80),
            "client": ("127.0.0.1", 1),
            "root_path": "",
        }
        await self.app(scope, self.receive, self.send)
        body = b"".join(message.get("body", b"") for message in self.sent)
        return self.sent[0]["status"], json.loads(body)["code"] if self.sent[0]["status"] >= 400 else "done"

    async def receive(self):
        if self.parts:
            return {
                "type": "http.request",
                "body": self.parts.pop(0),
                "more_body": bool(self.parts) or self.hangs,
            }
        await asyncio.Event().wait()
        raise AssertionError

    async def send(self, message):
        self.sent.append(message)


@pytest.fixture
async def knocking(settings, db, clock):
    """Sends a body in parts to an application with tight limits."""
    await products.category(db, "granos")
    token = (await people.person(db, is_admin=True)).token
    tight = settings.model_copy(update={"body_limit_bytes": 1_000, "body_timeout_seconds": 0.05})
    return partial(Sender, build_app(tight, db=db, now=clock), token)


async def test_body_in_chunks_without_a_length_is_read(knocking):
    whole = _json().encode()

    assert await knocking([whole[:10], whole[10:11], b"", whole[11:]])() == (201, "done")


async def test_body_that_grows_beyond_the_limit_is_cut_off(knocking):
    sender = knocking([b" " * 400] * 50)

    assert await sender() == (413, "too_large")
    assert len(sender.parts) == 47


async def test_body_that_never_ends_is_given_up(knocking, db):
    assert await knocking([_json().encode()], hangs=True)() == (408, "request_timeout")
    assert await db.value(COUNT) == 0


async def test_request_id_of_the_caller_is_kept_when_it_is_a_plain_one(client):
    kept = await client.get("/health/live", headers={"x-request-id": "proxy-1234.abc"})
    strange = await client.get("/health/live", headers={"x-request-id": b'a"\n{}'.hex() + "/"})

    assert kept.headers["x-request-id"] == "proxy-1234.abc"
    assert len(strange.headers["x-request-id"]) == 24


async def test_problem_names_the_request(client):
    answer = await client.get("/v1/nothing", headers={"x-request-id": "proxy-1234.abc"})

    assert answer.json()["request_id"] == answer.headers["x-request-id"] == "proxy-1234.abc"


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("", "es"),
        ("en", "en"),
        ("en-GB,en;q=0.9,es;q=0.1", "en"),
        ("fr, en;q=0.2, es;q=0.9", "es"),
        ("qu, ay", "es"),
        ("en;q=0", "es"),
        ("en;q=x, ;;;, *", "es"),
        ("e" * 5_000, "es"),
    ],
)
async def test_language_is_negotiated(client, asked, spoken):
    answer = await client.get("/health/live", headers={"accept-language": asked})

    assert answer.headers["content-language"] == spoken
    assert "accept-language" in answer.headers["vary"]


async def test_every_answer_tells_browsers_not_to_guess_or_tell(client):
    for path in ("/health/live", "/v1/products", "/v1/nothing"):
        headers = (await client.get(path)).headers

        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "private, no-cache"


async def test_head_answers_like_get_without_a_body(client):
    got, head = await client.get("/v1/products"), await client.head("/v1/products")

    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-type", "content-length"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_say_which_ones_there_are(client, method):
    answer = await client.request(method, "/v1/products")

    assert problem(answer) == (405, "method_not_allowed")
    assert set(answer.headers["allow"].split(", ")) <= {"GET", "HEAD", "POST"}


ORIGIN = {"origin": "https://tienda.example"}
PREFLIGHT = ORIGIN | {"access-control-request-method": "POST", "access-control-request-headers": "if-match"}


async def test_browsers_of_other_sites_are_not_answered_by_default(client):
    answer = await client.get("/v1/products", headers=ORIGIN)

    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("origins", [("https://tienda.example",), ("*",)])
async def test_browsers_of_named_sites_are_answered(settings, db, origins):
    named = settings.model_copy(update={"cors_origins": origins})

    async with Client(build_app(named, db=db)) as client:
        asked = await client.options("/v1/products", headers=PREFLIGHT)
        read = await client.get("/v1/products", headers=ORIGIN)
        foreign = await client.get("/v1/products", headers={"origin": "https://other.example"})

    assert asked.status_code == 200
    assert asked.headers["access-control-allow-headers"] == "if-match"
    assert read.headers["access-control-allow-origin"] == origins[0]
    assert "ETag" in read.headers["access-control-expose-headers"]
    assert ("access-control-allow-origin" in foreign.headers) == (origins == ("*",))


async def test_fault_of_ours_is_a_problem_that_says_nothing_of_our_insides(settings, clock):
    """The database is gone: its connections are closed."""
    db = await connect(settings)
    await db.close()
    async with Client(build_app(settings, db=db, now=clock)) as client:
        answer = await client.get("/health/ready")

    status, code = problem(answer)
    assert (status, code) in {(500, "internal"), (503, "unavailable")}
    assert set(answer.json()) == {"type", "title", "status", "detail", "code", "request_id", "errors"}
    for inside in ("sqlite", "asyncpg", "Error", "closed", "Traceback"):
        assert inside not in answer.text
