"""The budgets of design §9: the process page in six queries at most, a list in twelve, at any size."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from processes import actions
from tests.cast import Cast, ClientFor
from tests.processes.factories import bpmn, make_draft, make_process, publish


def queries(client: Client, url: str, django_assert_max_num_queries: Any, most: int) -> int:
    client.get(url)  # draws and keeps what is drawn once
    with django_assert_max_num_queries(most) as counted:
        assert client.get(url).status_code == 200
    return len(counted)


def branch(cast: Cast, count: int) -> str:
    """A process with ``count`` delprocesser, each with ``count`` steps, units and an open draft."""
    root = make_process(cast, f"Gren {count}")
    steps = [(f"d{n}", f"Del {n}", [(f"s{n}_{m}", f"Steg {m}") for m in range(count)]) for n in range(count)]
    publish(cast, root, map_bytes=bpmn(*steps))
    actions.set_units(root, [cast.units.home, cast.units.neighbour][:count])
    make_draft(cast, root)
    return root.slug


@pytest.mark.parametrize("who", ["processhandledare", "processagare", "ombud", "medarbetare", "anonym"])
@pytest.mark.parametrize("page", ["process", "drawing", "text", "who"])
def test_a_process_page_asks_as_little_for_three_as_for_one(
    cast: Cast, client_for: ClientFor, django_assert_max_num_queries: Any, who: str, page: str
) -> None:
    client = client_for(who)
    urls = [reverse(f"processes:{page}", args=[branch(cast, count)]) for count in (1, 3)]
    one, three = (queries(client, url, django_assert_max_num_queries, 6) for url in urls)
    assert one == three


def test_the_page_of_a_step_keeps_the_budget(
    cast: Cast, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    slug = branch(cast, 2)
    url = reverse("processes:process", args=[f"{slug}-del-1-steg-0"])
    assert queries(client_for("medarbetare"), url, django_assert_max_num_queries, 6)


@pytest.mark.parametrize("name", ["map", "drafts"])
def test_the_lists_ask_as_little_for_three_as_for_one(
    cast: Cast, client_for: ClientFor, django_assert_max_num_queries: Any, name: str
) -> None:
    client, url = client_for("processhandledare"), reverse(f"processes:{name}")
    branch(cast, 1)
    one = queries(client, url, django_assert_max_num_queries, 12)
    branch(cast, 2)
    branch(cast, 3)
    assert queries(client, url, django_assert_max_num_queries, 12) == one


def test_a_version_page_keeps_the_budget(
    cast: Cast, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    url = reverse("processes:revision", args=[branch(cast, 3), 2])
    assert queries(client_for("processhandledare"), url, django_assert_max_num_queries, 12)
