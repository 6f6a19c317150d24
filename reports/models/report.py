import hashlib
import json
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from kvalitet import history, versions
from kvalitet.models import Job
from kvalitet.models.job import JobStatus
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Audience, UnitKind
from kvalitet.organisation.models import Unit, User
from kvalitet.workflow import TransitionRecord
from reports.enums import FROZEN, ReportStatus
from reports.models.template import ReportTemplate
from reports.permissions import AT_BOARD, AT_STEERING_GROUP, Permission
from reports.workflow import REPORT

S = ReportStatus
COMPILE = "reports.compile"
STAMPS = {
    "sent": (S.PREPARING, S.PREPARED, S.DECIDED, S.PUBLISHED),
    "prepared": (S.PREPARED, S.DECIDED, S.PUBLISHED),
    "decided": (S.DECIDED, S.PUBLISHED),
    "published": (S.PUBLISHED,),
}
IDENTITY = ("unit", "year", "template", "created_at", "created_by")
DECIDED = (
    "dnr",
    "snapshot",
    "decision",
    "decided_on",
    *(f"{stamp}_{part}" for stamp in ("sent", "prepared", "decided") for part in ("at", "by")),
)


class QualityReportQuerySet(models.QuerySet["QualityReport"]):
    def visible_to(self, user: Any) -> "QualityReportQuerySet":
        """The published ones by audience, and those that are before ``user`` on their way there."""
        published = Q(status=S.PUBLISHED)
        if grants.audience(user) < Audience.INTERNAL:
            published &= Q(unit__kind=UnitKind.BOARD)
        if not user.is_authenticated:
            return self.filter(published)
        where = published | grants.scope(user, Permission.READ).where("unit")
        if grants.scope(user, Permission.PREPARE):
            where |= Q(status__in=AT_STEERING_GROUP)
        if grants.scope(user, Permission.READ_PREPARED):
            where |= Q(status__in=AT_BOARD)
        return self.filter(where)


def _stamp_by_status(stamp: str) -> models.CheckConstraint:
    has = [str(one) for one in STAMPS[stamp]]
    return models.CheckConstraint(
        name=f"report_{stamp}_by_status",
        condition=Q(status__in=has, **{f"{stamp}_at__isnull": False})
        | (~Q(status__in=has) & Q(**{f"{stamp}_at": None})),
        violation_error_message="Rapportens läge visar vem som gjorde det och när.",
    )


@history.track()
class QualityReport(models.Model):
    """The kvalitetsberättelse of one unit and one year.

    ``snapshot`` holds the frozen figures; compiling again while it is a draft makes a new one. From the
    decision of the nämnd (``decision`` is its paragraph) nothing in it changes.
    """

    IN_HISTORY = "kvalitetsberättelsen"
    WORKFLOW = REPORT

    unit = models.ForeignKey(Unit, models.RESTRICT, related_name="quality_reports", verbose_name="enhet")
    year = models.PositiveIntegerField("år")
    template = models.ForeignKey(ReportTemplate, models.RESTRICT, related_name="+", verbose_name="mall")
    dnr = models.CharField("diarienummer", max_length=60, blank=True)
    status = models.CharField("läge", max_length=20, choices=ReportStatus, default=S.DRAFT)
    snapshot = models.ForeignKey(
        "reports.Snapshot",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="siffror",
    )
    decision = models.CharField("nämndens paragraf", max_length=60, blank=True)
    decided_on = models.DateField("nämndens beslut", null=True, blank=True)
    created_at = models.DateTimeField("påbörjad", default=timezone.now)
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="påbörjad av")
    sent_at = models.DateTimeField("skickad", null=True, editable=False)
    sent_by = models.ForeignKey(
        User, models.RESTRICT, null=True, related_name="+", editable=False, verbose_name="skickad av"
    )
    prepared_at = models.DateTimeField("beredd", null=True, editable=False)
    prepared_by = models.ForeignKey(
        User, models.RESTRICT, null=True, related_name="+", editable=False, verbose_name="beredd av"
    )
    decided_at = models.DateTimeField("beslutet infört", null=True, editable=False)
    decided_by = models.ForeignKey(
        User, models.RESTRICT, null=True, related_name="+", editable=False, verbose_name="beslutet infört av"
    )
    published_at = models.DateTimeField("publicerad", null=True, editable=False)
    published_by = models.ForeignKey(
        User, models.RESTRICT, null=True, related_name="+", editable=False, verbose_name="publicerad av"
    )

    objects = QualityReportQuerySet.as_manager()

    class Meta:
        verbose_name = "kvalitetsberättelse"
        verbose_name_plural = "kvalitetsberättelser"
        ordering = ["-year", "unit__name", "pk"]
        indexes = [models.Index(fields=["year", "id"], name="report_by_year")]
        triggers = [
            REPORT.fsm(),
            REPORT.starts_as_initial(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="identity_is_frozen", operation=pgtrigger.Update, condition=versions.changed(*IDENTITY)
            ),
            pgtrigger.Protect(
                name="figures_frozen_when_sent",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__status=S.DRAFT) & versions.changed("snapshot"),
            ),
            pgtrigger.Protect(
                name="decided_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__in=list(FROZEN)) & versions.changed(*DECIDED),
            ),
            pgtrigger.Protect(
                name="published_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status=S.PUBLISHED)
                & versions.changed("published_at", "published_by"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year"],
                name="report_once_a_year",
                violation_error_message="Enheten har redan en kvalitetsberättelse för det året.",
            ),
            models.CheckConstraint(
                name="report_year_sensible",
                condition=Q(year__range=(2000, 2100)),
                violation_error_message="Ange ett år mellan 2000 och 2100.",
            ),
            *(versions.stamp_pair("report", stamp) for stamp in STAMPS),
            *(_stamp_by_status(stamp) for stamp in STAMPS),
            models.CheckConstraint(
                name="report_figures_before_sent",
                condition=Q(status=S.DRAFT) | Q(snapshot__isnull=False),
                violation_error_message="Sammanställ siffrorna innan rapporten skickas.",
            ),
            models.CheckConstraint(
                name="report_decision_by_status",
                condition=(Q(status__in=list(FROZEN), decided_on__isnull=False) & ~Q(decision=""))
                | (~Q(status__in=list(FROZEN)) & Q(decided_on=None, decision="")),
                violation_error_message="Nämndens paragraf och datum hör till en beslutad rapport.",
            ),
            models.CheckConstraint(
                name="report_prepared_by_other",
                condition=Q(prepared_by=None) | ~Q(prepared_by=models.F("sent_by")),
                violation_error_message="Den som skickade rapporten markerar den inte själv som beredd.",
            ),
        ]

    def __str__(self) -> str:
        return f"Kvalitetsberättelse {self.year}, {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("reports:report", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == S.DRAFT

    @property
    def is_frozen(self) -> bool:
        return self.status in FROZEN

    def all_chapters(self) -> list["Chapter"]:
        """The chapters in order; read once per object."""
        if not hasattr(self, "_chapters"):
            self._chapters = list(self.chapters.order_by("position"))
        return self._chapters

    def content_sha256(self) -> str:
        """Of everything that the PDF is made from."""
        texts = [[one.title, one.text] for one in self.all_chapters()]
        decision = [self.decision, str(self.decided_on or "")]
        told = [self.unit.name, self.year, self.dnr, self.snapshot.sha256 if self.snapshot else ""]
        return hashlib.sha256(json.dumps([told, decision, texts], ensure_ascii=False).encode()).hexdigest()

    def is_compiling(self) -> bool:
        jobs = Job.objects.filter(kind=COMPILE, key=self.job_key)
        return jobs.filter(status__in=[JobStatus.WAITING, JobStatus.RUNNING]).exists()

    @property
    def job_key(self) -> str:
        """One job a report at a time."""
        return f"report:{self.pk}"

    def latest_file(self) -> Any:
        """The PDF made last, or None; read once per object."""
        if not hasattr(self, "_file"):
            self._file = self.files.order_by("-created_at", "-pk").first()
        return self._file

    def is_typeset(self) -> bool:
        """Whether the PDF shows what the report holds now."""
        made = self.latest_file()
        return made is not None and made.content_sha256 == self.content_sha256()


class QualityReportTransition(TransitionRecord):
    obj = models.ForeignKey(QualityReport, models.RESTRICT, related_name="transitions")

    class Meta(TransitionRecord.Meta):
        verbose_name = "händelse i kvalitetsberättelse"
        verbose_name_plural = "händelser i kvalitetsberättelser"


@history.track()
class Chapter(models.Model):
    """A chapter of one report: its guidance and figures from the template, its text in Markdown."""

    IN_HISTORY = "kapitlet"

    report = models.ForeignKey(
        QualityReport, models.RESTRICT, related_name="chapters", verbose_name="kvalitetsberättelse"
    )
    position = models.PositiveIntegerField("ordning")
    key = models.SlugField("nyckel", max_length=40)
    title = models.CharField("rubrik", max_length=120)
    guidance = models.TextField("stöd till den som skriver", blank=True)
    figures = models.JSONField("siffror", default=list)
    text = models.TextField("text", blank=True)

    class Meta:
        verbose_name = "kapitel"
        verbose_name_plural = "kapitel"
        ordering = ["report", "position"]
        triggers = [
            pgtrigger.Trigger(
                name="written_in_draft_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=f"""
                    IF EXISTS (
                        SELECT FROM reports_qualityreport
                        WHERE id = NEW.report_id AND status <> '{S.DRAFT.value}'
                    ) THEN
                        RAISE EXCEPTION 'a report that is sent is not changed'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "key"],
                name="chapter_once",
                violation_error_message="Kapitlet finns redan i rapporten.",
            ),
            models.UniqueConstraint(
                fields=["report", "position"],
                name="chapter_place_once",
                violation_error_message="Ett annat kapitel har redan den platsen.",
            ),
        ]

    def __str__(self) -> str:
        return self.title
