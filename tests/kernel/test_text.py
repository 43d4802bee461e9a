import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import search, text


@pytest.mark.parametrize(
    ("said", "folded"),
    [("Quínua", "quinua"), ("CAÑIHUA", "canihua"), ("Ají", "aji"), ("Straße", "strasse"), ("ﬁna", "fina")],
)
def test_fold_makes_writings_of_a_word_one(said, folded):
    assert text.fold(said) == folded


@given(st.text())
def test_fold_is_done_once(said):
    once = text.fold(said)

    assert text.fold(once) == once


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("  Sumaq \t Tika\x00 ", "Sumaq Tika"),
        ("uno\r\ndos\rtres", "uno\ndos\ntres"),
        ("cafe\u0301", "café"),
        ("ma\u200bíz\ufeff", "maíz"),
        ("a\u202eb", "ab"),
        ("a\ud800b", "ab"),
        ("12\u00a0kg", "12 kg"),
    ],
)
def test_clean_keeps_only_what_can_be_read(dirty, cleaned):
    assert text.clean(dirty) == cleaned


@given(st.text())
def test_clean_is_done_once_and_can_be_stored(dirty):
    once = text.clean(dirty)

    assert text.clean(once) == once
    assert "\x00" not in once.encode().decode()


def test_clean_line_is_one_line():
    assert text.clean_line("Calle 3\r\n  Puno ") == "Calle 3 Puno"


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("¿Cuánto? ¡Sí, señora! El pingüino cree en él", "¿Cuanto? ¡Si, señora! El pingüino cree en él"),
        ("les tocan «30 kg» – ya…", 'les tocan "30 kg" - ya...'),
        ("S/\u00a0240.00", "S/ 240.00"),
        ("ÁÍÓÚ áíóú ½ ª", "AIOU aiou 12 a"),
        ("listo 👍", "listo "),
        ("Ж", "?"),
    ],
)
def test_gsm7_says_the_same_in_the_alphabet_of_an_sms(said, sent):
    assert text.gsm7(said) == sent


@given(st.text())
def test_gsm7_goes_out_in_septets(said):
    sent = text.gsm7(said)

    assert text.fits_sms(sent, text.septets(sent))


@pytest.mark.parametrize(
    ("message", "fits"),
    [
        ("a" * 160, True),
        ("a" * 161, False),
        ("á", False),
        ("€" * 80, True),
        ("€" * 81, False),
        ("ñ" * 160, True),
    ],
)
def test_fits_sms_counts_septets(message, fits):
    assert text.fits_sms(message) is fits


@pytest.mark.parametrize(
    ("long", "limit", "short"),
    [
        ("Sumaq Tika", 10, "Sumaq Tika"),
        ("Sumaq Tika de Puno", 14, "Sumaq Tika..."),
        ("Sumaq Tika de Puno", 13, "Sumaq Tika..."),
        ("Quinuaquinuaquinua", 10, "Quinuaq..."),
        ("abc", 2, ".."),
        ("abc", 0, ""),
    ],
)
def test_shorten_cuts_at_a_word(long, limit, short):
    assert text.shorten(long, limit) == short


@given(st.text(), st.integers(0, 200))
def test_shorten_never_exceeds_its_limit(long, limit):
    assert text.septets(text.shorten(long, limit)) <= limit


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("quínua", "QUINUA"),
        ("bufandas", "Bufanda"),
        ("tejidos", "tejido"),
        ("cañihua", "canihua"),
        ("chullos de lana", "chullo lana"),
        ("orgánicas", "orgánico"),
    ],
)
def test_stems_meet(one, other):
    assert text.stems(one) == text.stems(other)


@pytest.mark.parametrize("typed", ["", "  ", "de la", '"', "* - ^", "_"])
def test_text_without_words_has_no_stems(typed):
    assert text.stems(typed) == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [("Saco de 46 kg", "saco-de-46-kg"), ("Cañihua  (ñ)", "canihua-n"), ("«»", ""), ("a" * 70, "a" * 58)],
)
def test_a_slug_is_a_code_people_recognise(name, code):
    assert text.slug(name) == code


@pytest.mark.parametrize(
    ("said", "told"), [("Llueve", "Llueve."), ("¿Otra vez?", "¿Otra vez?"), ("Llueve.", "Llueve."), ("", "")]
)
def test_words_among_sentences_end_like_one(said, told):
    assert text.sentence(said) == told


@pytest.mark.parametrize("typed", ["k'anchay", "K’ANCHAY", "kanchay", "anchay", "Kʼanch"])
def test_a_word_with_an_apostrophe_is_found_however_it_is_typed(typed):
    stored, asked = search.words_of("Grupo K'anchay Warmi"), search.parameters(typed)

    assert any(asked["from0of1"] <= word < asked["to0of1"] for word in stored)
