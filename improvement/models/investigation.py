import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from guardian.models import UserObjectPermissionBase

from improvement.enums import CauseArea, EntryKind
from improvement.models.deviation import Deviation
from kvalitet import history, versions
from kvalitet.organisation.models import User
from kvalitet.search import search_dirty_trigger


@history.track()
class InvestigationEntry(models.Model):
    """One note of an inquiry: what is known or what is judged, from where, by whom and when.

    Append only: a correction is a new entry. ``supplement`` is what the reporter adds. ``submission`` is the
    key of the form, so that a button pressed twice makes one.
    """

    CONFIDENTIAL = ("text", "source")
    IN_HISTORY, BORN_IN_HISTORY, TOLD_IN_HISTORY = "anteckningen", "skrev", ("kind",)
    NOT_IN_HISTORY = ("submission",)
    NAMED_WITH = "deviation"

    deviation = models.ForeignKey(
        Deviation, models.RESTRICT, related_name="entries", verbose_name="avvikelse"
    )
    kind = models.CharField("slag", max_length=20, choices=EntryKind)
    text = models.TextField("text")
    source = models.CharField("varifrån uppgiften kommer", max_length=200, blank=True)
    corrects = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="corrections", verbose_name="rättar"
    )
    author = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="av")
    at = models.DateTimeField("när", default=timezone.now)
    submission = models.UUIDField("formulärets nyckel", null=True, editable=False)

    class Meta:
        verbose_name = "utredningsanteckning"
        verbose_name_plural = "utredningsanteckningar"
        ordering = ["at", "pk"]
        triggers = [
            search_dirty_trigger("investigation", "{row}.deviation_id"),
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
        constraints = [
            models.CheckConstraint(
                name="entry_fact_has_source",
                condition=~Q(kind=EntryKind.FACT) | ~Q(source=""),
                violation_error_message="Skriv varifrån uppgiften kommer.",
            ),
            models.UniqueConstraint(
                fields=["deviation", "submission"],
                name="entry_once",
                violation_error_message="Anteckningen är redan sparad.",
            ),
        ]

    def __str__(self) -> str:
        return f"Anteckning {self.pk} i {self.deviation}"


class CauseQuerySet(models.QuerySet["Cause"]):
    def standing(self) -> "CauseQuerySet":
        """Causes that have not been struck."""
        return self.filter(struck_at=None)


@history.track()
class Cause(models.Model):
    """Why it happened: one of five areas (and two local), and a sentence. *Enkel hantering* gives the area.

    ``whys`` are the answers to *varför?* that led there, a line each. A cause that turns out wrong is struck,
    never deleted.
    """

    CONFIDENTIAL = ("sentence", "whys")
    IN_HISTORY, BORN_IN_HISTORY, TOLD_IN_HISTORY = "orsaken", "angav", ("area",)

    deviation = models.ForeignKey(Deviation, models.RESTRICT, related_name="causes", verbose_name="avvikelse")
    area = models.CharField("orsaksområde", max_length=20, choices=CauseArea)
    sentence = models.TextField("orsak", blank=True)
    whys = models.TextField("varför? en rad per svar", blank=True)
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="av")
    created_at = models.DateTimeField("när", default=timezone.now)
    struck_at = models.DateTimeField("struken", null=True, blank=True)
    struck_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="struken av"
    )

    objects = CauseQuerySet.as_manager()

    class Meta:
        verbose_name = "orsak"
        verbose_name_plural = "orsaker"
        ordering = ["created_at", "pk"]
        triggers = [
            search_dirty_trigger("investigation", "{row}.deviation_id"),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]
        constraints = [versions.stamp_pair("cause", "struck")]

    def __str__(self) -> str:
        return f"{self.get_area_display()}, {self.deviation}"


@history.track()
class DeviationUserPermission(UserObjectPermissionBase):
    """An exception on one case: the handläggare that the manager has handed it over to."""

    IN_HISTORY, BORN_IN_HISTORY, TOLD_IN_HISTORY = "handläggaren", "utsåg", ("user",)

    content_object = models.ForeignKey(
        Deviation, models.RESTRICT, related_name="user_permissions", verbose_name="avvikelse"
    )

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = "rätt till en enskild avvikelse"
        verbose_name_plural = "rätter till enskilda avvikelser"
        triggers = [
            search_dirty_trigger("deviation", "{row}.content_object_id"),
            search_dirty_trigger("investigation", "{row}.content_object_id"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.permission.name}"
