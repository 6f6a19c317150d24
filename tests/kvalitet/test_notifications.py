"""A notice reaches the right people, once, and says nothing it should not."""

import smtplib
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from kvalitet import notifications
from kvalitet.models import Notification
from kvalitet.organisation.models import Absence
from tests.conftest import ClientFor
from tests.factories import RoleAssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
NOTICE = {"kind": "Dokument", "sentence": "Granska en rutin", "url": "/dokument/1/", "unit": "Mottagning"}


def test_working_days_know_weekends_and_swedish_holidays() -> None:
    assert notifications.is_working_day(MONDAY)
    assert not notifications.is_working_day(date(2026, 11, 22))
    assert not notifications.is_working_day(date(2026, 12, 25))
    assert not notifications.is_working_day(date(2026, 12, 24)), "julafton"
    assert not notifications.is_working_day(date(2026, 6, 19)), "midsommarafton"


def test_digest_is_one_mail_with_everything_and_goes_once() -> None:
    user = UserFactory()
    notifications.notify([user], **NOTICE, due=date(2026, 12, 1))
    notifications.notify([user], **{**NOTICE, "sentence": "Fastställ en rutin"})
    assert notifications.mail_digest(MONDAY) == 1
    assert notifications.mail_digest(MONDAY) == 0
    (sent,) = mail.outbox
    assert sent.to == [user.email]
    for part in ("Granska en rutin", "Fastställ en rutin", "Mottagning", "1 december 2026", "/dokument/1/"):
        assert part in sent.body


def test_digest_rests_on_days_off() -> None:
    notifications.notify([UserFactory()], **NOTICE)
    assert notifications.mail_digest(date(2026, 12, 25)) == 0
    assert mail.outbox == []


def test_what_is_read_is_not_mailed() -> None:
    user = UserFactory()
    notifications.notify([user], **NOTICE)
    notifications.mark_read(user)
    assert notifications.mail_digest(MONDAY) == 0


def test_bad_mail_server_loses_nothing(settings) -> None:
    notifications.notify([UserFactory()], **NOTICE)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert notifications.mail_digest(MONDAY) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert notifications.mail_digest(MONDAY) == 1


def test_substitute_is_told_while_someone_is_away() -> None:
    away, substitute = UserFactory(), RoleAssignmentFactory().user
    today = timezone.localdate()
    Absence.objects.create(user=away, substitute=substitute, first_day=today, last_day=today, created_by=away)
    notifications.notify([away], **NOTICE)
    copy = Notification.objects.get(user=substitute)
    assert copy.on_behalf_of == away
    Absence.objects.update(first_day=today - timedelta(9), last_day=today - timedelta(8))
    notifications.notify([away], **NOTICE)
    assert Notification.objects.filter(user=substitute).count() == 1


def test_notice_of_what_was_rolled_back_does_not_exist() -> None:
    user = UserFactory()
    with transaction.atomic():
        notifications.notify([user], **NOTICE)
        transaction.set_rollback(True)
    assert not Notification.objects.filter(user=user).exists()


def test_page_shows_own_notices_only_and_marks_them(client_for: ClientFor, cast) -> None:
    notifications.notify([cast["ombud"]], **NOTICE)
    notifications.notify([cast["chef"]], **{**NOTICE, "sentence": "Bara för chefen"})
    ombud = client_for("ombud")
    page = ombud.get("/aviseringar/").content.decode()
    assert "Granska en rutin" in page
    assert "Bara för chefen" not in page
    others = Notification.objects.get(user=cast["chef"])
    ombud.post("/aviseringar/lasta/", {"pk": others.pk})
    others.refresh_from_db()
    assert others.read_at is None
    ombud.post("/aviseringar/lasta/")
    assert notifications.unread_count(cast["ombud"]) == 0


@pytest.mark.parametrize("pk", ["x", "-1", "9" * 40, "1;--", ""])
def test_hostile_notice_number_changes_nothing_of_others(client_for: ClientFor, cast, pk: str) -> None:
    notifications.notify([cast["chef"]], **NOTICE)
    assert client_for("ombud").post("/aviseringar/lasta/", {"pk": pk}).status_code == 302
    assert notifications.unread_count(cast["chef"]) == 1


def test_mail_that_was_on_its_way_when_its_process_died_is_not_sent_again_by_itself() -> None:
    person = UserFactory()
    notifications.notify([person], **NOTICE, urgent=True)
    Notification.objects.update(mailing_at=timezone.now() - timedelta(minutes=16))
    assert notifications.mail_urgent() == 0
    assert notifications.mail_digest(MONDAY) == 0
    assert mail.outbox == []
    assert notifications.unsure_mail().count() == 1
    assert notifications.mail_again(person.pk) == 1
    assert notifications.mail_urgent() == 1
    assert not notifications.unsure_mail().exists()


@pytest.mark.parametrize(
    ("place", "error", "waits", "unsure"),
    [
        ("locmem.EmailBackend.open", ConnectionRefusedError(), 1, 0),
        ("locmem.EmailBackend.send_messages", smtplib.SMTPDataError(452, b"full"), 1, 0),
        ("locmem.EmailBackend.send_messages", smtplib.SMTPServerDisconnected("mitt i"), 0, 1),
        ("locmem.EmailBackend.send_messages", TimeoutError(), 0, 1),
    ],
)
def test_a_mail_is_tried_again_when_it_was_surely_not_taken_and_else_shown_as_unsure(
    monkeypatch, place: str, error: Exception, waits: int, unsure: int
) -> None:
    def fails(*_: object) -> None:
        raise error

    notifications.notify([UserFactory()], **NOTICE, urgent=True)
    with monkeypatch.context() as broken:
        broken.setattr(f"django.core.mail.backends.{place}", fails)
        assert notifications.mail_urgent() == 0
    Notification.objects.exclude(mailing_at=None).update(mailing_at=timezone.now() - timedelta(minutes=16))
    assert notifications.unsure_mail().count() == unsure
    assert notifications.mail_urgent() == waits
    assert len(mail.outbox) == waits


def test_unsure_mail_and_what_waits_stand_in_the_system_health_without_what_it_says(
    client_for: ClientFor,
) -> None:
    late = timezone.now() - timedelta(minutes=20)
    person, other = UserFactory(name="Tova Träd"), UserFactory(name="Sven Sten")
    client = client_for("admin")
    assert "Alla mejl som har börjat skickas är skickade" in client.get("/systemhalsa/").text
    secret = {**NOTICE, "sentence": "Kan vara missförhållande: avvikelse 7"}
    notifications.notify([person, other], **secret, urgent=True)
    Notification.objects.filter(user=person).update(mailing_at=late)
    Notification.objects.filter(user=other).update(created_at=late)
    page = client.get("/systemhalsa/").text
    assert "Tova Träd" in page
    assert "Brådskande mejl som väntar<small>" in page
    assert "missförhållande" not in page
    assert client.post(f"/systemhalsa/mejl/{person.pk}/skicka/").status_code == 302
    assert client.post(f"/systemhalsa/mejl/{person.pk}/skicka/").status_code == 404
    assert notifications.mail_urgent() == 2
