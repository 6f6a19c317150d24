"""Lärdomar: who writes, publishes and reads, and where they are shown; points for APT."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from documents.models import GroupReading
from improvement import actions
from improvement.actions import lessons
from improvement.enums import LessonStatus as L
from improvement.learning.workflow import LESSON
from improvement.models import AgendaItem, Lesson
from improvement.workflow import DEVIATION
from kvalitet.search import drain_now
from kvalitet.workflow import Blocked
from tests.cast import PEOPLE
from tests.documents.factories import make_in_force
from tests.documents.reading_factories import hold
from tests.factories import days
from tests.improvement.cases import fresh
from tests.improvement.learning import SECRET, bar, learnt_case, published, shared_process, suspected, write
from tests.improvement.test_spread import _count, outcome, waiting

pytestmark = pytest.mark.django_db

PUBLISHERS = {"samordnare", "processhandledare"}
WRITERS = PUBLISHERS | {"chef", "ersattare", "avdelningschef", "grannchef"}
WROTE = {"chef", "ersattare"} | PUBLISHERS
ALLOWED = {
    "send": WROTE,
    "publish": PUBLISHERS,
    "send_back": PUBLISHERS,
    "withdraw": WROTE,
    "redraft": WROTE,
}
POSSIBLE = {
    L.DRAFT: {"send", "publish", "withdraw"},
    L.SENT: {"publish", "send_back", "withdraw"},
    L.PUBLISHED: {"withdraw"},
    L.WITHDRAWN: {"redraft"},
}
WAYS = {L.DRAFT: (), L.SENT: ("send",), L.PUBLISHED: ("publish",), L.WITHDRAWN: ("publish", "withdraw")}


def in_status(cast, status, **values):
    lesson = write(cast, **values)
    for name in WAYS[status]:
        lesson = lessons.change_status(lesson, name, user=cast.processhandledare, comment="Därför.")
    return lesson


def test_every_transition_stands_in_the_table():
    assert set(LESSON.transitions) == set(ALLOWED)


@pytest.mark.parametrize("status", L.values)
def test_transition_from_every_status_for_every_role(cast, status):
    lesson = in_status(cast, status)
    found, wanted = {}, {}
    for who in PEOPLE:
        for name, those in ALLOWED.items():
            user = fresh(cast[who])
            found[who, name] = outcome(lessons.change_status, lesson, name, user=user, comment="Därför.")
            possible = "done" if name in POSSIBLE[status] else "blocked"
            wanted[who, name] = possible if who in those else "denied"
    assert found == wanted


@pytest.mark.parametrize("who", PEOPLE)
def test_who_writes_freely(cast, who):
    assert outcome(write, cast, by=cast[who]) == ("done" if who in WRITERS else "denied")


@pytest.mark.parametrize("who", PEOPLE)
def test_who_writes_from_a_case(cast, who):
    case = learnt_case(cast)
    wanted = "done" if who in {"chef", "ersattare"} else "denied"
    assert outcome(write, cast, by=cast[who], deviation=case) == wanted


@pytest.mark.parametrize("who", ["chef", "samordnare", "lexansvarig"])
def test_of_what_may_be_a_missforhallande_the_lex_sarah_ansvarig_alone_writes(cast, who):
    case = suspected(cast)
    wanted = "done" if who == "lexansvarig" else "denied"
    assert outcome(write, cast, by=cast[who], deviation=case) == wanted


def test_published_is_frozen_and_never_deleted(cast):
    lesson = published(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        Lesson.objects.filter(pk=lesson.pk).update(advice="Något annat")
    with pytest.raises(DatabaseError), transaction.atomic():
        Lesson.objects.filter(pk=lesson.pk).delete()
    assert outcome(lessons.change, lesson, user=cast.processhandledare, values={"title": "Ny"}) == "denied"


def test_published_needs_its_texts(cast):
    empty = write(cast, what_changed="")
    assert outcome(lessons.change_status, empty, "publish", user=cast.samordnare) == "blocked"
    with pytest.raises(IntegrityError), transaction.atomic():
        Lesson.objects.create(title="A", is_unit_shown=True, created_by=cast.chef)


def test_not_published_if_it_was_changed_since_it_was_read(cast, client_for):
    lesson = in_status(cast, L.SENT)
    client = client_for("samordnare")
    step = next(
        one
        for one in client.get(lesson.get_absolute_url()).context["steps"]
        if one.transition.name == "publish"
    )
    lessons.change(lesson, user=cast.processhandledare, values={"advice": "Nytt råd."})
    client.post(f"{lesson.get_absolute_url()}publish/", {"seen": step.seen})
    lesson.refresh_from_db()
    assert lesson.status == L.SENT


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("status", L.values)
def test_who_reads(cast, client_for, who, status):
    lesson = in_status(cast, status)
    readers = WROTE if status != L.PUBLISHED else set(PEOPLE) - {"utforare", "utan_roll"}
    answer = client_for(who).get(lesson.get_absolute_url())
    assert answer.status_code == (200 if who in readers else 404)


@pytest.mark.parametrize(("who", "sees"), [("chef", True), ("samordnare", True), ("grannchef", False)])
def test_link_to_the_case_is_for_those_who_see_it(cast, client_for, who, sees):
    case = learnt_case(cast)
    lesson = published(cast, deviation=case)
    page = client_for(who).get(lesson.get_absolute_url()).text
    assert (f"Avvikelse {case.pk}" in page) == sees
    assert SECRET not in page
    bar(case, cast, who)
    assert f"Avvikelse {case.pk}" not in client_for(who).get(lesson.get_absolute_url()).text


def test_unit_is_shown_only_when_the_writer_says_so(cast, client_for):
    hidden, shown = (
        published(cast, unit=cast.units.neighbour, is_unit_shown=is_shown) for is_shown in (False, True)
    )
    client, name = client_for("medarbetare"), cast.units.neighbour.name
    assert name not in client.get(hidden.get_absolute_url()).text
    assert name in client.get(shown.get_absolute_url()).text


def test_form_from_a_case_starts_with_the_summary_and_refuses_its_words(cast, client_for):
    case = learnt_case(cast)
    client, url = client_for("chef"), f"/lardomar/ny/?avvikelse={case.pk}"
    page = client.get(url)
    assert page.context["form"].initial["title"] == case.summary
    assert SECRET not in page.text
    data = {"kind": "lesson", "title": "Larm", "what_happened": "Det hände.", "what_changed": "Detta."}
    for name in ("title", "what_happened", "what_changed", "advice"):
        for text in (SECRET, "Ring 19121212-1212"):
            answer = client.post(url, {**data, name: text, "accept_marked": "on"})
            assert answer.context["form"].errors[name]
    assert not Lesson.objects.exists()
    client.post(url, {**data, "tied": [case.process.pk]})
    lesson = Lesson.objects.get()
    assert (lesson.deviation, list(lesson.processes.all())) == (case, [case.process])


@pytest.mark.parametrize("query", ["avvikelse=x", "avvikelse=99999", "avvikelse=9999999999999"])
def test_case_that_is_not_there_is_not_found(cast, client_for, query):
    assert client_for("chef").get(f"/lardomar/ny/?{query}").status_code == 404


def test_stale_save_shows_both_texts(cast, client_for):
    lesson, client = write(cast), client_for("chef")
    url = f"{lesson.get_absolute_url()}andra/"
    form = client.get(url).context["form"]
    lessons.change(lesson, user=cast.samordnare, values={"advice": "Samordnarens råd."})
    data = {
        "kind": lesson.kind,
        "title": lesson.title,
        "what_happened": lesson.what_happened,
        "what_changed": lesson.what_changed,
        "advice": "Chefens råd.",
        "kv_base": form.initial["kv_base"],
    }
    page = client.post(url, data).text
    assert "Samordnarens råd." in page
    assert "Chefens råd." in page


def test_publishers_have_the_work_and_the_writer_is_told(cast):
    lesson = in_status(cast, L.SENT)
    task = f"Läs och publicera lärdom {lesson.pk}"
    assert {who for who in PEOPLE if task in waiting(cast[who])} == PUBLISHERS


def test_shown_on_the_process_and_the_unit_that_works_in_it(cast, client_for, django_assert_max_num_queries):
    process = shared_process(cast)
    lesson = published(cast, processes=[process])
    draft = write(cast, title="Bara ett utkast", processes=[process])
    client = client_for("grannmedarbetare")
    for url in (process.get_absolute_url(), cast.units.neighbour.get_absolute_url()):
        page = client.get(url).text
        assert lesson.title in page
        assert draft.title not in page
    with django_assert_max_num_queries(6):
        client.get(process.get_absolute_url())
    assert lesson.title not in client_for("anonym").get(process.get_absolute_url()).text
    lessons.change_status(lesson, "withdraw", user=cast.samordnare, comment="Fel.")
    assert lesson.title not in client.get(process.get_absolute_url()).text


def test_found_by_staff_while_published(cast, client_for):
    lesson = published(cast, deviation=learnt_case(cast))
    write(cast, title="Utkast om larmet")
    drain_now()
    page = client_for("grannmedarbetare").get("/sok/?q=larmet").text
    assert lesson.get_absolute_url() in page
    assert "Utkast om" not in page
    assert lesson.get_absolute_url() not in client_for("utforare").get("/sok/?q=larmet").text
    lessons.change_status(lesson, "withdraw", user=cast.samordnare, comment="Fel.")
    drain_now()
    assert lesson.get_absolute_url() not in client_for("grannmedarbetare").get("/sok/?q=larmet").text


def test_list_searches_filters_and_asks_as_little_for_three_as_for_one(cast, client_for):
    process = shared_process(cast)
    published(cast, processes=[process])
    client = client_for("medarbetare")
    one = _count(client, "/lardomar/")
    published(cast, title="Nycklar räknas varje kväll", kind="good_example")
    published(cast, title="Tredje")
    assert _count(client, "/lardomar/") == one <= 12

    def found(query):
        return [row.record.title for row in client.get(f"/lardomar/?{query}").context["table"].rows]

    assert found("q=nycklar") == found("slag=good_example") == ["Nycklar räknas varje kväll"]
    assert found(f"process={process.slug}") == ["Pröva larmet vid varje besök"]
    assert found("q=finns+inte+alls") == []


# APT


def take_up(cast, *, by=None, unit=None, **source):
    return lessons.take_up(unit=unit or cast.units.home, user=by or cast.chef, **source)


@pytest.mark.parametrize("who", PEOPLE)
def test_who_puts_a_lesson_on_the_list(cast, who):
    lesson = published(cast)
    may = who in {"chef", "ersattare", "avdelningschef", "ombud", "handlaggare"}
    assert outcome(take_up, cast, by=cast[who], lesson=lesson) == ("done" if may else "denied")


@pytest.mark.parametrize("who", PEOPLE)
def test_who_puts_a_case_on_the_list_of_its_own_unit(cast, who):
    case = learnt_case(cast)
    may = who in {"chef", "ersattare"}
    assert outcome(take_up, cast, by=cast[who], deviation=case) == ("done" if may else "denied")


def test_case_on_the_list_only_when_closed_and_at_home(cast):
    open_case = learnt_case(cast, status="acting")
    assert outcome(take_up, cast, deviation=open_case) == "blocked"
    case = learnt_case(cast, process=open_case.process)
    user = cast.avdelningschef
    assert outcome(take_up, cast, by=user, unit=cast.units.neighbour, deviation=case) in ("blocked", "denied")
    assert outcome(take_up, cast, deviation=suspected(cast, process=case.process)) == "denied"


def test_list_wall_and_paper_show_the_lesson_and_of_the_case_its_summary_alone(cast, client_for):
    case = learnt_case(cast)
    lesson = published(cast)
    take_up(cast, deviation=case)
    take_up(cast, lesson=lesson, question="Prövar vi larmen?")
    client, base = client_for("medarbetare"), f"/dokument/apt/{cast.units.home.slug}/"
    pages = [client.get(f"{base}{part}").text for part in ("", "visa/?nr=1", "visa/?nr=2", "skriv-ut/")]
    assert [case.summary in page for page in pages] == [True, True, False, True]
    assert [lesson.what_changed in page for page in pages] == [True, False, True, True]
    assert "Prövar vi larmen?" in pages[2]
    assert not any(SECRET in page or f"Avvikelse {case.pk}" in page for page in pages)
    assert client_for("grannmedarbetare").get(base).status_code == 403


def test_point_is_hidden_from_who_is_barred_and_when_the_case_goes_on(cast, client_for):
    case = learnt_case(cast)
    take_up(cast, deviation=case)
    base = f"/dokument/apt/{cast.units.home.slug}/"
    bar(case, cast, "ombud")
    assert case.summary not in client_for("ombud").get(base).text
    assert case.summary in client_for("medarbetare").get(base).text
    open_again = {"closed_at": None, "closed_by": None}
    DEVIATION.change_status(case, "reopen", user=cast.chef, comment="Nytt.", values=open_again)
    assert case.summary not in client_for("medarbetare").get(base).text
    actions.change_status(case, "suspect", user=cast.chef, comment="Kan vara.")
    assert case.summary not in client_for("medarbetare").get(base).text


def test_point_is_removed_by_who_plans(cast, client_for):
    item = take_up(cast, lesson=published(cast))
    url = f"/apt-punkter/{item.pk}/ta-bort/"
    assert client_for("medarbetare").post(url).status_code == 403
    assert client_for("grannmedarbetare").post(url).status_code == 404
    assert client_for("ombud").post(url).status_code == 302
    item.refresh_from_db()
    assert (item.is_taken_up, item.handled_by) == (False, cast.ombud)
    assert item not in AgendaItem.objects.waiting()


def held(cast, form, **more):
    """What is sent from the page where a meeting is recorded."""
    ticked = {"held_on": days(0).isoformat(), "people": [cast.medarbetare.pk]}
    return {**ticked, "form_key": str(form.initial["form_key"]), **more}


def test_points_are_ticked_in_the_record_of_the_meeting_with_who_was_there(cast, client_for):
    case, lesson = learnt_case(cast), published(cast)
    first, second = take_up(cast, deviation=case), take_up(cast, lesson=lesson)
    client, base = client_for("chef"), f"/dokument/apt/{cast.units.home.slug}/"
    assert "2 punkter på listan" in client.get(cast.units.home.get_absolute_url()).text
    form = client.get(f"{base}genomgang/").context["form"]
    assert [key for key, _ in form.fields["points"].choices] == [f"punkt-{first.pk}", f"punkt-{second.pk}"]
    assert "Kryssa för minst en punkt." in client.post(f"{base}genomgang/", held(cast, form)).text
    sent = held(cast, form, points=[f"punkt-{first.pk}"])
    record = client.post(f"{base}genomgang/", sent).url
    assert client.post(f"{base}genomgang/", sent).url == record
    first.refresh_from_db()
    assert (first.is_taken_up, first.handled_by, first.reading.get_absolute_url()) == (
        True,
        cast.chef,
        record,
    )
    assert list(AgendaItem.objects.waiting()) == [second]
    page = client.get(record).text
    assert case.summary in page
    assert "Tindra Medarbetare" in page
    assert lesson.title not in page
    wrong = client.get(f"{record}ratta/").context["form"]
    mended = client.post(f"{record}ratta/", held(cast, wrong, note="Elis var med.", people=[cast.ombud.pk]))
    assert case.summary in client_for("medarbetare").get(mended.url).text
    bar(case, cast, "ombud")
    assert case.summary not in client_for("ombud").get(mended.url).text


def test_point_of_another_unit_or_taken_off_meanwhile_is_not_ticked(cast, client_for):
    item = take_up(cast, lesson=published(cast))
    other = take_up(cast, by=cast.grannchef, unit=cast.units.neighbour, lesson=item.lesson)
    client, page = client_for("chef"), f"/dokument/apt/{cast.units.home.slug}/genomgang/"
    form = client.get(page).context["form"]
    answer = client.post(page, held(cast, form, points=[f"punkt-{other.pk}"], note="Det jag skrev."))
    assert answer.status_code == 200
    assert "Det jag skrev." in answer.text
    lessons.take_off(item, user=cast.ombud)
    with pytest.raises(Blocked):
        hold(cast, [], [cast.medarbetare], points=[f"punkt-{item.pk}", f"punkt-{other.pk}", "punkt-x"])
    assert not GroupReading.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        AgendaItem.objects.filter(pk=other.pk).update(reading=hold(cast, [make_in_force(cast)], [cast.ombud]))


def test_put_twice_it_is_one_point_with_the_newer_question(cast):
    lesson = published(cast)
    take_up(cast, lesson=lesson)
    take_up(cast, lesson=lesson, question="Hur gör vi?")
    assert [one.question for one in AgendaItem.objects.all()] == ["Hur gör vi?"]
    with pytest.raises(IntegrityError), transaction.atomic():
        AgendaItem.objects.create(unit=cast.units.home, lesson=lesson, added_by=cast.chef)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgendaItem.objects.create(unit=cast.units.other, added_by=cast.chef)


def test_apt_list_keeps_the_budget(cast, client_for):
    client, url = client_for("chef"), f"/dokument/apt/{cast.units.home.slug}/"
    take_up(cast, lesson=published(cast))
    one = _count(client, url)
    take_up(cast, deviation=learnt_case(cast))
    take_up(cast, lesson=published(cast))
    assert _count(client, url) == one <= 12
