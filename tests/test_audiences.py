"""Every address as every role, by GET and by POST: who gets in, and who not; reading writes nothing."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from kvalitet.organisation.devices import SEEN
from kvalitet.organisation.sessions import KIND
from tests.audiences import CASES, GROUPS
from tests.cast import ANONYMOUS, WHO
from tests.doors import IN, LOGIN, Case
from tests.opened import ask, outcome
from tests.samples import Samples

NO_METHOD = "405"
TWO_STEPS = ("chef", "samordnare")
# What one has ordered oneself.
OWN = ("job", "job_cancel", "job_retry")
LOGGED = (
    "improvement:deviation",
    "improvement:deviation_history",
    "improvement:attachment",
    "improvement:entry_attachment",
    "improvement:exchange",
)


def _url_names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from {inner} if one.namespace in GROUPS else _url_names(one, inner)
        elif isinstance(one, URLPattern):
            assert one.name, f"{one.pattern} has no name"
            yield namespace + one.name


def _turned_out_otherwise(case: Case, method: str, made: Samples, cookies: dict[str, str]) -> list[str]:
    door = case.get if method == "get" else case.post
    url, data = reverse(case.url, kwargs=case.args(made)), case.data(made) if method == "post" else {}
    if door is None:
        # Two are enough to see a method that nobody has.
        answers = {who: ask(method, url, cookies[who], data) for who in ("samordnare", ANONYMOUS)}
        return [who for who, answer in answers.items() if outcome(answer) not in (NO_METHOD, LOGIN)]
    is_logged = method == "get" and case.url in LOGGED
    outcomes = {who: outcome(ask(method, url, cookies[who], data, is_logged=is_logged)) for who in WHO}
    return [
        f"{method} {url} as {who}: {got}, declared {door.answer(who)}"
        for who, got in outcomes.items()
        if got != door.answer(who)
    ]


def test_every_address_has_a_declared_audience():
    found = set(_url_names(get_resolver()))
    declared = {case.url for case in CASES} | {f"{group}:" for group in GROUPS}
    assert found - declared == set(), "say in tests/audiences.py who may open them"
    assert declared - found == set()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_address_opens_for_those_it_is_declared_for(case, made, cookies):
    """And reading it writes nothing."""
    assert _turned_out_otherwise(case, "get", made, cookies) == []
    assert _turned_out_otherwise(case, "post", made, cookies) == []


def test_no_form_is_taken_from_the_page_of_another_site(made, cookies):
    taken = []
    for case in (case for case in CASES if case.post and case.post.opens):
        url, who = reverse(case.url, kwargs=case.args(made)), min(case.post.opens)
        answer = ask("post", url, cookies[who], case.data(made), origin="https://elak.invalid")
        if answer.status_code != 403:
            taken.append(f"{url} as {who}: {answer.status_code}")
    assert taken == []


@pytest.mark.parametrize("group", GROUPS)
def test_the_group_opens_only_for_its_own(group, made, cookies):
    """Django's admin sends the others to its login, which is ours."""
    for who in WHO:
        answer = ask("get", reverse(f"{group}:index"), cookies[who], {})
        assert (answer.status_code == 200) == (who in GROUPS[group]), who


@pytest.mark.parametrize("who", TWO_STEPS)
def test_a_shared_device_opens_no_more_than_it_does_for_a_medarbetare(
    who: str, made: Samples, settings: Any
) -> None:
    """Whoever has to log in in two steps has taken one there."""
    session = _on_shared_device(made, who)
    settings.TWO_FACTOR = True
    opened = [
        f"{method} {case}"
        for method, case, door in _doors()
        if who in door.opens and "medarbetare" not in door.opens and case.url not in OWN
        if outcome(_asked(method, case, made, session)) == IN
    ]
    assert opened == []
    lists = ("/avvikelser/", "/atgarder/")
    assert [ask("get", path, session, {}).status_code for path in lists] == [403, 403]
    assert "på din egen dator" in ask("get", "/rapporter/kvalitetsberattelser/ny/", session, {}).text
    readable = ("/avvikelser/ny/", "/dokument/", "/processer/", "/mitt-arbete/", "/konto/")
    assert [ask("get", path, session, {}).status_code for path in readable] == [200] * len(readable)


def _doors() -> Iterator[tuple[str, Case, Any]]:
    for case in CASES:
        yield from ((name, case, door) for name in ("get", "post") if (door := getattr(case, name)))


def _asked(method: str, case: Case, made: Samples, session: str) -> Any:
    data = case.data(made) if method == "post" else {}
    return ask(method, reverse(case.url, kwargs=case.args(made)), session, data, is_logged=True)


def _on_shared_device(made: Samples, who: str) -> str:
    client = Client()
    client.force_login(made.cast[who], backend="kvalitet.organisation.authentication.EmailBackend")
    session = client.session
    session[KIND], session[SEEN] = "shared", time.time()
    session.save()
    assert get_user(client) == made.cast[who]
    return str(client.cookies["sessionid"].value)
