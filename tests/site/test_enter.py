"""The page behind the link of a first sign-in: it shows a code that the server never sees."""

import base64
import hashlib
import re

import pytest

from app.kernel.settings import Settings
from app.people import codes, rules
from tests.client import Client
from tests.conftest import MovableClock

MOST_BYTES = 8_000


def _hash(inline: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"


async def test_link_of_a_first_sign_in_is_answered(
    client: Client, settings: Settings, clock: MovableClock
) -> None:
    new = codes.new(settings, clock())

    answer = await client.get(new.link.removeprefix(settings.public_url))

    assert answer.status_code == 200
    assert answer.url.path == "/entrar"
    assert new.code not in answer.text
    assert f"{{{len(new.code)}}}" in re.search("<script>(.*?)</script>", answer.text)[1]
    assert f"las {rules.CODE_LENGTH} letras y números" in answer.text


@pytest.mark.parametrize(
    ("lang", "title", "without_script"),
    [
        ("es", "Su código para ingresar", "Son las 8 letras y números que están al final del enlace"),
        ("en", "Your code to sign in", "It is the 8 letters and digits at the end of the link"),
    ],
)
async def test_page_says_what_to_do_also_without_its_script(
    client: Client, lang: str, title: str, without_script: str
) -> None:
    answer = await client.get("/entrar", headers={"accept-language": lang})

    assert (answer.status_code, answer.headers["content-language"]) == (200, lang)
    assert len(answer.content) < MOST_BYTES
    bare = re.sub("<script>.*?</script>", "", answer.text)
    assert f"<h1>{title}</h1>" in bare
    assert re.search(f'<div class="card note warn" id="unknown">.*{without_script}', bare)
    assert '<div class="card code" id="known" hidden>' in bare
    assert len(re.findall("<li>", bare)) == 3


async def test_only_the_pages_own_script_runs_and_reaches_nobody(client: Client) -> None:
    answer = await client.get("/entrar")

    policy = dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == _hash(re.search("<script>(.*?)</script>", answer.text)[1])
    assert policy["style-src"] == " ".join(map(_hash, re.findall("<style>(.*?)</style>", answer.text)))
    assert answer.text.count("<script") == 1
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert "script-src" not in (await client.get("/")).headers["content-security-policy"]


@pytest.mark.parametrize("link", ["/entrar#K7M2QX4P", "/entrar?code=K7M2QX4P", "/entrar?K7M2QX4P"])
async def test_code_stands_in_no_log_and_in_no_answer(
    client: Client, capsys: pytest.CaptureFixture[str], link: str
) -> None:
    capsys.readouterr()

    answer = await client.get(link)

    written = "".join(capsys.readouterr())
    assert "read_enter_page" in written
    assert "K7M2QX4P" not in written + answer.text
