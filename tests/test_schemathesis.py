"""Whatever is sent, no answer is a fault of ours, and each is one that the documentation promises."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.kernel.db import Lite
from app.kernel.openapi import operations
from app.kernel.settings import Settings
from app.main import build_api, build_app
from tests.client import Client
from tests.factories import orders, people

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OPERATIONS = [
    (method, path, operation)
    for path, item in build_api().openapi()["paths"].items()
    for method, operation in operations({"paths": {path: item}})
]
LABELS = {operation["operationId"]: f"{method.upper()} {path}" for method, path, operation in OPERATIONS}
# Somebody without a token comes no further than the door of the others, which `test_access` knocks at.
PUBLIC = {operation["operationId"] for _, _, operation in OPERATIONS if not operation["security"]}
BOUNDED = settings(
    max_examples=settings().max_examples // 7,  # 8, and 428 in a long run
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Served(NamedTuple):
    """The running application with an order that waits for its producers, and who is signed in."""

    schema: schemathesis.BaseSchema
    tokens: dict[str, str]  # per operation a new secretary's: what is called may end the session


@pytest.fixture(scope="module")
def served(sqlite_template: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("schemathesis") / "minka.db"
    path.write_bytes(sqlite_template)
    configured = Settings(database_url=f"sqlite:///{path}", secret_key="k" * 40, worker=False, _env_file=None)  # type: ignore[arg-type]
    with ThreadPoolExecutor(1) as thread:  # the suite's own event loop may be running here
        tokens = thread.submit(asyncio.run, _market(configured, path)).result()
    yield Served(schemathesis.openapi.from_asgi("/openapi.json", build_app(configured)), tokens)
    asgi.shutdown_lifespans()


async def _market(configured: Settings, path: Path) -> dict[str, str]:
    async with Lite.open(path) as db, Client(build_app(configured, db=db)) as client:
        market = await orders.market(client, db)
        await market.accepted("90")
        return {name: (await people.member(db, market.network)).token for name in LABELS}


@pytest.mark.parametrize(
    ("operation", "who"),
    [(name, "secretary") for name in sorted(LABELS)] + [(name, "anonymous") for name in sorted(PUBLIC)],
)
def test_answers_are_as_documented(served: Served, operation: str, who: str) -> None:
    found = served.schema.find_operation_by_label(LABELS[operation])
    assert found is not None
    good = found.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)
    bad = found.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)

    @BOUNDED
    @given(case=st.one_of(good, bad))
    def check(case: schemathesis.Case) -> None:
        if who == "secretary":
            case.headers["authorization"] = f"Bearer {served.tokens[operation]}"
        case.call_and_validate(checks=CHECKS)

    check()
