from datetime import date, timedelta

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from improvement.enums import Awaited, CaseLaw, Clock, NoticeKind, PhraseUse, Zone
from improvement.models.deviation import Deviation
from kvalitet import history, versions
from kvalitet.organisation.models import User
from kvalitet.working_days import working_days_after, working_days_between


def best(rules: list["DeadlineRule"], clock: str, law: str, zone: str) -> "DeadlineRule | None":
    """The rule that fits best: its own allvarlighet weighs more than its own lagstiftning."""
    fits = [one for one in rules if one.clock == clock and one.law in ("", law) and one.zone in ("", zone)]
    return max(fits, key=lambda one: (bool(one.zone), bool(one.law)), default=None)


def general(clock: str) -> "DeadlineRule":
    """The rule that is always there."""
    return DeadlineRule.objects.get(clock=clock, law="", zone="")


def last_day(clock: str, day: date | None = None) -> date:
    """The day by which what begins on ``day`` (today) is to be answered."""
    rule = general(clock)
    return rule.after(day or timezone.localdate(), rule.days)


@history.track()
class DeadlineRule(models.Model):
    """How long something may take: data that a municipality sets. ``law`` and ``zone`` empty mean every;
    what is not of one case (``Awaited``) has no other.

    Everything in a rule is counted in the same days. ``remind_every`` 0 reminds once when it is late;
    ``escalate_after`` None never goes to the next chef up. The general rule of a clock is always there.
    """

    IN_HISTORY, TOLD_IN_HISTORY = "fristen", ("clock", "law", "zone")

    clock = models.CharField("frist för att", max_length=20, choices=[*Clock.choices, *Awaited.choices])
    law = models.CharField("lagstiftning", max_length=10, choices=CaseLaw, blank=True)
    zone = models.CharField("allvarlighet", max_length=10, choices=Zone, blank=True)
    days = models.PositiveSmallIntegerField(
        "antal dagar", validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    is_working_days = models.BooleanField("räkna bara arbetsdagar", default=True)
    remind_before = models.PositiveSmallIntegerField(
        "påminn så många dagar före", default=1, validators=[MaxValueValidator(60)]
    )
    remind_every = models.PositiveSmallIntegerField(
        "påminn sedan med så många dagar emellan", default=0, validators=[MaxValueValidator(60)]
    )
    escalate_after = models.PositiveSmallIntegerField(
        "till chefen ovanför efter så många dagars försening",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )

    class Meta:
        verbose_name = "frist"
        verbose_name_plural = "frister"
        ordering = ["pk"]
        triggers = [
            pgtrigger.Protect(
                name="says_of_what",
                operation=pgtrigger.Update,
                condition=versions.changed("clock", "law", "zone"),
            ),
            pgtrigger.Protect(
                name="general_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__law="", old__zone=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "law", "zone"],
                name="deadline_once",
                violation_error_message="Det finns redan en frist för just det. Ändra den i stället.",
            ),
            models.CheckConstraint(
                name="deadline_is_reasonable",
                condition=Q(days__gte=1, days__lte=365),
                violation_error_message="En frist är mellan 1 och 365 dagar.",
            ),
            models.CheckConstraint(
                name="deadline_reminds_within",
                condition=Q(remind_before__lt=F("days")),
                violation_error_message="Påminnelsen kommer efter att fristen har börjat.",
            ),
            models.CheckConstraint(
                name="deadline_escalates_late",
                condition=Q(escalate_after=None) | Q(escalate_after__gte=1),
                violation_error_message="Till chefen ovanför går det tidigast en dag efter fristen.",
            ),
            models.CheckConstraint(
                name="deadline_of_answers_is_general",
                condition=~Q(clock__in=Awaited.values) | Q(law="", zone=""),
                violation_error_message="Den fristen är densamma för alla.",
            ),
        ]

    def __str__(self) -> str:
        only = ", ".join(filter(None, (self.get_law_display(), self.get_zone_display().lower())))
        return f"{self.get_clock_display()} ({only})" if only else str(self.get_clock_display())

    @property
    def is_general(self) -> bool:
        return not self.law and not self.zone

    @property
    def day_word(self) -> str:
        return "arbetsdag" if self.is_working_days else "dag"

    def in_words(self, count: int) -> str:
        """ "1 arbetsdag", "30 dagar"."""
        return f"{count} {self.day_word}" if count == 1 else f"{count} {self.day_word}ar"

    @property
    def words(self) -> str:
        return self.in_words(self.days)

    @property
    def reminder_words(self) -> str:
        """What is said before and after, and when it goes up, in one line."""
        said = [f"Påminner {self.in_words(self.remind_before)} före" if self.remind_before else ""]
        if self.remind_every:
            said.append(f"sedan var {self.remind_every}:e {self.day_word}")
        if self.escalate_after:
            said.append(f"till chefen ovanför efter {self.in_words(self.escalate_after)}")
        told = ", ".join(filter(None, said)) or "påminner en gång när den har gått ut"
        return f"{told[0].upper()}{told[1:]}."

    def after(self, day: date, count: int) -> date:
        """The day that many of the rule's days after ``day``."""
        return working_days_after(day, count) if self.is_working_days else day + timedelta(days=count)

    def between(self, first: date, last: date) -> int:
        """How many of the rule's days come after ``first`` up to and with ``last``."""
        if self.is_working_days:
            return working_days_between(first, last)
        return max((last - first).days, 0)


@history.track()
class RepeatRule(models.Model):
    """When so many cases alike come within so many days, an inquiry is proposed. There is one row."""

    IN_HISTORY = "gränsen för upprepning"

    number = models.PositiveSmallIntegerField(
        "föreslå utredning vid så många lika", validators=[MinValueValidator(2), MaxValueValidator(50)]
    )
    within_days = models.PositiveSmallIntegerField(
        "inom så många dagar", validators=[MinValueValidator(1), MaxValueValidator(730)]
    )

    class Meta:
        verbose_name = "gräns för upprepning"
        verbose_name_plural = "gränser för upprepning"
        triggers = [pgtrigger.Protect(name="always_there", operation=pgtrigger.Delete)]
        constraints = [
            models.CheckConstraint(
                name="repeat_one_row", condition=Q(pk=1), violation_error_message="Det finns en gräns."
            ),
            models.CheckConstraint(
                name="repeat_is_reasonable",
                condition=Q(number__gte=2, within_days__gte=1),
                violation_error_message="Gränsen är minst två avvikelser och minst en dag.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} lika på {self.within_days} dagar"


class SaidOnce(models.Model):
    """One thing said of one day, so that it is said once however often, and however late, the task runs.

    ``day`` is the last day itself, or for a late one the day the reminder was due. ``told`` are the ids of
    the people it went to, first of them whoever receives.
    """

    kind = models.CharField("slag", max_length=20, choices=NoticeKind)
    day = models.DateField("dag")
    told = ArrayField(models.BigIntegerField(), verbose_name="gick till", default=list)
    sent_at = models.DateTimeField("skickad", default=timezone.now)

    class Meta:
        abstract = True


class ClockNotice(SaidOnce):
    """One thing said of one clock of a case."""

    deviation = models.ForeignKey(
        Deviation, models.RESTRICT, related_name="clock_notices", verbose_name="avvikelse"
    )
    clock = models.CharField("klocka", max_length=20, choices=Clock)

    class Meta:
        verbose_name = "påminnelse om en klocka"
        verbose_name_plural = "påminnelser om klockor"
        ordering = ["sent_at", "pk"]
        triggers = [pgtrigger.Protect(name="insert_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        constraints = [
            models.UniqueConstraint(
                fields=["deviation", "clock", "kind", "day"],
                name="clock_notice_once",
                violation_error_message="Påminnelsen är redan skickad.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_clock_display().lower()}, {self.day}"


def _answer_to(name: str, title: str) -> models.ForeignKey:
    return models.ForeignKey(
        f"improvement.{name}", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=title
    )


def _one_of(*names: str) -> Q:
    """That just one of the columns is filled."""
    where = Q()
    for name in names:
        where |= Q(**{f"{one}__isnull": one != name for one in names})
    return where


class AnswerNotice(SaidOnce):
    """One thing said of an answer that others wait for, to exactly one of the three."""

    spread_answer = _answer_to("SpreadAnswer", "fråga till enheten")
    proposal = _answer_to("Proposal", "förslag")
    exchange = _answer_to("Exchange", "avvikelse i samverkan")

    class Meta:
        verbose_name = "påminnelse om ett svar"
        verbose_name_plural = "påminnelser om svar"
        ordering = ["sent_at", "pk"]
        triggers = [pgtrigger.Protect(name="insert_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        constraints = [
            models.CheckConstraint(
                name="answer_notice_of_one",
                condition=_one_of("spread_answer", "proposal", "exchange"),
                violation_error_message="Påminnelsen gäller ett enda svar.",
            ),
            models.UniqueConstraint(
                fields=["spread_answer", "proposal", "exchange", "kind", "day"],
                name="answer_notice_once",
                nulls_distinct=False,
                violation_error_message="Påminnelsen är redan skickad.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.day}"


@history.track()
class StandardPhrase(models.Model):
    """A sentence that somebody often writes, offered to them alone."""

    IN_HISTORY, TOLD_IN_HISTORY = "frasen", ()

    owner = models.ForeignKey(User, models.RESTRICT, related_name="phrases", verbose_name="ägare")
    use = models.CharField("var frasen erbjuds", max_length=20, choices=PhraseUse, default=PhraseUse.ANSWER)
    text = models.CharField("fras", max_length=500)

    class Meta:
        verbose_name = "standardfras"
        verbose_name_plural = "standardfraser"
        ordering = ["use", "text"]
        constraints = [
            models.CheckConstraint(
                name="phrase_has_text", condition=~Q(text=""), violation_error_message="Skriv en fras."
            ),
            models.UniqueConstraint(
                fields=["owner", "use", "text"],
                name="phrase_once",
                violation_error_message="Du har redan den frasen.",
            ),
        ]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"
