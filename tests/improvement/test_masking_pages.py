"""Names in what one writes: asked about before it is saved, and put aside by one button."""

import pytest

from improvement.models import Deviation, InvestigationEntry
from tests.factories import UnitFactory
from tests.improvement.factories import described, report
from tests.improvement.test_report_page import NEW, refused, values

pytestmark = pytest.mark.django_db


def written(page, name="what_happened"):
    return page.partition(f'name="{name}"')[2].partition(">")[2].partition("</textarea>")[0].strip()


def test_a_name_is_marked_and_the_text_may_stand(cast, client_for):
    client, text = client_for("medarbetare"), "Anna Berg föll i duschen."
    page = refused(client, values(cast, what_happened=text))
    assert "<mark>Anna Berg</mark>" in page
    assert "Ersätt det markerade" in page
    assert client.post(NEW, values(cast, what_happened=text, accept_marked="on")).status_code == 302
    assert Deviation.objects.get().what_happened == text


LAWS = {
    "sol": ("Hemtjänst Öst", "sol", "Den enskilde A föll. Kollegan såg den enskilde B."),
    "children": ("Utredning barn 0–12", "sol", "Barnet föll. Kollegan såg barn 2."),
    "care": ("Hemsjukvården", "hsl", "Patienten föll. Kollegan såg patient 2."),
}


@pytest.mark.parametrize("law", LAWS)
def test_one_button_puts_words_by_the_law_of_the_unit(cast, client_for, law):
    name, of, expected = LAWS[law]
    unit = UnitFactory(parent=cast.units.department, name=name, law=of)
    data = values(cast, unit=unit.pk, what_happened="Anna föll. Kollegan Eva såg Tyra.", is_suspected="on")
    page = refused(client_for("medarbetare"), {**data, "mask": "all"})
    assert written(page) == expected
    assert "Läs igenom texten och skicka" in page
    assert f'value="{unit.pk}" selected' in page
    assert "checked" in page.partition('name="is_suspected"')[2].partition(">")[0]
    assert written(page, "immediate_action") == "Vi åkte dit."


def test_one_of_several_may_be_put_aside_by_itself(cast, client_for):
    data = values(cast, what_happened="Anna såg Tyra.", immediate_action="Tyra fick hjälp.")
    page = refused(client_for("medarbetare"), data)
    assert 'name="mask" value="one:Tyra"' in page
    page = refused(client_for("medarbetare"), {**data, "mask": "one:Tyra"})
    assert written(page) == "Anna såg den enskilde A."
    assert written(page, "immediate_action") == "Den enskilde A fick hjälp."
    assert "<mark>Anna</mark>" in page


@pytest.mark.parametrize("said", ["<script>", "one:", "one:<b>", "", "x" * 500])
def test_a_button_that_is_none_of_ours_hurts_nothing(cast, client_for, said):
    page = refused(client_for("medarbetare"), values(cast, mask=said, spoken_of="<script>"))
    assert "<script>alert" not in page
    assert "Insatsen på kvällen" in page


def test_units_and_processes_are_no_names(cast, client_for):
    UnitFactory(parent=cast.units.department, name="Maria hemtjänst")
    text = "Vi ringde Maria hemtjänst."
    assert client_for("medarbetare").post(NEW, values(cast, what_happened=text)).status_code == 302


def test_a_handler_is_asked_too_and_the_case_says_the_words(cast, client_for):
    case = report(cast, law="hsl")
    client = client_for("chef")
    client.post(f"{case.get_absolute_url()}receive/")
    path, data = (
        f"{case.get_absolute_url()}anteckning/",
        {"kind": "fact", "source": "akten", "text": "Tyra ringde."},
    )
    page = client.post(path, data).text
    assert "<mark>Tyra</mark>" in page
    said = page.partition('name="spoken_of" value="')[2].partition('"')[0]
    page = client.post(path, {**data, "mask": "all", "spoken_of": said}).text
    assert written(page, "text") == {"patient": "Patienten ringde.", "person": "Den enskilde A ringde."}[said]
    assert not InvestigationEntry.objects.exists()


FORMS = ("anteckning", "orsak", "bedom", "tillagg", "atgard", "jav")


@pytest.mark.parametrize("which", FORMS)
def test_every_free_text_says_what_not_to_write(cast, client_for, which):
    case = described(report(cast), by=cast.chef)
    client = client_for("medarbetare" if which == "tillagg" else "chef")
    if which != "tillagg":
        client.post(f"{case.get_absolute_url()}receive/")
    form = client.get(f"{case.get_absolute_url()}{which}/").context["form"]
    for name in (*form.GUARDED, *form.OPEN):
        assert "namn" in form.fields[name].help_text.lower(), name


def test_both_texts_of_the_report_say_so(client_for):
    form = client_for("medarbetare").get(NEW).context["form"]
    assert all("namn" in form.fields[name].help_text.lower() for name in form.GUARDED)
