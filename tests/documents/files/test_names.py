import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.files.kinds import FileKind
from documents.files.names import MAX_LENGTH, clean_name, display_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Rutin för åtgärder – Ö.docx", "Rutin för åtgärder – Ö.docx"),
        ("Rutin.DOCX", "Rutin.docx"),
        ("rutin", "rutin.docx"),
        ("C:\\Users\\åsa\\Rutin.docx", "Rutin.docx"),
        ("../../etc/passwd", "passwd.docx"),
        ("rutin\u202excod.exe.docx", "rutinxcod.exe.docx"),
        ("a\x00b\r\nSet-Cookie: x.docx", "ab Set-Cookie_ x.docx"),
        ("a\u030argang.docx", "årgang.docx"),
        ("  rutin\u00a0 ny .docx", "rutin ny.docx"),
        ("CON.docx", "_CON.docx"),
        ("lpt1", "_lpt1.docx"),
        ("konsol.docx", "konsol.docx"),
        ("...", "dokument.docx"),
        ("", "dokument.docx"),
        (".docx", "docx.docx"),
        ("\ud800.docx", "docx.docx"),
    ],
)
def test_a_name_is_cleaned_and_keeps_its_swedish_letters(name, shown):
    assert display_name(name, FileKind.DOCX) == shown


def test_a_long_name_is_cut_before_its_extension():
    shown = display_name("å" * 500 + ".pdf", FileKind.PDF)
    assert len(shown) == MAX_LENGTH
    assert shown.endswith("å.pdf")


def test_markdown_keeps_the_extension_it_came_with():
    assert display_name("a.markdown", FileKind.MARKDOWN) == "a.markdown"


@given(st.text(st.characters(), max_size=300), st.sampled_from(FileKind))
def test_any_name_becomes_one_that_can_be_shown_and_saved(name, kind):
    shown = display_name(name, kind)
    assert 0 < len(shown) <= MAX_LENGTH
    assert not set(shown) & set('\\/:*?"<>|\r\n\x00\u202e')
    assert clean_name(shown) == shown
    shown.encode()
