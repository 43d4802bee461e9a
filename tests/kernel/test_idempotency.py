"""A repeated request has one effect, however close its repetitions are."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.kernel import idempotency, upkeep
from app.kernel.jobs import run_due
from app.kernel.journal import AuditEntry, OutboxEvent
from app.kernel.schema import table
from app.products.models import Product
from tests.client import problem
from tests.factories import people, products

KEY = {"idempotency-key": "0190a1b2-once"}
BODY = {"code": "quinua", "category": "granos", "name": "Quinua", "unit": "KGM"}


def _count(model):
    return sa.select(sa.func.count().label("rows")).select_from(table(model))


async def _kept(db):
    return await db.value(_count(idempotency.KeptAnswer))


@pytest.fixture
async def administrator(client, db):
    await products.category(db, "granos")
    return client.signed_in((await people.person(db, is_admin=True)).token)


async def test_twenty_repetitions_at_once_have_one_effect_and_one_answer(administrator, db):
    answers = await asyncio.gather(
        *(administrator.post("/v1/products", json=BODY, headers=KEY) for _ in range(20))
    )

    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert len([answer for answer in answers if "idempotency-replayed" not in answer.headers]) == 1
    assert [await db.value(_count(model)) for model in (Product, AuditEntry, OutboxEvent)] == [1, 1, 1]
    assert await _kept(db) == 1


async def test_repetition_after_the_world_changed_gets_the_first_answer(administrator):
    first = await administrator.post("/v1/products", json=BODY, headers=KEY)
    path = f"/v1/products/{first.json()['id']}"
    await administrator.patch(path, json={"name": "Quinua real"}, headers={"if-match": '"1-es"'})

    again = await administrator.post("/v1/products", json=BODY, headers=KEY)

    assert (again.status_code, again.content) == (201, first.content)
    assert (again.headers["etag"], again.headers["idempotency-replayed"]) == ('"1-es"', "true")


async def test_same_key_of_somebody_else_is_another_key(administrator, client, db):
    other = client.signed_in((await people.person(db, "Ana", is_admin=True)).token)

    mine = await administrator.post("/v1/products", json=BODY, headers=KEY)
    theirs = await other.post("/v1/products", json=BODY | {"code": "kiwicha", "name": "Kiwicha"}, headers=KEY)

    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert await _kept(db) == 2


async def test_same_key_with_another_body_is_refused(administrator, db):
    await administrator.post("/v1/products", json=BODY, headers=KEY)

    other = await administrator.post("/v1/products", json=BODY | {"name": "Otra"}, headers=KEY)

    assert problem(other) == (422, "idempotency_key_reused")
    assert await db.value(_count(Product)) == 1


async def test_key_of_a_request_that_failed_may_be_used_again(administrator, db):
    wrong = await administrator.post("/v1/products", json=BODY | {"category": "none"}, headers=KEY)
    right = await administrator.post("/v1/products", json=BODY, headers=KEY)

    assert (wrong.status_code >= 400, right.status_code) == (True, 201)
    assert await _kept(db) == 1


async def test_request_without_a_key_keeps_nothing(administrator, db):
    await administrator.post("/v1/products", json=BODY)

    assert await _kept(db) == 0


@pytest.mark.parametrize(
    ("key", "code", "start"),
    [
        ("", "key_empty", "Está vacía."),
        ("  ", "key_empty", "Está vacía."),
        ("k" * 201, "key_too_long", "Tiene más de 200 caracteres."),
        ("tab\there", "key_not_printable", "Tiene caracteres que no se leen"),
    ],
)
async def test_key_that_is_none_is_refused_and_told_why(administrator, key, code, start):
    answer = await administrator.post("/v1/products", json=BODY, headers={"idempotency-key": key})

    assert problem(answer) == (422, "invalid")
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("header/Idempotency-Key", code)
    assert fault["message"].startswith(start)


async def test_answers_are_forgotten_after_the_hours_that_are_set(administrator, db, clock, settings):
    await administrator.post("/v1/products", json=BODY, headers=KEY)
    jobs = upkeep.jobs(settings)
    kept = timedelta(hours=settings.idempotency_hours)

    await run_due(db, jobs, clock() + kept)
    assert await _kept(db) == 1
    await run_due(db, jobs, clock() + kept + timedelta(seconds=1))
    assert await _kept(db) == 0
