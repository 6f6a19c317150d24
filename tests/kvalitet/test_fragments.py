"""What is drawn once is given again only where it would be drawn the same."""

from datetime import date

import pytest
from django.core.cache import cache
from django.utils.safestring import mark_safe

from kvalitet import fragments

TEMPLATE = "components/row.html"
FACTS = {"url": "/dokument/7/", "text": "Basal <hygien>", "note": "Rutin"}


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()
    yield
    cache.clear()


def test_the_same_facts_are_drawn_once(monkeypatch):
    first = fragments.kept(TEMPLATE, FACTS)
    monkeypatch.setattr(fragments, "render_to_string", lambda *_: pytest.fail("drawn again"))
    assert fragments.kept(TEMPLATE, dict(FACTS)) == first
    assert "Basal &lt;hygien&gt;" in first


@pytest.mark.parametrize("change", [{"text": "Basal hygien"}, {"note": ""}, {"url": "/dokument/8/"}])
def test_another_fact_is_another_fragment(change):
    first = fragments.kept(TEMPLATE, FACTS)
    assert fragments.kept(TEMPLATE, {**FACTS, **change}) != first


def test_values_that_are_equal_but_not_the_same_are_told_apart():
    drawn = [fragments.kept(TEMPLATE, {**FACTS, "note": note}) for note in (1, True, "1")]
    assert len(set(drawn)) == 2  # 1 and "1" look the same, True does not


@pytest.mark.parametrize("value", [date(2026, 1, 1), mark_safe("<b>"), object()])
def test_what_is_no_plain_value_is_refused(value):
    with pytest.raises(ValueError, match="unmarshallable"):
        fragments.kept(TEMPLATE, {**FACTS, "note": value})
