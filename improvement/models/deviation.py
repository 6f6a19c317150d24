from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from documents.models import Revision
from improvement import wording
from improvement.enums import (
    HANDLED,
    OPEN_STATUSES,
    CaseLaw,
    DeviationStatus,
    Harm,
    Suspicion,
    Told,
    Zone,
)
from improvement.models import circles
from improvement.models.case_rows import DeviationQuerySet
from improvement.models.taxonomy import DeviationCategory, RiskMatrix
from improvement.workflow import DEVIATION, SUSPICION
from kvalitet import history, versions
from kvalitet.masking import Spoken
from kvalitet.organisation import line
from kvalitet.organisation.models import Denial, Unit, User
from kvalitet.search import search_dirty_trigger
from kvalitet.workflow import TransitionRecord
from processes.models import Process

STATUS = DeviationStatus
# What the reporter said: it is supplemented, never changed.
REPORT = (
    "submission",
    "reported_at",
    "reported_on",
    "reported_by",
    "what_happened",
    "happened_on",
    "happened_at",
    "harm",
    "immediate_action",
    "is_manager_involved",
)


OVER = (STATUS.CLOSED, STATUS.NOT_DEVIATION, STATUS.TO_INQUIRY, STATUS.MERGED, STATUS.WITHDRAWN)
OVER_UNPLACED = OVER[1:]  # what ended before its place was known


def _set_path() -> pgtrigger.Trigger:
    """The unit and those above it the day the case is laid there: later moves change no figure."""
    return pgtrigger.Trigger(
        name="path_of_the_day",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
            IF TG_OP = 'UPDATE' AND NEW.unit_id IS NOT DISTINCT FROM OLD.unit_id THEN
                NEW.unit_path = OLD.unit_path;
                RETURN NEW;
            END IF;
            NEW.unit_path = coalesce((
                SELECT array_agg(above.id ORDER BY above.level) FROM organisation_unit here
                JOIN organisation_unit above ON above.tree_id = here.tree_id
                AND above.lft <= here.lft AND above.rght >= here.rght WHERE here.id = NEW.unit_id
            ), '{}');
            RETURN NEW;
        """,
    )


def _stamped(name: str, stamp: str, *statuses: str) -> models.CheckConstraint:
    """In ``statuses`` the stamp is there."""
    return models.CheckConstraint(
        name=f"deviation_{name}",
        condition=~Q(status__in=statuses) | Q(**{f"{stamp}_at__isnull": False}),
        violation_error_message="Den som gjorde det och tiden hör ihop med läget.",
    )


def _told(name: str) -> models.CheckConstraint:
    """Yes has its day, no its reason, and what is not said has neither."""
    day, reason = f"{name}_on", f"{name}_reason"
    return models.CheckConstraint(
        name=f"deviation_{name}_is_explained",
        condition=Q(**{name: "", f"{day}__isnull": True, reason: ""})
        | Q(**{name: Told.YES, f"{day}__isnull": False, reason: ""})
        | (Q(**{name: Told.NO, f"{day}__isnull": True}) & ~Q(**{reason: ""})),
        violation_error_message="Ange dagen när svaret är ja, och varför när det är nej.",
    )


@history.track()
class Deviation(models.Model):
    """An avvikelse: what somebody reported, and what those who handle it say of it.

    The report is frozen when it is sent. ``unit`` is where it happened (None: vet inte, the samordnare
    distributes it) and ``unit_path`` that unit and those above it of that day, set by the database.
    ``routine`` is the version that was in force. ``summary`` names nobody: lists and reports show it alone.
    An event under two laws is two parts, each with its own circle: ``part_of`` is the one it was parted from.
    ``merged_into`` is the case that goes on with what is the same.
    """

    CONFIDENTIAL = (
        "what_happened",
        "immediate_action",
        "answer",
        "assessment_reason",
        "consequence_text",
        "informed_reason",
        "documented_reason",
    )
    IN_HISTORY, BORN_IN_HISTORY = "avvikelsen", "rapporterade"
    NOT_IN_HISTORY = ("submission", "unit_path", "reported_on", "matrix")
    CHANGED_IN_HISTORY: ClassVar = {
        "answer": "svarade rapportören på samma gång som i den avvikelse den är sammanslagen med",
        "informed": "angav om den enskilde är informerad och om det är dokumenterat",
        "documented": "angav om den enskilde är informerad och om det är dokumenterat",
    }
    WORKFLOW = (DEVIATION, SUSPICION)

    submission = models.UUIDField("formulärets nyckel", unique=True, editable=False)
    reported_at = models.DateTimeField("rapporterad", default=timezone.now)
    reported_on = models.DateField("rapporterad dag", default=timezone.localdate)
    reported_by = models.ForeignKey(User, models.RESTRICT, related_name="reports", verbose_name="rapportör")
    what_happened = models.TextField("vad hände?")
    happened_on = models.DateField("när hände det?")
    happened_at = models.TimeField("klockan", null=True, blank=True)
    unit = models.ForeignKey(
        Unit, models.RESTRICT, null=True, blank=True, related_name="deviations", verbose_name="var hände det?"
    )
    unit_path = ArrayField(models.BigIntegerField(), verbose_name="enheter den dagen", default=list)
    harm = models.CharField("drabbades någon?", max_length=20, choices=Harm)
    immediate_action = models.TextField("vad gjorde ni direkt?", blank=True)
    is_manager_involved = models.BooleanField("min chef är berörd", default=False)
    suspicion = models.CharField(
        "misstanke om missförhållande", max_length=20, choices=Suspicion, default=Suspicion.NONE
    )
    process = models.ForeignKey(
        Process, models.RESTRICT, null=True, blank=True, related_name="deviations", verbose_name="process"
    )
    routine = models.ForeignKey(
        Revision,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="deviations",
        verbose_name="rutin som gällde",
    )

    part_of = models.OneToOneField(
        "self", models.RESTRICT, null=True, blank=True, related_name="part", verbose_name="delad från"
    )

    status = models.CharField("läge", max_length=20, choices=STATUS, default=STATUS.REPORTED)
    receive_by = models.DateField("tas emot senast", null=True, blank=True)
    answer_by = models.DateField("svar senast")
    investigate_by = models.DateField("utredd senast", null=True, blank=True)
    category = models.ForeignKey(
        DeviationCategory,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="deviations",
        verbose_name="kategori",
    )
    law = models.CharField("lagstiftning", max_length=10, choices=CaseLaw, blank=True)
    summary = models.CharField("sammanfattning utan personuppgifter", max_length=300, blank=True)
    matrix = models.ForeignKey(
        RiskMatrix, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="riskmatris"
    )
    likelihood = models.PositiveSmallIntegerField("sannolikhet att det händer igen", null=True, blank=True)
    consequence = models.PositiveSmallIntegerField("konsekvens", null=True, blank=True)
    zone = models.CharField("allvarlighet", max_length=10, choices=Zone, blank=True)
    assessment_reason = models.TextField("motivering", blank=True)
    consequence_text = models.TextField("följd för den enskilde", blank=True)
    answer = models.TextField("det här ändrade vi", blank=True)
    inquiry_dnr = models.CharField("utredningens diarienummer", max_length=60, blank=True)
    informed = models.CharField("den enskilde informerad", max_length=5, choices=Told, blank=True)
    informed_on = models.DateField("informerad den", null=True, blank=True)
    informed_reason = models.TextField("varför den enskilde inte är informerad", blank=True)
    documented = models.CharField("dokumenterat i akt eller journal", max_length=5, choices=Told, blank=True)
    documented_on = models.DateField("dokumenterat den", null=True, blank=True)
    documented_reason = models.TextField("varför det inte är dokumenterat", blank=True)
    merged_into = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="merged", verbose_name="hanteras i"
    )

    received_at = models.DateTimeField("mottagen", null=True, blank=True)
    received_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="mottagen av"
    )
    investigated_at = models.DateTimeField("utredd", null=True, blank=True)
    investigated_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="utredd av"
    )
    answered_at = models.DateTimeField("besvarad", null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="besvarad av"
    )
    closed_at = models.DateTimeField("avslutad", null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="avslutad av"
    )
    suspicion_judged_at = models.DateTimeField("misstanken bedömd", null=True, blank=True)
    suspicion_judged_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="misstanken bedömd av"
    )

    objects = DeviationQuerySet.as_manager()

    class Meta:
        verbose_name = "avvikelse"
        verbose_name_plural = "avvikelser"
        ordering = ["-reported_at", "-pk"]
        permissions = [("handle", "Handlägga en enskild avvikelse")]
        indexes = [
            models.Index(fields=["-reported_at", "-id"], name="deviation_by_time"),
            # With the key, so that what hangs on the cases of a unit is found in the index alone.
            models.Index(fields=["unit", "-reported_at"], include=["id"], name="deviation_by_unit"),
            models.Index(fields=["process", "reported_on"], name="deviation_by_process"),
            models.Index(fields=["reported_by", "-reported_at"], name="deviation_by_reporter"),
            # What the statistics count by: they read the index alone, a tenth of the table.
            models.Index(
                fields=["reported_on"],
                include=["id", "unit_path", "category", "law", "zone", "status", "answered_at", "closed_at"],
                name="deviation_figures",
            ),
            models.Index(
                fields=["answer_by", "id"],
                name="deviation_unanswered",
                condition=Q(answered_at=None, closed_at=None),
            ),
            models.Index(fields=["law"], name="deviation_hsl", condition=Q(law=CaseLaw.HSL)),
            models.Index(
                fields=["suspicion"], name="deviation_suspected", condition=~Q(suspicion=Suspicion.NONE)
            ),
            models.Index(fields=["status"], name="deviation_open", condition=Q(status__in=OPEN_STATUSES)),
            GinIndex(fields=["unit_path"], name="deviation_unit_path"),
        ]
        triggers = [
            DEVIATION.fsm(),
            DEVIATION.starts_as_initial(),
            SUSPICION.fsm(),
            _set_path(),
            search_dirty_trigger("deviation"),
            search_dirty_trigger("investigation"),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="report_is_frozen", operation=pgtrigger.Update, condition=versions.changed(*REPORT)
            ),
        ]
        constraints = [
            *(
                versions.stamp_pair("deviation", stamp)
                for stamp in ("received", "investigated", "answered", "closed", "suspicion_judged")
            ),
            _stamped("received_when_handled", "received", *HANDLED, STATUS.CLOSED),
            _stamped("answered_when_acted", "answered", STATUS.ACTED, STATUS.CLOSED, STATUS.NOT_DEVIATION),
            _stamped("closed_when_over", "closed", *OVER),
            models.CheckConstraint(
                name="deviation_open_is_not_closed",
                condition=~Q(status__in=OPEN_STATUSES) | Q(closed_at=None),
                violation_error_message="En öppen avvikelse är inte avslutad.",
            ),
            models.CheckConstraint(
                name="deviation_reported_is_not_received",
                condition=~Q(status=STATUS.REPORTED) | Q(received_at=None),
                violation_error_message="En avvikelse som väntar på att tas emot är inte mottagen.",
            ),
            models.CheckConstraint(
                name="deviation_judged_suspicion_has_stamp",
                condition=~Q(suspicion__in=[Suspicion.RETURNED, Suspicion.INQUIRY])
                | Q(suspicion_judged_at__isnull=False),
                violation_error_message="En bedömd misstanke visar vem som bedömde den och när.",
            ),
            models.CheckConstraint(
                name="deviation_happened_before_report",
                condition=Q(happened_on__lte=F("reported_on")),
                violation_error_message="Händelsen kan inte ligga framåt i tiden.",
            ),
            models.CheckConstraint(
                name="deviation_assessment_whole",
                condition=Q(matrix=None, likelihood=None, consequence=None, zone="")
                | (
                    # What is null is neither true nor false, and a check refuses only what is false.
                    Q(matrix__isnull=False, likelihood__isnull=False, consequence__isnull=False)
                    & Q(likelihood__gte=1, consequence__gte=1)
                    & ~Q(zone="")
                ),
                violation_error_message="Ange både sannolikhet och konsekvens.",
            ),
            models.CheckConstraint(
                name="deviation_placed_before_handled",
                condition=Q(unit__isnull=False) | Q(status=STATUS.REPORTED) | Q(status__in=OVER_UNPLACED),
                violation_error_message="Lägg avvikelsen på rätt enhet först.",
            ),
            models.CheckConstraint(
                name="deviation_suspicion_settled",
                condition=~Q(suspicion=Suspicion.SUSPECTED)
                | ~Q(status__in=[STATUS.CLOSED, STATUS.NOT_DEVIATION, STATUS.MERGED, STATUS.WITHDRAWN]),
                violation_error_message="Lex Sarah-ansvarig bedömer misstanken innan avvikelsen avslutas.",
            ),
            models.CheckConstraint(
                name="deviation_inquiry_has_dnr",
                condition=(Q(status=STATUS.TO_INQUIRY, suspicion=Suspicion.INQUIRY) & ~Q(inquiry_dnr=""))
                | ~Q(status=STATUS.TO_INQUIRY),
                violation_error_message="Ange utredningens diarienummer.",
            ),
            _told("informed"),
            _told("documented"),
            models.CheckConstraint(
                name="deviation_merged_into_another",
                condition=(Q(status=STATUS.MERGED, merged_into__isnull=False) & ~Q(merged_into=F("pk")))
                | (~Q(status=STATUS.MERGED) & Q(merged_into=None)),
                violation_error_message="Ange vilken annan avvikelse den här slås ihop med.",
            ),
            models.CheckConstraint(
                name="deviation_not_part_of_itself",
                condition=Q(part_of=None) | ~Q(part_of=F("pk")),
                violation_error_message="En avvikelse kan inte vara en del av sig själv.",
            ),
        ]

    def __str__(self) -> str:
        return f"Avvikelse {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("improvement:deviation", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def spoken_of(self) -> Spoken:
        """By which words the one it is about is spoken of, where names are masked."""
        return wording.spoken_of(self.unit, self.law)

    @property
    def is_secret(self) -> bool:
        return self.suspicion in circles.SECRET

    @property
    def is_late(self) -> bool:
        """The answer to the reporter is overdue."""
        is_waiting = self.is_open and self.answered_at is None
        return is_waiting and self.answer_by < timezone.localdate()

    def causes_now(self) -> list[Any]:
        """Those that stand, as they were when first asked for; read once per object."""
        if not hasattr(self, "_causes_now"):
            self._causes_now = list(self.causes.standing())
        return self._causes_now

    def all_measures(self) -> Any:
        """Measures born from the case, and those of other cases that answer it too."""
        from improvement.models.measure import Measure

        return Measure.objects.answering(self.pk)

    def barred(self) -> list[Denial]:
        """Those who are jäviga in the case, with the reasons; read once per object."""
        if not hasattr(self, "_barred"):
            rows = circles.denials().filter(object_id=self.pk) if self.pk else circles.denials().none()
            self._barred = list(rows.select_related("user"))
        return self._barred

    def barred_ids(self) -> frozenset[int]:
        return frozenset(row.user_id for row in self.barred())

    def forget_barred(self) -> None:
        """Drop what was read, after a change of jäv."""
        self.__dict__.pop("_barred", None)

    def chain(self) -> list[line.Link]:
        """Those who answer for the unit, nearest first; read once per object and unit."""
        if self.unit_id is None:
            return []
        if getattr(self, "_chain_of", None) != self.unit_id:
            self._chain, self._chain_of = line.chains([self.unit_id])[self.unit_id], self.unit_id
        return self._chain


class DeviationTransition(TransitionRecord):
    obj = models.ForeignKey(Deviation, models.RESTRICT, related_name="transitions")

    class Meta(TransitionRecord.Meta):
        verbose_name = "händelse i avvikelse"
        verbose_name_plural = "händelser i avvikelser"
