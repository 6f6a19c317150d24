from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from documents.enums import DECIDED_BY_BOARD, Source
from documents.files.kinds import FileKind
from documents.models.document import Document
from documents.permissions import Permission
from documents.workflow import REVISION
from kvalitet import history, versions
from kvalitet.lookups import ExistsForEach
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Audience
from kvalitet.organisation.models import User
from kvalitet.search import search_dirty_trigger
from kvalitet.versions import RevisionStatus, Standing
from kvalitet.workflow import TransitionRecord

DRAFT, IN_REVIEW, APPROVED, WITHDRAWN = (
    RevisionStatus.DRAFT,
    RevisionStatus.IN_REVIEW,
    RevisionStatus.APPROVED,
    RevisionStatus.WITHDRAWN,
)
FILE = ("storage_key", "file_name", "file_kind", "size", "sha256")
CONTENT = ("source", *FILE, "url", "body")
# What the machine reads out of the file; large, and the same for the same file.
DERIVED = ("text", "text_note", "pages", "text_read_at")
FROZEN_WHEN_APPROVED = (
    "document",
    "number",
    "minor",
    "author",
    "created_at",
    "change_note",
    "whats_new",
    "started_from",
    "reviewed_at",
    "reviewed_by",
    "approved_at",
    "approved_by",
    "decision",
    "decided_on",
    "valid_from",
    *CONTENT,
)
OPEN = Q(status__in=[DRAFT, IN_REVIEW])
DECIDED_BY_BOARD_SQL = "('" + "', '".join(DECIDED_BY_BOARD) + "')"
NOT_STORED = Q(storage_key="", file_name="", file_kind="", size=0)
NO_FILE = NOT_STORED & Q(sha256="")
WHOLE_FILE = Q(size__gt=0) & ~(Q(storage_key="") | Q(file_name="") | Q(file_kind="") | Q(sha256=""))
WHOLE_BODY = Q(body="", sha256="") | ~(Q(body="") | Q(sha256=""))


class RevisionQuerySet(models.QuerySet["Revision"]):
    def open(self) -> "RevisionQuerySet":
        """Under work; at most one a document."""
        return self.filter(OPEN)

    def issued(self) -> "RevisionQuerySet":
        """Fastställda, whatever they are today."""
        return self.filter(approved_at__isnull=False)

    def in_force(self, day: date | None = None) -> "RevisionQuerySet":
        return self.issued().filter(versions.holds_on(day))

    def with_remiss(self) -> "RevisionQuerySet":
        """With whether it has been sent on remiss, is on one now, and has a comment that lacks a decision."""
        from documents.models.remiss import ReviewAnswer, ReviewRound

        rounds = ReviewRound.objects.filter(revision=OuterRef("pk"))
        answers = ReviewAnswer.objects.filter(remiss__revision=OuterRef("pk"), decision="").exclude(text="")
        return self.annotate(
            has_remiss=Exists(rounds),
            is_on_remiss=Exists(rounds.filter(closed_at=None)),
            has_undecided=Exists(answers),
        )

    def visible_to(self, user: Any) -> "RevisionQuerySet":
        """The one in force with its document; earlier and coming for employees; open ones with the drafts.

        Who is asked on a remiss sees that draft, and by that nothing else of the document.
        """
        own = Document.objects.filter(pk=OuterRef("document"))
        mine = Q(ExistsForEach(own.visible_to(user)))
        if not user.is_authenticated:
            return self.filter(mine).in_force()
        shown = Q(ExistsForEach(own.with_drafts_for(user)))
        if grants.audience(user) >= Audience.INTERNAL:
            shown |= Q(approved_at__isnull=False)
        else:
            shown |= Q(pk__in=Revision.objects.in_force().values("pk"))
        asked = asked_about(user)
        if not asked:
            return self.filter(mine, shown)
        return self.filter((mine & shown) | (Q(document__in=asked) & _is_on_remiss()))


def _is_on_remiss() -> Q:
    from documents.models.remiss import ReviewRound

    rounds = ReviewRound.objects.filter(revision=OuterRef("pk"), closed_at=None)
    return Q(ExistsForEach(rounds), status=DRAFT)


def asked_about(user: Any) -> list[int]:
    """Ids of the documents whose draft ``user`` is asked about on an open remiss."""
    asked = grants.scope(user, Permission.REVIEWER).object_ids
    return list(asked - grants.denied_ids(user, Document)) if asked else []


class RevisionManager(models.Manager.from_queryset(RevisionQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> RevisionQuerySet:
        # Up to two million characters each; read by the search, the check and the page of one version alone.
        return super().get_queryset().defer("text", "body")


# What is written stands in the versions themselves; its checksum is what history follows.
@history.track(exclude=(*DERIVED, "body"))
class Revision(models.Model):
    """One version of a document: a file, a text written here or a link, frozen once it is fastställd.

    ``author`` is who last changed the content. ``storage_key`` names the file in the storage; ``body`` is
    the Markdown of what is written here, whose checksum is ``sha256`` too; ``text`` is what the search reads
    of either. ``decision`` is the paragraph of the board's minutes, for what the board decides.
    """

    WORKFLOW = REVISION
    IN_HISTORY, NAMED_WITH = "versionen", "document"
    CHANGED_IN_HISTORY: ClassVar[dict[str, str]] = {"sha256": "bytte innehåll", "url": "bytte länk"}

    document = models.ForeignKey(Document, models.RESTRICT, related_name="revisions", verbose_name="dokument")
    number = models.PositiveIntegerField("version")
    minor = models.PositiveIntegerField("redaktionell ändring", default=0)
    status = models.CharField("läge", max_length=20, choices=RevisionStatus, default=DRAFT)
    author = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="inlagd av")
    created_at = models.DateTimeField("påbörjad", default=timezone.now, editable=False)
    change_note = models.CharField("vad som är ändrat", max_length=500, blank=True)

    source = models.CharField("källa", max_length=20, choices=Source, default=Source.UPLOADED)
    storage_key = models.CharField("nyckel i lagringen", max_length=60, blank=True, editable=False)
    file_name = models.CharField("filens namn", max_length=150, blank=True)
    file_kind = models.CharField("filtyp", max_length=10, choices=FileKind.choices(), blank=True)
    size = models.PositiveBigIntegerField("storlek i byte", default=0)
    sha256 = models.CharField("kontrollsumma", max_length=64, blank=True, db_index=True)
    url = models.CharField("länk", max_length=1000, blank=True)
    body = models.TextField("text skriven här", blank=True, db_default="")
    started_from = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="mall det började i"
    )
    whats_new = models.CharField(
        "vad är nytt",
        max_length=600,
        blank=True,
        db_default="",
        help_text="Högst tre rader till den som läser.",
    )
    text = models.TextField("text ur filen", blank=True, editable=False)
    text_note = models.CharField("anmärkning om texten", max_length=400, blank=True, editable=False)
    text_read_at = models.DateTimeField("texten läst", null=True, editable=False)
    pages = models.PositiveIntegerField("sidor", null=True, editable=False)

    reviewed_at = models.DateTimeField("granskad", null=True, editable=False)
    reviewed_by = models.ForeignKey(User, models.RESTRICT, null=True, related_name="+", editable=False)
    approved_at = models.DateTimeField("fastställd", null=True, editable=False)
    approved_by = models.ForeignKey(User, models.RESTRICT, null=True, related_name="+", editable=False)
    withdrawn_at = models.DateTimeField("upphävd", null=True, editable=False)
    withdrawn_by = models.ForeignKey(User, models.RESTRICT, null=True, related_name="+", editable=False)
    decision = models.CharField("nämndens paragraf", max_length=60, blank=True)
    decided_on = models.DateField("nämndens beslut", null=True, blank=True)
    valid_from = models.DateField("gäller från", null=True, editable=False)
    valid_to = models.DateField("gäller till och med", null=True, editable=False)

    objects = RevisionManager()

    class Meta:
        verbose_name = "dokumentversion"
        verbose_name_plural = "dokumentversioner"
        ordering = ["document", "-number", "-minor"]
        indexes = [
            models.Index(
                fields=["document", "valid_from"], name="revision_issued", condition=~Q(approved_at=None)
            ),
            models.Index(fields=["status", "document"], name="revision_open", condition=OPEN),
            models.Index(fields=["-approved_at"], name="revision_news", condition=~Q(approved_at=None)),
            models.Index(
                fields=["-valid_from", "-id"], name="revision_begins", condition=~Q(approved_at=None)
            ),
        ]
        triggers = [
            REVISION.fsm(),
            REVISION.starts_as_initial(),
            search_dirty_trigger("document", "{row}.document_id"),
            history.NEVER_DELETED,
            pgtrigger.Protect(
                name="approved_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__in=[APPROVED, WITHDRAWN])
                & versions.changed(*FROZEN_WHEN_APPROVED),
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
                        SELECT FROM documents_revision
                        WHERE document_id = NEW.document_id AND number = NEW.number AND minor = 0
                        AND status = '{APPROVED}'
                    ) THEN
                        RAISE EXCEPTION 'an editorial change needs the decided version that it changes'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="sent_when_remiss_is_closed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status=DRAFT) & ~pgtrigger.Q(new__status=DRAFT),
                func="""
                    IF EXISTS (
                        SELECT FROM documents_reviewround WHERE revision_id = NEW.id AND closed_at IS NULL
                    ) THEN
                        RAISE EXCEPTION 'the remiss of the draft is open' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="guideline_needs_decision",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__status=APPROVED, new__decision=""),
                func=f"""
                    IF EXISTS (
                        SELECT FROM documents_document
                        WHERE id = NEW.document_id AND type IN {DECIDED_BY_BOARD_SQL}
                    ) THEN
                        RAISE EXCEPTION 'a guideline in force needs the decision of the board'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "number", "minor"],
                name="revision_number_once",
                violation_error_message="Versionen finns redan.",
            ),
            models.UniqueConstraint(
                fields=["document"],
                condition=OPEN,
                name="revision_one_open",
                violation_error_message="Det finns redan en version under arbete.",
            ),
            models.UniqueConstraint(
                fields=["storage_key"], condition=~Q(storage_key=""), name="revision_file_once"
            ),
            models.CheckConstraint(
                name="revision_source_and_fields",
                condition=(Q(source=Source.UPLOADED, url="", body="") & (NO_FILE | WHOLE_FILE))
                | (Q(source=Source.AUTHORED, url="") & NOT_STORED & WHOLE_BODY)
                | (Q(source=Source.LINK, body="") & NO_FILE),
                violation_error_message="En version är antingen en fil, en text eller en länk.",
            ),
            models.CheckConstraint(
                name="revision_has_content",
                condition=Q(status__in=[DRAFT, WITHDRAWN], approved_at=None)
                | ~Q(storage_key="")
                | ~Q(url="")
                | ~Q(body=""),
                violation_error_message="Versionen är tom. Lägg in en fil, en text eller en länk först.",
            ),
            models.CheckConstraint(
                name="revision_link_is_web",
                condition=Q(url="") | Q(url__iregex=r"^https?://[^\s/]+"),
                violation_error_message="En länk börjar med https:// eller http://.",
            ),
            *[versions.stamp_pair("revision", stamp) for stamp in ("reviewed", "approved", "withdrawn")],
            versions.four_eyes("revision", unless=Q(minor__gt=0)),
            models.CheckConstraint(
                name="revision_editorial_not_reviewed",
                condition=Q(minor=0) | ~Q(status=IN_REVIEW),
                violation_error_message="En redaktionell ändring granskas inte. Gör den till en ny version.",
            ),
            versions.approved_has_stamp("revision"),
            models.CheckConstraint(
                name="revision_approved_has_day",
                condition=Q(approved_at=None, valid_from=None, valid_to=None)
                | Q(approved_at__isnull=False, valid_from__isnull=False),
                violation_error_message="En fastställd version gäller från ett datum.",
            ),
            versions.withdrawn_has_stamp("revision"),
            models.CheckConstraint(
                name="revision_withdrawn_has_end",
                condition=~Q(status=WITHDRAWN) | Q(approved_at=None) | Q(valid_to__isnull=False),
                violation_error_message="En upphävd version har ett slutdatum.",
            ),
            models.CheckConstraint(
                name="revision_decision_has_day",
                condition=Q(decision="", decided_on=None) | (~Q(decision="") & Q(decided_on__isnull=False)),
                violation_error_message="Nämndens paragraf och datum hör ihop.",
            ),
            versions.dates_in_order("revision"),
            versions.one_in_force("revision", "document", condition=Q(approved_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.document}, version {self.label}"

    def get_absolute_url(self) -> str:
        return reverse("documents:revision", args=[self.document_id, self.label])

    @property
    def label(self) -> str:
        """The number as people write it: 2.1."""
        return f"{self.number}.{self.minor}"

    @property
    def is_open(self) -> bool:
        return self.status in (DRAFT, IN_REVIEW)

    def remiss_state(self) -> Any:
        """The version as ``with_remiss`` reads it, read now unless it was read so."""
        return self if hasattr(self, "is_on_remiss") else Revision.objects.with_remiss().get(pk=self.pk)

    @property
    def is_editorial(self) -> bool:
        """Mended words of a decided version: nobody has to read and sign for it anew."""
        return self.minor > 0

    @property
    def is_authored(self) -> bool:
        return self.source == Source.AUTHORED

    @property
    def is_link(self) -> bool:
        return self.source == Source.LINK

    def standing(self, day: date | None = None) -> Standing:
        """What the version is on ``day`` (today)."""
        return versions.standing(self, day)


class RevisionTransition(TransitionRecord):
    obj = models.ForeignKey(Revision, models.RESTRICT, related_name="transitions")

    class Meta(TransitionRecord.Meta):
        verbose_name = "händelse i dokumentversion"
        verbose_name_plural = "händelser i dokumentversioner"
