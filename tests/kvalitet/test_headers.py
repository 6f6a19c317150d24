"""What every kind of answer tells the browser to refuse, and how its cookies are marked."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, ClientFor
from tests.database import ROOT
from tests.documents.factories import make_in_force
from tests.factories import PASSWORD
from tests.improvement.factories import report

pytestmark = pytest.mark.django_db
OFF = ("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics")


@pytest.fixture
def answers(cast: Cast, client_for: ClientFor) -> dict[str, Any]:
    """One of every kind of answer."""
    client = client_for("medarbetare")
    document = make_in_force(cast)
    file = reverse("documents:in_force", args=[document.pk])
    found = {
        "page": client.get("/mitt-arbete/"),
        "public page": Client().get("/om/"),
        "file": client.get(file),
        "PDF": client.get(f"{file}?visa=1"),
        "export": client.get("/dokument/?exportera=csv"),
        "missing": client.get("/finns-inte/"),
        "refused": client.get("/systemhalsa/"),
        "broken": Client(raise_request_exception=False, headers={"host": "evil.example"}).get("/"),
        "static": client.get("/static/css/kvalitet.css"),
        "healthz": Client().get("/healthz"),
        "to the login": Client().get("/konto/"),
    }
    for one in found.values():
        list(one.streaming_content if one.streaming else ())
    return found


def test_every_answer_has_the_headers(answers: dict[str, Any]) -> None:
    for kind, answer in answers.items():
        assert answer["X-Content-Type-Options"] == "nosniff", kind
        assert answer["Referrer-Policy"] == "same-origin", kind
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", kind
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin", kind
        for feature in OFF:
            assert f"{feature}=()" in answer["Permissions-Policy"].split(", "), kind
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy, kind
        assert "base-uri 'none'" in policy, kind
        assert "frame-ancestors 'none'" in policy, kind
        assert "unsafe" not in policy.replace("style-src 'unsafe-inline'", ""), kind
        assert answer.get("X-Frame-Options", "DENY") == "DENY", kind


def test_a_page_runs_only_our_own_scripts(answers: dict[str, Any]) -> None:
    policy = answers["page"]["Content-Security-Policy"]
    given = dict(one.strip().split(" ", 1) for one in policy.split(";") if " " in one.strip())
    assert given["script-src"] == "'self'"
    assert given["style-src"] == "'self'"
    assert given["base-uri"] == given["object-src"] == given["worker-src"] == "'none'"
    assert given["form-action"] == "'self'"
    assert "upgrade-insecure-requests" not in policy, "without TLS it would break every link"


@pytest.mark.parametrize("page", ["", "historik/", "atgard/"])
def test_a_case_lies_in_no_cache(cast: Cast, client_for: ClientFor, page: str) -> None:
    answer = client_for("chef").get(f"{report(cast).get_absolute_url()}{page}")
    assert answer.status_code in (200, 302)
    assert "no-store" in answer["Cache-Control"]


def test_what_is_read_when_logged_in_stays_on_no_disk(answers: dict[str, Any]) -> None:
    for kind in ("page", "file", "missing", "refused"):
        assert answers[kind]["Cache-Control"] == "private, no-store", kind


@pytest.mark.parametrize(
    "path", ["/avvikelser/", "/atgarder/", "/sok/?q=larm", "/mitt-arbete/", "/", "/aviseringar/"]
)
def test_lists_search_and_tasks_stay_on_no_disk(cast: Cast, client_for: ClientFor, path: str) -> None:
    report(cast)
    answer = client_for("chef").get(path)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")


def test_the_back_button_opens_the_same_empty_report(cast: Cast, client_for: ClientFor) -> None:
    """Another key would make two of what is sent twice. Chromium keeps what was typed on others too."""
    assert client_for("chef").get("/avvikelser/ny/")["Cache-Control"] == "private, no-cache"


def test_cookies_are_for_this_site_and_no_script(cast: Cast) -> None:
    client = Client()
    client.post("/logga-in/", {"username": cast.medarbetare.email, "password": PASSWORD, "device": "own"})
    client.post("/utseende/", {"theme": "dark"})
    new = "fyra korrekta hästar häftar"
    client.post("/konto/losenord/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    ours = {"sessionid", "csrftoken", "kv_person", "kv_device", "kv_known", "utseende", "messages"}
    assert set(client.cookies) == ours
    for name, cookie in client.cookies.items():
        assert cookie["samesite"] == "Lax", name
        assert cookie["path"] == "/", name
        assert not cookie["domain"], name
        # The drawing tool's script sends the token of forms; it opens nothing by itself.
        assert cookie["httponly"] or name == configured.CSRF_COOKIE_NAME, name


IN_PRODUCTION = """
import django; django.setup()
from django.http import HttpResponse
from django.conf import settings as s
from django.contrib.auth import get_user_model
from kvalitet import appearance, cookies
from kvalitet.organisation import devices, guessing, kept
names = [s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, kept.KEY_COOKIE, kept.PERSON_COOKIE, devices.KIND_COOKIE]
names += [guessing.COOKIE, appearance.COOKIE]
from django.test import RequestFactory
from django.utils.module_loading import import_string
asked, said = RequestFactory().get("/"), HttpResponse()
asked.session = {}
saying = import_string(s.MESSAGE_STORAGE)(asked)
saying.add(20, "Sparat.")
saying.update(said)
assert all(cookie["secure"] for cookie in said.cookies.values())
names += said.cookies
assert len(names) == 8
assert all(name.startswith("__Host-") for name in names), names
assert s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE and s.SESSION_COOKIE_HTTPONLY
assert s.SESSION_COOKIE_PATH == s.CSRF_COOKIE_PATH == "/"
assert not s.SESSION_COOKIE_DOMAIN and not s.CSRF_COOKIE_DOMAIN
assert s.CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"]
assert s.EMAIL_TIMEOUT, "a mail server that never answers holds no worker"
assert s.SECURE_HSTS_SECONDS >= 31536000 and s.SECURE_SSL_REDIRECT and s.TWO_FACTOR and not s.DEMO_LOGINS
answer = HttpResponse()
answer.delete_cookie(kept.KEY_COOKIE, samesite="Lax")
assert answer.cookies[kept.KEY_COOKIE]["secure"], "else a browser keeps a cookie so named"
print("as it should be")
"""


def test_in_production_cookies_are_bound_to_the_host_and_everything_is_on() -> None:
    environment = {
        "SECRET_KEY": "x" * 60,
        "BEHIND_TLS_PROXY": "1",
        "DJANGO_SETTINGS_MODULE": "kvalitet.settings",
    }
    command = [sys.executable, "-c", IN_PRODUCTION]
    asked = subprocess.run(
        command,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.stdout.strip() == "as it should be", asked.stderr
