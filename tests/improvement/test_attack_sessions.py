"""A stolen phone, a copied cookie, a shared screen: what they give, tried with what a thief would send."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core import signing
from django.test import Client

from improvement.actions import exchanges
from improvement.enums import AttachmentKind
from improvement.models import Attachment, Deviation
from improvement.views.sent import SALT
from kvalitet import storage
from kvalitet.organisation import kept
from kvalitet.organisation.models import KeptForm, RoleAssignment, Session
from reports.enums import ReportStatus
from tests.cast import Cast
from tests.factories import PASSWORD, days
from tests.improvement import learning
from tests.improvement.factories import WHAT, bring_to, plan, report
from tests.organisation.test_devices import LATER, logged_in, passes, values
from tests.organisation.test_kept import HERE, TEXT, log_in, written
from tests.reports.factories import printed

pytestmark = pytest.mark.django_db
NEW, CONFIRM = "/avvikelser/ny/", "/bekrafta/"


@pytest.fixture
def files(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def stolen(client: Client) -> Client:
    """Another browser with the same session cookie."""
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return thief


def rows() -> dict[str, int]:
    """How many rows there are of everything in the app, histories included."""
    return {
        one.__name__: one._default_manager.count() for one in apps.get_app_config("improvement").get_models()
    }


def whole(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def with_file(case: Deviation) -> str:
    put = storage.put(io.BytesIO(b"%PDF-1.7 hemligt"))
    Attachment.objects.create(
        submission=case.submission,
        number=1,
        deviation=case,
        kind=AttachmentKind.PDF,
        storage_key=put.key,
        sha256=put.sha256,
        size=put.size,
        added_by=case.reported_by,
    )
    return f"{case.get_absolute_url()}bilaga/1/"


def test_a_phone_that_is_not_confirmed_opens_and_changes_nothing(cast: Cast, files: None) -> None:
    case = bring_to(report(cast), cast, "investigating")
    path, measure = case.get_absolute_url(), plan(case, cast).get_absolute_url()
    question = {"direction": "out", "party": "school", "party_name": "Skolan", "text": "Vad hände?"}
    asks = exchanges.begin(case, user=cast.chef, values={**question, "answer_by": days(9)}).get_absolute_url()
    proposal = learning.propose(cast).get_absolute_url()
    pdf = printed(cast, ReportStatus.PUBLISHED, unit=cast.units.home).get_absolute_url() + "pdf/"
    file = with_file(case)
    client = logged_in(cast.chef, "own")
    for one in (path, file, measure, asks, proposal):
        answer = client.get(one)
        whole(answer)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store"), one
    assert whole(client.get(pdf)).startswith(b"%PDF")
    passes(client, LATER)
    for one in (path, file, measure, asks, proposal, pdf, "/avvikelser/tillsammans/?val=1", "/samverkan/"):
        answer = client.get(one)
        assert answer.get("Location", "").startswith(CONFIRM), one
        assert client.head(one).status_code == 302, one
    before, buttons = rows(), ("tacka/", "act/", "ta-over/", "utred-i-stallet/", "jav/", "anteckning/")
    sent = [f"{path}{one}" for one in buttons] + [f"{measure}start/", f"{asks}send/", f"{proposal}rost/"]
    for one in [*sent, "/avvikelser/fraser/ny/", "/avvikelser/tillsammans/"]:
        answer = client.post(one, {"text": TEXT, "kind": "fact", "val": case.pk, "next": path})
        assert answer.get("Location", "").startswith(CONFIRM), one
    assert rows() == before
    client.post(NEW, {"submission": "x"})
    assert client.post(CONFIRM, {"password": PASSWORD, "next": path}).status_code == 302
    assert WHAT in client.get(path).text


def test_a_copied_cookie_ends_with_the_login_the_role_and_the_password(cast: Cast) -> None:
    path = report(cast).get_absolute_url()
    phone, here = logged_in(cast.chef, "own"), logged_in(cast.chef, "ordinary")
    copies = [stolen(phone), stolen(here)]
    assert all(WHAT in one.get(path).text for one in copies)
    # Who confirms goes on under a new key, so that the copy is worth nothing.
    phone.post(CONFIRM, {"password": PASSWORD})
    assert copies[0].get(path).status_code == 302
    copies[0] = stolen(phone)
    RoleAssignment.objects.filter(user=cast.chef).update(valid_to=days(-1))
    assert [one.get(path).status_code for one in copies] == [404, 404], "rights are read at each click"
    RoleAssignment.objects.filter(user=cast.chef).update(valid_to=None)
    here.post("/konto/inloggning/andra/avsluta/")
    assert [one.get(path).status_code for one in copies] == [302, 200]
    here.post("/logga-ut/")
    assert copies[1].get(path).status_code == 302
    third = logged_in(cast.chef, "own")
    cast.chef.set_password("fem ord som ingen gissar")
    cast.chef.save()
    assert third.get(path).status_code == 302
    assert not third.get("/avvikelser/").context


def test_a_shared_device_leaves_nothing_for_the_next_one(cast: Cast) -> None:
    client = logged_in(cast.medarbetare, "shared")
    copy = stolen(client)
    assert client.get(NEW)["Cache-Control"] == "no-store"
    answer = client.post(NEW, values(cast))
    assert answer["Clear-Site-Data"] == '"cache"'
    assert copy.get(NEW).status_code == 302, "the session is gone, not only its cookie"
    case = Deviation.objects.get()
    receipt = answer["Location"]
    for reader in (client, logged_in(cast.grannmedarbetare, "ordinary")):
        page = reader.get(receipt).text
        assert WHAT not in page
        assert case.get_absolute_url() not in page, "nor the way to it"
        assert cast.medarbetare.name not in page
    forged = [
        signing.dumps(case.pk, salt="annat"),
        signing.dumps(case.pk, key="annat", salt=SALT),
        f"{case.pk}",
    ]
    for token in forged:
        assert f"<dd>{case.pk}</dd>" not in Client().get(f"{NEW}kvitto/{token}/").text
    assert case.get_absolute_url() not in Client().get(case.get_absolute_url()).text


def test_kept_forms_do_not_fill_the_database_and_are_not_another_persons(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    log_in(client, cast.medarbetare)
    person = client.cookies[kept.PERSON_COOKIE].value
    Session.objects.all().delete()
    for _ in range(kept.MOST + 3):
        thief = Client()
        thief.cookies[kept.PERSON_COOKIE] = person
        answer = thief.post(NEW, written(cast), headers=HERE)
    assert KeptForm.objects.count() == kept.MOST
    assert answer.status_code in (302, 403)
    assert "Larmet" not in thief.get(NEW).text
    # The key of one in the browser of another person, and a forged and an old name of who wrote it.
    KeptForm.objects.all().delete()
    thief.post(NEW, written(cast), headers=HERE)
    other = logged_in(cast.chef, "ordinary")
    other.cookies[kept.KEY_COOKIE] = thief.cookies[kept.KEY_COOKIE].value
    assert "Larmet" not in other.get(NEW).text
    for forged in (signing.dumps(cast.chef.pk, salt="annat"), f"{cast.chef.pk}", person[:-2]):
        liar = Client()
        liar.cookies[kept.PERSON_COOKIE] = forged
        liar.post(NEW, written(cast), headers=HERE)
    monkeypatch.setattr(kept, "KNOWN_FOR", timedelta(seconds=-1))
    stale = Client()
    stale.cookies[kept.PERSON_COOKIE] = person
    stale.post(NEW, written(cast), headers=HERE)
    assert not KeptForm.objects.exclude(owner=cast.medarbetare).exists()
    assert KeptForm.objects.count() <= 1
