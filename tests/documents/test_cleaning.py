"""Pictures and PDF files of reports: nothing of who, where and when comes along, and nothing hostile."""

import base64
import io
import zipfile

import pikepdf
import pytest
from PIL import Image

from documents.files.cleaning import LONGEST_SIDE, PDF, PICTURE, clean_copy
from documents.files.jpeg import plain_bytes, without_metadata
from documents.files.kinds import RefusedFile

SECRET = b"Majken Hemlig"
LIMIT = 25 * 1024 * 1024


def photo(size=(400, 300), form="JPEG", **more):
    """As a telephone takes it: camera, place, turned, with a thumbnail and a comment."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x9C9D] = SECRET.decode(), 6, SECRET
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    target = io.BytesIO()
    comment = {"comment": SECRET} if form == "JPEG" else {}
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    picture.save(target, form, exif=exif, **comment, **more)
    assert SECRET in target.getvalue()
    return target.getvalue()


def paper(*, picture=b"", change=None):
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    pdf.docinfo["/Author"] = SECRET.decode()
    with pdf.open_metadata() as told:
        told["dc:creator"] = [SECRET.decode()]
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Text,
        Rect=[0, 0, 9, 9],
        Contents="Ny lampa",
        T=SECRET.decode(),
    )
    page.obj.Annots = pikepdf.Array([note])
    page.obj.PieceInfo = pikepdf.Dictionary(App=pikepdf.Dictionary(Private=SECRET.decode()))
    if picture:
        stream = pdf.make_stream(picture, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
        stream.Filter, stream.Width, stream.Height = pikepdf.Name.DCTDecode, 400, 300
        stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=stream))
    if change:
        change(pdf)
    target = io.BytesIO()
    pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    assert SECRET in target.getvalue()
    return target.getvalue()


def cleaned(data):
    copy, kind = clean_copy(io.BytesIO(data), max_bytes=LIMIT)
    with copy:
        return copy.read(), kind


def refusal(data):
    with pytest.raises(RefusedFile) as caught:
        clean_copy(io.BytesIO(data), max_bytes=LIMIT)
    return caught.value.reason


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nothing_of_camera_place_and_comment_is_left(form):
    data, kind = cleaned(photo(form=form))
    assert kind == PICTURE
    assert SECRET not in data
    with Image.open(io.BytesIO(data)) as copy:
        assert copy.format == "JPEG"
        assert not copy.getexif()
        assert not {"exif", "comment", "xmp", "icc_profile"} & set(copy.info)
        assert copy.size == (300, 400), "upright, as the camera was held"


def test_a_large_picture_is_made_no_larger_than_needed():
    data, _ = cleaned(photo(size=(4000, 3000)))
    with Image.open(io.BytesIO(data)) as copy:
        assert max(copy.size) == LONGEST_SIDE


def test_what_is_hidden_after_the_picture_does_not_come_along():
    data, _ = cleaned(photo() + b"PK\x03\x04" + b"<script>alert(1)</script>" + SECRET)
    assert b"<script" not in data
    assert SECRET not in data


def test_a_see_through_picture_lies_on_white():
    target = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(target, "PNG")
    data, _ = cleaned(target.getvalue())
    with Image.open(io.BytesIO(data)) as copy:
        assert copy.getpixel((5, 5)) == (255, 255, 255)


def test_a_pdf_tells_no_author_and_keeps_its_pages_and_photos():
    data, kind = cleaned(paper(picture=photo()))
    assert kind == PDF
    assert SECRET not in data
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert "/Metadata" not in pdf.Root
        assert not list(pdf.docinfo.keys())
        [page] = pdf.pages
        assert str(page.Annots[0].Contents) == "Ny lampa"
        shown = pikepdf.PdfImage(page.Resources.XObject.I).as_pil_image()
        assert shown.size == (400, 300)
        assert not shown.getexif()


def _script(pdf):
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def _signed(pdf):
    pdf.Root.AcroForm = pikepdf.Dictionary(SigFlags=3, Fields=[])


def _jpeg2000(pdf):
    pdf.Root.X = pdf.make_stream(b"x", Filter=pikepdf.Name.JPXDecode)


def _bomb():
    target = io.BytesIO()
    Image.new("1", (60_000, 60_000)).save(target, "PNG")
    return target.getvalue()


def _zip():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "x")
    return target.getvalue()


HOSTILE = {
    "script in svg": (
        lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        "slag som inte",
    ),
    "page of html": (lambda: b"<!doctype html><script>alert(1)</script>", "slag som inte"),
    "program": (lambda: b"MZ\x90\x00" + b"\0" * 100, "slag som inte"),
    "nothing": (lambda: b"", "slag som inte"),
    "bomb": (_bomb, "för många bildpunkter"),
    "half a photo": (lambda: photo()[:900], "skadad"),
    "head of a photo": (lambda: b"\xff\xd8\xff\xe0" + b"junk" * 99, "skadad"),
    "head of a png": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "skadad"),
    "half a pdf": (lambda: paper()[:200], "skadad"),
    "pdf and zip": (lambda: b"%PDF-1.4\n" + _zip(), "zip-arkiv"),
    "running pdf": (lambda: paper(change=_script), "JavaScript"),
    "signed pdf": (lambda: paper(change=_signed), "signerad"),
    "picture of a kind that keeps its secrets": (lambda: paper(change=_jpeg2000), "dolda uppgifter"),
    "word": (_zip, "Spara dokumentet som pdf"),
    "heic": (lambda: b"\x00\x00\x00\x18ftypheic" + b"\0" * 50, "heic"),
    "film": (lambda: b"\x00\x00\x00\x18ftypisom" + b"\0" * 50, "Filmer"),
    "gif": (lambda: b"GIF89a" + b"\0" * 50, "slag som inte"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_cannot_be_taken_in_is_refused_with_the_reason(what):
    data, words = HOSTILE[what]
    assert words in refusal(data())


def test_a_jpeg_keeps_its_dots_and_loses_its_words():
    data = photo()
    bare = without_metadata(data + b"after")
    assert SECRET not in bare
    assert bare.endswith(b"\xff\xd9")
    before, after = (Image.open(io.BytesIO(one)).convert("RGB").tobytes() for one in (data, bare))
    assert before == after


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xda\x00\x02abc", b"\xff\xd8abc", b"x" * 50]
)
def test_a_broken_jpeg_is_an_error_and_never_a_loop(data):
    with pytest.raises((ValueError, IndexError)):
        without_metadata(data)


def test_a_jpeg_wrapped_in_letters_is_unwrapped_and_an_unknown_wrapping_is_not_guessed():
    assert plain_bytes(base64.a85encode(b"\xff\xd8") + b"~>", ["/ASCII85Decode"]) == b"\xff\xd8"
    assert plain_bytes(b"FFD8>", ["/ASCIIHexDecode"]) == b"\xff\xd8"
    assert plain_bytes(b"x", ["/Crypt"]) is None
