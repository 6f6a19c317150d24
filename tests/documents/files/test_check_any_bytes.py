import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.files import check
from documents.files.check import identify
from tests.documents.files import samples
from tests.documents.files.samples import outcome

STARTS = [
    b"",
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    samples.docx_file()[:600],
    samples.pdf_file()[:300],
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=600), st.text(max_size=20))
def test_any_bytes_are_taken_in_or_refused_with_a_reason(start, rest, name):
    assert outcome(lambda: check.inspect(io.BytesIO(start + rest)))
    assert outcome(lambda: check.inspect_plain(io.BytesIO(rest), name))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
@given(st.sampled_from([samples.docx_file(), samples.odt_file(), samples.pdf_file()]), st.data())
def test_any_damage_to_a_document_ends_in_a_kind_or_a_reason(data, draw):
    broken = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 8))):
        broken[draw.draw(st.integers(0, len(broken) - 1))] = draw.draw(st.integers(0, 255))
    assert outcome(lambda: check.inspect(io.BytesIO(bytes(broken))))


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=200), st.text(max_size=20))
def test_identify_as_a_whole_raises_nothing_else(start, rest, name):
    assert outcome(lambda: identify(io.BytesIO(start + rest), name))
