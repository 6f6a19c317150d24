"""The strip above a print: nothing is covered or changed, it says what holds, and no file stops the page."""

import io
import time

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from pypdf import PdfReader

from documents import actions, uploads
from documents.files import stamp
from documents.frozen import freezing, strip
from documents.frozen.strip import drawn
from documents.models import FrozenCopy
from kvalitet import jobs, storage
from kvalitet.models import Job
from kvalitet.versions import RevisionStatus
from tests.documents.factories import bring_to, make_draft
from tests.documents.files import samples
from tests.factories import days

pytestmark = pytest.mark.django_db


def kept(cast, data=None, **values):
    content = uploads.check(io.BytesIO(data or samples.pdf_file("Första sidan", "Andra sidan")), "rutin.pdf")
    revision = bring_to(make_draft(cast, content=content, **values), cast, RevisionStatus.APPROVED)
    jobs.run(Job.objects.get(kind=freezing.KIND, key=str(revision.pk)).pk)
    return FrozenCopy.objects.select_related("revision__document").get(revision=revision)


def address(copy):
    return f"/dokument/{copy.revision.document_id}/version/{copy.revision.label}/faststalld/remsa/"


def fetched(client, copy):
    response = client.get(address(copy))
    return response, b"".join(response.streaming_content)


def texts(data):
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


def test_the_first_page_grows_and_says_what_it_is_and_the_kept_file_is_as_it_was(cast, client_for):
    copy = kept(cast, dnr="SN 2026/31")
    response, data = fetched(client_for("medarbetare"), copy)
    first, second = texts(data)
    for words in (
        "Gällande",
        f"Dokument nr {copy.revision.document_id} · version 1.0",
        "Dnr SN 2026/31",
        "av enhetschefen",
        "Giltig från",
        "Utskriven",
        "Skanna för att se om den fortfarande gäller.",
        "Första sidan",
    ):
        assert words in first
    assert second == "Andra sidan"
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert [float(one) for one in pdf.pages[0].mediabox[:3]] == [0, 0, 300]
        assert 330 < float(pdf.pages[0].mediabox[3]) < 350
        assert [float(one) for one in pdf.pages[1].mediabox] == [0, 0, 300, 300]
    with storage.open_stored(copy.storage_key) as file:
        assert "Gällande" not in texts(file.read())[0]
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline")
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_same_strip_is_not_sent_twice_the_same_day(cast, client_for):
    copy = kept(cast)
    client = client_for("medarbetare")
    response, _ = fetched(client, copy)
    assert client.get(address(copy), headers={"If-None-Match": response["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("change", "said"),
    [("coming", "KOMMANDE"), ("replaced", "ERSATT – gäller inte"), ("withdrawn", "UPPHÄVD – gäller inte")],
)
def test_what_does_not_hold_says_so_on_paper(cast, change, said):
    copy = kept(cast)
    revision, day = copy.revision, days(0)
    if change == "coming":
        day = days(-1)
    elif change == "withdrawn":
        actions.change_status(revision, "withdraw", user=cast.chef, comment="Behövs inte.")
        revision.refresh_from_db()
    else:
        revision.valid_to, day = days(0), days(1)
    assert said in texts(drawn(revision, day=day))[0]
    assert "Gällande" not in texts(drawn(revision, day=day))[0]


def test_version_replaced_on_its_first_day_has_no_last_day_before_it_on_paper(cast):
    revision = kept(cast).revision
    revision.valid_to = days(-1)
    told = " ".join(texts(drawn(revision, day=days(0)))[0].split())
    assert "Giltig bara en del av" in told
    assert "till och med" not in told


def test_the_code_leads_to_the_page_that_tells_whether_it_holds(cast, client, settings):
    copy = kept(cast)
    to = strip.holds_address(copy.revision)
    assert to.startswith(settings.BASE_URL)
    assert client.get(to.removeprefix(settings.BASE_URL)).status_code == 200


def test_retired_versions_are_printed_by_employees_alone(cast, client_for):
    copy = kept(cast, visibility="public")
    assert fetched(client_for("anonym"), copy)[0].status_code == 200
    actions.change_status(copy.revision, "withdraw", user=cast.chef, comment="Behövs inte.")
    assert client_for("anonym").get(address(copy)).status_code == 404
    assert client_for("utforare").get(address(copy)).status_code == 404
    assert "UPPHÄVD" in texts(fetched(client_for("medarbetare"), copy)[1])[0]


# What the stamp does to pages of every sort, without a database.

STRIP = (595, 92)


def strip_file():
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=STRIP)
        pdf.pages[0].obj.Contents = pdf.make_stream(b"0 0 10 10 re f")
        return saved(pdf)


def saved(pdf):
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


def page_of(*, box=(0, 0, 595, 842), content=b"0 0 50 50 re f", **keys):
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        page = pdf.pages[0].obj
        page.MediaBox = Array(box)
        if content is not None:
            page.Contents = pdf.make_stream(content)
        else:
            del page.Contents
        for key, value in keys.items():
            page[f"/{key}"] = value
        return saved(pdf)


def stamped(data):
    target = io.BytesIO()
    stamp.stamp(io.BytesIO(data), io.BytesIO(strip_file()), target)
    return pikepdf.open(target)


def on_screen(point, box, turned):
    """Where a point of the page is seen: across and up from the corner of what is shown."""
    (x, y), (left, bottom, right, top) = point, box
    return {
        0: (x - left, y - bottom),
        90: (y - bottom, right - x),
        180: (right - x, top - y),
        270: (top - y, x - left),
    }[turned]


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize(
    ("box", "crop"),
    [
        ((0, 0, 595, 842), None),
        ((0, 0, 842, 595), None),
        ((-100, 50, 495, 892), None),
        ((595, 842, 0, 0), None),
        ((0, 0, 700, 1000), (50, 80, 645, 922)),
        ((0, 0, 2000, 3000), None),
        ((0, 0, 200, 200), (-50, -50, 400, 400)),
    ],
)
def test_the_strip_stands_upright_above_all_that_was_shown(box, crop, turned):
    keys = {"Rotate": turned} | ({"CropBox": Array(crop)} if crop else {})
    with stamped(page_of(box=box, **keys)) as pdf:
        page = pdf.pages[0].obj
        grown = [float(one) for one in page.MediaBox]
        assert [float(one) for one in page.CropBox] == grown
        old = tuple(float(one) for one in page.Contents[0].read_bytes().split(b"\nq ")[1].split()[:4])
        cm = page.Contents[0].read_bytes().split()[3:9]
    a, b, c, d, e, f = (float(one) for one in cm)
    corners = [
        on_screen((a * x + c * y + e, b * x + d * y + f), grown, turned)
        for x, y in ((0, 0), (STRIP[0], 0), (0, STRIP[1]))
    ]
    (left, low), (right, level), (same, high) = corners
    assert right > left
    assert high > low
    assert (level, same) == pytest.approx((low, left), abs=0.01)
    across, up = grown[2] - grown[0], grown[3] - grown[1]
    if turned % 180:
        across, up = up, across
    assert (left, high) == pytest.approx((0, up), abs=0.01)
    assert right <= across + 0.01
    old_height = old[3] if turned % 180 == 0 else old[2]
    assert low == pytest.approx(old_height, abs=0.01), "it begins where the page ended"


def test_what_a_page_leaves_behind_moves_nothing():
    for content in (b"q q 2 0 0 2 50 50 cm 0 0 9 9 re f", b"Q Q 0 0 9 9 re f", None):
        with stamped(page_of(content=content)) as pdf:
            assert b"/KvStrip Do" in pdf.pages[0].obj.Contents[0].read_bytes()


def test_what_pages_share_is_left_alone():
    with pikepdf.new() as pdf:
        for _ in range(2):
            pdf.add_blank_page()
        shared = pdf.make_indirect(Dictionary(XObject=Dictionary(KvStrip=pdf.make_stream(b"own"))))
        for page in pdf.pages:
            page.obj.Resources = shared
        data = saved(pdf)
    with stamped(data) as pdf:
        first, second = (set(page.obj.Resources.XObject.keys()) for page in pdf.pages)
        assert first == {"/KvStrip", "/KvStrip1"}
        assert second == {"/KvStrip"}
        assert pdf.pages[0].obj.Resources.XObject.KvStrip.read_bytes() == b"own"


def test_resources_and_edges_of_the_whole_book_count():
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        page = pdf.pages[0].obj
        pdf.Root.Pages.MediaBox, pdf.Root.Pages.Rotate = Array([0, 0, 400, 500]), 90
        pdf.Root.Pages.Resources = Dictionary(ExtGState=Dictionary(G=Dictionary()))
        for key in ("/MediaBox", "/Resources"):
            if key in page:
                del page[key]
        data = saved(pdf)
    with stamped(data) as pdf:
        assert float(pdf.pages[0].obj.MediaBox[0]) < 0
        assert "/G" in pdf.pages[0].obj.Resources.ExtGState


def test_a_tagged_document_keeps_its_tags_and_the_strip_is_decoration(cast):
    from kvalitet import pdf as pdfs

    data = pdfs.render("pdf/text.html", {"body": "Text."}, title="Rutin")
    with pikepdf.open(io.BytesIO(data)) as before:
        tags = len(before.Root.StructTreeRoot.ParentTree.Nums)
    with stamped(data) as pdf:
        assert len(pdf.Root.StructTreeRoot.ParentTree.Nums) == tags
        assert pdf.Root.MarkInfo.Marked is True
        assert pdf.pages[0].obj.Contents[0].read_bytes().startswith(b"/Artifact BMC ")
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


@pytest.mark.parametrize(
    "data",
    [
        page_of(box=(0, 0, 3, 3)),
        page_of(box=(0, 0, 99999, 99999)),
        page_of(Rotate=45),
        page_of(CropBox=Array([1, 2])),
        page_of(CropBox=Array([900, 900, 950, 1000])),
    ],
)
def test_a_page_that_is_not_as_pages_are_gets_no_strip(data):
    with pytest.raises(stamp.CannotStamp):
        stamped(data)


def signed():
    with pikepdf.open(io.BytesIO(samples.pdf_file())) as pdf:
        pdf.Root.AcroForm = Dictionary(SigFlags=3, Fields=Array([]))
        return saved(pdf)


def test_a_signed_file_is_left_whole_and_the_reader_is_told(cast, client_for):
    copy = kept(cast, signed())
    response = client_for("medarbetare").get(address(copy), follow=True)
    assert "Det gick inte att lägga en försättsremsa" in response.text
    assert response.redirect_chain[-1][0].endswith("/version/1.0/")


def test_a_file_that_only_restricts_printing_gets_its_strip(cast, client_for):
    writer = samples.pdf_writer("Första sidan")
    writer.encrypt("", "owner", algorithm="AES-256")
    copy = kept(cast, samples.written(writer))
    first = texts(fetched(client_for("medarbetare"), copy)[1])[0]
    assert "Gällande" in first
    assert "Första sidan" in first


def looping():
    """Pages that are each other's parents."""
    with pikepdf.open(io.BytesIO(samples.pdf_file())) as pdf:
        page = pdf.pages[0].obj
        del page.MediaBox
        page.Parent = pdf.make_indirect(Dictionary(Type=Name.Pages, Kids=Array([page]), Count=1))
        page.Parent.Parent = page.Parent
        return saved(pdf)


def test_a_file_that_goes_round_in_circles_or_is_no_pdf_ends_in_time(cast, settings):
    copy = kept(cast)
    for data in (looping(), b"%PDF-1.7\n" + b"0 0 obj\n<<" * 50_000, b"not a pdf"):
        stored = storage.put(io.BytesIO(data))
        copy.storage_key = stored.key
        start = time.monotonic()
        with pytest.raises(strip.NotStamped):
            strip.stamped(copy, day=days(0))
        assert time.monotonic() - start < strip.SECONDS + 5


def test_a_file_that_is_gone_is_told_as_that(cast, client_for):
    copy = kept(cast)
    storage.delete(copy.storage_key)
    answer = client_for("medarbetare").get(address(copy))
    assert answer.status_code == 503
    assert "saknas i lagringen" in answer.text
