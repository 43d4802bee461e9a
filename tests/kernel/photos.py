"""Photos and documents as people send them, and as those send them who mean harm."""

import io
import zlib

from PIL import Image


def picture(width=64, height=48, mode="RGB"):
    """Red on the left, blue on the right, green at the bottom: whoever turns it can be seen."""
    image = Image.new("RGB", (width, height), (220, 30, 30))
    image.paste((30, 30, 220), (width // 2, 0, width, height))
    image.paste((30, 160, 30), (0, height * 3 // 4, width, height))
    return image.convert(mode)


def jpeg(width=64, height=48, **options):
    return written(picture(width, height), "JPEG", quality=90, **options)


def png(width=64, height=48, mode="RGB", **options):
    return written(picture(width, height, mode), "PNG", **options)


def webp(width=64, height=48, **options):
    return written(picture(width, height), "WEBP", **options)


def written(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def of_a_phone(width=64, height=48, orientation=6):
    """A JPEG with the place, the camera, a comment, a thumbnail's software and XMP in it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "CAMARA-SECRETA"
    exif[0x8825] = {1: "S", 2: (15.0, 50.0, 24.0), 3: "W", 4: (70.0, 1.0, 12.0)}
    return jpeg(width, height, exif=exif, comment=b"COMENTARIO-SECRETO", xmp=b"<x>XMP-SECRETO</x>")


def pdf(*objects, trailer=b"", after=b"", version=b"1.7"):
    """A PDF of one empty page with these further objects."""
    found = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        *objects,
    ]
    out = b"%PDF-" + version + b"\n"
    places = []
    for number, content in enumerate(found, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(found) + 1) + table
    out += b"trailer\n<< /Size %d /Root 1 0 R %b >>\n" % (len(found) + 1, trailer)
    return out + b"startxref\n%d\n%%%%EOF\n" % start + after


def stream(content, dictionary=b"/Filter /FlateDecode", *, raw=False):
    """A compressed stream object."""
    packed = content if raw else zlib.compress(content)
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (dictionary, len(packed), packed)
