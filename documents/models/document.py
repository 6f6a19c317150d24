from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.functions import Upper
from django.utils import timezone

from documents import permissions
from documents.enums import (
    APPROVERS,
    DECIDED_BY_BOARD,
    LINKS_TO_LAW,
    SHORT_LIVED,
    Approver,
    DocumentType,
    Retention,
    Visibility,
)
from documents.permissions import Permission
from kvalitet import history, versions
from kvalitet.lookups import ExistsForEach
from kvalitet.navigation import address
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Audience, Law
from kvalitet.organisation.models import Unit, User
from kvalitet.organisation.permissions import Permission as OrganisationPermission
from kvalitet.search import search_dirty_trigger
from kvalitet.sorting import Swedish
from kvalitet.versions import RevisionStatus
from processes.models import Process
from processes.permissions import stands_for

DEFAULT_REVIEW_MONTHS = 24
# Others change what a law says, whether or not anybody here has noticed.
LAW_REVIEW_MONTHS = 12
READERS = {
    Audience.PUBLIC: (Visibility.PUBLIC,),
    Audience.PROVIDER: (Visibility.PUBLIC, Visibility.PROVIDER),
    Audience.INTERNAL: (Visibility.PUBLIC, Visibility.PROVIDER, Visibility.INTERNAL),
}


def owned_processes(user: Any) -> Any:
    """Ids of the processes that ``user`` answers for today: as owner, or as the nearest owner above."""
    return processes_owned_by(stands_for(user))


def processes_owned_by(people: Iterable[int]) -> Any:
    """Ids of the processes that those of the ids ``people`` answer for."""
    mine = list(people)
    if not mine:
        return Process.objects.none().values("pk")
    owned = Q(owner__in=mine) | Q(owner=None, parent__owner__in=mine)
    owned |= Q(owner=None, parent__owner=None, parent__parent__owner__in=mine)
    return Process.objects.filter(owned).values("pk")


def review_months_of(kind: str) -> int:
    """How often a document of the type is looked over, unless somebody says otherwise."""
    return LAW_REVIEW_MONTHS if kind in LINKS_TO_LAW else DEFAULT_REVIEW_MONTHS


def retention_of(kind: str) -> str:
    """What becomes of a document of the type that no longer holds, unless somebody says otherwise."""
    return Retention.WHEN_OBSOLETE if kind in SHORT_LIVED else Retention.KEPT


def _types_of(approver: Approver) -> list[str]:
    return [kind for kind, who in APPROVERS.items() if who == approver]


def _versions() -> Any:
    from documents.models.revision import Revision

    return Revision.objects.all()


def _has(**values: Any) -> Exists:
    return ExistsForEach(_versions().filter(document=OuterRef("pk"), **values))


def _has_issued() -> Exists:
    from documents.models.revision import Revision

    return ExistsForEach(Revision.objects.issued().filter(document=OuterRef("pk")))


def _has_in_force(day: date | None = None) -> Exists:
    from documents.models.revision import Revision

    return ExistsForEach(Revision.objects.in_force(day).filter(document=OuterRef("pk")))


def _at_home_with(user: Any) -> Exists:
    """Documents that belong to a process of the user's."""
    from documents.models.link import DocumentLink

    homes = DocumentLink.objects.filter(is_home=True, document=OuterRef("pk"))
    return ExistsForEach(homes.filter(process__in=owned_processes(user)))


def _approvable(user: Any, approvers: Iterable[Approver]) -> Q:
    """Documents that ``user`` decides on by a role; empty (false) when there is no such role."""
    condition = Q()
    for approver in approvers:
        scope = grants.scope(user, permissions.APPROVE[approver])
        if scope:
            condition |= Q(type__in=_types_of(approver)) & scope.where("owner_unit")
    return condition


class DocumentQuerySet(models.QuerySet["Document"]):
    def issued(self) -> "DocumentQuerySet":
        """Documents with a version that is or has been fastställd."""
        return self.filter(_has_issued())

    def in_force(self, day: date | None = None) -> "DocumentQuerySet":
        """Documents with a version that holds on ``day`` (today)."""
        return self.filter(_has_in_force(day))

    def coming(self, day: date | None = None) -> "DocumentQuerySet":
        """Documents with a fastställd version whose first day lies ahead."""
        day = day or timezone.localdate()
        return self.filter(_has(status=RevisionStatus.APPROVED, valid_from__gt=day))

    def in_status(self, *statuses: str) -> "DocumentQuerySet":
        """Documents with a version under work in one of ``statuses``."""
        return self.filter(_has(status__in=statuses))

    def overdue(self, day: date | None = None) -> "DocumentQuerySet":
        """In force, and their date of review has passed."""
        day = day or timezone.localdate()
        return self.in_force(day).filter(next_review__lt=day)

    def was_overdue(self, day: date) -> "DocumentQuerySet":
        """In force on ``day``, when their date of review had passed: if another version has come since, the
        date that the one of that day had.
        """
        still = Q(valid_to=None) | Q(valid_to__gte=timezone.localdate())
        held = _versions().in_force(day).filter(document=OuterRef("pk"))
        due = Func(
            F("valid_from"),
            F("document__review_months"),
            template="(%(expressions)s))::date",
            arg_joiner=" + make_interval(months => ",
            output_field=models.DateField(),
        )
        replaced = held.filter(~still).alias(due=due).filter(due__lt=day)
        return self.filter(
            Q(ExistsForEach(held.filter(still)), next_review__lt=day) | Q(ExistsForEach(replaced))
        )

    def with_version_approved(
        self, first: datetime | None, last: datetime | None, which: Q
    ) -> "DocumentQuerySet":
        """Documents with such a version fastställd between the two, which may each be left open."""
        rows = _versions().issued().filter(which, document=OuterRef("pk"))
        if first:
            rows = rows.filter(approved_at__gte=first)
        if last:
            rows = rows.filter(approved_at__lte=last)
        return self.filter(ExistsForEach(rows))

    def with_drafts_for(self, user: Any) -> "DocumentQuerySet":
        """Documents whose drafts ``user`` may read: by role, as responsible, co-author or process owner."""
        if grants.scope(user, Permission.READ_DRAFTS).everywhere:
            return self.not_denied(user)
        return self.filter(self._drafts(user)).not_denied(user)

    @staticmethod
    def _drafts(user: Any) -> Q:
        if not user.is_authenticated:
            return Q(pk__in=[])
        mine = list(stands_for(user))
        roles = grants.scope(user, Permission.READ_DRAFTS)
        invited = grants.scope(user, Permission.COAUTHOR).object_ids
        where = Q(owner_unit__in=list(roles.unit_ids)) | Q(responsible__in=mine)
        where |= Q(pk__in=list(invited)) | Q(_at_home_with(user))
        where |= Q(_has(status__in=[RevisionStatus.DRAFT, RevisionStatus.IN_REVIEW], author__in=mine))
        to_decide = _approvable(user, (Approver.BOARD, Approver.STEERING_GROUP))
        return where | (to_decide & Q(_has(status=RevisionStatus.IN_REVIEW))) if to_decide else where

    def visible_to(self, user: Any) -> "DocumentQuerySet":
        """What ``user`` may open. Employees also see what is no longer in force; jäv is subtracted last."""
        if grants.scope(user, Permission.READ_DRAFTS).everywhere:
            return self.not_denied(user)
        audience = grants.audience(user)
        readable = Q(visibility__in=READERS[audience])
        if not user.is_authenticated:
            return self.filter(readable).in_force()
        units = grants.scope(user, OrganisationPermission.READ_UNIT).unit_ids
        readable |= Q(visibility=Visibility.UNIT, owner_unit__in=list(units))
        readable |= Q(pk__in=list(grants.scope(user, Permission.GUEST).object_ids))
        exists = _has_issued() if audience >= Audience.INTERNAL else _has_in_force()
        return self.filter((readable & Q(exists)) | self._drafts(user)).not_denied(user)

    def approvable_by(self, user: Any) -> "DocumentQuerySet":
        """Documents whose versions ``user`` may fastställa, by their type and place."""
        owned = Q(_at_home_with(user), type__in=_types_of(Approver.PROCESS_OWNER))
        hsl = grants.scope(user, Permission.APPROVE_HSL)
        if hsl:
            routines = Q(type__in=permissions.HSL_ROUTINES, owner_unit__law=Law.HSL)
            owned |= routines & hsl.where("owner_unit")
        return self.filter(owned | _approvable(user, permissions.APPROVE)).not_denied(user)

    def not_denied(self, user: Any) -> "DocumentQuerySet":
        denied = grants.denied_ids(user, Document)
        return self.exclude(pk__in=denied) if denied else self


@history.track()
class Document(models.Model):
    """A routine, a guideline, a template or a link: identity, place and who answers for it.

    What it says stands in its ``Revision``. ``responsible`` is shown by name to employees only.
    """

    title = models.CharField("titel", max_length=200)
    type = models.CharField("typ", max_length=20, choices=DocumentType)
    owner_unit = models.ForeignKey(
        Unit, models.RESTRICT, related_name="documents", verbose_name="enhet som äger dokumentet"
    )
    responsible = models.ForeignKey(
        User, models.RESTRICT, related_name="responsible_documents", verbose_name="ansvarig"
    )
    dnr = models.CharField("diarienummer", max_length=60, blank=True)
    visibility = models.CharField(
        "synligt för", max_length=20, choices=Visibility, default=Visibility.INTERNAL
    )
    target_group = models.CharField(
        "målgrupp", max_length=200, blank=True, help_text="Till exempel socialsekreterare, nattpersonal."
    )
    law = models.CharField("lagområde", max_length=10, choices=Law, blank=True)
    replaces = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="replaced_by", verbose_name="ersätter"
    )
    retention = models.CharField(
        "gallring", max_length=20, choices=Retention, default=Retention.KEPT, db_default=Retention.KEPT
    )
    keywords = models.CharField("sökord", max_length=500, blank=True, help_text="Skilj orden åt med komma.")
    review_months = models.PositiveSmallIntegerField(
        "ses över var (månader)", null=True, blank=True, default=DEFAULT_REVIEW_MONTHS
    )
    next_review = models.DateField("nästa översyn", null=True, blank=True)
    is_governing = models.BooleanField(
        "styrande för kvalitetsledningssystemet",
        default=False,
        help_text="Visas på sidan Om kvalitetsledningssystemet.",
    )
    created_at = models.DateTimeField("upplagt", default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        User, models.RESTRICT, related_name="+", verbose_name="upplagt av", editable=False
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "dokument"
        verbose_name_plural = "dokument"
        ordering = [Swedish("title"), "pk"]
        permissions = [
            ("coauthor", "Skriva på ett enskilt dokument"),
            ("guest", "Läsa ett enskilt dokument"),
            ("reviewer", "Läsa och svara på ett utkast på remiss"),
        ]
        indexes = [
            models.Index(Swedish("title"), "id", name="document_by_title"),
            models.Index(fields=["type"], name="document_by_type"),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="document_title_part"),
            GinIndex(OpClass(Upper("target_group"), name="gin_trgm_ops"), name="document_target_part"),
            GinIndex(OpClass(Upper("keywords"), name="gin_trgm_ops"), name="document_keyword_part"),
            models.Index(fields=["next_review", "id"], name="document_by_review"),
            models.Index(fields=["is_governing"], condition=Q(is_governing=True), name="document_governing"),
        ]
        triggers = [
            search_dirty_trigger("document"),
            history.NEVER_DELETED,
            pgtrigger.Trigger(
                name="words_alone_change_with_words",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=versions.changed("type", "visibility"),
                func=f"""
                    IF EXISTS (
                        SELECT FROM documents_revision WHERE document_id = NEW.id
                        AND minor > 0 AND status = '{RevisionStatus.DRAFT}'
                    ) THEN
                        RAISE EXCEPTION 'type and readers stand while an editorial change is open'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="becomes_guideline_with_decision",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__type__in=DECIDED_BY_BOARD)
                & ~pgtrigger.Q(old__type__in=DECIDED_BY_BOARD),
                func=f"""
                    IF EXISTS (
                        SELECT FROM documents_revision WHERE document_id = NEW.id
                        AND status = '{RevisionStatus.APPROVED}' AND decision = ''
                    ) THEN
                        RAISE EXCEPTION 'a guideline in force needs the decision of the board'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="document_has_title",
                condition=~Q(title=""),
                violation_error_message="Dokumentet behöver en titel.",
            ),
            models.CheckConstraint(
                name="document_review_months_sensible",
                condition=Q(review_months=None) | Q(review_months__range=(1, 120)),
                violation_error_message="Ange mellan 1 och 120 månader.",
            ),
            models.CheckConstraint(
                name="document_replaces_another",
                condition=Q(replaces=None) | ~Q(replaces=F("pk")),
                violation_error_message="Ett dokument kan inte ersätta sig självt.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("documents:document", self.pk)

    def process_links(self) -> list[Any]:
        """The links to processes, the home first, with what finds their owners; read once per object."""
        if not hasattr(self, "_process_links"):
            is_read = "links" in getattr(self, "_prefetched_objects_cache", {})
            rows = self.links.all() if is_read else self.links.select_related("process__parent__parent")
            self._process_links = sorted(rows, key=lambda one: (not one.is_home, one.process.title))
        return self._process_links

    def home_process(self) -> Process | None:
        """The process that the document belongs to, whose owner decides on a processrutin."""
        return next((link.process for link in self.process_links() if link.is_home), None)

    @property
    def approver(self) -> Approver:
        return APPROVERS[DocumentType(self.type)]

    @property
    def is_overdue(self) -> bool:
        return bool(self.next_review and self.next_review < timezone.localdate())
