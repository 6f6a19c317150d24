"""Being away, with an ersättare who has one's roles meanwhile."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from kvalitet import notifications
from kvalitet.organisation import grants, permissions
from kvalitet.organisation.models import Absence, User
from kvalitet.organisation.people import day_in_words


def _require(user: Any, person: Any) -> None:
    if not permissions.may_enter_absence(user, person):
        raise PermissionDenied(
            "Frånvaro läggs in av personen själv, av chefen när alla personens roller finns på chefens "
            "enheter, eller av samordnaren."
        )


@transaction.atomic
def enter_absence(*, absence: Absence, user: Any) -> Absence:
    """Save the absence and tell the ersättare. Raises ValidationError with Swedish reasons."""
    _require(user, absence.user)
    if absence.last_day < timezone.localdate():
        raise ValidationError({"last_day": "Sista dagen har redan varit. Välj en senare dag."})
    if not fits_as_substitute(absence.substitute, absence.user):
        raise ValidationError(
            "Ersättaren behöver själv ha en roll och läsa det som personen läser. Välj en kollega."
        )
    absence.created_by = user
    # In turn, so that a form sent twice is told in words that the days are taken.
    User.objects.select_for_update().get(pk=absence.user_id)
    absence.full_clean()
    absence.save()
    first, last = day_in_words(absence.first_day), day_in_words(absence.last_day)
    _tell(absence.substitute, f"Du är ersättare för {absence.user} {first}–{last}")
    if user.pk != absence.user_id:
        _tell(absence.user, f"{absence.substitute} är ersättare för dig {first}–{last}, inlagt av {user}")
    return absence


def _tell(person: Any, sentence: str) -> None:
    url = reverse("organisation:account")
    notifications.notify([person], kind="organisation.absence", sentence=sentence[:200], url=url)


def fits_as_substitute(substitute: Any, person: Any) -> bool:
    """An active person with a role, who reads at least what ``person`` reads."""
    reads = grants.audience(substitute)
    return substitute.is_active and bool(grants.roles(substitute)) and reads >= grants.audience(person)


@transaction.atomic
def end_absence(*, absence: Absence, user: Any) -> bool:
    """The person is back today: the absence ends yesterday, or is taken back whole when it had not begun.

    Returns True when it was taken back whole. What the ersättare did meanwhile stands.
    """
    _require(user, absence.user)
    locked = Absence.objects.select_for_update().get(pk=absence.pk)
    yesterday = timezone.localdate() - timedelta(days=1)
    if locked.last_day <= yesterday:
        raise ValidationError("Frånvaron är redan slut.")
    if locked.first_day > yesterday:
        locked.delete()
        return True
    locked.last_day = yesterday
    locked.save()
    return False
