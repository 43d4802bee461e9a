import base64
import hashlib
import importlib
import pkgutil
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

import app
from app.kernel import i18n
from app.kernel.settings import Settings
from app.main import build_app
from app.site import shares
from tests.client import Client
from tests.site.examples import STATES, offer

MOST_BYTES = 8_000
VOID = {"meta", "input", "img", "br", "link"}


class Tree(HTMLParser):
    """Reads a page strictly: every element that needs an end has one."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open[-1] == "body" and tag == "html":
            self.open.pop()  # its end may be left out
        assert self.open.pop() == tag


def _check(body: bytes, *, most: int = MOST_BYTES) -> Tree:
    assert len(body) < most
    tree = Tree(body.decode())
    assert tree.open == []
    assert not any(
        tag == "script" or any(name.startswith("on") for name in attrs) for tag, attrs in tree.seen
    )
    assert not any("style" in attrs for _, attrs in tree.seen)
    return tree


def _policy(answer) -> str:
    return answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/problems", "/problems/not_found", "/problems/message_cancelled"])
@pytest.mark.parametrize("lang", ["es", "en"])
async def test_public_pages_are_small_and_without_scripts(client: Client, path: str, lang: str) -> None:
    answer = await client.get(path, headers={"accept-language": lang})

    assert (answer.status_code, answer.headers["content-language"]) == (200, lang)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    tree = _check(answer.content, most=20_000 if path == "/problems" else MOST_BYTES)  # a list of all
    assert ("html", {"lang": lang}) in tree.seen
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in _policy(answer)
    assert "default-src 'none'" in _policy(answer)


async def test_home_links_to_pages_that_exist(client: Client) -> None:
    tree = _check((await client.get("/")).content)

    for path in {attrs["href"] for tag, attrs in tree.seen if tag == "a"}:
        assert (await client.get(path)).status_code == 200, path


async def test_every_error_has_its_page(client: Client) -> None:
    for module in pkgutil.walk_packages(app.__path__, "app."):  # those of the terminal too
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    listed = Tree((await client.get("/problems")).text)
    codes = {attrs["href"].removeprefix("/problems/") for tag, attrs in listed.seen if tag == "a"} - {"/"}

    assert codes == set(i18n.texts("es")["errors"])
    for code in codes:
        page = await client.get(f"/problems/{code}")
        assert page.status_code == 200
        assert i18n.texts("es")["errors"][code]["title"] in page.text.replace("&#34;", '"')


async def test_what_does_not_exist_is_told_as_a_page(client: Client) -> None:
    answer = await client.get("/problems/no_such_code")

    assert answer.status_code == 404
    assert "No encontramos esta página" in answer.text
    _check(answer.content)


async def test_marks_that_apps_add_to_a_link_do_no_harm(client: Client) -> None:
    assert (await client.get("/?fbclid=abc")).status_code == 200


async def test_every_page_of_a_demo_says_so(settings: Settings, db) -> None:
    demo = Client(build_app(settings.model_copy(update={"demo": True}), db=db))

    for path in ("/", "/problems", "/problems/not_found", "/problems/no_such_code", "/docs"):
        assert "Demostración" in (await demo.get(path)).text, path


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("lang", ["es", "en"])
def test_offer_page_is_small_in_every_state(state: str, lang: str) -> None:
    view = offer(**STATES[state])

    answer = shares.draw(view, "t" * 44, lang=lang)

    tree = _check(answer.body)
    buttons = [attrs["value"] for tag, attrs in tree.seen if tag == "button"]
    assert buttons == list(view.answers)
    headers = dict(answer.raw_headers)
    assert (headers[b"cache-control"], headers[b"x-robots-tag"]) == (b"no-store", b"noindex, nofollow")
    assert "Demo" in answer.body.decode()


def test_offer_page_of_a_large_order_stays_under_its_bound() -> None:
    row = offer().rows[1]

    answer = shares.draw(offer(rows=(row,) * 400), "t" * 44, lang="es")

    tree = _check(answer.body)
    shown = sum(tag == "tr" for tag, _ in tree.seen) - 1
    assert shown > 10
    assert f"y {400 - shown} grupos más" in answer.body.decode()


def test_offer_says_everything_in_one_sentence() -> None:
    html = shares.draw(offer(), "t" * 44, lang="es").body.decode().replace("\u00a0", " ")

    sentence = re.sub("<[^>]+>", "", re.search(r'class="share">(.*)</p>', html)[1])
    assert sentence == (
        "Les tocan 30 kg de quinua blanca a S/ 8.00 el kilo = S/ 240.00 para ustedes. "
        "Respondan hasta el jueves 12, 8 de la noche."
    )


@pytest.mark.parametrize(
    ("is_confirmed", "expected"),
    [
        (True, "Es además de los 54 kg que ya confirmaron."),
        (False, "Es además de los 54 kg que ya les tocan."),
    ],
)
def test_an_additional_part_says_what_it_comes_on_top_of(is_confirmed: bool, expected: str) -> None:
    plain = shares.draw(offer(), "t" * 44, lang="es").body.decode()
    more = shares.draw(offer(kept="los 54 kg", is_confirmed=is_confirmed), "t" * 44, lang="es")

    assert expected in re.sub("<[^>]+>", "", more.body.decode())
    assert "además" not in plain


def test_offer_page_escapes_what_people_wrote() -> None:
    nasty = '<script>alert("x")</script>{{ 7 * 7 }}{share}'
    view = offer(group=nasty, coordinator=nasty, product=nasty, reason=nasty, order_code=nasty)

    html = shares.draw(view, "t" * 44, lang="es", typed=nasty).body.decode()

    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 5
    ET.fromstring(re.search(r"<h1>.*</h1>", html)[0])


def test_enter_in_the_field_never_means_yes() -> None:
    """A browser presses a form's first button on Enter: the field stands in a form of its own."""
    html = shares.draw(offer(), "t" * 44, lang="es").body.decode()

    (form,) = [form for form in re.findall(r"<form.*?</form>", html, re.DOTALL) if "<input" in form]
    assert re.findall(r'value="(\w+)"', form) == ["less"]
