"""The register of åtgärder and the page of one: planned, done, judged on its day, answering many cases."""

import pytest
from django.utils.formats import date_format

from improvement import actions
from improvement.actions import measures
from improvement.models import Deviation, Measure, MeasureCase
from tests.factories import dated, days
from tests.improvement.factories import bring_to, judged, plan, report

pytestmark = pytest.mark.django_db
LIST = "/atgarder/"


def url_of(one, name=""):
    return f"{one.get_absolute_url()}{name + '/' if name else ''}"


def in_words(day):
    return date_format(day, "j F Y")


def again(one):
    return type(one).objects.get(pk=one.pk)


def planned(cast, **changed):
    return {
        "title": "Ring upp vid byte",
        "description": "Samordnaren ringer.",
        "type": "corrective",
        "content": "changed_routine",
        "strength": "medium",
        "unit": cast.units.home.pk,
        "responsible": "ombud@test.invalid",
        "routine": "",
        "due": str(days(14)),
        "expected": "Från 9 till under 3",
        "effect_on": str(days(100)),
        "document": "",
        "process": "",
        "cost": "",
        **changed,
    }


def field(page, name):
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]


def in_hand(cast, **values):
    case = bring_to(report(cast), cast, "investigating")
    return case, plan(case, cast, **values)


def titles(client, query=""):
    return {row.record.title for row in client.get(f"{LIST}?{query}").context["table"].rows}


def test_measure_is_planned_in_its_case_and_the_responsible_told(cast, client_for):
    case = report(cast)
    answer = client_for("chef").post(url_of(case, "atgard"), planned(cast))
    assert answer["Location"] == url_of(case)
    measure = Measure.objects.get()
    assert (measure.deviation, measure.responsible) == (case, cast.ombud)
    assert "Ring upp vid byte" in client_for("ombud").get("/mitt-arbete/").text
    assert client_for("ombud").get(url_of(case)).status_code == 404, "not the case itself"


WRONG = {
    "due has been": {"due": -1},
    "effect before due": {"effect_on": 13},
    "no title": {"title": " "},
    "title with a persons number": {"title": "Ring 19121212-1212"},
    "nobody": {"responsible": "ingen@test.invalid"},
    "not employed": {"responsible": "utforare@test.invalid"},
    "no unit": {"unit": "-1"},
    "routine that is none": {"routine": "999999"},
    "description with a name": {"description": "Till hon som heter Anna Ek."},
    "day of words": {"due": "snart"},
}


@pytest.mark.parametrize("what", WRONG)
def test_plan_that_cannot_be_is_refused_and_what_was_typed_kept(cast, client_for, what):
    page = client_for("chef").post(url_of(report(cast), "atgard"), planned(cast, **dated(WRONG[what])))
    assert page.status_code == 200
    assert "Från 9 till under 3" in page.text
    assert not Measure.objects.exists()


def test_javig_person_gets_no_measure(cast, client_for):
    case = report(cast)
    actions.bar(case, person=cast.ombud, reason="Nära.", user=cast.chef)
    page = client_for("chef").post(url_of(case, "atgard"), planned(cast)).text
    assert "Personen är jävig i ärendet." in page


def test_stale_edit_shows_both_texts(cast, client_for):
    _, measure = in_hand(cast, expected="")
    client = client_for("chef")
    base = field(client.get(url_of(measure, "andra")).text, "kv_base")
    values = {"title": "Den andras rubrik", "expected": "Den andras väntan"}
    measures.change(measure, user=cast.chef, values=values)
    mine = planned(cast, title="Min rubrik", expected="", kv_base=base)
    page = client.post(url_of(measure, "andra"), mine).text
    assert "Min rubrik" in page
    assert "Den andras rubrik" in page
    assert again(measure).title == "Den andras rubrik"
    second = {**mine, "kv_base": field(page, "kv_base")}
    assert client.post(url_of(measure, "andra"), second).status_code == 302
    assert (again(measure).title, again(measure).expected) == ("Min rubrik", "Den andras väntan")


def test_overdue_measure_can_be_edited_without_moving_its_day(cast, client_for):
    _, measure = in_hand(cast)
    Measure.objects.filter(pk=measure.pk).update(due=days(-3))
    client = client_for("chef")
    base = field(client.get(url_of(measure, "andra")).text, "kv_base")
    changed = planned(cast, title="Ny rubrik", due=str(days(-3)), kv_base=base)
    assert client.post(url_of(measure, "andra"), changed).status_code == 302
    assert again(measure).title == "Ny rubrik"


def test_responsible_starts_and_finishes_but_neither_edits_nor_judges(cast, client_for):
    _, measure = in_hand(cast)
    client = client_for("ombud")
    for name in ("start", "done"):
        told = {"evidence": "Rutinen hänger på tavlan.", "expected": "Färre missade insatser"}
        assert client.post(url_of(measure, name), told)["Location"] == url_of(measure)
    assert (again(measure).status, again(measure).done_by) == ("done", cast.ombud)
    for name in ("andra", "judge", "postpone", "drop", "fall"):
        assert client.get(url_of(measure, name)).status_code == 403, name
    assert "Samordnaren ringer." in client.get(url_of(measure)).text
    assert "som du inte ser" in client.get(url_of(measure)).text


@pytest.mark.parametrize("who", ["avdelningschef", "samordnare"])
def test_description_is_not_for_those_who_see_the_summary(cast, client_for, who):
    _, measure = in_hand(cast)
    page = client_for(who).get(url_of(measure)).text
    assert "Ring upp vid byte av personal" in page
    assert "Samordnaren ringer." not in page
    assert "Samordnaren ringer." not in client_for(who).get(url_of(measure, "historik")).text


def test_judged_too_early_is_blocked_with_the_day(cast, client_for):
    _, measure = in_hand(cast)
    measures.change_status(measure, "done", user=cast.ombud)
    client = client_for("chef")
    assert f"Effekten bedöms tidigast {in_words(measure.effect_on)}." in client.get(url_of(measure)).text
    page = client.post(url_of(measure, "judge"), {"effect": "yes", "effect_text": "Det syns redan."}).text
    assert f"Effekten bedöms tidigast {in_words(measure.effect_on)}." in page
    assert "Det syns redan." in page
    assert again(measure).status == "done"


def due_to_judge(cast):
    case = bring_to(report(cast), cast, "acted")
    Measure.objects.update(due=days(-1), effect_on=days(0))
    return case, case.measures.get()


def test_effect_is_judged_with_figures_and_the_case_can_be_closed(cast, client_for):
    case, measure = due_to_judge(cast)
    client = client_for("chef")
    told = {"effect": "yes", "effect_text": "Det syns i listan."}
    told |= {"per_quarter_before": "9", "per_quarter_after": "2"}
    client.post(url_of(measure, "judge"), told)
    assert "9 → 2" in client.get(url_of(measure)).text
    assert client.post(url_of(case, "close"))["Location"] == url_of(case)
    assert again(case).status == "closed"


@pytest.mark.parametrize(
    "changed", [{"effect": "kanske"}, {"effect_text": " "}, {"per_quarter_before": "-1"}, {"effect": ""}]
)
def test_judgement_that_says_nothing_is_refused(cast, client_for, changed):
    _, measure = due_to_judge(cast)
    data = {"effect": "yes", "effect_text": "Det syns.", **changed}
    assert client_for("chef").post(url_of(measure, "judge"), data).status_code == 200
    assert again(measure).status == "done"


def test_no_effect_takes_the_cases_back_to_work(cast, client_for):
    case, measure = due_to_judge(cast)
    client = client_for("chef")
    client.post(url_of(measure, "judge"), {"effect": "no", "effect_text": "Lika många som förut."})
    assert again(case).status == "acting"
    page = client.get(url_of(case)).text
    assert "Ingen åtgärd återstår som kan ge effekt. Planera en ny." in page
    assert "Effekt: nej" in page


def test_judgement_is_postponed_to_a_later_day_only(cast, client_for):
    _, measure = due_to_judge(cast)
    client = client_for("chef")
    for day in (days(0), days(-1), "i morgon"):
        data = {"effect_on": str(day), "comment": "För få ännu."}
        assert client.post(url_of(measure, "postpone"), data).status_code == 200
    client.post(url_of(measure, "postpone"), {"effect_on": str(days(30)), "comment": "För få ännu."})
    assert (again(measure).effect_on, again(measure).status) == (days(30), "done")


def test_dropped_measure_is_over_and_says_why_in_the_history(cast, client_for):
    _, measure = in_hand(cast)
    client = client_for("chef")
    client.post(url_of(measure, "drop"), {"comment": "Löst på annat sätt."})
    assert again(measure).status == "dropped"
    assert "Löst på annat sätt." in client.get(url_of(measure, "historik")).text
    assert "Löst på annat sätt." not in client_for("samordnare").get(url_of(measure, "historik")).text
    assert "kan inte ändras" in client.post(url_of(measure, "andra"), planned(cast)).text


def test_further_case_is_linked_by_number_once_and_unlinked(cast, client_for):
    _, measure = in_hand(cast)
    other, client = report(cast), client_for("chef")
    for _ in range(2):
        client.post(url_of(measure, "fall"), {"number": other.pk})
    link = MeasureCase.objects.get()
    assert str(other) in client.get(url_of(measure)).text
    assert "Samlad åtgärd" in client.get(url_of(other)).text
    client.post(f"{url_of(measure)}fall/{link.pk}/ta-bort/")
    assert not MeasureCase.objects.exists()
    assert client.post(f"{url_of(measure)}fall/{link.pk}/ta-bort/").status_code == 404


def test_links_of_a_measure_that_is_over_stay(cast, client_for):
    _, measure = in_hand(cast)
    other, third, client = report(cast), report(cast), client_for("chef")
    client.post(url_of(measure, "fall"), {"number": other.pk})
    link = MeasureCase.objects.get()
    client.post(url_of(measure, "drop"), {"comment": "Löst på annat sätt."})
    assert "Svarar också på en annan avvikelse" not in client.get(url_of(measure)).text
    assert "åtgärden utgår" in client.post(url_of(measure, "fall"), {"number": third.pk}).text
    told = client.post(f"{url_of(measure)}fall/{link.pk}/ta-bort/", follow=True).text
    assert "Kopplingarna kan inte ändras" in told
    assert MeasureCase.objects.get() == link


def test_case_that_is_not_ones_own_or_over_or_its_source_is_not_linked(cast, client_for):
    case, measure = in_hand(cast)
    theirs = report(cast, by=cast.grannmedarbetare, unit="neighbour")
    over = bring_to(report(cast), cast, "not_deviation")
    client = client_for("chef")
    numbers = (theirs.pk, over.pk, case.pk, 2**31 - 1, 2**31, -1, "x", "²", "")
    for number in numbers:
        assert client.post(url_of(measure, "fall"), {"number": number}).status_code == 200, number
    absent = client.post(url_of(measure, "fall"), {"number": 2**31 - 1}).text
    hidden = client.post(url_of(measure, "fall"), {"number": theirs.pk}).text
    said = "Det finns ingen avvikelse med det numret som du handlägger."
    assert said in absent
    assert said in hidden
    assert not MeasureCase.objects.exists()


def test_cases_that_one_does_not_see_are_counted_and_not_named(cast, client_for):
    _, measure = in_hand(cast)
    others = [report(cast, by=cast.grannmedarbetare, unit="neighbour") for _ in range(2)]
    for other in others:
        actions.hand_over(other, person=cast.chef, user=cast.grannchef)
        measures.answer_case(measure, deviation=other, user=type(cast.chef).objects.get(pk=cast.chef.pk))
        actions.take_back(other, person=cast.chef, user=cast.grannchef)
    for who in ("chef", "ersattare"):
        page = client_for(who).get(url_of(measure)).text
        assert "2 avvikelser som du inte ser" in page
        assert not any(f"Avvikelse {other.pk}" in page for other in others)
        history = client_for(who).get(url_of(measure, "historik")).text
        assert not any(f"Avvikelse {other.pk}" in history for other in others)
    page = client_for("grannchef").get(url_of(measure)).text
    assert all(f"Avvikelse {other.pk}" in page for other in others)
    assert "en avvikelse som du inte ser" in page


def test_linked_case_alone_gives_no_right_to_the_measure(cast, client_for):
    _, measure = in_hand(cast)
    other = report(cast, by=cast.grannmedarbetare, unit="neighbour")
    MeasureCase.objects.create(measure=measure, deviation=other, created_by=cast.chef)
    client = client_for("grannchef")
    page = client.get(url_of(measure)).text
    assert "Samordnaren ringer." not in page
    for name in ("andra", "done", "judge", "drop", "fall"):
        assert client.post(url_of(measure, name)).status_code == 403, name


def test_register_holds_what_one_sees_and_its_selections(cast, client_for):
    in_hand(cast, title="Pågående")
    in_hand(cast, title="Försenad")
    Measure.objects.filter(title="Försenad").update(due=days(-1))
    _, done = in_hand(cast, title="Att bedöma")
    measures.change_status(done, "done", user=cast.ombud)
    Measure.objects.filter(pk=done.pk).update(due=days(-2), effect_on=days(0))
    _, over = in_hand(cast, title="Bedömd", responsible=cast.handlaggare)
    judged(over, by=cast.chef, effect="partly")
    client = client_for("chef")
    assert titles(client) == {"Pågående", "Försenad", "Att bedöma", "Bedömd"}
    assert titles(client, "urval=mina") == set()
    assert titles(client_for("ombud"), "urval=mina") == {"Pågående", "Försenad", "Att bedöma"}
    assert titles(client, "urval=sena") == {"Försenad"}
    assert titles(client, "urval=effekt") == {"Att bedöma"}
    assert titles(client, "urval=oppna") == {"Pågående", "Försenad"}
    assert titles(client, "effekt=partly") == {"Bedömd"}
    assert titles(client, "enhet=avdelning-a&q=FÖRSENAD") == {"Försenad"}
    assert titles(client, "enhet=hemtjansten") == set()
    for who in ("grannchef", "grannmedarbetare", "admin", "mas"):
        assert titles(client_for(who)) == set(), who


def test_measure_of_a_case_nobody_told_of_is_not_there(cast, client_for):
    _, measure = in_hand(cast)
    for who in ("grannchef", "medarbetare", "lexansvarig", "admin", "grann_ombud"):
        for name in ("", "historik", "andra", "done", "judge"):
            assert client_for(who).get(url_of(measure, name)).status_code == 404, (who, name)
    assert Deviation.objects.count() == 1
