"""What processes tell others: work that waits, news, notices, a unit's page, the search."""

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from kvalitet.models import Notification
from kvalitet.organisation.models import User
from kvalitet.search import Audience, Edition
from kvalitet.versions import RevisionStatus
from processes import actions, contributions
from processes.findable import PROCESS
from processes.models import Process
from tests.cast import Cast
from tests.processes.factories import bpmn, bring_to, make_draft, make_process, publish


def waiting(user: User) -> list[str]:
    """As the person sees it in a request of its own."""
    return [task.sentence for task in contributions.work(User.objects.get(pk=user.pk))]


def test_each_step_waits_for_the_right_person(cast: Cast) -> None:
    process = make_process(cast)
    actions.set_units(process, [cast.units.home])
    revision = make_draft(cast, process)
    actions.change_status(revision, "send", user=cast.processhandledare, reviewer=cast.ombud)
    name = "Barn och unga, version 1"
    assert waiting(cast.processagare) == [f"Fastställ processen {name}"]
    assert waiting(cast.ombud) == [f"Granska processen {name}"]
    assert waiting(cast.processhandledare) == []
    assert waiting(cast.chef) == []
    assert waiting(cast.medarbetare) == []
    actions.change_status(revision, "approve", user=cast.processagare)
    assert waiting(cast.processhandledare) == [f"Publicera processen {name}"]
    assert waiting(cast.ombud) == []


def test_what_was_sent_back_waits_for_its_writer(cast: Cast) -> None:
    revision = bring_to(make_draft(cast), cast, RevisionStatus.IN_REVIEW)
    actions.change_status(revision, "send_back", user=cast.processagare, comment="Målet saknas.")
    assert waiting(cast.processhandledare) == ["Komplettera processen Barn och unga, version 1"]
    notice = Notification.objects.get(user=cast.processhandledare)
    assert "Målet saknas" not in notice.sentence


def test_the_owner_is_told_and_whoever_did_it_is_not(cast: Cast) -> None:
    bring_to(make_draft(cast), cast, RevisionStatus.APPROVED)
    told = set(Notification.objects.values_list("user__name", flat=True))
    assert told == {cast.processagare.name, cast.processhandledare.name}


def test_what_is_put_in_afterwards_is_no_news(cast: Cast) -> None:
    revision = make_draft(cast)
    then = timezone.now() - timedelta(days=400)
    actions.change_status(revision, "send", user=cast.processhandledare, at=then)
    assert not Notification.objects.exists()


def test_news_has_what_was_published_and_may_be_seen(cast: Cast) -> None:
    publish(cast, make_process(cast, "Barn", visibility="internal"))
    since = timezone.now() - timedelta(days=1)
    assert len(list(contributions.news(cast.medarbetare, since))) == 1
    assert list(contributions.news(AnonymousUser(), since)) == []
    assert list(contributions.news(cast.medarbetare, timezone.now())) == []


def test_a_units_page_has_its_processes(cast: Cast) -> None:
    process = make_process(cast)
    actions.set_units(process, [cast.units.home])
    assert contributions.unit_panel(cast.medarbetare, cast.units.home) is None
    publish(cast, process)
    panel = contributions.unit_panel(AnonymousUser(), cast.units.home)
    assert panel is not None
    assert panel.context["processes"] == [process]
    assert [use.label for use in contributions.where_used(cast.samordnare, cast.units.home)] == [
        process.title
    ]


def test_an_owner_may_appoint_ombud_where_the_process_is_used(cast: Cast) -> None:
    actions.set_units(make_process(cast), [cast.units.other])
    assert contributions.appointable_units(cast.processagare) == {cast.units.other.pk}
    assert contributions.appointable_units(cast.medarbetare) == frozenset()
    assert contributions.appointable_units(AnonymousUser()) == frozenset()


def test_search_finds_steps_and_keeps_the_draft_apart(cast: Cast) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=bpmn(("a", "Gör skyddsbedömning")), mission="Skydd i tid.")
    make_draft(cast, process, mission="Hemligt utkast.")
    in_force, draft = PROCESS.entries([process.pk])
    assert (in_force.audience, in_force.edition) == (Audience.PUBLIC, Edition.IN_FORCE)
    assert "skyddsbedömning" in in_force.body
    assert "Hemligt" not in in_force.body
    assert (draft.audience, draft.edition) == (Audience.UNIT, Edition.DRAFT)
    assert (draft.process_id, draft.allow) == (process.pk, ())


def test_a_planned_process_is_not_found_by_readers(cast: Cast) -> None:
    revision = make_draft(cast, map_bytes=bpmn(("a", "Ett steg")))
    step = Process.objects.get(element_id="a")
    assert [entry.edition for entry in PROCESS.entries([revision.process_id, step.pk])] == [Edition.DRAFT]
