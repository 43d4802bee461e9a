"""Versions and what was read before: ETag, If-None-Match, If-Match."""

import asyncio

import pytest

from tests.client import problem
from tests.factories import people, products


@pytest.fixture
async def path(db):
    return f"/v1/products/{await products.product(db)}"


@pytest.fixture
async def administrator(client, db):
    return client.signed_in((await people.person(db, is_admin=True)).token)


@pytest.mark.parametrize("asked", ['"1-es"', "*", '"0-es", "1-es"', 'W/"1-es"'])
async def test_item_that_was_read_is_not_sent_again(client, path, asked):
    answer = await client.get(path, headers={"if-none-match": asked})

    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1-es"')


@pytest.mark.parametrize(
    "headers",
    [
        {"if-none-match": '"2-es"'},
        {"if-none-match": '"1-es"', "accept-language": "en"},
        {"if-none-match": ""},
    ],
)
async def test_item_in_another_version_or_language_is_sent(client, path, headers):
    answer = await client.get(path, headers=headers)

    assert (answer.status_code, answer.json()["version"]) == (200, 1)


async def test_list_that_has_not_changed_is_not_sent_again(client, db):
    await products.product(db, "Quinua")
    first = await client.get("/v1/products")

    same = await client.get("/v1/products", headers={"if-none-match": first.headers["etag"]})
    await products.product(db, "Kiwicha")
    other = await client.get("/v1/products", headers={"if-none-match": first.headers["etag"]})

    assert (same.status_code, same.content) == (304, b"")
    assert (other.status_code, len(other.json()["items"])) == (200, 2)


@pytest.mark.parametrize("given", ['"1-es"', '"1-en"', '"1"', "1"])
async def test_change_of_the_version_that_was_read_is_made(administrator, path, given):
    answer = await administrator.patch(path, json={"name": "Quinua real"}, headers={"if-match": given})

    assert (answer.status_code, answer.headers["etag"]) == (200, '"2-es"')


@pytest.mark.parametrize("given", ['"2-es"', '"0-es"', "x", "", '"1e0"', '"99999999999999999999"', '"١-es"'])
async def test_change_of_another_version_is_refused(administrator, path, given):
    answer = await administrator.patch(
        path, json={"name": "Quinua real"}, headers={"if-match": given.encode("utf-8")}
    )

    assert problem(answer) == (412, "stale_version")
    assert (await administrator.get(path)).json()["version"] == 1


@pytest.mark.parametrize("headers", [{}, {"if-match": "*"}])
async def test_change_without_a_version_is_refused(administrator, path, headers):
    answer = await administrator.patch(path, json={"name": "Quinua real"}, headers=headers)

    assert problem(answer) == (428, "version_required")


async def test_an_address_with_a_slash_too_many_is_not_found(client):
    assert problem(await client.get("/v1/products/")) == (404, "not_found")


async def test_of_two_changes_of_one_version_one_is_made(administrator, path):
    answers = await asyncio.gather(
        *(
            administrator.patch(path, json={"name": f"Quinua {number}"}, headers={"if-match": '"1-es"'})
            for number in range(8)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    assert (await administrator.get(path)).json()["version"] == 2


async def test_parameter_that_does_not_exist_names_those_that_do(client, path):
    answer = await client.get("/v1/products?limite=5&limit=5&colour=red")
    none = await client.get(f"{path}?fields=id")

    assert problem(answer) == (400, "unknown_parameter")
    assert answer.json()["detail"].endswith(
        "Los parámetros que existen aquí son: category, cursor, limit, q."
    )
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["query/colour", "query/limite"]
    assert "red" not in answer.text
    assert none.json()["detail"].endswith("Los parámetros que existen aquí son: ninguno.")
