"""How a document and its versions are told on a page: words, tones, facts and addresses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.db.models.functions import JSONObject
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

from documents import remiss_history
from documents.files.kinds import FileKind
from documents.models import Document, DocumentLink, ReviewConfirmation, Revision
from kvalitet import history
from kvalitet.organisation.permissions import is_employee
from kvalitet.versions import Standing, never_began

TONES = {
    Standing.DRAFT: "neutral",
    Standing.IN_REVIEW: "warn",
    Standing.COMING: "info",
    Standing.IN_FORCE: "good",
    Standing.REPLACED: "neutral",
    Standing.WITHDRAWN: "neutral",
    Standing.DISCARDED: "neutral",
}
CHECKSUM = "Kontrollsumma (SHA-256)"
ICONS = {
    Standing.DRAFT: "pencil",
    Standing.REPLACED: "archive",
    Standing.WITHDRAWN: "x-circle",
    Standing.DISCARDED: "trash",
}


@dataclass(frozen=True)
class Shown:
    """A version with the word, tone and icon of what it is today."""

    revision: Revision
    standing: Standing

    @property
    def word(self) -> str:
        return f"{self.standing.label}, version {self.revision.label}"

    @property
    def tone(self) -> str:
        return TONES[self.standing]

    @property
    def period(self) -> str:
        """From when until when it holds or held, in words."""
        if never_began(self.revision):
            return "Började aldrig gälla"
        days = span(self.revision)
        verb = "Gällde" if self.standing in (Standing.REPLACED, Standing.WITHDRAWN) else "Gäller"
        return f"{verb} {days}" if days else ""

    @property
    def icon(self) -> str:
        return ICONS.get(self.standing, "")


def span(revision: Revision) -> str:
    """The days that a version holds, to follow a verb; one replaced on its first day has no last one."""
    begins, ends = revision.valid_from, revision.valid_to
    if begins is None:
        return ""
    first = date_format(begins, "j F Y")
    if ends is None:
        return f"från {first}"
    if never_began(revision):
        return "aldrig"
    if ends < begins:
        return f"bara en del av {first}"
    return f"från {first} till och med {date_format(ends, 'j F Y')}"


def with_versions(documents: Any, user: Any) -> Any:
    """The queryset with what ``versions`` reads: one more query, whatever the number of documents."""
    rows = Revision.objects.visible_to(user).order_by("-number", "-minor")
    return documents.select_related("owner_unit", "responsible").prefetch_related(
        Prefetch("revisions", rows, to_attr="shown_revisions")
    )


def versions(document: Any) -> list[Shown]:
    """The versions that the reader may see, newest first, of a document read with ``with_versions``."""
    return [Shown(one, one.standing()) for one in document.shown_revisions]


def first(rows: Iterable[Shown], *standings: Standing) -> Shown | None:
    return next((one for one in rows if one.standing in standings), None)


def main_version(rows: list[Shown]) -> Shown | None:
    """The one a reader should know of: in force, else coming, else under work, else the last."""
    order = (Standing.IN_FORCE, Standing.COMING, Standing.IN_REVIEW, Standing.DRAFT)
    found = (first(rows, standing) for standing in order)
    return next((one for one in found if one), rows[0] if rows else None)


def open_label(revision: Revision) -> str:
    """What the button that opens the file or the link says."""
    if revision.is_link:
        return f"Öppna hos {host(revision.url)}"
    if not revision.storage_key:
        return ""
    kind = FileKind(revision.file_kind)
    verb = "Öppna" if kind.is_shown_inline else "Hämta"
    return f"{verb} version {revision.label} ({kind.label}, {filesizeformat(revision.size)})"


def host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


@dataclass(frozen=True)
class Relative:
    """A document that takes the place of another, or whose place is taken; ``holds`` today or not."""

    pk: int
    title: str
    replaces_id: int | None
    holds: bool

    def get_absolute_url(self) -> str:
        return reverse("documents:document", args=[self.pk])


def related_to(user: Any) -> Any:
    """Column of what a document takes the place of and what takes its place, as far as ``user`` knows."""
    held = Revision.objects.in_force().filter(document=OuterRef("pk"))
    rows = Document.objects.visible_to(user).annotate(holds=Exists(held))
    rows = rows.filter(Q(pk=OuterRef("replaces")) | Q(replaces=OuterRef("pk"))).order_by("pk")
    return ArraySubquery(
        rows.values(told=JSONObject(pk="pk", title="title", replaces_id="replaces", holds="holds"))
    )


def relatives(document: Document) -> list[Relative]:
    """Of a document read with ``related_to`` as ``related``."""
    return [Relative(**row) for row in vars(document)["related"]]


def facts(user: Any, document: Document, related: Sequence[Any] = ()) -> list[tuple[str, Any]]:
    """Pairs for ``{% facts %}``. Names of staff are for employees; others see the function."""
    rows: list[tuple[str, Any]] = [
        ("Dokument nr", document.pk),
        ("Typ", document.get_type_display()),
        ("Enhet", document.owner_unit.name),
        ("Målgrupp", document.target_group),
        ("Lagområde", document.get_law_display() if document.law else ""),
        ("Ersätter", _links(one for one in related if one.pk == document.replaces_id)),
        ("Ersatt av", _links(one for one in related if one.replaces_id == document.pk and one.holds)),
    ]
    if not is_employee(user):
        rows.append(("Frågor", document.owner_unit.contact_email))
        return [*rows, ("Diarienummer", document.dnr)]
    months = f"{document.review_months} månader efter fastställd version" if document.review_months else ""
    return [
        *rows,
        ("Ansvarig", document.responsible),
        ("Fastställs av", document.approver.label),
        ("Synligt för", document.get_visibility_display()),
        ("Ses över", months),
        ("Nästa översyn", document.next_review),
        ("Diarienummer", document.dnr),
        ("Sökord", document.keywords),
        ("Gallring", document.get_retention_display()),
    ]


def _links(documents: Iterable[Any]) -> Any:
    rows = [(one.get_absolute_url(), one.title) for one in documents]
    return format_html_join(", ", '<a href="{}">{}</a>', rows)


def revision_facts(user: Any, revision: Revision) -> list[tuple[str, Any]]:
    """What stands on a version; who wrote and decided is for employees."""
    rows: list[tuple[str, Any]] = [
        ("Gäller från", revision.valid_from),
        ("Gäller till och med", _last_day(revision)),
        ("Nämndens beslut", _decision(revision)),
        ("Vad är nytt", revision.whats_new),
        ("Vad är ändrat", revision.change_note),
        ("Källa", revision.get_source_display() if revision.is_authored else ""),
        ("Började i mallen", _template(user, revision)),
        ("Fil", revision.file_name),
        ("Storlek", filesizeformat(revision.size) if revision.size else ""),
        ("Sidor", revision.pages),
        ("Länk", revision.url),
    ]
    if not is_employee(user):
        return rows
    return [
        *rows,
        ("Inlagd av", revision.author),
        ("Granskad av", _by(revision.reviewed_by, revision.reviewed_at)),
        ("Fastställd av", _by(revision.approved_by, revision.approved_at)),
        ("Upphävd av", _by(revision.withdrawn_by, revision.withdrawn_at)),
        (CHECKSUM, revision.sha256),
    ]


def _template(user: Any, revision: Revision) -> Any:
    """The version of the template that the text began in, for who may read it."""
    if not revision.started_from_id:
        return ""
    rows = Revision.objects.visible_to(user).select_related("document")
    began = rows.filter(pk=revision.started_from_id).first()
    if began is None:
        return ""
    return format_html(
        '<a href="{}">{}, version {}</a>', began.get_absolute_url(), began.document.title, began.label
    )


def _last_day(revision: Revision) -> Any:
    """The day, or what is true of a version that was replaced or withdrawn on its first day, or before it."""
    if never_began(revision):
        return "Började aldrig gälla"
    begins, ends = revision.valid_from, revision.valid_to
    return "Bara en del av den dagen" if begins and ends and ends < begins else ends


def _decision(revision: Revision) -> str:
    return f"{revision.decision}, {revision.decided_on:%Y-%m-%d}" if revision.decided_on else ""


def _by(person: Any, at: Any) -> str:
    return f"{person}, {timezone.localdate(at).isoformat()}" if person else ""


def timeline(user: Any, document: Document) -> list[history.Entry]:
    """*Historik*: the document with its links, and each version with its decisions, newest first."""
    rows = {DocumentLink: "document", ReviewConfirmation: "document"}
    entries = history.timeline(document, reader=user, rows=rows)
    entries += remiss_history.entries(user, document)
    revisions = list(Revision.objects.visible_to(user).filter(document=document))
    for revision, told in history.timelines(revisions, reader=user):
        entries += [_about(revision, one) for one in told]
    return sorted(entries, key=lambda one: one.at, reverse=True)


def _about(revision: Revision, entry: history.Entry) -> history.Entry:
    sentence = entry.sentence.replace("versionen", f"version {revision.label}", 1)
    if sentence == entry.sentence:
        sentence = f"{entry.sentence} (version {revision.label})"
    return history.Entry(entry.at, entry.actor, sentence, entry.comment, entry.changes)
