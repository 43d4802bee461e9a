import re

import pytest

from app.main import build_api
from tests.client import Client


async def test_description_is_served_with_an_etag(client: Client) -> None:
    first = await client.get("/openapi.json")
    again = await client.get("/openapi.json", headers={"if-none-match": first.headers["etag"]})

    assert first.json() == build_api().openapi()
    assert first.headers["content-encoding"] == "gzip"
    assert (again.status_code, again.content) == (304, b"")


async def test_docs_need_nothing_from_elsewhere(client: Client) -> None:
    page = await client.get("/docs")

    wanted = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
    assert wanted == [
        "/docs/swagger-ui.css",
        "/docs/docs.css",
        "/docs/swagger-ui-bundle.js",
        "/docs/start.js",
    ]
    assert "script-src 'self';" in page.headers["content-security-policy"]
    for path in wanted:
        asset = await client.get(path)
        assert asset.status_code == 200
        assert asset.headers["content-type"].startswith(
            "text/css" if path.endswith("css") else "text/javascript"
        )
        assert asset.content


async def test_assets_come_plain_to_those_who_read_no_gzip(client: Client) -> None:
    plain = await client.get("/docs/start.js", headers={"accept-encoding": "identity"})
    zipped = await client.get("/docs/start.js")

    assert "content-encoding" not in plain.headers
    assert plain.text == zipped.text
    assert "/openapi.json" in plain.text


@pytest.mark.parametrize("name", ["swagger-ui-bundle.js.map", "..%2Fpages.py", "base.html"])
async def test_only_the_assets_of_the_page_are_served(client: Client, name: str) -> None:
    assert (await client.get(f"/docs/{name}")).status_code == 404
