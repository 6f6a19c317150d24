"""A row that the database refuses is quoted in no log, by the site or by the worker."""

import json
import logging
import re
from io import StringIO

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django_otp.oath import TOTP

from improvement.models import Deviation
from kvalitet import celery, logs, tracing
from kvalitet.organisation.actions import accounts, second_factors
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignmentEvent, SecondFactorEvent
from tests.factories import PASSWORD, days
from tests.improvement.factories import report

WORD = "Solrosen"
NEW = "fyra korrekta hästar häftar"


@pytest.fixture
def written():
    """A logger, and what it has written."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Formatter())
    logger = logging.getLogger("prov")
    logger.addHandler(handler)
    yield logger, stream.getvalue
    logger.removeHandler(handler)


def refuse(cast):
    """A case that breaks a rule: PostgreSQL quotes its whole row, over several lines."""
    case = report(cast, what_happened=f"Först.\n{WORD} sedan.")
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        Deviation.objects.filter(pk=case.pk).update(status="received")
    return raised.value


def test_a_refused_row_is_not_quoted_in_the_traceback(cast, written):
    logger, told = written
    error = refuse(cast)
    assert WORD in str(error)
    try:
        raise RuntimeError("steget gick inte") from error
    except RuntimeError:
        logger.exception("jobbet stannade")
    assert WORD not in told()
    assert "violates check constraint" in told()
    assert logs.LEFT_OUT in told()
    assert "steget gick inte" in told()
    assert "Traceback" in told()


@pytest.mark.parametrize("form", ["misslyckades: %s", "misslyckades: %r"])
def test_a_refused_row_is_not_quoted_in_the_message(cast, written, form):
    logger, told = written
    logger.warning(form, refuse(cast))
    assert WORD not in told()
    assert "violates check constraint" in told()


def test_what_the_worker_says_of_a_failed_task_quotes_no_row(cast, written):
    """Celery gives the error as text in a mapping beside the error itself."""
    logger, told = written
    try:
        raise refuse(cast)
    except DatabaseError as error:
        values = {"exc": repr(error), "traceback": f"Traceback: {error}"}
        logger.exception("Task failed: %(exc)s %(traceback)s", values)
    assert WORD not in told()
    assert "violates check constraint" in told()


def test_other_lines_are_whole(written):
    logger, told = written
    try:
        raise ValueError("första raden\nandra raden")
    except ValueError:
        logger.exception("fel: %s", "här")
    assert "fel: här" in told()
    assert "första raden\n    andra raden" in told()


@pytest.mark.parametrize("end", ["\n", "\r", "\x0b", "\x85", "\u2028"])
def test_nobody_writes_a_line_of_their_own(written, end):
    logger, told = written
    forged = f"/a{end}2026-11-26 12:00:00 WARNING axes \x1b[2Jallt är bra"
    try:
        raise ValueError(forged)
    except ValueError:
        logger.exception("Not Found: %s", forged)
    lines = told().splitlines()
    assert [line for line in lines if not line.startswith("    ")] == lines[:1]
    assert lines[0].endswith("\\x1b[2Jallt är bra")
    assert "\x1b" not in told()


def test_handlers_of_the_worker_write_like_the_site():
    handler = logging.StreamHandler(StringIO())
    logger = logging.getLogger("celery.prov")
    logger.addHandler(handler)
    celery.write_like_the_site(logger=logger)
    logger.removeHandler(handler)
    assert isinstance(handler.formatter, logs.Formatter)


def test_djangos_own_handlers_are_gone():
    assert logging.getLogger("django").handlers == []
    assert logging.getLogger("django").propagate


def told_in_json(stream: StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def collected():
    """What the whole site writes, as JSON."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonFormatter())
    logging.getLogger().addHandler(handler)
    level = logging.getLogger("kvalitet.request").level
    logging.getLogger("kvalitet.request").setLevel("INFO")
    yield stream
    logging.getLogger("kvalitet.request").setLevel(level)
    logging.getLogger().removeHandler(handler)


def test_an_answer_is_a_line_of_who_and_what_without_the_words_searched_for(client_for, cast, collected):
    response = client_for("chef").get("/sok/", {"q": WORD})
    (line,) = [one for one in told_in_json(collected) if one["logger"] == "kvalitet.request"]
    assert line["message"].startswith("GET /sok/ 200 ")
    assert line["user"] == str(cast.chef.pk)
    assert line["request"] == response["X-Request-ID"]
    assert WORD not in collected.getvalue()


KEY = "c8jhx3-0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("get", f"/valj-losenord/MQ/{KEY}/", "/valj-losenord/<uidb64>/<token>/"),
        ("put", f"/valj-losenord/MQ/{KEY}/", "/valj-losenord/<uidb64>/<token>/"),
        ("post", f"/valj-losenord/MQ/{KEY}/", "/valj-losenord/<uidb64>/<token>/"),
        ("get", f"/avvikelser/ny/kvitto/{KEY}/", "/avvikelser/ny/kvitto/<str:token>/"),
        ("get", f"/valj-losenord/MQ/{KEY}", "unknown"),
        ("get", f"/valj-losenord/MQ/{KEY}/”", "unknown"),
        ("get", "/avvikelser/4711/", "/avvikelser/4711/"),
    ],
)
def test_a_link_that_opens_something_is_in_no_line(db, collected, method, path, told):
    """Nor when the link has a slip in it, or what is sent is refused and Django says where."""
    client = Client(enforce_csrf_checks=True)
    answer = getattr(client, method)(path)
    lines = told_in_json(collected)
    assert any(told in one["message"] for one in lines if one["logger"] == "kvalitet.request")
    assert {one["request"] for one in lines} == {answer["X-Request-ID"]}
    assert KEY not in collected.getvalue()


def test_the_page_of_an_error_has_the_number_that_the_log_has(client_for, collected, monkeypatch):
    def broken(*args, **rest):
        raise ZeroDivisionError

    monkeypatch.setattr("kvalitet.health.JsonResponse", broken)
    client = client_for("anonym")
    client.raise_request_exception = False
    page = client.get("/healthz")
    (line,) = [one for one in told_in_json(collected) if "ZeroDivisionError" in one.get("trace", "")]
    assert page.status_code == 500
    assert f"Felets nummer: <strong>{line['request']}</strong>" in page.text


@pytest.mark.parametrize(
    ("behind", "given", "is_used"),
    [
        (True, "abc-12345678", True),
        (False, "abc-12345678", False),
        (True, "rad\nrad <b>", False),
        (True, "x" * 65, False),
    ],
)
def test_the_number_is_the_proxys_and_nobody_elses(client_for, settings, behind, given, is_used):
    settings.BEHIND_TLS_PROXY = behind
    answer = client_for("anonym").get("/healthz", headers={"X-Request-ID": given})
    assert (answer["X-Request-ID"] == given) is is_used


def test_what_a_worker_says_of_a_job_has_its_number(cast, collected):
    with tracing.of_job("7f3a"):
        logging.getLogger("prov").warning("gick inte: %s", refuse(cast))
    (line,) = told_in_json(collected)
    assert line["job"] == "7f3a"
    assert WORD not in line["message"]


def events(stream: StringIO) -> list[str]:
    return [one["message"] for one in told_in_json(stream) if one["logger"] == "kvalitet.security"]


def test_a_wrong_password_is_a_line_with_the_number_of_the_account_and_nothing_else(cast, collected):
    client = Client(headers={"User-Agent": "Solrosläsaren"})
    for email in (cast.chef.email, "okand@test.invalid"):
        client.post("/logga-in/", {"username": email, "password": "fel"}, REMOTE_ADDR="203.0.113.77")
    assert events(collected) == [f"login failed: user {cast.chef.pk}", "login failed"]
    for word in (cast.chef.email, "okand", "Solrosläsaren", "203.0.113.77"):
        assert word not in collected.getvalue()


@pytest.fixture
def mailed_at_once(monkeypatch):
    monkeypatch.setattr("kvalitet.organisation.tasks.mail_password_link.delay", accounts.send_password_link)


@pytest.mark.usefixtures("mailed_at_once")
def test_what_happens_to_a_login_is_a_line_each(cast, client_for, mailoutbox, collected):
    person, client, new = cast.chef, Client(), {"new_password1": NEW, "new_password2": NEW}
    login = {"username": person.email, "password": PASSWORD}
    client.post("/logga-in/", login)
    client.post("/konto/losenord/", {"old_password": PASSWORD, **new})
    client.post("/logga-ut/")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        Client().post("/logga-in/", login, REMOTE_ADDR="203.0.113.77")
    for number in range(4):
        Client().post("/logga-in/", login, REMOTE_ADDR=f"203.0.113.{number}")
    client_for("samordnare").post(f"/organisation/personer/{person.pk}/oppna-inloggning/")
    client.post("/glomt-losenord/", {"email": person.email})
    (link,) = re.findall(r"http://testserver(\S+)", mailoutbox[0].body)
    client.post(client.get(link)["Location"], new)
    told = list(dict.fromkeys(one for one in events(collected) if one.endswith(f": user {person.pk}")))
    assert [one.partition(":")[0] for one in told] == [
        "logged in with password",
        "password changed",
        "logged out",
        "login failed",
        "login locked for one address",
        "login held back",
        "login opened again",
        "password link mailed",
        "password chosen with a mailed link",
    ]
    for word in (person.email, "203.0.113", link.split("/")[-2], NEW):
        assert word not in collected.getvalue()


def test_a_code_that_is_taken_or_refused_is_a_line(cast, collected):
    codes = second_factors.enrol(person=cast.chef, key=b"k" * 20, code=f"{TOTP(b'k' * 20).token():06}")
    client = Client()
    client.post("/logga-in/", {"username": cast.chef.email, "password": PASSWORD})
    for code in ("fel-kod", codes[0]):
        client.post("/logga-in/aterstallningskod/", {"code": code})
    refused, taken = events(collected)[-2:]
    assert refused == f"second step refused: user {cast.chef.pk}"
    assert taken == f"second step taken: user {cast.chef.pk}"
    assert codes[0] not in collected.getvalue()


def test_what_is_refused_is_a_line_with_who_asked(cast, client_for, collected):
    answer = client_for("medarbetare").get("/systemhalsa/")
    (line,) = [one for one in told_in_json(collected) if one["logger"] == "django.request"]
    assert (answer.status_code, line["level"]) == (403, "WARNING")
    assert line["message"].endswith(": /systemhalsa/")
    assert (line["user"], line["request"]) == (str(cast.medarbetare.pk), answer["X-Request-ID"])


def test_what_changes_rights_or_the_second_step_has_the_number_of_the_request(cast, client_for):
    second_factors.enrol(person=cast.chef, key=b"k" * 20, code=f"{TOTP(b'k' * 20).token():06}")
    role = {"person": cast.ombud.email, "role": Role.ADMIN, "unit": cast.units.board.pk}
    person, admin = f"/organisation/personer/{cast.chef.pk}/", client_for("admin")
    for path, data, events_of in (
        ("/organisation/roller/ny/", role | {"valid_from": days(0)}, RoleAssignmentEvent),
        (f"{person}tvastegsinloggning/", {"reason": "Ringde upp"}, SecondFactorEvent),
    ):
        answer = admin.post(path, data)
        told = events_of.objects.latest("pgh_id").pgh_context
        assert (told["user"], told["request"]) == (cast.admin.pk, answer["X-Request-ID"])


def test_what_a_page_did_not_offer_is_a_line_with_the_field_and_not_what_was_sent(
    cast, client_for, collected
):
    data = {"unit": "999999", "harm": "påhittad", "what_happened": f"Om {WORD}.", "happened_on": str(days(0))}
    assert client_for("medarbetare").post("/avvikelser/ny/", data).status_code == 200
    (line,) = [one for one in told_in_json(collected) if one["logger"] == "kvalitet.security"]
    assert line["message"].endswith("does not offer in harm, unit")
    assert line["user"] == str(cast.medarbetare.pk)
    for word in ("999999", "påhittad", WORD):
        assert word not in collected.getvalue()


def test_an_honest_slip_is_no_such_line(client_for, collected):
    client_for("medarbetare").post("/avvikelser/ny/", {"what_happened": "", "happened_on": "i går"})
    assert events(collected) == []
