from tests.client import Client, problem


async def test_readiness_asks_the_database(client: Client) -> None:
    answer = await client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
    assert answer.headers["content-language"] == "es"
    assert len(answer.headers["x-request-id"]) == 24


async def test_an_unknown_path_is_a_problem_in_the_callers_language(client: Client) -> None:
    spanish = await client.get("/v1/nothing")
    english = await client.get("/v1/nothing", headers={"accept-language": "en-GB,en;q=0.9"})

    assert problem(spanish) == problem(english) == (404, "not_found")
    assert (spanish.json()["title"], english.json()["title"]) == ("No se encontró", "Not found")


async def test_a_wrong_method_says_which_are_allowed(client: Client) -> None:
    answer = await client.post("/health/live")

    assert problem(answer) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD"


async def test_a_typo_in_the_query_is_refused(client: Client) -> None:
    assert problem(await client.get("/health/live?limit=1")) == (400, "unknown_parameter")


async def test_a_nul_in_an_address_is_not_called_bad_json(client: Client) -> None:
    answer = await client.get("/v1/territories/%00")

    assert problem(answer) == (422, "invalid")
    assert [fault["code"] for fault in answer.json()["errors"]] == ["nul_character"]


async def test_an_unknown_parameter_is_told_by_nothing_but_its_fault(client: Client) -> None:
    assert "unknown" not in (await client.get("/health/live?limit=1")).json()
