"""Setting up, using and taking away the second step of a login. The person is told by mail, except of use."""

import secrets
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from kvalitet import history, sealing
from kvalitet.organisation import permissions
from kvalitet.organisation.models import SecondFactor, Session, User
from kvalitet.organisation.models.second_factor import PURPOSE

KEY_BYTES = 20
# Wrong codes after the right password, in a row, after which the person is told.
TOLD_AFTER = 5
WRONG = "Koden stämmer inte. Vänta tills appen visar en ny kod och skriv den."
WRONG_RECOVERY = "Koden stämmer inte. Varje återställningskod går att använda en gång."
MINE = "Din egen tvåstegsinloggning tar du bort på Mitt konto, med lösenord och kod."
FOR_ADMIN = "Tvåstegsinloggning nollställs av en systemadministratör."


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def enrol(*, person: User, key: bytes, code: str) -> list[str]:
    """Keep ``key`` when the app has shown that it has it; gives recovery codes, which are kept nowhere."""
    factor = SecondFactor(user=person, sealed=sealing.seal(key, purpose=PURPOSE))
    step = factor.step_of(code)
    if step is None:
        raise ValidationError(WRONG)
    factor.last_step = step
    with transaction.atomic(), history.acting_as(person, why=""):
        User.objects.select_for_update().get(pk=person.pk)
        if SecondFactor.objects.filter(user=person).exists():
            raise ValidationError("Du har redan tvåstegsinloggning.")
        codes = factor.give_codes()
        _tell(person, "Du har börjat med tvåstegsinloggning.")
    return codes


def refused(*, person: User, code: str, is_recovery: bool = False) -> str:
    """Use up ``code``: why it does not let ``person`` in, or nothing when it does."""
    with transaction.atomic(), history.acting_as(person, why="loggade in med en återställningskod"):
        factor = SecondFactor.objects.select_for_update().filter(user=person).first()
        if factor is None:
            return WRONG
        # Not held back by wrong codes before: nobody guesses these, and their owner may need one just then.
        if is_recovery:
            return _take(factor, code)
        is_allowed, facts = factor.verify_is_allowed()
        if not is_allowed:
            opens = timezone.localtime(facts["locked_until"]) if facts else timezone.localtime()
            return f"För många fel koder. Försök igen {opens:%H.%M.%S}, eller använd en återställningskod."
        if factor.verify_token(code):
            return ""
        if factor.throttling_failure_count == TOLD_AFTER:
            _tell(person, "Någon som kan ditt lösenord har skrivit fel engångskod flera gånger.")
        return WRONG


def _take(factor: SecondFactor, code: str) -> str:
    if not factor.take(code):
        return WRONG_RECOVERY
    _tell(factor.user, f"En återställningskod användes. Du har {factor.recovery_left} kvar.")
    return ""


@transaction.atomic
def make_codes(*, person: User) -> list[str]:
    """New recovery codes; those before open nothing any more."""
    factor = SecondFactor.objects.select_for_update().get(user=person)
    codes: list[str] = factor.give_codes()
    _tell(person, "Du har nya återställningskoder. De gamla gäller inte längre.")
    return codes


@transaction.atomic
def remove(*, person: User) -> None:
    """The person's own, after password and code. Their other logins end."""
    SecondFactor.objects.filter(user=person).delete()
    _tell(person, "Din tvåstegsinloggning är borttagen.")


@transaction.atomic
def reset(*, person: User, user: Any, reason: str) -> None:
    """Take away another's, who has lost phone and codes; their logins end. The operator has no ``user``."""
    if user is not None and not permissions.may_reset_second_factor(user):
        raise PermissionDenied(FOR_ADMIN)
    if user is not None and user.pk == person.pk:
        raise PermissionDenied(MINE)
    with history.acting_as(user, why=reason):
        SecondFactor.objects.filter(user=person).delete()
    Session.objects.filter(user=person).delete()
    by = user.name if user is not None else "Systemförvaltaren"
    _tell(person, f"{by} har nollställt din tvåstegsinloggning. Du ställer in den på nytt när du loggar in.")


def _tell(person: User, what: str) -> None:
    context = {"person": person, "what": what, "at": timezone.now()}
    context["organisation_name"] = settings.ORGANISATION_NAME
    text = render_to_string("organisation/mail/second_factor.txt", context)
    message = EmailMessage("Tvåstegsinloggning i Kvalitet", text, to=[person.email])
    transaction.on_commit(message.send, robust=True)
