"""Two versions side by side, as those who review, publish and read meet them."""

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kvalitet.versions import RevisionStatus
from processes import comparison
from processes.models import Process, ProcessRevision
from tests.cast import Cast, ClientFor
from tests.processes.bpmn import maps
from tests.processes.factories import bpmn, bring_to, make_draft, make_process, publish

OLD = bpmn(("a", "Ta emot anmälan"), ("b", "Gör skyddsbedömning"), ("c", "Skicka brev"))
NEW = bpmn(
    ("a", "Ta emot anmälan"), ("b", "Gör skyddsbedömning samma dag"), ("d", "Ring upp"), ("e", "Skriv")
)
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def process(cast: Cast) -> Process:
    """Version 1 in force and version 2 under work."""
    process = make_process(cast)
    day = timezone.localdate() - datetime.timedelta(days=7)
    publish(cast, process, map_bytes=OLD, goal="Ingen väntar mer än 14 dagar.", day=day)
    make_draft(cast, process, map_bytes=NEW, goal="Ingen väntar mer än 7 dagar.")
    return process


def url(process: Process, one: int = 1, other: int = 2) -> str:
    return reverse("processes:compare", args=[process.slug, one, other])


def page(client_for: ClientFor, who: str, address: str) -> str:
    response = client_for(who).get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def test_texts_are_told_word_by_word(process: Process, client_for: ClientFor) -> None:
    html = page(client_for, "processagare", url(process))
    assert "Ingen väntar mer än<del>" in html
    assert " 14<" in html.split("<del>")[1].split("</del>")[0]
    assert " 7<" in html.split("<ins>")[1].split("</ins>")[0]
    assert "1 text är ändrad." in html


def test_every_difference_is_in_the_list_and_leads_to_its_place_in_the_maps(
    process: Process, client_for: ClientFor
) -> None:
    html = page(client_for, "processagare", url(process))
    assert "2 nya steg, 1 ändrat, 1 borttaget och" in html
    number = html.split("<strong>Ring upp</strong>")[0].rsplit('id="skillnad-', 1)[1].split('"')[0]
    assert f'href="#efter-0-{number}"' in html
    assert f'id="efter-0-{number}"' in html
    assert f'href="#fore-0-{number}"' not in html
    assert f'href="#skillnad-{number}" aria-label="Nytt. Ring upp"' in html


def test_every_link_on_the_page_leads_somewhere(process: Process, client_for: ClientFor) -> None:
    html = page(client_for, "processagare", url(process))
    targets = {part.split('"')[0] for part in html.split('href="#')[1:]}
    assert targets
    assert not {target for target in targets if f'id="{target}"' not in html}


def test_the_other_way_round_what_was_new_is_taken_out(process: Process, client_for: ClientFor) -> None:
    html = page(client_for, "processagare", url(process, 2, 1))
    assert "1 nytt steg, 1 ändrat, 2 borttagna och" in html
    assert "Borttaget. Ring upp" in html


def test_a_map_inside_a_step_is_shown_only_where_it_differs(cast: Cast, client_for: ClientFor) -> None:
    process = make_process(cast)
    shapes = maps.shape("s", 0, 0) + maps.shape("t", 200, 0)

    def made(name: str) -> bytes:
        inner = '<subProcess id="{0}" name="{0}"><task id="{0}1" name="{1}"/></subProcess>'
        return maps.process(inner.format("s", name) + inner.format("t", "Lika"), shapes)

    publish(cast, process, map_bytes=made("Läs"))
    make_draft(cast, process, map_bytes=made("Läs noga"))
    html = page(client_for, "processagare", url(process))
    assert html.count('class="kv-compare-maps"') == 2
    assert "Lika" not in html
    assert "Läs noga" in html


@pytest.mark.parametrize(
    ("before", "after", "told"), [(OLD, None, "borttagen"), (None, NEW, "ny"), (OLD, OLD, "densamma")]
)
def test_without_two_maps_that_differ_it_is_said_in_words(
    cast: Cast, client_for: ClientFor, before: bytes | None, after: bytes | None, told: str
) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=before, goal="Före")
    row = make_draft(cast, process, map_bytes=after, goal="Efter")
    if after is None:
        ProcessRevision.objects.filter(pk=row.pk).update(map=None)
    html = page(client_for, "processagare", url(process))
    assert f"Kartan är {told}." in html
    assert "kv-compare-maps" not in html


def test_no_difference_and_the_same_version_say_so(cast: Cast, client_for: ClientFor) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=OLD)
    make_draft(cast, process)
    assert "Inga skillnader" in page(client_for, "processagare", url(process))
    assert "Det är samma version" in page(client_for, "processagare", url(process, 1, 1))


def test_hostile_names_and_texts_are_only_words(cast: Cast, client_for: ClientFor) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=OLD, goal="Lugnt")
    evil = bpmn(("a", HOSTILE.replace("<", "&lt;")), ("b", "&quot; onload=&quot;x"))
    make_draft(cast, process, map_bytes=evil, goal=HOSTILE)
    html = page(client_for, "processagare", url(process))
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html
    assert 'onload="x' not in html


def test_a_list_with_no_end_is_cut_and_says_so(cast: Cast, client_for: ClientFor) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=OLD)
    make_draft(cast, process, map_bytes=bpmn(*((f"n{number}", f"Nytt {number}") for number in range(150))))
    html = page(client_for, "processagare", url(process))
    assert html.count('<li id="skillnad-') < 250
    assert "är märkta i kartorna men står inte i listan" in html


def test_who_may_not_see_a_version_may_not_compare_with_it(process: Process, client_for: ClientFor) -> None:
    for address in (url(process), url(process, 2, 1)):
        assert client_for("medarbetare").get(address).status_code == 404
        assert client_for("utforare").get(address).status_code == 404
    assert client_for("medarbetare").get(url(process, 1, 1)).status_code == 200
    assert client_for("processagare").get(url(process, 1, 9)).status_code == 404


def test_the_choice_holds_only_what_the_reader_may_see(process: Process, client_for: ClientFor) -> None:
    versions = reverse("processes:versions", args=[process.slug])
    assert "Jämför två versioner" in page(client_for, "processagare", versions)
    assert "Jämför två versioner" not in page(client_for, "medarbetare", versions)
    assert "Version 2" not in page(client_for, "medarbetare", url(process, 1, 1))


@pytest.mark.parametrize(
    ("asked", "to"),
    [
        ({}, (1, 2)),
        ({"fran": "2", "till": "1"}, (2, 1)),
        ({"fran": "2", "till": "9"}, None),
        ({"fran": "x"}, None),
    ],
)
def test_the_choice_leads_to_the_comparison(
    process: Process, client_for: ClientFor, asked: dict[str, str], to: Any
) -> None:
    response = client_for("processagare").get(reverse("processes:compare_choose", args=[process.slug]), asked)
    wanted = url(process, *to) if to else reverse("processes:versions", args=[process.slug])
    assert (response.status_code, response["Location"]) == (302, wanted)


def test_a_version_under_work_is_compared_with_the_one_in_force(cast: Cast, client_for: ClientFor) -> None:
    process = make_process(cast)
    today = timezone.localdate()
    publish(cast, process, map_bytes=OLD, day=today)
    publish(cast, process, map_bytes=NEW, day=today + datetime.timedelta(days=30))
    make_draft(cast, process)
    rows = comparison.visible_versions(cast.processhandledare, process)
    assert comparison.pair(rows) == (1, 3)
    assert comparison.pair(rows, 2) == (1, 2)
    assert comparison.pair(rows, 1) is None
    html = page(client_for, "processhandledare", reverse("processes:revision", args=[process.slug, 3]))
    assert f'href="{url(process, 1, 3)}"' in html


def test_who_publishes_reads_what_will_be_otherwise(
    cast: Cast, process: Process, client_for: ClientFor
) -> None:
    row = bring_to(process.revisions.get(number=2), cast, RevisionStatus.APPROVED)
    address = reverse("processes:revision_transition", args=[process.slug, row.number, "publish"])
    html = page(client_for, "processhandledare", address)
    assert "Mot version 1, som gäller nu: 2 nya steg, 1 ändrat, 1 borttaget och" in html
    assert f'href="{url(process)}"' in html


def test_the_first_publication_has_nothing_to_be_compared_with(cast: Cast, client_for: ClientFor) -> None:
    row = bring_to(make_draft(cast, map_bytes=OLD), cast, RevisionStatus.APPROVED)
    address = reverse("processes:revision_transition", args=[row.process.slug, row.number, "publish"])
    assert "som gäller nu:" not in page(client_for, "processhandledare", address)


def test_the_page_keeps_the_budget_however_many_versions_there_are(
    cast: Cast, process: Process, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    client = client_for("processhandledare")
    counts = []
    for _ in range(2):
        client.get(url(process))  # draws and keeps what is drawn once
        with django_assert_max_num_queries(12) as counted:
            assert client.get(url(process)).status_code == 200
        counts.append(len(counted))
        bring_to(process.revisions.open().get(), cast, "published")
        make_draft(cast, process, goal="Något annat")
    assert counts[0] == counts[1]
