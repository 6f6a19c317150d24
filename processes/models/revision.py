from datetime import date
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from kvalitet import history, versions
from kvalitet.models import Blob
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Audience
from kvalitet.organisation.models import User
from kvalitet.search.triggers import search_dirty_trigger
from kvalitet.versions import RevisionStatus, Standing
from kvalitet.workflow import TransitionRecord
from processes.models.process import Process
from processes.workflow import CONTENT, REVISION

DRAFT, IN_REVIEW, APPROVED, WITHDRAWN = (
    RevisionStatus.DRAFT,
    RevisionStatus.IN_REVIEW,
    RevisionStatus.APPROVED,
    RevisionStatus.WITHDRAWN,
)
DERIVED = ("renderings", "calls")
STAMPS = ("reviewed", "approved", "published", "withdrawn")
# What may no longer change on a version that is fastställd; dates, later stamps and what publication did may.
FROZEN_WHEN_APPROVED = (
    "process",
    "number",
    "major",
    "minor",
    "author",
    "created_at",
    "change_note",
    "map_name",
    "reviewer",
    "review_due",
    "reviewed_at",
    "reviewed_by",
    *CONTENT,
)
OPEN = Q(status__in=[DRAFT, IN_REVIEW]) | Q(status=APPROVED, published_at=None)


class ProcessRevisionQuerySet(models.QuerySet["ProcessRevision"]):
    def open(self) -> "ProcessRevisionQuerySet":
        """Not yet published and not discarded; at most one a process."""
        return self.filter(OPEN)

    def published(self) -> "ProcessRevisionQuerySet":
        return self.filter(published_at__isnull=False)

    def in_force(self, day: date | None = None) -> "ProcessRevisionQuerySet":
        return self.published().filter(versions.holds_on(day))

    def visible_to(self, user: Any) -> "ProcessRevisionQuerySet":
        """The one in force with its process; earlier and coming for employees; open ones with the drafts."""
        mine = self.filter(process__in=Process.objects.visible_to(user).values("pk"))
        if grants.audience(user) < Audience.INTERNAL:
            return mine.in_force()
        drafts = Process.objects.with_drafts_for(user).values("pk")
        return mine.filter(Q(published_at__isnull=False) | Q(process__in=drafts))


@history.track(exclude=DERIVED)
class ProcessRevision(models.Model):
    """One version of a process: its description and its map, frozen once it is fastställd.

    ``number`` counts the versions of the process and stands in addresses; ``major`` and ``minor`` are what
    people write: 2, and 2.1 for a redaktionell ändring of it. ``author`` is who last changed the text or the
    map, ``reviewer`` who was asked to review it by ``review_due``. ``map`` is the BPMN as it came, byte for
    byte. ``choices`` says which earlier step the publisher found to be the same as a new one, ``moves`` to
    which step what pointed at a disappearing one goes. ``renderings`` and
    ``calls``, the addresses of processes that steps of the map go on in, are derived from the map.
    """

    IN_HISTORY = "versionen"
    NOT_IN_HISTORY = ("choices", "moves")
    WORKFLOW = REVISION

    process = models.ForeignKey(Process, models.RESTRICT, related_name="revisions", verbose_name="process")
    number = models.PositiveIntegerField("löpnummer")
    major = models.PositiveIntegerField("version")
    minor = models.PositiveIntegerField("redaktionell ändring", default=0)
    status = models.CharField("läge", max_length=20, choices=RevisionStatus, default=DRAFT)
    author = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="skriven av")
    created_at = models.DateTimeField("påbörjad", default=timezone.now, editable=False)
    change_note = models.CharField("vad som är ändrat", max_length=500, blank=True)

    title = models.CharField("namn", max_length=200)
    mission = models.TextField("uppdrag", blank=True)
    goal = models.TextField("mål", blank=True)
    starts_when = models.TextField("start", blank=True)
    ends_when = models.TextField("slut", blank=True)
    object_in = models.TextField("objekt in", blank=True)
    object_out = models.TextField("objekt ut", blank=True)
    recipients = models.TextField("mottagare", blank=True)
    stakeholders = models.TextField("intressenter och deras behov", blank=True)
    working_method = models.TextField("arbetssätt", blank=True)
    desired_effect = models.TextField("önskad effekt", blank=True)
    functions = models.TextField("funktioner", blank=True, help_text="En på varje rad.")
    map = models.ForeignKey(
        Blob, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="karta"
    )
    map_name = models.CharField("kartans fil", max_length=200, blank=True)

    reviewer = models.ForeignKey(
        User, models.RESTRICT, null=True, related_name="+", editable=False, verbose_name="granskare"
    )
    review_due = models.DateField("granskas senast", null=True, editable=False)
    reviewed_at = models.DateTimeField("granskad", null=True, editable=False)
    reviewed_by = models.ForeignKey(User, models.RESTRICT, null=True, related_name="+", editable=False)
    approved_at = models.DateTimeField("fastställd", null=True, editable=False)
    approved_by = models.ForeignKey(User, models.RESTRICT, null=True, related_name="+", editable=False)
    published_at = models.DateTimeField("publicerad", null=True, editable=False)
    published_by = models.ForeignKey(User, models.RESTRICT, null=True, related_name="+", editable=False)
    withdrawn_at = models.DateTimeField("upphävd", null=True, editable=False)
    withdrawn_by = models.ForeignKey(User, models.RESTRICT, null=True, related_name="+", editable=False)
    valid_from = models.DateField("gäller från", null=True, editable=False)
    valid_to = models.DateField("gäller till och med", null=True, editable=False)
    choices = models.JSONField("val vid publicering", default=dict, editable=False)
    moves = models.JSONField("flyttas vid publicering", default=dict, editable=False)
    projected_at = models.DateTimeField("införd i processträdet", null=True, editable=False)
    renderings = models.JSONField(default=dict, editable=False)
    calls = ArrayField(models.CharField(max_length=120), default=list, editable=False)

    objects = ProcessRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = "processversion"
        verbose_name_plural = "processversioner"
        ordering = ["process", "-number"]
        triggers = [
            REVISION.fsm(),
            REVISION.starts_as_initial(),
            search_dirty_trigger("process", "{row}.process_id"),
            history.NEVER_DELETED,
            pgtrigger.Protect(
                name="approved_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__in=[APPROVED, WITHDRAWN])
                & versions.changed(*FROZEN_WHEN_APPROVED),
            ),
            pgtrigger.Protect(
                name="published_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__published_at__isnull=False)
                & versions.changed("published_at", "published_by", "approved_at", "approved_by"),
            ),
            versions.change_clears_signature(*CONTENT),
            pgtrigger.Protect(
                name="only_editorial_skips_review",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status=DRAFT, new__status=APPROVED, new__minor=0),
            ),
            pgtrigger.Trigger(
                name="editorial_has_its_decided_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__status=APPROVED, new__minor__gt=0)
                & ~pgtrigger.Q(old__status=APPROVED),
                func=f"""
                    IF NOT EXISTS (
                        SELECT FROM processes_processrevision
                        WHERE process_id = NEW.process_id AND major = NEW.major AND minor = 0
                        AND status = '{APPROVED}' AND published_at IS NOT NULL
                    ) THEN
                        RAISE EXCEPTION 'an editorial change needs the published version that it changes'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="process_revision_number_once"),
            models.UniqueConstraint(
                fields=["process", "major", "minor"],
                name="process_revision_label_once",
                violation_error_message="Versionen finns redan.",
            ),
            models.CheckConstraint(
                name="process_revision_editorial_not_reviewed",
                condition=Q(minor=0) | ~Q(status=IN_REVIEW),
                violation_error_message="En redaktionell ändring granskas inte. Gör den till en ny version.",
            ),
            models.CheckConstraint(
                name="process_revision_reviewer_has_day",
                condition=Q(reviewer=None, review_due=None)
                | Q(reviewer__isnull=False, review_due__isnull=False),
                violation_error_message="Granskare och sista dag hör ihop.",
            ),
            models.CheckConstraint(
                name="process_revision_in_review_has_reviewer",
                condition=~Q(status=IN_REVIEW) | Q(reviewer__isnull=False),
                violation_error_message="Välj vem som ska granska.",
            ),
            models.UniqueConstraint(
                fields=["process"],
                condition=OPEN,
                name="process_revision_one_open",
                violation_error_message="Det finns redan en version under arbete.",
            ),
            models.CheckConstraint(
                name="process_revision_has_title",
                condition=~Q(title=""),
                violation_error_message="Processen behöver ett namn.",
            ),
            *[versions.stamp_pair("process_revision", stamp) for stamp in STAMPS],
            versions.four_eyes("process_revision", unless=Q(minor__gt=0)),
            versions.approved_has_stamp("process_revision"),
            models.CheckConstraint(
                name="process_revision_published_has_stamps",
                condition=Q(published_at=None, valid_from=None, valid_to=None, projected_at=None)
                | Q(
                    published_at__isnull=False,
                    approved_at__isnull=False,
                    valid_from__isnull=False,
                    status__in=[APPROVED, WITHDRAWN],
                ),
                violation_error_message="Bara en fastställd version kan publiceras, med ett datum.",
            ),
            versions.withdrawn_has_stamp("process_revision"),
            models.CheckConstraint(
                name="process_revision_withdrawn_has_end",
                condition=~Q(status=WITHDRAWN) | Q(published_at=None) | Q(valid_to__isnull=False),
                violation_error_message="En upphävd version har ett slutdatum.",
            ),
            versions.dates_in_order("process_revision"),
            versions.one_in_force("process_revision", "process", condition=Q(published_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.label}"

    def get_absolute_url(self) -> str:
        return reverse("processes:revision", args=[self.process.slug, self.number])

    @property
    def label(self) -> str:
        """The number as people write it: 2, and 2.1 for a redaktionell ändring."""
        return f"{self.major}.{self.minor}" if self.minor else str(self.major)

    @property
    def is_open(self) -> bool:
        return self.published_at is None and self.status != WITHDRAWN

    @property
    def is_written(self) -> bool:
        """Its text and map may still change."""
        return self.status in (DRAFT, IN_REVIEW)

    def standing(self, day: date | None = None) -> Standing:
        """What the version is on ``day`` (today)."""
        return versions.standing(self, day)


class ProcessRevisionTransition(TransitionRecord):
    obj = models.ForeignKey(ProcessRevision, models.RESTRICT, related_name="transitions")

    class Meta(TransitionRecord.Meta):
        verbose_name = "händelse i processversion"
        verbose_name_plural = "händelser i processversioner"


@history.track()
class ProcessComment(models.Model):
    """A remark on a version under work, for the one who writes it. Append only."""

    revision = models.ForeignKey(ProcessRevision, models.RESTRICT, related_name="comments")
    text = models.TextField("kommentar", max_length=4000)
    by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="av")
    at = models.DateTimeField("när", default=timezone.now)

    class Meta:
        verbose_name = "kommentar till processversion"
        verbose_name_plural = "kommentarer till processversioner"
        ordering = ["at", "pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        constraints = [
            models.CheckConstraint(
                name="process_comment_has_text",
                condition=~Q(text=""),
                violation_error_message="Skriv en kommentar.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.text[:60]}"
