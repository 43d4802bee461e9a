"""How a walk is counted."""

from typing import Any

import httpx

from tests.client import Client


class Walk:
    """Counts the calls of one person and the bytes that come down the line."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.calls = 0
        self.bytes = 0

    async def __call__(self, method: str, url: str, **options: Any) -> httpx.Response:
        answer = await self.client.request(method, url, **options)
        assert answer.status_code < 400, answer.text
        self.calls += 1
        self.bytes += answer.num_bytes_downloaded
        return answer
