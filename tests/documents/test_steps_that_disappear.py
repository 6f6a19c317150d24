"""What points at a step that a publication retires: listed, left, or moved with the publication."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from documents import actions as document_actions
from documents.models import DocumentLink, Revision
from improvement.models import Deviation
from kvalitet import history
from kvalitet.organisation.models import User
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Blocked
from processes import actions
from processes.enums import ProcessState
from processes.models import Process, ProcessRevision, ProcessUnit
from tests.cast import Cast, ClientFor, make_cast
from tests.documents.factories import make_draft as make_document
from tests.factories import days
from tests.improvement import factories as cases
from tests.processes.factories import bpmn, bring_to, make_draft, make_process, publish

BEFORE = bpmn(("a", "Ta emot"), ("b", "Bedöma", [("b1", "Samtala")]), ("c", "Besluta"))
AFTER = bpmn(("a", "Ta emot"), ("d", "Utreda"), ("c", "Besluta"))


def step(element: str) -> Process:
    return Process.objects.get(element_id=element)


def link(cast: Cast, document: Revision, element: str) -> DocumentLink:
    return document_actions.link(document.document, process=step(element), user=cast.processhandledare)


class Place:
    """A process whose steps b and b1 disappear with the version that is fastställd."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.process = make_process(cast)
        actions.set_units(self.process, [cast.units.home])
        publish(cast, self.process, map_bytes=BEFORE)
        self.routine = make_document(cast, title="Rutin för bedömning")
        self.inner = make_document(cast, title="Lathund för samtal")
        link(cast, self.routine, "b")
        link(cast, self.inner, "b1")

    def approved(self) -> ProcessRevision:
        draft = make_draft(self.cast, self.process, map_bytes=AFTER)
        return bring_to(draft, self.cast, RevisionStatus.APPROVED)

    def places(self) -> set[tuple[str, str]]:
        rows = DocumentLink.objects.values_list("document__title", "process__element_id")
        return set(rows)


@pytest.fixture
def place(cast: Cast) -> Place:
    return Place(cast)


def url(revision: ProcessRevision) -> str:
    return reverse("processes:revision_transition", args=[revision.process.slug, revision.number, "publish"])


def test_what_points_at_a_step_is_listed_before_publishing(
    cast: Cast, client_for: ClientFor, place: Place
) -> None:
    actions.set_units(step("b"), [cast.units.neighbour])
    cases.report(cast, process=step("b"))
    page = client_for("processhandledare").get(url(place.approved())).text
    assert "Steg som försvinner" in page
    for words in ("Rutin för bedömning", "Lathund för samtal", "Utredningen", "Avvikelser: färre än 5"):
        assert words in page
    assert "Flytta det som pekar på Bedöma till" in page
    assert "Flytta det som pekar på Ta emot till" not in page


def test_it_stays_unless_somebody_moves_it(cast: Cast, client_for: ClientFor, place: Place) -> None:
    answer = client_for("processhandledare").post(url(place.approved()), {"valid_from": ""})
    assert answer.status_code == 302
    assert place.places() == {("Rutin för bedömning", "b"), ("Lathund för samtal", "b1")}
    assert step("b").state == ProcessState.RETIRED


def test_all_that_points_at_a_step_and_into_it_moves_with_the_publication(
    cast: Cast, client_for: ClientFor, place: Place
) -> None:
    actions.set_units(step("b"), [cast.units.neighbour])
    case = cases.report(cast, process=step("b"))
    gone = step("b")
    approved = place.approved()
    client_for("processhandledare").post(url(approved), {f"flytta_{gone.pk}": "d"})
    assert place.places() == {("Rutin för bedömning", "d"), ("Lathund för samtal", "d")}
    working = ProcessUnit.objects.on(days(0)).filter(unit=cast.units.neighbour)
    assert working.get().process == step("d")
    # What was reported happened where it happened.
    assert Deviation.objects.get(pk=case.pk).process == gone
    told = history.timeline(place.routine.document, reader=cast.samordnare, rows={DocumentLink: "document"})
    assert any(entry.actor == cast.processhandledare.name for entry in told)


def test_a_document_that_the_other_step_has_already_is_there_once_and_keeps_its_home(
    cast: Cast, place: Place
) -> None:
    DocumentLink.objects.filter(process=step("b")).update(is_home=True)
    link(cast, place.routine, "c")
    gone = step("b")
    moves = {str(gone.pk): "c"}
    actions.change_status(place.approved(), "publish", user=cast.processhandledare, moves=moves)
    kept = DocumentLink.objects.get(document=place.routine.document)
    assert (kept.process, kept.is_home) == (step("c"), True)


def test_a_coming_version_moves_on_its_first_day(
    cast: Cast, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves = {str(step("b").pk): "d"}
    coming = actions.change_status(
        place.approved(), "publish", user=cast.processhandledare, moves=moves, valid_from=days(3)
    )
    assert ("Rutin för bedömning", "b") in place.places()
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: coming.valid_from)
    with history.acting_as(User.objects.system(), why="Versionens första dag"):
        assert actions.put_due_in_force() == 1
    assert place.places() == {("Rutin för bedömning", "d"), ("Lathund för samtal", "d")}


@pytest.mark.parametrize("target", ["finns-inte", "b", "1", "<script>"])
def test_nothing_moves_to_what_is_no_step_of_the_map(
    cast: Cast, client_for: ClientFor, place: Place, target: str
) -> None:
    approved, gone = place.approved(), step("b")
    answer = client_for("processhandledare").post(url(approved), {f"flytta_{gone.pk}": target})
    assert answer.status_code == 200
    approved.refresh_from_db()
    assert approved.published_at is None


def test_steps_of_other_processes_are_never_moved(cast: Cast, place: Place) -> None:
    other = make_process(cast, "Annan")
    publish(cast, other, map_bytes=bpmn(("x", "Eget steg")))
    routine = make_document(cast, title="Annans rutin")
    link(cast, routine, "x")
    moves = {str(step("x").pk): "d", str(step("c").pk): "d", "999999": "d"}
    actions.change_status(place.approved(), "publish", user=cast.processhandledare, moves=moves)
    assert ("Annans rutin", "x") in place.places()


@pytest.mark.parametrize("who", ["processagare", "ombud", "chef"])
def test_who_may_not_publish_moves_nothing(cast: Cast, client_for: ClientFor, place: Place, who: str) -> None:
    approved, gone = place.approved(), step("b")
    assert client_for(who).post(url(approved), {f"flytta_{gone.pk}": "d"}).status_code == 403
    assert ("Rutin för bedömning", "b") in place.places()


def test_the_page_asks_as_little_for_three_as_for_one(
    cast: Cast, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    client, counts = client_for("processhandledare"), []
    for number in (1, 3):
        process = make_process(cast, f"Process {number}")
        names = [f"p{number}_{one}" for one in range(number)]
        publish(cast, process, map_bytes=bpmn(*((name, name) for name in names), (f"k{number}", "Kvar")))
        for name in names:
            link(cast, make_document(cast, title=f"Rutin {name}"), name)
        draft = make_draft(cast, process, map_bytes=bpmn((f"k{number}", "Kvar"), (f"n{number}", "Ny")))
        page = url(bring_to(draft, cast, RevisionStatus.APPROVED))
        client.get(page)
        with django_assert_max_num_queries(12) as counted:
            client.get(page)
        counts.append(len(counted))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_a_document_linked_while_it_moves_is_there_once() -> None:
    cast = make_cast()
    place = Place(cast)
    approved, moves = place.approved(), {str(step("b").pk): "c"}
    target = step("c")
    gate = Barrier(2)

    def run(task: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=10)
            return task()
        except Blocked as error:
            return error
        finally:
            connection.close()

    tasks = [
        lambda: actions.change_status(approved, "publish", user=cast.processhandledare, moves=moves),
        lambda: document_actions.link(place.routine.document, process=target, user=cast.samordnare),
    ]
    with ThreadPoolExecutor(2) as pool:
        published, _ = pool.map(run, tasks)
    assert isinstance(published, ProcessRevision), published
    assert DocumentLink.objects.filter(document=place.routine.document, process=target).count() == 1
