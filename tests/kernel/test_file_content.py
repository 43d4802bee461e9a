"""Content decides: what is kept of a file, and what is refused whatever it is called."""

import io
import zipfile
import zlib

import pytest
from PIL import Image

from app.kernel.files.content import RefusedContentError, look_into
from tests.kernel import photos

MOST = 50_000_000


def _refusal(content, most_pixels=MOST):
    with pytest.raises(RefusedContentError) as refused:
        look_into(content, most_pixels=most_pixels)
    return refused.value.code


def _opened(body):
    image = Image.open(io.BytesIO(body.content))
    image.load()
    return image


def _colour(image, x, y):
    """The strongest channel at a place given in parts of the image."""
    pixel = image.convert("RGB").getpixel((int(x * (image.width - 1)), int(y * (image.height - 1))))
    return "rgb"[max(range(3), key=lambda channel: pixel[channel])]


@pytest.mark.parametrize("make", [photos.jpeg, photos.png, photos.webp])
def test_photo_is_made_anew_in_three_sizes(make):
    found = look_into(make(2_000, 1_000), most_pixels=MOST)

    shapes = [(body.size.value, body.width, body.height) for body in found.bodies]
    assert found.media == "image/jpeg"
    assert shapes == [("large", 1600, 800), ("medium", 800, 400), ("small", 240, 120)]
    assert [_opened(body).size for body in found.bodies] == [(1600, 800), (800, 400), (240, 120)]
    assert {_opened(body).format for body in found.bodies} == {"JPEG"}


def test_small_photo_is_not_blown_up():
    found = look_into(photos.png(300, 200), most_pixels=MOST)

    assert [(body.width, body.height) for body in found.bodies] == [(300, 200), (300, 200), (240, 160)]


def test_photo_stands_upright_and_tells_nothing_of_where_it_was_taken():
    sent = photos.of_a_phone(64, 48, orientation=6)  # the camera was held upright: 48 x 64
    assert sent.count(b"SECRET") == 3

    found = look_into(sent, most_pixels=MOST)

    large = _opened(found.bodies[0])
    assert large.size == (48, 64)
    assert [_colour(large, 0.5, 0.1), _colour(large, 0.9, 0.9), _colour(large, 0.05, 0.5)] == ["r", "b", "g"]
    for body in found.bodies:
        image = _opened(body)
        assert not image.getexif()
        assert {"comment", "icc_profile", "xmp", "exif"} & image.info.keys() == set()
        assert b"SECRET" not in body.content


def test_what_shows_through_stays_so():
    logo = Image.new("RGBA", (50, 50), (200, 0, 0, 0))
    logo.paste((0, 0, 200, 255), (25, 0, 50, 50))

    found = look_into(photos.written(logo, "PNG"), most_pixels=MOST)

    image = _opened(found.bodies[0])
    assert (found.media, image.format, image.mode) == ("image/webp", "WEBP", "RGBA")
    assert (image.getpixel((3, 25))[3], image.getpixel((45, 25))[3]) == (0, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGBA"])
def test_photo_of_any_colours_is_read(mode):
    plain = photos.picture(40, 30, "L") if mode == "I;16" else photos.picture(40, 30, mode)
    image = plain.convert("I").point(lambda value: value * 256).convert("I;16") if mode == "I;16" else plain

    found = look_into(photos.written(image, "PNG"), most_pixels=MOST)

    assert _opened(found.bodies[0]).mode in {"RGB", "RGBA"}


def test_printers_colours_are_turned_into_those_of_a_screen():
    found = look_into(photos.written(photos.picture(mode="CMYK"), "JPEG"), most_pixels=MOST)

    assert _colour(_opened(found.bodies[0]), 0.1, 0.1) == "r"


def test_only_the_first_picture_of_a_film_is_kept():
    film = photos.written(
        photos.picture(), "WEBP", save_all=True, append_images=[Image.new("RGB", (64, 48))], duration=100
    )

    found = look_into(film, most_pixels=MOST)

    assert getattr(_opened(found.bodies[0]), "n_frames", 1) == 1
    assert _colour(_opened(found.bodies[0]), 0.1, 0.1) == "r"


def test_what_stands_behind_a_photo_is_left_behind():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("virus.exe", b"MZ" * 50)

    found = look_into(photos.jpeg() + b"<script>alert(1)</script>" + packed.getvalue(), most_pixels=MOST)

    assert not any(b"<script" in body.content or b"PK" in body.content for body in found.bodies)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"MZ\x90\x00" + b"\0" * 60,
        b"\x7fELF" + b"\0" * 60,
        b"PK\x03\x04" + b"\0" * 60,
        b"GIF89a" + b"\0" * 60,
        b"\n" + photos.pdf(),
        b"MZ%PDF-1.7\n%%EOF",
        b"RIFF\x10\0\0\0WAVEfmt ",
    ],
)
def test_other_kinds_are_refused(content):
    assert _refusal(content) == "other_kind"


@pytest.mark.parametrize(
    "content",
    [
        photos.jpeg()[:400],
        photos.png()[:60],
        b"\xff\xd8\xff\xe0" + b"\0" * 200,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 200,
        b"RIFF\xff\0\0\0WEBPVP8 " + b"\0" * 200,
    ],
)
def test_broken_photo_is_refused(content):
    assert _refusal(content) == "broken_image"


def test_bomb_is_refused_by_what_it_would_become():
    bomb = photos.written(Image.new("1", (9_000, 9_000)), "PNG", optimize=True)

    assert len(bomb) < 20_000
    assert _refusal(bomb) == "too_many_pixels"
    assert _refusal(photos.jpeg(1_200, 1_000), most_pixels=1_000_000) == "too_many_pixels"


def test_pdf_is_kept_as_it_came():
    sent = photos.pdf(photos.stream(b"BT (Hola) Tj ET"))

    found = look_into(sent, most_pixels=MOST)

    assert found.media == "application/pdf"
    assert [(body.size.value, body.content) for body in found.bodies] == [("whole", sent)]


_SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"


@pytest.mark.parametrize(
    "content",
    [
        photos.pdf(_SCRIPT),
        photos.pdf(b"<< /S /J#61vaScr#69pt /JS (x) >>"),
        photos.pdf(b"<< /S /Launch /F (cmd.exe) >>"),
        photos.pdf(b"<< /Names << /EmbeddedFiles 9 0 R >> >>"),
        photos.pdf(b"<< /S /SubmitForm /F (http://x.example) >>"),
        photos.pdf(photos.stream(b"4 0 " + _SCRIPT, b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")),
        photos.pdf(photos.stream(b"4 0 << /S /Java#53cript >>", b"/Type 9 0 R /N 1 /First 4 /Filter 8 0 R")),
        photos.pdf(photos.stream(b" " * 65_530 + _SCRIPT + b" " * 65_536)),
    ],
)
def test_pdf_that_acts_is_refused(content):
    assert _refusal(content) == "active_pdf"


def test_pdf_that_hides_what_it_holds_is_refused():
    damaged = zlib.compress(b"4 0 " + _SCRIPT + bytes(range(256)) * 50)[:-40] + b"\xff" * 40
    objects = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"
    nested = b"/Type /ObjStm /N 1 /First 4 /Filter [/ASCII85Decode /FlateDecode]"

    assert _refusal(photos.pdf(trailer=b"/Encrypt 9 0 R")) == "locked_pdf"
    assert _refusal(photos.pdf(photos.stream(b"x", nested))) == "unusual_pdf"
    assert _refusal(photos.pdf(photos.stream(damaged, objects, raw=True))) in {"broken_pdf", "active_pdf"}


def test_pdf_that_is_something_else_too_or_not_whole_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("virus.exe", b"MZ")

    assert _refusal(photos.pdf(after=packed.getvalue() + b"%%EOF")) == "two_in_one"
    assert _refusal(photos.pdf()[:-40] + b"\0" * 2_000) == "broken_pdf"
    assert _refusal(b"%PDF-nothing %%EOF") == "broken_pdf"
    assert _refusal(b"%PDF-1.4\n<html>hola</html>\nstartxref\n9\n%%EOF") == "broken_pdf"


def test_pdf_that_grows_without_end_is_refused():
    bomb = photos.pdf(photos.stream(b"\0" * 300_000_000))

    assert len(bomb) < 400_000
    assert _refusal(bomb) == "too_large"


def test_words_about_scripts_are_no_scripts():
    said = photos.pdf(photos.stream(b"BT (JavaScript, Launch y /otros) Tj ET"))

    assert look_into(said, most_pixels=MOST).media == "application/pdf"
