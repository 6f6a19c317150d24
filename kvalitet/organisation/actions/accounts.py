"""Accounts: a new person, and the mails with a link to choose a password."""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from kvalitet import tracing
from kvalitet.organisation import permissions
from kvalitet.organisation.models import KeptForm, Session, User
from kvalitet.organisation.tasks import mail_password_link

logger = logging.getLogger(__name__)
PASSWORD_LINK_PAUSE = timedelta(minutes=5)
MANAGED_BY = "Inloggningar sköts av samordnaren eller en systemadministratör."


@transaction.atomic
def add_person(*, person: User, user: Any) -> User:
    """Save a new person without a password and mail them a link to choose one. A role is given apart."""
    if not permissions.may_appoint_anywhere(user):
        raise PermissionDenied("Nya personer läggs upp av samordnaren eller en systemadministratör.")
    person.set_unusable_password()
    person.full_clean(exclude=["password"])
    person.save()
    transaction.on_commit(lambda: queue_password_link(person.email, welcome=True))
    return person


def tell_changed_address(*, person: User, before: str, user: User) -> None:
    """Mail the address that an account had: whoever changes it could choose the password by mail."""
    _mail(
        "organisation/mail/changed_address.txt",
        "Din e-postadress i Kvalitet är ändrad",
        to=before,
        person=person,
        by=user,
    )


def require_may_end(person: User, user: User) -> None:
    """Whether ``user`` may end the logins of ``person``; one's own are ended on *Mitt konto*."""
    if not permissions.may_manage_logins(user):
        raise PermissionDenied(MANAGED_BY)
    if person.pk == user.pk:
        raise PermissionDenied("Dina egna inloggningar avslutar du på Mitt konto.")


@transaction.atomic
def end_logins_elsewhere(*, person: User, user: User) -> None:
    """End another's logins; the person is told by mail who did it."""
    require_may_end(person, user)
    Session.objects.filter(user=person).delete()
    tracing.event("logins ended by another", person.pk)
    _mail(
        "organisation/mail/logged_out.txt",
        "Du är utloggad ur Kvalitet",
        to=person.email,
        person=person,
        by=user,
    )


def _mail(template: str, subject: str, *, to: str, person: User, by: User) -> None:
    """What ``by`` has done to the account of ``person``, as soon as it is done."""
    context = {"person": person, "by": by, "organisation_name": settings.ORGANISATION_NAME}
    text = render_to_string(template, context)
    transaction.on_commit(EmailMessage(subject, text, to=[to]).send, robust=True)


def end_logins(*, person: User) -> None:
    """The account is closed: none of its logins, nor what waits for one, is there if it is opened again."""
    Session.objects.filter(user=person).delete()
    KeptForm.objects.filter(owner=person).delete()


def queue_password_link(email: str, *, welcome: bool = False) -> None:
    """Ask a worker to mail the link: the same work whether the address is known, so no one can tell."""
    try:
        mail_password_link.delay(email, welcome)
    except Exception:
        logger.exception("queue unreachable, the password link is mailed at once")
        send_password_link(email, welcome=welcome)


def send_password_link(email: str, *, welcome: bool = False) -> int:
    """Mail a link to choose a password to the active person with that address; returns how many mails.

    Whoever asks again and again fills nobody's mailbox: the link mailed a moment ago still works.
    """
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None or not _may_be_mailed(person):
        return 0
    tracing.event("password link mailed", person.pk)
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    path = reverse("organisation:password_set", args=[uid, default_token_generator.make_token(person)])
    context = {
        "person": person,
        # The configured address, never the Host header of whoever asked.
        "url": settings.BASE_URL.rstrip("/") + path,
        "organisation_name": settings.ORGANISATION_NAME,
        "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
    }
    kind = "welcome" if welcome else "password_link"
    subject = "Välkommen till Kvalitet" if welcome else "Välj ett nytt lösenord i Kvalitet"
    return EmailMessage(
        subject, render_to_string(f"organisation/mail/{kind}.txt", context), to=[person.email]
    ).send()


def _may_be_mailed(person: User) -> bool:
    """Count this mail unless one went out within the pause; in one statement, so that no two get by."""
    now = timezone.now()
    earlier = Q(password_link_at=None) | Q(password_link_at__lt=now - PASSWORD_LINK_PAUSE)
    return bool(User.objects.filter(earlier, pk=person.pk).update(password_link_at=now))
