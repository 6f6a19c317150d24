"""*Kan det hända hos oss?*: who asks, who is asked, who reads the answers, and that no case is told."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from improvement import actions, awaited
from improvement.actions import spread
from improvement.learning import work
from improvement.learning.presentation import prompt_history
from improvement.models import SpreadAnswer, SpreadPrompt
from kvalitet import notifications
from kvalitet.models import Notification
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment
from kvalitet.workflow import Blocked
from kvalitet.working_days import working_days_after
from processes import actions as process_actions
from tests.cast import PEOPLE
from tests.factories import days
from tests.improvement.cases import fresh
from tests.improvement.factories import assessed, bring_to, report
from tests.improvement.learning import (
    QUESTION,
    SECRET,
    answer_of,
    ask,
    bar,
    learnt_case,
    suspected,
)

pytestmark = pytest.mark.django_db


def waiting(user):
    return [one.sentence for one in work.tasks(fresh(user))]


def outcome(verb, *args, **values):
    try:
        with transaction.atomic():
            verb(*args, **values)
            raise KeyError("undo")
    except KeyError:
        return "done"
    except PermissionDenied:
        return "denied"
    except Blocked:
        return "blocked"


def test_asks_every_unit_of_the_process_but_the_own_one(cast):
    prompt = ask(learnt_case(cast), cast)
    asked = {one.unit for one in prompt.answers.all()}
    assert asked == {cast.units.neighbour, cast.units.other}


def test_the_history_of_the_case_tells_the_answers_to_who_sees_them(cast, client_for):
    """Who opened the case for a reason is told that others were asked, not what each answered."""
    prompt = ask(learnt_case(cast), cast)
    said = {"answer": "yes", "comment": "Vi har samma larm."}
    spread.answer(answer_of(prompt, cast.units.neighbour), user=cast.grannchef, **said)
    for who, sees in (("chef", True), ("avdelningschef", False)):
        client_for(who).post(f"{prompt.deviation.get_absolute_url()}oppna/", {"reason": "Tillsyn."})
        page = client_for(who).get(f"{prompt.deviation.get_absolute_url()}historik/").text
        assert "frågade andra enheter" in page, who
        assert ("svarade för" in page, said["comment"] in page) == (sees, sees), who


def test_unit_that_joins_the_process_later_is_not_asked(cast):
    case = learnt_case(cast)
    prompt = ask(case, cast)
    process_actions.set_units(case.process, [cast.units.home, cast.units.neighbour, cast.units.provider])
    assert {one.unit for one in prompt.answers.all()} == {cast.units.neighbour, cast.units.other}


def test_without_process_the_chosen_units_are_asked_and_at_least_one(cast):
    case = learnt_case(cast, process=None)
    with pytest.raises(Blocked):
        ask(case, cast)
    prompt = ask(case, cast, units=[cast.units.neighbour, cast.units.home])
    assert [one.unit for one in prompt.answers.all()] == [cast.units.neighbour]


@pytest.mark.parametrize("status", ["reported", "received", "investigating", "acting"])
def test_nobody_is_asked_before_the_case_is_dealt_with(cast, status):
    case = learnt_case(cast, status=status)
    assert outcome(ask, case, cast) == "blocked"


@pytest.mark.parametrize("who", PEOPLE)
def test_who_handles_the_case_asks(cast, who):
    case = learnt_case(cast)
    may = who in {"chef", "ersattare"}
    assert outcome(ask, case, cast, by=cast[who]) == ("done" if may else "denied")


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("kind", ["suspected", "inquiry"])
def test_of_what_may_be_a_missforhallande_only_the_lex_sarah_ansvarig_asks(cast, who, kind):
    case = suspected(cast)
    if kind == "inquiry":
        actions.change_status(case, "inquire", user=cast.lexansvarig, dnr="SN 2026-1")
        case.refresh_from_db()
    assert outcome(ask, case, cast, by=cast[who]) == ("done" if who == "lexansvarig" else "denied")


def test_barred_manager_asks_nobody(cast):
    case = learnt_case(cast)
    bar(case, cast, "chef")
    assert outcome(ask, case, cast, by=fresh(cast.chef)) == "denied"


def test_asked_once_a_case_until_it_is_taken_back(cast):
    case = learnt_case(cast)
    prompt = ask(case, cast)
    assert outcome(ask, case, cast) == "blocked"
    with pytest.raises(IntegrityError), transaction.atomic():
        SpreadPrompt.objects.create(
            deviation=case, question="Igen?", answer_by=days(1), sent_by=cast.chef, process=None
        )
    spread.withdraw(prompt, user=cast.chef)
    assert outcome(ask, case, cast) == "done"


def test_what_was_asked_is_frozen(cast):
    prompt = ask(learnt_case(cast), cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        SpreadPrompt.objects.filter(pk=prompt.pk).update(question="Något annat?")
    with pytest.raises(DatabaseError), transaction.atomic():
        SpreadAnswer.objects.all().delete()


def test_each_unit_that_is_asked_has_somebody_with_the_work(cast):
    prompt = ask(learnt_case(cast), cast)
    task = f"Kan det hända hos oss? Svara på fråga {prompt.pk}"
    having = {who for who in PEOPLE if task in waiting(cast[who])}
    # Nobody leads hemtjänsten, so the samordnare answers for it.
    assert having == {"grannchef", "samordnare"}
    told = set(Notification.objects.filter(kind="improvement.spread").values_list("user__email", flat=True))
    assert told == {"grannchef@test.invalid", "samordnare@test.invalid"}


def test_manager_who_is_barred_in_the_case_is_still_asked(cast, client_for):
    case = learnt_case(cast)
    bar(case, cast, "grannchef")
    prompt = ask(case, cast)
    assert waiting(cast.grannchef) == [f"Kan det hända hos oss? Svara på fråga {prompt.pk}"]
    client = client_for("grannchef")
    page = client.get(prompt.get_absolute_url())
    assert QUESTION in page.text
    assert f"Avvikelse {case.pk}" not in page.text
    answer = answer_of(prompt, cast.units.neighbour)
    client.post(f"{prompt.get_absolute_url()}svar/{answer.pk}/", {"answer": "no"})
    answer.refresh_from_db()
    assert answer.answer == "no"


def test_vacant_post_passes_the_question_up(cast):
    prompt = ask(learnt_case(cast), cast)
    RoleAssignment.objects.filter(user=cast.grannchef, role=Role.MANAGER).update(valid_to=days(-1))
    assert waiting(cast.avdelningschef) == [f"Kan det hända hos oss? Svara på fråga {prompt.pk}"]


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("samordnare", {"neighbour", "other"}),
        ("chef", {"neighbour", "other"}),
        ("ersattare", {"neighbour", "other"}),
        ("grannchef", {"neighbour"}),
        ("avdelningschef", {"neighbour"}),
        ("medarbetare", None),
        ("grannmedarbetare", None),
        ("processagare", None),
        ("utforare", None),
        ("admin", None),
    ],
)
def test_each_unit_reads_its_own_answer_and_who_asked_reads_all(cast, client_for, who, sees):
    prompt = ask(learnt_case(cast), cast)
    for name in ("neighbour", "other"):
        row = answer_of(prompt, getattr(cast.units, name))
        spread.answer(
            row, user=cast.samordnare if name == "other" else cast.grannchef, answer="no", comment=name
        )
    page = client_for(who).get(prompt.get_absolute_url())
    assert page.status_code == (404 if sees is None else 200)
    for name in ("neighbour", "other"):
        assert (f">{name}</p>" in page.text) == (name in (sees or ()))


def test_samordnare_who_is_barred_reads_no_answers(cast, client_for):
    case = learnt_case(cast)
    prompt = ask(case, cast, units=[cast.units.neighbour])
    bar(case, cast, "samordnare")
    assert client_for("samordnare").get(prompt.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("who", ["grannchef", "avdelningschef", "samordnare"])
def test_where_it_happened_and_who_asks_is_not_told_to_those_asked(cast, client_for, who):
    prompt = ask(learnt_case(cast), cast)
    page = client_for(who).get(prompt.get_absolute_url()).text
    head = page[page.index('id="uppgifter"') :]
    assert ("Jorid Chef" in head) == (who == "samordnare")
    assert cast.units.home.name not in head
    assert SECRET not in page


def test_unit_is_told_when_the_asker_lets_it(cast, client_for):
    prompt = ask(learnt_case(cast), cast, is_unit_shown=True)
    assert cast.units.home.name in client_for("grannchef").get(prompt.get_absolute_url()).text


def test_form_starts_with_the_summary_and_refuses_the_words_of_the_case(cast, client_for):
    case = learnt_case(cast)
    client, url = client_for("chef"), f"/avvikelser/{case.pk}/sprid/"
    page = client.get(url)
    assert page.context["form"].initial["question"] == case.summary
    assert SECRET not in page.text
    for text in (SECRET, f"Kan detta ske? {SECRET.upper()}!", "Kan 19121212-1212 ramla?"):
        answer = client.post(url, {"question": text, "answer_by": days(7)})
        assert answer.status_code == 200
        assert answer.context["form"].errors["question"]
    assert not SpreadPrompt.objects.exists()
    client.post(url, {"question": QUESTION, "answer_by": days(7)})
    assert SpreadPrompt.objects.get().question == QUESTION


def test_no_word_of_the_case_reaches_a_notice_or_a_mail(cast):
    prompt = ask(learnt_case(cast), cast)
    Notification.objects.exclude(kind="improvement.spread").delete()
    notifications.mail_digest(days(0) if notifications.is_working_day(days(0)) else days(2))
    told = " ".join(
        [*Notification.objects.values_list("sentence", flat=True), *(one.body for one in mail.outbox)]
    )
    assert f"Fråga {prompt.pk}" in told
    assert not {"granat", "köksluckan", "byrålådan", "utom räckhåll"} & set(told.lower().split())


def test_answered_in_one_tap_and_yes_leads_on(cast, client_for):
    case = learnt_case(cast)
    prompt = ask(case, cast)
    row, client = answer_of(prompt, cast.units.neighbour), client_for("grannchef")
    url = f"{prompt.get_absolute_url()}svar/{row.pk}/"
    page = client.post(url, {"answer": "yes"}, follow=True).text
    assert "Rapportera risk" in page
    assert waiting(cast.grannchef) == []
    form = client.get(f"/avvikelser/ny/?process={case.process.slug}&fraga={prompt.pk}").context["form"]
    assert QUESTION in form.initial["what_happened"]
    assert form.initial["harm"] == "could_have"
    other = client_for("grannmedarbetare").get(f"/avvikelser/ny/?fraga={prompt.pk}").context["form"]
    assert "what_happened" not in other.initial


@pytest.mark.parametrize("answer", ["", "perhaps", "YES"])
def test_answer_that_is_none_is_refused(cast, client_for, answer):
    prompt = ask(learnt_case(cast), cast)
    row = answer_of(prompt, cast.units.neighbour)
    page = client_for("grannchef").post(f"{prompt.get_absolute_url()}svar/{row.pk}/", {"answer": answer})
    assert page.context["form"].errors["answer"]
    row.refresh_from_db()
    assert row.answered_at is None


def test_second_answer_is_told_of_the_first_and_may_replace_it(cast):
    prompt = ask(learnt_case(cast), cast)
    row = answer_of(prompt, cast.units.neighbour)
    spread.answer(row, user=cast.grannchef, answer="no")
    with pytest.raises(Blocked, match="redan besvarad"):
        spread.answer(row, user=cast.grannchef, answer="yes")
    spread.answer(row, user=cast.grannchef, answer="yes", comment="Larmet saknas.", replaces=True)
    row.refresh_from_db()
    assert row.answer == "yes"
    quoted = {
        who: "Larmet saknas." in str(prompt_history(cast[who], prompt)) for who in ("chef", "grannchef")
    }
    assert quoted == {"chef": True, "grannchef": False}, (
        "what the unit wrote is for those who read all answers"
    )


@pytest.mark.parametrize("who", PEOPLE)
def test_only_who_answers_for_the_unit_answers(cast, who):
    prompt = ask(learnt_case(cast), cast)
    row = answer_of(prompt, cast.units.neighbour)
    may = who == "grannchef"
    assert outcome(spread.answer, row, user=cast[who], answer="no") == ("done" if may else "denied")


def test_who_asked_is_told_when_all_have_answered(cast):
    prompt = ask(learnt_case(cast), cast)
    spread.answer(answer_of(prompt, cast.units.neighbour), user=cast.grannchef, answer="no")
    told = Notification.objects.filter(sentence__startswith="Alla enheter har svarat")
    assert not told.exists()
    spread.answer(answer_of(prompt, cast.units.other), user=cast.samordnare, answer="handled")
    assert {one.user for one in told} == {cast.chef, cast.ersattare}


def test_late_answer_is_reminded_of_once_whenever_the_worker_comes_to_it(cast):
    prompt = ask(learnt_case(cast), cast)
    late = Notification.objects.filter(sentence__startswith="Försenat svar")
    awaited.send(days(0))
    assert not late.exists()
    answers = SpreadAnswer.objects.filter(prompt=prompt)
    assert answers.late(days(15)).count() == 2
    first = working_days_after(prompt.answer_by, 2)
    assert awaited.send(first) == 2
    assert awaited.send(first) == 0
    assert {one.user for one in late} == {cast.grannchef, cast.samordnare}


def test_withdrawn_question_waits_for_nobody(cast, client_for):
    prompt = ask(learnt_case(cast), cast)
    spread.withdraw(prompt, user=cast.chef)
    assert waiting(cast.grannchef) == []
    assert client_for("grannchef").get(prompt.get_absolute_url()).status_code == 404
    row = answer_of(prompt, cast.units.neighbour)
    assert outcome(spread.answer, row, user=cast.grannchef, answer="no") == "blocked"


def test_list_counts_for_the_samordnare_and_is_exported(cast, client_for, django_assert_num_queries):
    client = client_for("samordnare")
    prompt = ask(learnt_case(cast), cast)
    spread.answer(answer_of(prompt, cast.units.neighbour), user=cast.grannchef, answer="yes")
    row = client.get("/spridning/").context["table"].rows[0]
    assert [row.get_cell(name) for name in ("answered_yes", "answered_no", "unanswered")] == [1, 0, 1]
    with django_assert_num_queries(_count(client, "/spridning/")):
        client.get("/spridning/")
    csv = client.get("/spridning/?exportera=csv&urval=ja").content.decode("utf-8-sig")
    assert QUESTION in csv
    assert SECRET not in csv
    assert client.get("/spridning/?urval=sena").context["table"].rows.data.data.count() == 0


def _count(client, url):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as counted:
        client.get(url)
    return len(counted)


@pytest.mark.parametrize("who", ["samordnare", "chef", "grannchef", "medarbetare"])
def test_list_asks_as_little_for_three_as_for_one(cast, client_for, who):
    client = client_for(who)
    case = learnt_case(cast)
    ask(case, cast)
    one = _count(client, "/spridning/")
    for _ in range(2):
        ask(learnt_case(cast, process=case.process), cast)
    assert _count(client, "/spridning/") == one <= 12


@pytest.mark.parametrize("who", ["samordnare", "chef", "grannchef"])
def test_page_of_a_question_keeps_the_budget(cast, client_for, who):
    prompt = ask(learnt_case(cast), cast)
    assert _count(client_for(who), prompt.get_absolute_url()) <= 12


def test_closed_case_offers_to_ask_and_tells_what_came_of_it(cast, client_for):
    case = learnt_case(cast)
    client = client_for("chef")
    assert f"/avvikelser/{case.pk}/sprid/" in client.get(case.get_absolute_url()).text
    assert _count(client, case.get_absolute_url()) <= 20
    prompt = ask(case, cast)
    page = client.get(case.get_absolute_url()).text
    assert prompt.get_absolute_url() in page
    assert f"/avvikelser/{case.pk}/sprid/" not in page
    case = bring_to(report(cast), cast, "received")
    assert "/sprid/" not in client.get(case.get_absolute_url()).text
    actions.change_status(case, "suspect", user=cast.chef, comment="Kan vara.")
    assert "Kan det hända hos andra?" not in client.get(case.get_absolute_url()).text  # nothing to do there


def test_case_that_becomes_secret_is_still_not_told_by_its_question(cast, client_for):
    case = assessed(report(cast, process=learnt_case(cast).process), by=cast.chef)
    assert outcome(ask, case, cast) == "blocked"
    actions.change_status(case, "suspect", user=cast.chef, comment="Kan vara.")
    prompt = ask(case, cast, by=cast.lexansvarig)
    for who in ("samordnare", "grannchef"):
        client = client_for(who)
        pages = [client.get(f"{prompt.get_absolute_url()}{part}").text for part in ("", "historik/")]
        assert not any(f"Avvikelse {case.pk}" in page or "Ragna Lex" in page for page in pages)
    assert "Ragna Lex" in client_for("lexansvarig").get(prompt.get_absolute_url()).text
