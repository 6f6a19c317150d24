import pytest

from kvalitet import jobs
from kvalitet.models import Job
from tests.conftest import ClientFor

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(cast, monkeypatch: pytest.MonkeyPatch) -> Job:
    monkeypatch.setitem(jobs._kinds, "test.page", jobs.Kind("test.page", "Prov", [jobs.Step("Läser", str)]))
    return jobs.enqueue("test.page", key="a", user=cast["ombud"])


def test_only_the_one_who_asked_sees_the_job(job: Job, client_for: ClientFor) -> None:
    assert client_for("ombud").get(f"/jobb/{job.pk}/").status_code == 200
    assert client_for("samordnare").get(f"/jobb/{job.pk}/").status_code == 404
    assert client_for("samordnare").post(f"/jobb/{job.pk}/avbryt/").status_code == 404
    assert client_for("anonym").get(f"/jobb/{job.pk}/").status_code == 302


def test_progress_part_for_htmx_is_only_the_part(job: Job, client_for: ClientFor) -> None:
    part = client_for("ombud").get(f"/jobb/{job.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Väntar" in part


def test_cancel_and_retry(job: Job, client_for: ClientFor) -> None:
    ombud = client_for("ombud")
    assert "Avbrutet" in ombud.post(f"/jobb/{job.pk}/avbryt/", follow=True).content.decode()
    assert "Väntar" in ombud.post(f"/jobb/{job.pk}/forsok-igen/", follow=True).content.decode()


def test_retry_while_the_same_work_is_open_is_told(job: Job, client_for: ClientFor, cast) -> None:
    jobs.cancel(job)
    jobs.enqueue("test.page", key="a", user=cast["ombud"])
    page = client_for("ombud").post(f"/jobb/{job.pk}/forsok-igen/", follow=True).content.decode()
    assert "pågår redan" in page
