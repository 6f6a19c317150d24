"""What stops a case: each gate by itself, with the words that stand beside the blocked button."""

import pytest

from improvement import actions, gates
from improvement.actions import measures
from improvement.enums import Harm
from improvement.models import Deviation
from improvement.workflow import DEVIATION, SUSPECTED
from kvalitet.workflow import Blocked
from tests.factories import dated, days
from tests.improvement.factories import ANSWER, assessed, bring_to, described, judged, plan, report

pytestmark = pytest.mark.django_db

NO_CAUSE = "Ingen orsak är beskriven. Lägg till minst en."
NO_MEASURE = "Ingen åtgärd är planerad. Lägg till minst en."
NOT_DONE = "En åtgärd är inte genomförd än."
NO_CATEGORY = "Kategori och lagstiftning saknas. Fyll i bedömningen."
NO_ZONE = "Allvarlighet saknas. Fyll i bedömningen."


def again(case):
    return Deviation.objects.get(pk=case.pk)


def reasons(case, user, name):
    found = DEVIATION.available(user, again(case))
    return set(next(one.reasons for one in found if one.transition.name == name))


def received(cast, **values):
    return actions.change_status(report(cast, **values), "receive", user=cast.chef)


def investigating(cast):
    case = assessed(received(cast), by=cast.chef)
    return actions.change_status(case, "investigate", user=cast.chef)


def set_on(case, **values):
    """As an old row may be: a gate is held against what stands in the database."""
    Deviation.objects.filter(pk=case.pk).update(**values)
    return again(case)


def with_cause(case, cast):
    actions.add_cause(case, user=cast.chef, area="procedures", sentence="Att rutinen saknades.")
    return case


def acting(cast, **lacking):
    case = bring_to(report(cast), cast, "acting")
    measures.change_status(case.measures.get(), "done", user=cast.chef)
    return set_on(case, **lacking)


def struck(cast):
    case = acting(cast)
    actions.strike_cause(case.causes.get(), user=cast.chef)
    return case


def failed(cast):
    case = acting(cast)
    judged(case.measures.get(), by=cast.chef, effect="no")
    return case


def not_done(cast):
    case = acting(cast)
    plan(case, cast)
    return case


UNTOLD = {
    "informed": "",
    "informed_on": None,
    "documented": "",
    "documented_on": None,
    "documented_reason": "",
}
TOLD_NOT = {gates.NOT_INFORMED, gates.NOT_DOCUMENTED}
# what is missing: step, case, reasons
GATES = {
    "investigate: nothing is assessed": (
        *("investigate", received, {NO_CATEGORY, NO_ZONE, gates.NO_CONSEQUENCE}),
    ),
    "investigate: no reason for the severity": (
        *("investigate", lambda cast: assessed(received(cast), by=cast.chef, assessment_reason=" ")),
        {gates.NO_REASON},
    ),
    "investigate: nothing of the person": (
        *("investigate", lambda cast: assessed(received(cast), by=cast.chef, consequence_text="")),
        {gates.NO_CONSEQUENCE},
    ),
    "act: neither cause nor measure": ("act", investigating, {NO_CAUSE, NO_MEASURE}),
    "act: no measure": ("act", lambda cast: with_cause(investigating(cast), cast), {NO_MEASURE}),
    "act: nothing of the person": (
        *("act", lambda cast: set_on(with_cause(investigating(cast), cast), consequence_text="")),
        {NO_MEASURE, gates.NO_CONSEQUENCE},
    ),
    "finish: a measure is left": ("finish", not_done, {NOT_DONE}),
    "finish: the cause is struck": ("finish", struck, {NO_CAUSE}),
    "finish: no measure had effect": (
        *("finish", failed, {"Ingen åtgärd återstår som kan ge effekt. Planera en ny."}),
    ),
    "finish: nothing of the person": (
        *("finish", lambda cast: acting(cast, consequence_text=""), {gates.NO_CONSEQUENCE}),
    ),
    "finish: nobody said whether the person knows": ("finish", lambda cast: acting(cast, **UNTOLD), TOLD_NOT),
    "close: nobody said whether the person knows": (
        "close",
        lambda cast: set_on(closable(cast), **UNTOLD),
        TOLD_NOT,
    ),
    "close: suspected": (
        "close",
        lambda cast: actions.change_status(closable(cast), "suspect", user=cast.chef, comment="Skada."),
        {SUSPECTED},
    ),
}


def closable(cast):
    case = bring_to(report(cast), cast, "acted")
    judged(case.measures.get(), by=cast.chef)
    return case


@pytest.mark.parametrize("what", GATES)
def test_gate_says_what_is_missing_and_holds(cast, what):
    name, make, expected = GATES[what]
    case = make(cast)
    assert reasons(case, cast.chef, name) == expected
    before = again(case).status
    with pytest.raises(Blocked):
        actions.change_status(case, name, user=cast.chef, answer=ANSWER)
    assert again(case).status == before


def test_nothing_closes_before_the_effect_is_judged_on_its_day(cast):
    case = bring_to(report(cast), cast, "acted")
    (reason,) = reasons(case, cast.chef, "close")
    assert reason.startswith("Effekten är inte bedömd. Den bedöms ")
    judged(case.measures.get(), by=cast.chef)
    assert reasons(case, cast.chef, "close") == set()


@pytest.mark.parametrize("answer", ["", "  "])
def test_no_case_is_finished_without_what_was_changed(cast, answer):
    with pytest.raises(Blocked, match="vad ni ändrade"):
        actions.change_status(acting(cast), "finish", user=cast.chef, answer=answer)


@pytest.mark.parametrize("harm", Harm.values)
def test_simple_handling_asks_by_what_the_report_says_of_harm(cast, harm):
    green = {"likelihood": 1, "consequence": 1, "assessment_reason": "", "consequence_text": ""}
    case = assessed(received(cast, harm=harm), by=cast.chef, **green)
    expected = {
        Harm.YES: TOLD_NOT | {gates.NO_CONSEQUENCE},
        Harm.COULD_HAVE: TOLD_NOT,
        Harm.UNKNOWN: TOLD_NOT,
        Harm.NO: set(),
    }
    assert reasons(case, cast.chef, "close_simply") == expected[harm]
    described(case, by=cast.chef)
    assert reasons(case, cast.chef, "close_simply") == set()


def test_cause_is_not_named_before_the_person(cast, client_for):
    case, client = received(cast), client_for("chef")
    with pytest.raises(Blocked, match="Följden för den enskilde"):
        with_cause(case, cast)
    url = case.get_absolute_url()
    assert client.get(f"{url}orsak/")["Location"] == f"{url}foljd/"
    page = client.post(f"{url}orsak/", {"area": "procedures", "sentence": "Att rutinen saknades."}).text
    assert "Att rutinen saknades." in page
    assert not case.causes.exists()


WRONG = {
    "yes without day": {"informed": "yes"},
    "no without reason": {"informed": "no", "informed_reason": " "},
    "before it happened": {"informed": "yes", "informed_on": -30},
    "ahead of time": {"documented": "yes", "documented_on": 2},
    "a day without an answer": {"documented_on": 0},
    "a word that is none": {"informed": "kanske"},
    "nothing of the person": {"consequence_text": " "},
    "a persons number": {"informed": "no", "informed_reason": "Hon heter 19121212-1212."},
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_said_of_the_person_is_refused_and_kept_on_the_page(cast, client_for, what):
    case = received(cast)
    data = {"consequence_text": "Hon fick vänta.", **dated(WRONG[what])}
    answer = client_for("chef").post(f"{case.get_absolute_url()}foljd/", data)
    assert answer.status_code == 200
    assert "Inget är sparat än." in answer.text
    assert (again(case).consequence_text, again(case).informed, again(case).documented) == ("", "", "")


def test_answer_is_never_chosen_beforehand_and_what_was_said_is_shown(cast, client_for):
    case, client = received(cast), client_for("chef")
    url = case.get_absolute_url()
    assert " checked" not in client.get(f"{url}foljd/").text.partition("<main")[2]
    data = {"consequence_text": "Hon fick vänta.", "informed": "yes", "informed_on": days(0).isoformat()}
    data |= {"informed_reason": "Gäller inte.", "documented": "no", "documented_reason": "Ingen akt berörs."}
    client.post(f"{url}foljd/", data)
    saved = again(case)
    assert (saved.informed_on, saved.informed_reason) == (days(0), "")
    page = client.get(url).text
    for words in ("Hon fick vänta.", "Den enskilde informerad", "Nej. Ingen akt berörs."):
        assert words in page
    assert "angav om den enskilde är informerad" in client.get(f"{url}historik/").text
    assert "Ingen akt berörs." not in client_for("avdelningschef").get(url).text


def test_severity_is_chosen_in_the_grid_with_a_reason_and_another_with_another(cast, client_for):
    case, client = received(cast), client_for("chef")
    url = f"{case.get_absolute_url()}bedom/"
    page = client.get(url).text
    assert page.count('name="cell" value="') == 17, "sixteen cells, and not assessed yet"
    assert "Motivera allvarligheten." in client.post(url, {"cell": "2-3"}).text
    client.post(url, {"cell": "2-2", "assessment_reason": "Hände en gång."})
    assert (again(case).likelihood, again(case).consequence, again(case).zone) == (2, 2, "yellow")
    same = {"cell": "4-4", "assessment_reason": "Hände en gång."}
    assert "Du ändrar allvarligheten. Skriv också varför." in client.post(url, same).text
    client.post(url, {"cell": "4-4", "assessment_reason": "Det hände tre gånger till."})
    assert again(case).zone == "red"
    told = client.get(f"{case.get_absolute_url()}historik/").text
    assert "Hände en gång." in told
    assert "Det hände tre gånger till." in told
    for cell in ("9-9", "x", "2", "2-x"):
        client.post(url, {"cell": cell, "assessment_reason": "Hände en gång till."})
        assert (again(case).likelihood, again(case).consequence) == (4, 4), cell
    client.post(url, {"cell": ""})
    assert (again(case).zone, again(case).matrix) == ("", None)


def test_note_is_corrected_by_a_new_one_and_stays_struck(cast, client_for):
    case, client = received(cast), client_for("chef")
    url = case.get_absolute_url()
    wrong = actions.add_entry(case, user=cast.chef, kind="assessment", text="Larmet var av.")
    path = f"{url}anteckning/{wrong.pk}/ratta/"
    assert "Larmet var av." in client.get(path).text
    client.post(path, {"kind": "fact", "text": "Larmet var på.", "source": "Larmlistan"})
    new = case.entries.get(corrects=wrong)
    page = client.get(url).text
    assert "<del>Larmet var av.</del>" in page
    assert f'href="#anteckning-{new.pk}"' in page
    assert "redan rättad" in client.post(path, {"kind": "assessment", "text": "Larmet var halvt på."}).text
    assert "rättade en anteckning" in client.get(f"{url}historik/").text
    assert case.entries.count() == 2


def test_what_the_reporter_added_is_corrected_by_nobody_else(cast, client_for):
    case = received(cast)
    added = actions.supplement(case, user=cast.medarbetare, text="Larmet var av.")
    path = f"{case.get_absolute_url()}anteckning/{added.pk}/ratta/"
    assert client_for("chef").get(path).status_code == 404
    with pytest.raises(Blocked, match="rättas inte av någon annan"):
        actions.correct_entry(added, user=cast.chef, kind="assessment", text="Larmet var på.")


def test_note_of_another_case_is_not_reached_through_ones_own(cast, client_for):
    theirs = report(cast, by=cast.grannmedarbetare, unit="neighbour")
    note = actions.add_entry(theirs, user=cast.grannchef, kind="assessment", text="Så var det.")
    path = f"{report(cast).get_absolute_url()}anteckning/{note.pk}/ratta/"
    assert client_for("chef").post(path, {"kind": "assessment", "text": "x"}).status_code == 404


def test_five_whys_lead_to_a_cause_and_are_shown_as_a_chain(cast, client_for):
    case, client = investigating(cast), client_for("chef")
    url = case.get_absolute_url()
    page = client.get(f"{url}orsak/").text
    assert page.count('name="why_') == 5
    assert "inte hos en person" in page
    data = {"area": "procedures", "sentence": "Att listan saknas ökade risken eftersom ingen bevakade den."}
    data |= {"why_1": "Ingen ringde.", "why_2": "", "why_3": "Listan  var\tborta."}
    client.post(f"{url}orsak/", data)
    assert case.causes.get().whys == "Ingen ringde.\nListan var borta."
    assert "<li>Listan var borta.</li>" in client.get(url).text
    marked = client.post(f"{url}orsak/", {**data, "why_4": "Hon, 19121212-1212."}).text
    assert "<mark>19121212-1212</mark>" in marked
    assert case.causes.count() == 1
