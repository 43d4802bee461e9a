import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages import onetap

KEY = b"k" * 40
PARTS = UUID("019c0000-0000-7000-8000-00000000002a")


def test_token_is_short_enough_for_an_sms_and_opens_its_subject():
    token = onetap.make(KEY, "allocation", PARTS, 1)

    assert re.fullmatch(r"[A-Za-z0-9_-]{44}", token)
    assert onetap.subject_of(token) == PARTS
    assert onetap.read(KEY, token, "allocation", 1) == PARTS
    assert onetap.link("https://minka.test/", token) == f"https://minka.test/r/{token}"


@pytest.mark.parametrize(
    ("key", "kind", "version"),
    [(b"x" * 40, "allocation", 1), (KEY, "basket", 1), (KEY, "allocation", 2)],
)
def test_token_opens_nothing_else(key, kind, version):
    token = onetap.make(KEY, "allocation", PARTS, 1)

    assert onetap.read(key, token, kind, version) is None


@given(st.integers(0, 43), st.sampled_from("ABab01_-"))
def test_one_changed_character_closes_it(position, char):
    token = onetap.make(KEY, "allocation", PARTS, 1)
    changed = token[:position] + char + token[position + 1 :]

    assert (onetap.read(KEY, changed, "allocation", 1) == PARTS) == (changed == token)


@given(st.text(max_size=60))
def test_any_text_is_read_without_a_fault(text):
    assert onetap.read(KEY, text, "allocation", 1) is None


@given(st.uuids(), st.integers(1, 2**31))
def test_every_token_is_read_back(subject, version):
    assert onetap.read(KEY, onetap.make(KEY, "offer", subject, version), "offer", version) == subject
