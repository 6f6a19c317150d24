"""Kvalitetssäkrad n av m: what a process has and lacks, on its page and in a list."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from documents import actions as document_actions
from kvalitet.organisation.models import User
from processes.assurance import Assured, assured
from processes.models import Process
from tests.cast import Cast, ClientFor
from tests.documents.factories import make_draft, make_in_force
from tests.processes.factories import bpmn, make_process, publish
from tests.processes.factories import make_draft as make_version

LIMITED = bpmn(("a", "Ta emot", (), "Tidsgräns: samma dag"), ("b", "Utreda"))


def of(process: Process) -> Assured:
    (found,) = assured([Process.objects.select_related("parent__parent").get(pk=process.pk)])
    return found


def lacking(process: Process) -> list[str]:
    return [one.name for one in of(process).lacking]


def give_routine(cast: Cast, element: str, *, is_decided: bool = True) -> None:
    step = Process.objects.get(element_id=element)
    make = make_in_force if is_decided else make_draft
    made = make(cast, title=f"Rutin {element}, {make.__name__}")
    document = getattr(made, "document", made)
    document_actions.link(document, process=step, user=cast.processhandledare)


def test_a_process_gets_whole_step_by_step(cast: Cast) -> None:
    process = make_process(cast, owner=None)
    assert lacking(process) == ["Processägare", "Fastställd", "Tidsgränser", "Steg med rutin"]
    Process.objects.filter(pk=process.pk).update(owner=cast.processagare)
    assert lacking(process) == ["Fastställd", "Tidsgränser", "Steg med rutin"]
    publish(cast, process, map_bytes=LIMITED)
    assert lacking(process) == ["Steg med rutin"]
    give_routine(cast, "a", is_decided=False)
    assert lacking(process) == ["Steg med rutin"]
    give_routine(cast, "a")
    assert (of(process).lacking[0].fact, of(process).lacking[0].advice) == (
        "1 av 2 steg",
        "Koppla en rutin till Utreda.",
    )
    give_routine(cast, "b")
    assert of(process).badge == {"word": "Kvalitetssäkrad 4 av 4", "tone": "good"}


def test_an_owner_who_has_left_is_none(cast: Cast) -> None:
    process = make_process(cast)
    User.objects.filter(pk=cast.processagare.pk).update(is_active=False)
    assert "Processägare" in lacking(process)


def test_a_routine_inside_a_delprocess_counts_for_it(cast: Cast) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=bpmn(("d", "Delprocess", [("d1", "Steg")])))
    give_routine(cast, "d1")
    assert "Steg med rutin" not in lacking(process)
    child = Process.objects.get(element_id="d")
    assert "Fastställd" not in lacking(child)
    assert "I kartan ovanför" in next(one.fact for one in of(child).checks if one.name == "Fastställd")


def test_employees_see_the_badge_and_the_way_is_shown_to_those_who_may(
    cast: Cast, client_for: ClientFor
) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=LIMITED)
    url = reverse("processes:assurance", args=[process.slug])
    assert url not in client_for("anonym").get(process.get_absolute_url()).text
    assert f'hx-get="{url}"' in client_for("medarbetare").get(process.get_absolute_url()).text
    read = client_for("medarbetare").get(url).text
    assert "Kvalitetssäkrad 3 av 4" in read
    assert "Gör det" not in read
    assert "Gör det" in client_for("processagare").get(url).text
    part = client_for("medarbetare").get(url, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith("<details")
    assert "<html" not in part


def test_a_step_of_another_process_has_no_badge(cast: Cast, client_for: ClientFor) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=bpmn(("d", "Del", [("d1", "Steg")])))
    step = Process.objects.get(element_id="d1")
    assert "kvalitetssakring" not in client_for("medarbetare").get(step.get_absolute_url()).text


def test_those_that_lack_most_come_first(cast: Cast, client_for: ClientFor) -> None:
    whole = make_process(cast, "Hel")
    publish(cast, whole, map_bytes=LIMITED)
    give_routine(cast, "a")
    give_routine(cast, "b")
    unowned = make_process(cast, "Ofärdig")
    publish(cast, unowned)
    Process.objects.filter(pk=unowned.pk).update(owner=None)
    client = client_for("processhandledare")
    page = client.get(reverse("processes:assurance_list")).text
    assert page.index("Ofärdig") < page.index(">Hel<")
    assert "1 av 4" in page
    mine = client_for("processagare").get(reverse("processes:assurance_list"), {"urval": "mina"}).text
    assert "Hel" in mine
    assert "Ofärdig" not in mine


@pytest.mark.parametrize("sida", ["0", "-1", "x", "9999", "\x00"])
def test_a_page_that_is_not_there_is_the_nearest(client_for: ClientFor, sida: str) -> None:
    url = reverse("processes:assurance_list")
    assert client_for("medarbetare").get(url, {"sida": sida, "urval": "<b>"}).status_code == 200


def queries(client: Client, url: str, counter: Any) -> int:
    client.get(url)
    with counter(12) as counted:
        assert client.get(url).status_code == 200
    return len(counted)


def test_the_list_asks_as_little_for_three_as_for_one(
    cast: Cast, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    client, url = client_for("processhandledare"), reverse("processes:assurance_list")
    publish(cast, make_process(cast, "Ett"), map_bytes=LIMITED)
    one = queries(client, url, django_assert_max_num_queries)
    for name in ("Två", "Tre"):
        publish(cast, make_process(cast, name), map_bytes=LIMITED)
    make_version(cast, make_process(cast, "Fyra"))
    assert queries(client, url, django_assert_max_num_queries) == one
