"""What is kept of a process page reaches nobody who may not see it, and changes when what it tells does."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from documents import actions
from documents.models import Document
from documents.panels import LOGIN_TO_READ
from kvalitet.organisation import grants
from processes.models import Process
from tests.cast import Cast, ClientFor
from tests.documents.factories import bring_to, make_draft, make_in_force
from tests.processes.factories import bpmn, make_process, publish

TITLE = "Rutin för larm"


@pytest.fixture
def process(cast: Cast) -> Process:
    cache.clear()
    made = make_process(cast)
    publish(cast, made, map_bytes=bpmn(("a", "Ta emot"), ("b", "Utreda")))
    return Process.objects.get(pk=made.pk)


def linked(cast: Cast, process: Process, **values: Any) -> Document:
    document = make_in_force(cast, title=TITLE, **values)
    actions.link(document, process=process, user=cast.ombud)
    return document


def shown(client: Client, process: Process, title: str = TITLE) -> bool:
    return title in client.get(process.get_absolute_url()).content.decode()


def test_what_employees_have_seen_is_not_shown_to_the_public(
    cast: Cast, client_for: ClientFor, process: Process
) -> None:
    linked(cast, process)
    assert shown(client_for("medarbetare"), process)
    assert not shown(client_for("anonym"), process)
    assert shown(client_for("anonym"), process, LOGIN_TO_READ)
    assert shown(client_for("medarbetare"), process)


def test_what_one_unit_has_seen_is_not_shown_to_another(
    cast: Cast, client_for: ClientFor, process: Process
) -> None:
    linked(cast, process, visibility="unit")
    seen = {who: shown(client_for(who), process) for who in ("medarbetare", "grannmedarbetare", "chef")}
    assert seen == {"medarbetare": True, "grannmedarbetare": False, "chef": True}


def test_a_document_comes_with_its_approval_and_goes_when_it_is_withdrawn(
    cast: Cast, client_for: ClientFor, process: Process
) -> None:
    client = client_for("grannmedarbetare")
    draft = make_draft(cast, title=TITLE)
    actions.link(draft.document, process=process, user=cast.ombud)
    assert not shown(client, process)
    revision = bring_to(draft, cast, "approved")
    assert shown(client, process)
    actions.change_status(revision, "withdraw", user=cast.chef, comment="Behövs inte längre.")
    assert not shown(client, process)


def test_another_title_is_shown_at_once(cast: Cast, client_for: ClientFor, process: Process) -> None:
    document = linked(cast, process)
    assert shown(client_for("medarbetare"), process)
    Document.objects.filter(pk=document.pk).update(title="Rutin för brand")
    assert not shown(client_for("medarbetare"), process)
    assert shown(client_for("medarbetare"), process, "Rutin för brand")


def test_jav_takes_it_from_that_person_alone(cast: Cast, client_for: ClientFor, process: Process) -> None:
    document = linked(cast, process)
    assert shown(client_for("medarbetare"), process)
    grants.deny(cast.medarbetare, document, reason="släkt", by=cast.chef)
    assert not shown(client_for("medarbetare"), process)
    assert shown(client_for("handlaggare"), process)
    grants.undo_denial(cast.medarbetare, document)
    assert shown(client_for("medarbetare"), process)


def test_who_may_change_the_process_sees_more_than_who_came_before(
    cast: Cast, client_for: ClientFor, process: Process
) -> None:
    wanted = "Ändra ägare, enheter och vem som ser"
    seen = [shown(client_for(who), process, wanted) for who in ("medarbetare", "processagare", "anonym")]
    assert seen == [False, True, False]


def test_a_new_version_of_the_map_is_drawn(cast: Cast, client_for: ClientFor, process: Process) -> None:
    assert not shown(client_for("medarbetare"), process, "Besluta")
    publish(cast, process, map_bytes=bpmn(("a", "Ta emot"), ("b", "Utreda"), ("c", "Besluta")))
    assert shown(client_for("medarbetare"), process, "Besluta")
