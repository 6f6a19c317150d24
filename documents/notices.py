"""Who is told what about a version. A notice says type, version and unit, never a title or a text."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.formats import date_format

from documents.enums import Approver
from documents.models import Document, ReviewRound, Revision
from documents.permissions import DECIDING_ROLES
from kvalitet import notifications
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import Denial, RoleAssignment, Unit, User
from processes.permissions import owner_id

KIND = "documents.version"
REMISS = "documents.remiss"
REVIEW = "documents.review"


def approvers(document: Document) -> list[User]:
    """Those whose turn it is to decide: by type, the nearest manager where the unit has none."""
    if document.approver == Approver.PROCESS_OWNER:
        owner = owner_id(document.home_process())
        return list(User.objects.filter(pk=owner, is_active=True)) if owner else []
    role = DECIDING_ROLES[document.approver]
    if document.approver != Approver.MANAGER:
        return _holders(role, Unit.objects.values_list("pk", flat=True))
    above = document.owner_unit.get_ancestors(ascending=True, include_self=True)
    for unit in above:
        found = _holders(role, [unit.pk])
        if found:
            return found
    return []


def signers(document: Document) -> list[User]:
    """Those who may mark it as granskad when the one who decides has written it."""
    found = _holders(Role.REPRESENTATIVE, [document.owner_unit_id])
    return found or _holders(Role.FACILITATOR, Unit.objects.values_list("pk", flat=True))


def _holders(role: Role, unit_ids: Iterable[int]) -> list[User]:
    rows: Iterable[RoleAssignment] = grants.holders(role, unit_ids)
    return list({row.user_id: row.user for row in rows}.values())


def tell_next(revision: Revision, *, user: Any) -> None:
    """The version waits for a decision: tell who decides, else who signs first."""
    document = revision.document
    deciding = [one for one in approvers(document) if one.pk not in (revision.author_id, user.pk)]
    if deciding:
        _tell(deciding, revision, "väntar på att fastställas")
        return
    signing = [one for one in signers(document) if one.pk not in (revision.author_id, user.pk)]
    if not revision.reviewed_by_id:
        _tell(signing, revision, "väntar på att granskas")


def tell_author(revision: Revision, what: str, *, user: Any) -> None:
    """Something was decided: tell who wrote the version and who answers for the document."""
    people = {one.pk: one for one in (revision.author, revision.document.responsible)}
    people.pop(user.pk, None)
    _tell(people.values(), revision, what)


def tell_amended(revision: Revision, *, user: Any) -> None:
    """Words were mended by one person: those who decide on the document, and who answers for it, are told."""
    document = revision.document
    people = {one.pk: one for one in [*approvers(document), document.responsible]}
    people.pop(user.pk, None)
    _tell(people.values(), revision, "är publicerad som redaktionell ändring")


def tell_replaced(document: Document, *, day: date, user: Any) -> None:
    """Another document takes its place, and nobody has ended it."""
    _tell_responsible(
        document, f"ersätts av ett annat dokument från {day:%Y-%m-%d}. Se om den ska upphävas", user
    )


def tell_gap(ended: Revision, *, user: Any) -> None:
    """What was to take its place was taken back: who answers for it hears that it still ends."""
    words = f"slutar gälla efter {ended.valid_to:%Y-%m-%d}, men det som skulle ersätta den är upphävt"
    _tell_responsible(ended.document, words, user)


def _tell_responsible(document: Document, what: str, user: Any) -> None:
    if document.responsible_id != user.pk:
        tell([document.responsible], document, f"{document.get_type_display()} {what}")


def tell_asked(people: Iterable[User], remiss: ReviewRound, *, words: str = "Svara på en remiss") -> None:
    document = remiss.revision.document
    sentence = f"{words}: {document.get_type_display().lower()}, version {remiss.revision.label}"
    tell(people, document, sentence, kind=REMISS, url=remiss.get_absolute_url(), due=remiss.due)


def tell_writers(remiss: ReviewRound, what: str, *, user: Any) -> None:
    """Something happened with the remiss: who sent it and who writes the version are told."""
    people = {one.pk: one for one in (remiss.started_by, remiss.revision.author)}
    people.pop(user.pk, None)
    tell_asked(people.values(), remiss, words=what)


def review_receivers(document: Document) -> list[User]:
    """Who looks the document over: who is ansvarig, or when they have left the unit's huvudmottagare."""
    responsible = document.responsible
    works = RoleAssignment.objects.on(timezone.localdate()).filter(user=responsible).exists()
    if responsible.is_active and works:
        return [responsible]
    for unit in document.owner_unit.get_ancestors(ascending=True, include_self=True):
        found = list(grants.holders(Role.MANAGER, [unit.pk])[:1])
        if found:
            return [found[0].user]
    return []


def tell_review(document: Document, *, today: date) -> None:
    due = document.next_review or today
    late = due < today
    day = date_format(due, "j F Y")
    words = f"skulle ha setts över senast {day}" if late else f"ska ses över senast {day}"
    sentence = f"{document.get_type_display()}, dokument nr {document.pk}, {words}"
    tell(review_receivers(document), document, sentence, kind=REVIEW, due=due)


def jav(document: Document) -> list[int]:
    """Ids of those who may know nothing of the document."""
    kind = ContentType.objects.get_for_model(Document)
    rows = Denial.objects.filter(content_type=kind, object_id=document.pk)
    return list(rows.values_list("user", flat=True))


def tell_kept(revision: Revision, *, user: Any) -> None:
    """The PDF of what was decided is made: tell who asked for it."""
    _tell([user], revision, "finns nu som fastställd PDF")


def _tell(people: Iterable[User], revision: Revision, what: str) -> None:
    document = revision.document
    sentence = f"{document.get_type_display()}, version {revision.label}, {what}"
    tell(people, document, sentence, url=revision.get_absolute_url())


def tell(
    people: Iterable[User],
    document: Document,
    sentence: str,
    *,
    kind: str = KIND,
    url: str = "",
    due: date | None = None,
) -> None:
    """Every notice of a document goes this way, so that none reaches a jävig person, ersättare included."""
    notifications.notify(
        people,
        kind=kind,
        sentence=sentence,
        url=url or document.get_absolute_url(),
        unit=document.owner_unit.name,
        due=due,
        never=jav(document),
    )
