"""The first page: what waits, what comes, what is new; and for those not logged in the map and the search."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kvalitet import registries
from kvalitet.organisation import grants
from kvalitet.registries import Registry, Task
from tests.cast import Cast
from tests.conftest import ClientFor
from tests.documents.factories import bring_to, make_draft, make_in_force
from tests.improvement.factories import report

pytestmark = pytest.mark.django_db


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> list[Task]:
    """What waits for everyone in this test: the list can be filled by the test."""
    waiting: list[Task] = []
    only = Registry("test")
    only.register("test", lambda user: list(waiting))
    monkeypatch.setattr(registries, "work", only)
    return waiting


def task(sentence: str, **values: object) -> Task:
    return Task(sentence=sentence, url="/dokument/1/", button="Öppna", **values)  # type: ignore[arg-type]


def page(client_for: ClientFor, who: str = "medarbetare", path: str = "/") -> str:
    return client_for(who).get(path).content.decode()


def test_five_sentences_at_most_and_the_rest_behind_a_link(tasks: list[Task], client_for: ClientFor) -> None:
    tasks += [task(f"Granska rutin nummer {n}") for n in range(7)]
    shown = page(client_for)
    assert shown.count("Granska rutin nummer") == 2 * 5, "the sentence and the button's own name"
    assert "Visa 2 till" in shown
    assert page(client_for, path="/mitt-arbete/").count("Granska rutin nummer") == 2 * 7


def test_late_first_and_only_late_is_marked(tasks: list[Task], client_for: ClientFor) -> None:
    today = timezone.localdate()
    tasks += [task("I tid", due=today), task("Sent", due=today - timedelta(days=1)), task("Utan datum")]
    shown = page(client_for, path="/mitt-arbete/")
    assert shown.index("Sent") < shown.index("I tid") < shown.index("Utan datum")
    assert shown.count("Försenat") == 1


def test_what_has_no_last_day_tells_since_when_it_waits(tasks: list[Task], client_for: ClientFor) -> None:
    today = timezone.localdate()
    tasks += [task("Utan datum"), task("Se över", due=today), task("Väntar", since=date(2026, 3, 3))]
    shown = page(client_for)
    assert shown.index("Väntar") < shown.index("Se över") < shown.index("Utan datum")
    assert '<time datetime="2026-03-03">3 mars 2026</time>' in shown
    assert "Försenat" not in shown


def test_a_version_to_decide_on_has_waited_since_it_was_sent(cast: Cast, client_for: ClientFor) -> None:
    bring_to(make_draft(cast), cast, "in_review")
    assert f'sedan <time datetime="{timezone.localdate().isoformat()}">' in page(client_for, "chef")


def test_to_report_comes_before_what_waits(tasks: list[Task], client_for: ClientFor) -> None:
    tasks.append(task("Granska en rutin"))
    shown = page(client_for)
    assert shown.index(">Rapportera</h2>") < shown.index(">Att göra</h2>") < shown.index(">Mina rutiner</h2>")


def test_nothing_waiting_tells_the_next_date(tasks: list[Task], client_for: ClientFor) -> None:
    far = date(timezone.localdate().year + 1, 3, 3)
    tasks.append(task("Se över rutinen", due=far, starts=far - timedelta(days=60)))
    shown = page(client_for)
    assert "Inget väntar på dig. Nästa datum 3 mars." in shown
    assert "Se över rutinen" not in shown


def test_managers_week_is_not_followed_by_nothing_waiting(
    tasks: list[Task], client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Inget väntar på dig." in page(client_for)
    week = Registry("test")
    week.register("test", lambda user: [task("Fastställ rutinen")])
    monkeypatch.setattr(registries, "week", week)
    assert "Inget mer väntar på dig." in page(client_for)


def test_not_logged_in_sees_no_work(tasks: list[Task], client_for: ClientFor) -> None:
    tasks.append(task("Granska en rutin"))
    shown = page(client_for, "anonym")
    assert "Granska en rutin" not in shown
    assert "Att göra" not in shown
    assert 'name="q"' in shown


def test_sentence_is_shown_as_text(tasks: list[Task], client_for: ClientFor) -> None:
    tasks.append(task("<script>alert(1)</script>"))
    assert "<script>alert" not in page(client_for)


def test_registry_refuses_a_name_twice() -> None:
    one = Registry("test")
    one.register("a", str)
    with pytest.raises(ValueError, match="twice"):
        one.register("a", int)


@pytest.mark.parametrize(
    "who",
    [
        "chef",
        "avdelningschef",
        "processhandledare",
        "samordnare",
        "lexansvarig",
        "ersattare",
        "medarbetare",
        "mas",
    ],
)
def test_the_first_page_keeps_the_budget_of_queries(
    client_for: ClientFor, cast: Cast, django_assert_max_num_queries: Any, who: str
) -> None:
    draft = make_draft(cast)
    bring_to(draft, cast, "in_review")
    make_in_force(cast, title="Gäller")
    for person in (cast.chef, cast.avdelningschef):
        grants.deny(person, report(cast), reason="Närstående", by=cast.lexansvarig)
    report(cast, unit=None)
    client = client_for(who)
    client.get("/")
    with django_assert_max_num_queries(12):
        assert client.get("/").status_code == 200
