from datetime import date, timedelta
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from documents.enums import Stage
from documents.models.document import Document
from documents.models.revision import Revision
from kvalitet import history, versions
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import Unit, User
from processes.models import Process

# The last day of each stage, in days after the first.
LAST_DAY = {Stage.DAY_1: 0, Stage.WEEK_1: 6, Stage.MONTH_1: 30, Stage.MONTH_3: 91}
SPARED_DAYS = LAST_DAY[Stage.MONTH_3]
FIRST_MONTHS = timedelta(days=122)


@history.track()
class IntroductionPackage(models.Model):
    """What whoever begins in ``role`` in ``unit`` (anywhere) or below reads, does and is shown."""

    IN_HISTORY = "introduktionspaketet"

    title = models.CharField("namn", max_length=120)
    role = models.CharField("roll", max_length=30, choices=Role, default=Role.EMPLOYEE)
    unit = models.ForeignKey(
        Unit, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="enhet"
    )
    is_active = models.BooleanField(
        "används", default=True, help_text="Nya i rollen får en plan så länge paketet används."
    )
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="upplagt av")
    created_at = models.DateTimeField("upplagt", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "introduktionspaket"
        verbose_name_plural = "introduktionspaket"
        ordering = ["title", "pk"]
        triggers = [history.NEVER_DELETED]
        constraints = [
            models.UniqueConstraint(
                fields=["role", "unit"],
                condition=Q(is_active=True),
                nulls_distinct=False,
                name="introduction_package_once",
                violation_error_message="Det finns redan ett paket för den rollen där. Ändra det i stället.",
            ),
            models.CheckConstraint(
                name="introduction_package_has_title",
                condition=~Q(title=""),
                violation_error_message="Paketet behöver ett namn.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("documents:package", args=[self.pk])


class PackageItemQuerySet(models.QuerySet["PackageItem"]):
    def in_use(self) -> "PackageItemQuerySet":
        return self.filter(removed_at=None)

    def visible_to(self, user: Any) -> "PackageItemQuerySet":
        """Those whose title ``user`` may be told: all but documents that they may not open."""
        return self.filter(Q(document=None) | Q(document__in=Document.objects.visible_to(user)))


@history.track()
class PackageItem(models.Model):
    """A document or a process to read, which the person ticks, or something to do, which the mentor ticks."""

    package = models.ForeignKey(
        IntroductionPackage, models.RESTRICT, related_name="items", verbose_name="paket"
    )
    stage = models.CharField("när", max_length=10, choices=Stage, default=Stage.WEEK_1)
    position = models.PositiveSmallIntegerField("ordning", default=1)
    document = models.ForeignKey(
        Document,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="package_items",
        verbose_name="dokument",
    )
    process = models.ForeignKey(
        Process, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="process"
    )
    text = models.CharField("att göra", max_length=200, blank=True)
    removed_at = models.DateTimeField("borttagen", null=True, editable=False)
    removed_by = models.ForeignKey(User, models.RESTRICT, null=True, related_name="+", editable=False)

    objects = PackageItemQuerySet.as_manager()

    class Meta:
        verbose_name = "punkt i introduktionspaket"
        verbose_name_plural = "punkter i introduktionspaket"
        ordering = ["position", "pk"]
        triggers = [history.NEVER_DELETED]
        constraints = [
            versions.stamp_pair("package_item", "removed"),
            models.CheckConstraint(
                name="package_item_is_one_thing",
                condition=Q(document__isnull=False, process=None, text="")
                | Q(document=None, process__isnull=False, text="")
                | (Q(document=None, process=None) & ~Q(text="")),
                violation_error_message="Välj ett dokument, en process eller skriv vad som ska göras.",
            ),
            models.UniqueConstraint(
                fields=["package", "document"],
                condition=Q(removed_at=None, document__isnull=False),
                name="package_item_document_once",
                violation_error_message="Dokumentet finns redan i paketet.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.document or self.process or self.text)

    @property
    def is_practical(self) -> bool:
        return bool(self.text)


@history.track()
class Introduction(models.Model):
    """One person's plan by a package, counted from the day the role began."""

    IN_HISTORY = "introduktionen"

    user = models.ForeignKey(User, models.RESTRICT, related_name="introductions", verbose_name="person")
    package = models.ForeignKey(
        IntroductionPackage, models.RESTRICT, related_name="introductions", verbose_name="paket"
    )
    unit = models.ForeignKey(Unit, models.RESTRICT, related_name="introductions", verbose_name="enhet")
    started_on = models.DateField("började")
    mentor = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="mentored", verbose_name="handledare"
    )
    created_at = models.DateTimeField("skapad", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "introduktion"
        verbose_name_plural = "introduktioner"
        ordering = ["-started_on", "pk"]
        triggers = [history.NEVER_DELETED]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "package", "started_on"],
                name="introduction_once",
                violation_error_message="Personen har redan den planen.",
            ),
            models.CheckConstraint(
                name="introduction_mentor_is_another",
                condition=Q(mentor=None) | ~Q(mentor=models.F("user")),
                violation_error_message="Handledaren är någon annan än den som är ny.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.package} för {self.user}"

    def get_absolute_url(self) -> str:
        return reverse("documents:introduction", args=[self.pk])

    def due(self, stage: Any) -> date:
        return self.started_on + timedelta(days=LAST_DAY[Stage(stage)])


@history.track()
class IntroductionTick(models.Model):
    """One item of a plan is done; for a document, which version was read."""

    introduction = models.ForeignKey(Introduction, models.RESTRICT, related_name="ticks")
    item = models.ForeignKey(PackageItem, models.RESTRICT, related_name="ticks")
    revision = models.ForeignKey(Revision, models.RESTRICT, null=True, related_name="+")
    at = models.DateTimeField("klar", default=timezone.now, editable=False)
    by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="av")

    class Meta:
        verbose_name = "klar punkt i introduktion"
        verbose_name_plural = "klara punkter i introduktioner"
        triggers = [history.INSERT_ONLY]
        constraints = [
            models.UniqueConstraint(
                fields=["introduction", "item"],
                name="introduction_tick_once",
                violation_error_message="Punkten är redan klar.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}, {self.introduction}"


class ReadingReminder(models.Model):
    """One reminder of reading that a person got, so that none is sent twice and a missed day is made up for.

    Of a document to read, or of a stage of an introduction. ``stage`` is the days left when it was due to be
    sent; below zero it is the days late.
    """

    user = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="person")
    document = models.ForeignKey(
        Document, models.RESTRICT, null=True, related_name="+", verbose_name="dokument att läsa"
    )
    number = models.PositiveIntegerField("version", null=True)
    introduction = models.ForeignKey(
        Introduction, models.RESTRICT, null=True, related_name="+", verbose_name="introduktion"
    )
    due = models.DateField("senast")
    stage = models.SmallIntegerField("dagar kvar")
    sent_at = models.DateTimeField("skickad", default=timezone.now)

    class Meta:
        verbose_name = "påminnelse om läsning"
        verbose_name_plural = "påminnelser om läsning"
        triggers = [history.INSERT_ONLY]
        constraints = [
            models.CheckConstraint(
                name="reading_reminder_of_one_thing",
                condition=Q(document=None, number=None, introduction__isnull=False)
                | Q(document__isnull=False, number__isnull=False, introduction=None),
                violation_error_message="En påminnelse gäller ett dokument eller en introduktion.",
            ),
            models.UniqueConstraint(
                fields=["user", "document", "number", "introduction", "due", "stage"],
                nulls_distinct=False,
                name="reading_reminder_once",
                violation_error_message="Påminnelsen är redan skickad.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.due}, {self.stage}"


@history.track()
class IntroductionCertificate(models.Model):
    """That the introduction was gone through: the facts of that day, frozen, and the file made of them."""

    introduction = models.OneToOneField(Introduction, models.RESTRICT, related_name="certificate")
    facts = models.JSONField("uppgifter")
    issued_at = models.DateTimeField("utfärdat", default=timezone.now, editable=False)
    issued_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="utfärdat av")
    storage_key = models.CharField("nyckel i lagringen", max_length=60, blank=True, editable=False)
    sha256 = models.CharField("kontrollsumma", max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = "intyg om introduktion"
        verbose_name_plural = "intyg om introduktioner"
        triggers = [
            history.NEVER_DELETED,
            pgtrigger.Protect(
                name="facts_are_frozen",
                operation=pgtrigger.Update,
                condition=versions.changed("introduction", "facts", "issued_at", "issued_by")
                | (~pgtrigger.Q(old__storage_key="") & versions.changed("storage_key", "sha256")),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="certificate_file_has_checksum",
                condition=Q(storage_key="", sha256="") | ~(Q(storage_key="") | Q(sha256="")),
                violation_error_message="Filen och dess kontrollsumma hör ihop.",
            ),
        ]

    def __str__(self) -> str:
        return f"Intyg för {self.introduction}"
