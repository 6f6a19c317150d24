"""What the texts of a case may not reach: history, notices, mail, jobs and logs outside its circle."""

import logging

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core import mail

from improvement import access, actions
from improvement.actions import exchanges, measures
from improvement.enums import CaseLaw
from improvement.models import Cause, Deviation, InvestigationEntry, Measure, MeasureCase
from kvalitet import notifications, secrecy
from kvalitet.history import acting_as, timeline
from kvalitet.models import Job, Notification
from tests.factories import days
from tests.improvement.cases import fresh
from tests.improvement.factories import assessed, plan, report
from tests.improvement.learning import shared_process

# A word of each confidential field and comment, which stands nowhere else.
WORDS = {
    "what_happened": "Solrosen",
    "immediate_action": "Blåklockan",
    "answer": "Vitsippan",
    "assessment_reason": "Nejlikan",
    "consequence_text": "Prästkragen",
    "informed_reason": "Kattfoten",
    "documented_reason": "Åkervindan",
    "whys": "Linnean",
    "text": "Förgätmigej",
    "source": "Liljekonvalj",
    "sentence": "Tusenskönan",
    "description": "Ringblomman",
    "effect_text": "Lavendeln",
    "comment": "Gullvivan",
    "supplement": "Smörblomman",
    "evidence": "Klockljungen",
    "exchange_text": "Backsippan",
    "exchange_answer": "Gullvivelnejlikan",
    "exchange_comment": "Slåtterblomman",
    "merged": "Mandelblomman",
    "jav": "Ängsnätet",
    "taken_over": "Svärdsliljan",
}
ROWS = {Cause: "deviation", InvestigationEntry: "deviation", Measure: "deviation"}


def _aside(case, cast):
    """Parted in two, with what is the same merged into it, and a utförare asked of it."""
    actions.split(case, user=cast.chef, law=CaseLaw.HSL)
    same = report(cast, by=cast.grannmedarbetare, what_happened=WORDS["merged"])
    actions.change_status(same, "merge", user=cast.chef, into=case, comment=WORDS["comment"])
    values = {
        "direction": "out",
        "party": "provider",
        "party_name": "Utföraren AB",
        "provider": cast.units.provider,
        "text": WORDS["exchange_text"],
        "answer_by": days(9),
    }
    asked = exchanges.begin(case, user=cast.chef, values=values)
    exchanges.change_status(asked, "send", user=cast.chef)
    exchanges.change_status(asked, "escalate", user=cast.chef, comment=WORDS["exchange_comment"])
    exchanges.change_status(asked, "answer", user=cast.utforare, answer=WORDS["exchange_answer"])


def live_through(cast):
    """A case that is written in by every verb: suspected, returned, moved back and forth, and closed."""
    chef, lex, word = cast.chef, cast.lexansvarig, WORDS
    case = report(
        cast,
        is_suspected=True,
        what_happened=word["what_happened"],
        immediate_action=word["immediate_action"],
        process=shared_process(cast),
    )
    actions.supplement(case, user=cast.medarbetare, text=word["supplement"])
    actions.change_status(case, "return", user=lex, comment=word["comment"])
    actions.change_status(case, "suspect", user=chef, comment=word["comment"])
    actions.change_status(case, "return", user=lex, comment=word["comment"])
    actions.change_status(case, "redirect", user=chef, unit=cast.units.neighbour, comment=word["comment"])
    moved = {"unit": cast.units.home, "comment": word["comment"]}
    actions.change_status(case, "redirect", user=cast.grannchef, **moved)
    actions.change_status(case, "receive", user=chef)
    texts = {name: word[name] for name in ("assessment_reason", "consequence_text")}
    assessed(case, by=chef, **texts)
    actions.hand_over(case, person=cast.handlaggare, user=chef)
    actions.hand_over(case, person=cast.grannmedarbetare, user=chef)
    actions.hand_back(case, user=fresh(cast.grannmedarbetare), comment=word["taken_over"])
    with acting_as(chef, why=""):  # a test is one transaction, in which what was said last is said on
        Deviation.objects.filter(pk=case.pk).update(summary="En insats uteblev, igen.")
    actions.change_status(case, "investigate", user=chef)
    actions.add_entry(case, user=chef, kind="fact", text=word["text"], source=word["source"])
    told = {"informed": "no", "documented": "no"}
    told |= {name: word[name] for name in ("informed_reason", "documented_reason")}
    actions.describe(case, user=chef, values=told)
    actions.add_cause(case, user=chef, area="procedures", sentence=word["sentence"], whys=word["whys"])
    _aside(case, cast)
    measure = plan(case, cast, description=word["description"])
    actions.change_status(case, "act", user=chef)
    measures.change_status(measure, "start", user=cast.ombud)
    measures.change_status(measure, "done", user=cast.ombud, evidence=word["evidence"])
    later = {"comment": word["comment"], "effect_on": days(101)}
    measures.change_status(measure, "postpone", user=chef, **later)
    actions.change_status(case, "finish", user=chef, answer=word["answer"])
    Measure.objects.filter(pk=measure.pk).update(due=days(-1), effect_on=days(0))
    effect = {"effect": "yes", "effect_text": word["effect_text"]}
    measures.change_status(measure, "judge", user=chef, **effect)
    actions.bar(case, person=cast.ombud, reason=word["jav"], user=chef)
    return actions.change_status(case, "close", user=chef)


def found_in(text):
    return {name for name, word in WORDS.items() if word.lower() in text.lower()}


def history_of(obj, reader, rows=None):
    return " ".join(
        f"{one.sentence} {one.comment} {one.changes}" for one in timeline(obj, reader=reader, rows=rows)
    )


def test_every_model_with_confidential_fields_has_a_circle():
    assert secrecy.models_without_circle() == []


OUTSIDE = [
    "medarbetare",
    "avdelningschef",
    "samordnare",
    "grannchef",
    "mas",
    "admin",
    "ombud",
    "processagare",
]


def test_history_quotes_nothing_to_those_outside_the_circle(cast):
    case = live_through(cast)
    measure = case.measures.get()
    for who in OUTSIDE:
        reader = fresh(cast[who])
        assert found_in(history_of(case, reader, ROWS)) == set(), who
        assert found_in(history_of(measure, reader, {MeasureCase: "measure"})) == set(), who
    assert found_in(history_of(case, AnonymousUser(), ROWS)) == set()
    assert found_in(history_of(case, None, ROWS)) == set()


def test_history_quotes_to_the_circle_and_for_a_reason_stated_today(cast):
    case = live_through(cast)
    told = {"answer", "comment", "text", "source", "sentence", "description"}
    told |= {"informed_reason", "documented_reason", "whys"}
    assert told <= found_in(history_of(case, fresh(cast.chef), ROWS))
    above = fresh(cast.avdelningschef)
    access.log_opening(above, case, reason="Uppföljning av svaret.")
    assert {"answer", "comment"} <= found_in(history_of(case, above, ROWS))


def test_reason_opens_nothing_to_who_may_not_open_with_one(cast):
    case = report(cast, is_suspected=True)
    for who in ("samordnare", "grannchef", "medarbetare", "processagare"):
        access.log_opening(fresh(cast[who]), case, reason="Jag är nyfiken.")
        assert not access.reads_whole(fresh(cast[who]), case), who
    access.log_opening(fresh(cast.avdelningschef), case)
    assert not access.reads_whole(fresh(cast.avdelningschef), case)


def test_responsible_reads_the_measure_and_not_its_case(cast):
    case = assessed(report(cast), by=cast.chef)
    measure = plan(case, cast)
    actions.add_cause(case, user=cast.chef, area="procedures", sentence="Rutinen saknades.")
    ombud = fresh(cast.ombud)
    assert secrecy.hidden_fields(ombud, measure) == frozenset()
    for hidden in (case, case.causes.get()):
        assert secrecy.hidden_fields(ombud, hidden) == secrecy.confidential_fields(type(hidden))


def test_notices_and_mail_hold_none_of_the_texts(cast, settings):
    live_through(cast)
    rows = Notification.objects.filter(kind__startswith="improvement.")
    assert rows.count() > 10
    assert found_in(" ".join(f"{one.sentence} {one.unit} {one.url}" for one in rows)) == set()
    notifications.mail_urgent()
    Notification.objects.update(mailed_at=None)
    for offset in range(5):
        notifications.mail_digest(days(offset))
    assert mail.outbox
    assert found_in(" ".join(f"{one.subject} {one.body}" for one in mail.outbox)) == set()


def test_jobs_and_logs_hold_none_of_the_texts(cast, caplog):
    with caplog.at_level(logging.INFO):
        live_through(cast)
    assert found_in(caplog.text) == set()
    assert found_in(str(list(Job.objects.values()))) == set()


def test_no_case_is_registered_with_the_administration():
    ours = [model for model in admin.site._registry if model._meta.app_label == "improvement"]
    assert {model.__name__ for model in ours} <= {"DeviationCategory", "RiskMatrix"}


@pytest.mark.parametrize("model", [Deviation, InvestigationEntry, Cause, Measure])
def test_what_a_thing_is_called_says_nothing_of_its_text(cast, model):
    live_through(cast)
    assert found_in(" ".join(str(one) for one in model.objects.all())) == set()
