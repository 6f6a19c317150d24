"""What people write in a cell or a field, as the thing they mean; ValidationError says what to write."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from documents.permissions import Permission
from kvalitet.organisation import grants
from kvalitet.organisation.models import Unit, User
from processes.models import Process

Reader = Callable[[Any, str], Any]
NO_PERSON = "Det finns ingen aktiv person med adressen ”{text}”. Kontrollera stavningen."
NO_UNIT = "Enheten ”{text}” finns inte, eller så får du inte lägga in dokument där."
NO_PROCESS = "Processen ”{text}” finns inte. Skriv dess namn, eller det som står sist i dess webbadress."
MANY_PROCESSES = "Flera processer heter ”{text}”. Skriv det som står sist i webbadressen till den du menar."
NO_CHOICE = "”{text}” finns inte. Skriv något av: {all}."
NO_DAY = "”{text}” är inget datum. Skriv som 2027-03-31."
TOO_LONG = "Texten är {length} tecken. Gränsen är {most}."


def units_for(user: Any) -> Any:
    """Units where ``user`` may lay in documents, by a role."""
    return Unit.objects.on(timezone.localdate()).filter(grants.scope(user, Permission.WRITE).where("pk"))


def unit(user: Any, text: str) -> Unit:
    rows = units_for(user).filter(models.Q(name__iexact=text) | models.Q(slug=text.lower()))
    found = list(rows[:2])
    if len(found) != 1:
        raise ValidationError(NO_UNIT.format(text=text))
    return found[0]


def person(user: Any, text: str) -> User:
    found = User.objects.filter(email=text.lower(), is_active=True).first()
    if found is None:
        raise ValidationError(NO_PERSON.format(text=text))
    return found


def process(user: Any, text: str) -> Process:
    rows = Process.objects.visible_to(user).select_related("parent__parent")
    by_slug = rows.filter(slug=text.lower()).first()
    if by_slug is not None:
        return by_slug
    found = list(rows.filter(title__iexact=text).order_by("level", "pk")[:2])
    if not found:
        raise ValidationError(NO_PROCESS.format(text=text))
    # A step may be called as the process it lies in; who means the step writes its address.
    if len(found) > 1 and found[0].level == found[1].level:
        raise ValidationError(MANY_PROCESSES.format(text=text))
    return found[0]


def choice(kinds: type[models.TextChoices]) -> Reader:
    """A reader of the words, or the value, of one of ``kinds``."""
    known = {str(label).casefold(): value for value, label in kinds.choices}
    known |= {value: value for value in kinds.values}

    def read(user: Any, text: str) -> str:
        if text.casefold() not in known:
            raise ValidationError(NO_CHOICE.format(text=text, all=", ".join(map(str, kinds.labels))))
        return known[text.casefold()]

    return read


def day(user: Any, text: str) -> date:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise ValidationError(NO_DAY.format(text=text)) from None


def words(most: int) -> Reader:
    def read(user: Any, text: str) -> str:
        if len(text) > most:
            raise ValidationError(TOO_LONG.format(length=len(text), most=most))
        return text

    return read
