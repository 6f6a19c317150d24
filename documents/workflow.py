"""The life of a document's version: who may what, and when. What a decision brings stands in actions."""

from collections.abc import Callable, Iterable
from typing import Any

from documents import amendments, permissions, privacy
from documents.enums import APPROVERS, Approver, Source, Visibility
from kvalitet import versions
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Transition, Workflow

Rule = Callable[[Any, Any], bool]


def _document(rule: Rule) -> Rule:
    return lambda user, revision: rule(user, revision.document)


def _whole(rule: Rule) -> Rule:
    return lambda user, revision: not revision.minor and rule(user, revision)


def _empty(user: Any, revision: Any) -> Iterable[str]:
    if revision.source == Source.UPLOADED and not revision.storage_key:
        yield "Versionen har ingen fil. Ladda upp en först."
    if revision.source == Source.AUTHORED and not revision.sha256:
        yield "Versionen har ingen text. Skriv den först."
    if revision.source == Source.LINK and not revision.url:
        yield "Versionen har ingen länk. Skriv in adressen först."


def _has_process(user: Any, revision: Any) -> Iterable[str]:
    document = revision.document
    if APPROVERS[document.type] == Approver.PROCESS_OWNER and document.home_process() is None:
        yield "En processrutin hör till en process. Koppla den till processen först."


def _fit_for_public(user: Any, revision: Any) -> Iterable[str]:
    """What everyone may read is read by the machine first: no person's number may stand in it."""
    if revision.document.visibility != Visibility.PUBLIC:
        return
    yield from privacy.stops_beside(revision)
    if revision.source == Source.LINK:
        return
    if revision.text_read_at is None:
        yield "Texten i filen är inte läst än. Vänta en stund och läs om sidan."
        return
    yield from privacy.stops(revision.text, is_written=revision.source == Source.AUTHORED)


def _on_remiss(user: Any, revision: Any) -> Iterable[str]:
    """Nobody is asked in vain: a remiss is closed, and every comment decided on, before the draft goes on."""
    state = revision.remiss_state()
    if state.is_on_remiss:
        yield "Versionen är ute på remiss. Stäng remissen först, så ser alla att svarstiden är slut."
    if state.has_undecided:
        yield "Synpunkter i remissen saknar beslut. Besluta om varje synpunkt först, på remissens sida."


def _ready(user: Any, revision: Any) -> Iterable[str]:
    yield from _empty(user, revision)
    yield from _has_process(user, revision)
    yield from _on_remiss(user, revision)


def _mended(user: Any, revision: Any) -> Iterable[str]:
    yield from amendments.stops(revision)
    yield from _fit_for_public(user, revision)


def _may_decide(user: Any, revision: Any) -> Iterable[str]:
    yield from versions.is_own_and_unsigned(user, revision)
    yield from _has_process(user, revision)
    yield from _fit_for_public(user, revision)


def _acting_for(user: Any, revision: Any) -> int | None:
    return permissions.acts_for(user, revision.document)


def _content(revision: Any) -> Iterable[Any]:
    """The file or link, and what the document says of it: that too is what is decided on."""
    document = revision.document
    return (
        revision.source,
        revision.sha256,
        revision.url,
        document.title,
        document.type,
        document.visibility,
    )


REVISION = Workflow(
    name="Dokumentversion",
    content=_content,
    statuses=RevisionStatus,
    initial=RevisionStatus.DRAFT,
    transitions=[
        Transition(
            name="send",
            source=RevisionStatus.DRAFT,
            target=RevisionStatus.IN_REVIEW,
            label="Skicka för granskning",
            effect="skickade versionen för granskning",
            allowed=_whole(permissions.may_write_version),
            blockers=_ready,
        ),
        Transition(
            name="sign",
            source=RevisionStatus.IN_REVIEW,
            target=RevisionStatus.IN_REVIEW,
            label="Markera som granskad",
            effect="granskade versionen",
            allowed=_document(permissions.may_sign),
            blockers=versions.is_own,
            stamp="reviewed",
        ),
        Transition(
            name="approve",
            source=RevisionStatus.IN_REVIEW,
            target=RevisionStatus.APPROVED,
            label="Fastställ",
            effect="fastställde versionen",
            allowed=_document(permissions.may_approve),
            blockers=_may_decide,
            stamp="approved",
            acting_for=_acting_for,
        ),
        Transition(
            name="amend",
            source=RevisionStatus.DRAFT,
            target=RevisionStatus.APPROVED,
            label="Publicera redaktionell ändring",
            effect="publicerade versionen som redaktionell ändring",
            allowed=permissions.may_amend,
            blockers=_mended,
            stamp="approved",
        ),
        Transition(
            name="send_back",
            source=RevisionStatus.IN_REVIEW,
            target=RevisionStatus.DRAFT,
            label="Tillbaka för komplettering",
            effect="lämnade tillbaka versionen för komplettering",
            allowed=_document(permissions.may_send_back),
            comment_required=True,
            acting_for=_acting_for,
        ),
        Transition(
            name="discard",
            source=(RevisionStatus.DRAFT, RevisionStatus.IN_REVIEW),
            target=RevisionStatus.WITHDRAWN,
            label="Kasta utkastet",
            effect="kastade utkastet",
            allowed=permissions.may_write_version,
            warning="Utkastet kan inte öppnas igen, men det finns kvar i historiken.",
            stamp="withdrawn",
        ),
        Transition(
            name="withdraw",
            source=RevisionStatus.APPROVED,
            target=RevisionStatus.WITHDRAWN,
            label="Upphäv",
            effect="upphävde versionen",
            allowed=_document(permissions.may_approve),
            comment_required=True,
            stamp="withdrawn",
            acting_for=_acting_for,
        ),
    ],
)
