import json
import os
import subprocess
import sys

import pytest

PHONE = "+51987654321"
PROGRAM = f"""
import asyncio, logging, sys
import asyncpg, httpx
from app.kernel import logs
from app.kernel.db import Lite
from app.kernel.settings import Settings
from app.main import build_app
from pathlib import Path

logs.configure("info")

async def main():
    async with Lite.open(Path(sys.argv[1])) as db:
        settings = Settings(database_url=f"sqlite:///{{sys.argv[1]}}", secret_key="k" * 40, _env_file=None)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(build_app(settings, db=db)), base_url="http://t")
        await client.get("/v1/products?q=Rosa+{PHONE[1:]}", headers={{"authorization": "Bearer mka_rosas-secret"}})
        await client.post("/v1/auth/pin", json={{"phone": "{PHONE}", "name": "Rosa Quispe"}})
        await client.get("/health/live", headers={{"x-request-id": "from-the-proxy"}})
        await client.get("/v1/{PHONE}")

asyncio.run(main())
try:
    try:
        int("{PHONE}x")
    except ValueError as error:
        raise RuntimeError("Rosa Quispe") from error
except RuntimeError as error:
    logs.log.error("failed", error=type(error).__name__, exc_info=error)
logging.getLogger("uvicorn.error").error("Exception for %s", "{PHONE}")
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The lines of that program, and its whole standard error."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path_factory.mktemp("logs") / "empty.db")],
        env={**os.environ, "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == ""
    return [json.loads(line) for line in run.stderr.splitlines()], run.stderr


def test_log_lines_hold_codes_and_times_and_nobodys_data(run):
    lines, text = run

    for private in (PHONE, PHONE[1:], "Rosa", "Quispe", "secret"):
        assert private not in text
    requests = [line for line in lines if line["event"] == "request"]
    assert [set(line) for line in requests] == [
        {"event", "method", "route", "status", "ms", "by", "request_id", "level", "timestamp"}
    ] * 4
    assert requests[2] | {"ms": 0, "timestamp": ""} == {
        "event": "request",
        "method": "GET",
        "route": "read_liveness",
        "status": 200,
        "ms": 0,
        "by": "anonymous",
        "request_id": "from-the-proxy",
        "level": "info",
        "timestamp": "",
    }


def test_an_exception_is_logged_by_its_classes_and_places(run):
    lines, _ = run
    failed, library = lines[-2:]

    assert [entry.partition(" at ")[0] for entry in failed["trace"]] == ["RuntimeError", "ValueError"]
    assert failed["trace"][0].endswith("<string>:26")
    assert (library["of"], library["said"]) == ("uvicorn.error", "Exception for %s")
