from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from kvalitet import history
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models.unit import Unit
from kvalitet.organisation.models.user import User


class DateRange(Func):
    """PostgreSQL's daterange over two date columns, both ends included."""

    function = "DATERANGE"
    output_field = DateRangeField()


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def on(self, day: date) -> "RoleAssignmentQuerySet":
        return self.filter(Q(valid_to__gte=day) | Q(valid_to=None), valid_from__lte=day)

    def coming(self, day: date) -> "RoleAssignmentQuerySet":
        return self.filter(valid_from__gt=day)

    def ended(self, day: date) -> "RoleAssignmentQuerySet":
        return self.filter(valid_to__lt=day)

    def ending(self, first: date, last: date) -> "RoleAssignmentQuerySet":
        """Roles in force whose last day lies between the two, both included."""
        return self.filter(valid_from__lte=first, valid_to__range=(first, last))


@history.track()
class RoleAssignment(models.Model):
    """Who has which role where and when: the only truth about roles. May be entered ahead of time."""

    IN_HISTORY = "rollen"

    user = models.ForeignKey(User, models.RESTRICT, related_name="assignments", verbose_name="person")
    role = models.CharField("roll", max_length=30, choices=Role)
    unit = models.ForeignKey(Unit, models.RESTRICT, related_name="assignments", verbose_name="enhet")
    valid_from = models.DateField("från och med")
    valid_to = models.DateField("till och med", null=True, blank=True)
    is_main_recipient = models.BooleanField(
        "huvudmottagare", default=False, help_text="Tar emot enhetens avvikelser när flera är chef."
    )
    is_acting = models.BooleanField(
        "tillförordnad", default=False, help_text="Täcker en vakans i väntan på ordinarie."
    )
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="utsedd av")
    created_at = models.DateTimeField("utsedd", auto_now_add=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "rolltilldelning"
        verbose_name_plural = "rolltilldelningar"
        ordering = ["unit", "role", "valid_from"]
        indexes = [models.Index(fields=["user", "valid_from"]), models.Index(fields=["unit", "role"])]
        constraints = [
            models.CheckConstraint(
                name="assignment_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Slutdatum kan inte ligga före startdatum.",
            ),
            models.CheckConstraint(
                name="assignment_main_recipient_is_manager",
                condition=Q(is_main_recipient=False) | Q(role=Role.MANAGER),
                violation_error_message="Bara en chef kan vara huvudmottagare.",
            ),
            models.CheckConstraint(
                name="assignment_by_another",
                condition=~Q(user=F("created_by")),
                violation_error_message="Du kan inte utse dig själv. Be någon annan som får utse.",
            ),
            ExclusionConstraint(
                name="assignment_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to", RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Personen har redan den rollen på enheten under den tiden.",
            ),
            ExclusionConstraint(
                name="assignment_one_main_recipient",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to", RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
                condition=Q(is_main_recipient=True),
                violation_error_message="Enheten har redan en huvudmottagare under den tiden.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.unit}"

    def is_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def state_on(self, day: date) -> str:
        """In words for a status: Gäller, Kommande or Avslutad."""
        if self.valid_from > day:
            return "Kommande"
        return "Gäller" if self.is_on(day) else "Avslutad"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def on(self, day: date) -> "AbsenceQuerySet":
        return self.filter(first_day__lte=day, last_day__gte=day)

    def between(self, first: date, last: date) -> "AbsenceQuerySet":
        """Absences with at least one day between the two, both included."""
        return self.filter(first_day__lte=last, last_day__gte=first)


@history.track()
class Absence(models.Model):
    """A person is away; the ersättare has their roles meanwhile and acts as "NN som ersättare för MM"."""

    IN_HISTORY = "frånvaron"

    user = models.ForeignKey(User, models.RESTRICT, related_name="absences", verbose_name="den som är borta")
    substitute = models.ForeignKey(
        User, models.RESTRICT, related_name="substitutions", verbose_name="ersättare"
    )
    first_day = models.DateField("första dag borta")
    last_day = models.DateField("sista dag borta")
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "frånvaro"
        verbose_name_plural = "frånvaro"
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                name="absence_dates_in_order",
                condition=Q(last_day__gte=F("first_day")),
                violation_error_message="Sista dagen kan inte ligga före första dagen.",
            ),
            models.CheckConstraint(
                name="absence_other_substitute",
                condition=~Q(user=F("substitute")),
                violation_error_message="Du kan inte vara din egen ersättare. Välj någon annan.",
            ),
            models.CheckConstraint(
                name="absence_not_for_oneself",
                condition=Q(created_by=F("user")) | ~Q(created_by=F("substitute")),
                violation_error_message="Du kan inte göra dig själv till ersättare för någon annan. "
                "Be personen eller någon annan som får lägga in frånvaron.",
            ),
            ExclusionConstraint(
                name="absence_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (DateRange("first_day", "last_day", RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Det finns redan en frånvaro under de dagarna.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} borta {self.first_day}–{self.last_day}, ersättare {self.substitute}"


@history.track()
class Denial(models.Model):
    """Jäv: one person may not see or touch one case. Beats every grant, ersättare and admin included."""

    user = models.ForeignKey(User, models.RESTRICT, related_name="denials", verbose_name="person")
    content_type = models.ForeignKey(ContentType, models.RESTRICT, related_name="+")
    object_id = models.BigIntegerField()
    reason = models.CharField("skäl", max_length=500)
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="angivet av")
    created_at = models.DateTimeField("angivet", auto_now_add=True)

    class Meta:
        verbose_name = "jäv"
        verbose_name_plural = "jäv"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "content_type", "object_id"],
                name="denial_once",
                violation_error_message="Jävet är redan angivet.",
            ),
            models.CheckConstraint(
                name="denial_has_reason",
                condition=~Q(reason=""),
                violation_error_message="Skriv varför personen är jävig.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.content_type} {self.object_id}"
