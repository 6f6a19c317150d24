"""Forms: what is wrong is told where it is, and two people who edit at once lose nothing."""

from typing import Any

import pytest
from django import forms as django_forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from kvalitet import forms
from kvalitet.organisation.models import User
from tests.factories import PASSWORD_HASH


class ReportForm(forms.Form):
    title = django_forms.CharField(label="Rubrik", help_text="Det läsaren söker efter.")
    day = django_forms.DateField(label="Dag", required=False)
    place = django_forms.ChoiceField(label="Plats", choices=[("a", "Inne")], widget=django_forms.RadioSelect)
    read = django_forms.BooleanField(label="Läst", required=False)


class PersonForm(forms.VersionedFormMixin, forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "title", "phone", "is_active"]


class FilterForm(ReportForm):
    hide_optional = True


def test_errors_are_summed_up_with_a_link_to_each_field() -> None:
    html = str(ReportForm({}))
    assert 'role="alert"' in html
    assert "Inget är sparat än. Det du skrev finns kvar." in html
    assert '<a href="#id_title">Rubrik</a>' in html
    assert 'id="id_place"' in html
    assert '<a href="#id_place">Plats</a>' in html


def test_field_is_tied_to_its_hint_and_error() -> None:
    html = str(ReportForm({})["title"].as_field_group())
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html


def test_form_without_errors_has_no_summary() -> None:
    assert 'role="alert"' not in str(ReportForm())


def test_optional_is_marked_but_not_in_filters() -> None:
    assert str(ReportForm()).count("(valfritt)") == 1
    assert "(valfritt)" not in str(FilterForm())


def test_text_from_a_user_is_escaped() -> None:
    html = str(ReportForm({"title": '"><script>alert(1)</script>'}))
    assert "<script>" not in html


def test_dates_use_the_browsers_own_field() -> None:
    html = str(ReportForm(initial={"day": "2026-03-03"}))
    assert 'type="date" name="day" value="2026-03-03"' in html


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2206-03-03", "9999-12-31"])
def test_a_year_that_must_be_a_slip_is_told(day: str) -> None:
    form = ReportForm({"title": "x", "day": day, "place": "a"})
    assert form.errors["day"] == ["Året ska ligga mellan 1900 och 2100. Kontrollera datumet."]


class UploadForm(forms.Form):
    file = forms.UploadField(label="Fil", suffixes=(".docx", ".pdf"))


def test_upload_tells_its_limits_before_and_after(settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1024**2
    form = UploadForm({}, {"file": SimpleUploadedFile("rutin.pdf", b"x" * (1024**2 + 600_000))})
    assert form.errors["file"] == ["Filen är 1,6 MB och gränsen är 1 MB. Dela upp den eller gör den mindre."]
    assert 'accept=".docx,.pdf"' in str(form)


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create(
        name="Anna", title="Socionom", phone="1", email="anna@prov.invalid", password=PASSWORD_HASH
    )


def sent(form: PersonForm, **changes: str) -> dict[str, str]:
    """What the browser would send of the form as shown, with changes."""
    shown = {name: str(form[name].value() or "") for name in form.fields}
    return {**shown, "is_active": "on", **changes}


def save(data: dict[str, str], person: User) -> PersonForm:
    with transaction.atomic():
        form = PersonForm(data, instance=User.objects.get(pk=person.pk))
        if form.is_valid():
            form.save()
    return form


def test_two_who_change_different_fields_both_keep_their_text(person: User) -> None:
    first, second = (sent(PersonForm(instance=person), **one) for one in ({"title": "Chef"}, {"phone": "2"}))
    assert save(first, person).is_valid()
    assert save(second, person).is_valid()
    person.refresh_from_db()
    assert (person.title, person.phone) == ("Chef", "2")


def test_two_who_change_the_same_field_see_both_texts(person: User) -> None:
    first, second = (sent(PersonForm(instance=person), title=title) for title in ("Chef", "Ledare"))
    save(first, person)
    stale = save(second, person)
    html = str(stale)
    assert "Någon annan ändrade samma sak medan du skrev." in html
    assert 'value="Ledare"' in html
    assert "<div>Chef</div>" in html
    person.refresh_from_db()
    assert person.title == "Chef"


def test_who_has_seen_both_texts_may_save(person: User) -> None:
    first, second = (sent(PersonForm(instance=person), title=title) for title in ("Chef", "Ledare"))
    save(first, person)
    stale = save(second, person)
    assert save(sent(stale, title="Chef och ledare"), person).is_valid()
    person.refresh_from_db()
    assert person.title == "Chef och ledare"


def test_third_change_after_the_conflict_is_a_new_conflict(person: User) -> None:
    first, second, third = (
        sent(PersonForm(instance=person), title=title) for title in ("Chef", "Ledare", "Chef")
    )
    save(first, person)
    stale = save(second, person)
    User.objects.filter(pk=person.pk).update(title="Rektor")
    assert "<div>Rektor</div>" in str(save(sent(stale, title="Båda"), person))
    assert "<div>Rektor</div>" in str(save({**third, "title": "Annat"}, person))


def test_same_change_by_two_is_no_conflict(person: User) -> None:
    first, second = (sent(PersonForm(instance=person), title="Chef") for _ in range(2))
    save(first, person)
    assert save(second, person).is_valid()


def test_columns_outside_the_form_are_not_written_back(person: User) -> None:
    with transaction.atomic():
        loaded = User.objects.get(pk=person.pk)
        data = sent(PersonForm(instance=loaded), title="Chef")
        User.objects.filter(pk=person.pk).update(email="ny@prov.invalid")
        form = PersonForm(data, instance=loaded)
        assert form.is_valid()
        form.save()
    person.refresh_from_db()
    assert (person.email, person.title) == ("ny@prov.invalid", "Chef")


def test_line_endings_of_the_browser_are_no_change(person: User) -> None:
    User.objects.filter(pk=person.pk).update(title="rad\nrad")
    person.refresh_from_db()
    data = sent(PersonForm(instance=person), title="rad\r\nrad")
    User.objects.filter(pk=person.pk).update(title="annat")
    assert save(data, person).is_valid()
    person.refresh_from_db()
    assert person.title == "annat"


def test_row_that_is_gone_is_told(person: User) -> None:
    data = sent(PersonForm(instance=person))
    gone = User(pk=person.pk + 1000, name="Borta", email="b@prov.invalid")
    with transaction.atomic():
        form = PersonForm(data, instance=gone)
        assert not form.is_valid()
    assert "Det här har tagits bort av någon annan." in str(form)


@pytest.mark.parametrize("base", ["", "skräp", "title:", ":::", "finns_inte:abc", "title:abc title:def"])
def test_hostile_version_never_crashes(person: User, base: str) -> None:
    with transaction.atomic():
        PersonForm({**sent(PersonForm(instance=person)), "kv_base": base}, instance=person).is_valid()


def test_an_empty_choice_is_said_in_words() -> None:
    class Choices(forms.Form):
        kind = django_forms.ChoiceField(choices=[("", "---------"), ("a", "Enhet")])
        who = django_forms.ModelChoiceField(User.objects.none(), required=False)

    html = str(Choices())
    assert "---" not in html
    assert '<option value="" selected>Välj</option>' in html
    assert '<option value="" selected>Inget valt</option>' in html


def test_fields_of_which_one_is_needed_are_not_called_optional() -> None:
    class Either(forms.Form):
        one_of = ("file", "url")
        file = django_forms.CharField(required=False)
        url = django_forms.CharField(required=False)
        note = django_forms.CharField(required=False)

    assert str(Either()).count("(valfritt)") == 1
