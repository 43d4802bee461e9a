import time
from uuid import UUID, uuid4

from app.kernel import ids


def test_identifiers_made_one_after_the_other_are_in_order():
    made = [ids.uuid7() for _ in range(2_000)]

    assert sorted(made) == made
    assert len(set(made)) == 2_000


def test_identifier_says_when_it_was_made():
    before = time.time()
    made = ids.uuid7()
    after = time.time()

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert before - 0.001 <= ids.instant_of(made) <= after
    assert ids.instant_of(uuid4()) is None
    assert ids.instant_of(UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")) == 1645557742.0  # RFC 9562, A.6


def test_spelled_codes_have_no_letters_that_sound_or_look_alike():
    codes = "".join(ids.spellable_code(8) for _ in range(200))

    assert set(codes) <= set("ABCDEFGHJKMNPQRSTUVWXYZ23456789")
    assert {"0", "O", "1", "I", "L"} & set(codes) == set()


def test_signature_depends_on_every_part_and_on_where_parts_end():
    key = b"k" * 32

    assert ids.signature(key, "ab", "c") != ids.signature(key, "a", "bc")
    assert ids.signature(key, "a", 1) == ids.signature(key, "a", "1")
    assert ids.signature(b"other", "a") != ids.signature(key, "a")
    assert len(ids.signature(key, "a", size=8)) == 8
