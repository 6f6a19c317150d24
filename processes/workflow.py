"""The life of a process version: who may what, and when. What a publication does stands in actions."""

from collections.abc import Callable, Iterable
from typing import Any

from kvalitet import versions
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Transition, Workflow
from processes import amendments, permissions
from processes.enums import ProcessState

Rule = Callable[[Any, Any], bool]
TEXTS = (
    "mission",
    "goal",
    "starts_when",
    "ends_when",
    "object_in",
    "object_out",
    "recipients",
    "stakeholders",
    "working_method",
    "desired_effect",
    "functions",
)
WRITTEN = ("title", *TEXTS)
# What is signed and decided on.
CONTENT = (*WRITTEN, "map")


def _process(rule: Rule) -> Rule:
    return lambda user, revision: rule(user, revision.process)


def _unpublished(rule: Rule) -> Rule:
    return lambda user, revision: revision.published_at is None and rule(user, revision.process)


def _whole(rule: Rule) -> Rule:
    return lambda user, revision: not revision.minor and rule(user, revision.process)


def _editorial(rule: Rule) -> Rule:
    return lambda user, revision: bool(revision.minor) and rule(user, revision.process)


def _published(rule: Rule) -> Rule:
    return lambda user, revision: revision.published_at is not None and rule(user, revision.process)


def _may_send_back(user: Any, revision: Any) -> bool:
    return revision.published_at is None and permissions.may_send_back(user, revision)


def _empty(user: Any, revision: Any) -> Iterable[str]:
    if not revision.map_id and not revision.mission.strip():
        yield "Versionen är tom. Skriv ett uppdrag eller lägg in en karta."


def _parent_published(user: Any, revision: Any) -> Iterable[str]:
    above = revision.process.parent
    if above is not None and above.state != ProcessState.ACTIVE:
        yield f"Processen ligger under {above.title}, som inte är publicerad. Publicera den först."


def _more_than_words(user: Any, revision: Any) -> Iterable[str]:
    return amendments.stops(revision, WRITTEN)


def _for_owner(user: Any, revision: Any) -> int | None:
    return permissions.acts_for_owner(user, revision.process)


def _content(revision: Any) -> Iterable[Any]:
    return (getattr(revision, "map_id" if name == "map" else name) for name in CONTENT)


REVISION = Workflow(
    name="Processversion",
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
            allowed=_whole(permissions.may_change),
            blockers=_empty,
            acting_for=_for_owner,
        ),
        Transition(
            name="sign",
            source=RevisionStatus.IN_REVIEW,
            target=RevisionStatus.IN_REVIEW,
            label="Markera som granskad",
            effect="granskade versionen",
            allowed=_process(permissions.may_review),
            blockers=versions.is_own,
            stamp="reviewed",
            acting_for=_for_owner,
        ),
        Transition(
            name="hand_over",
            source=RevisionStatus.IN_REVIEW,
            target=RevisionStatus.IN_REVIEW,
            label="Lämna över granskningen",
            effect="lämnade över granskningen",
            allowed=permissions.may_hand_over,
            acting_for=permissions.acts_for_reviewer,
        ),
        Transition(
            name="approve",
            source=RevisionStatus.IN_REVIEW,
            target=RevisionStatus.APPROVED,
            label="Fastställ",
            effect="fastställde versionen",
            allowed=_process(permissions.may_approve),
            blockers=versions.is_own_and_unsigned,
            stamp="approved",
            acting_for=_for_owner,
        ),
        Transition(
            name="send_back",
            source=(RevisionStatus.IN_REVIEW, RevisionStatus.APPROVED),
            target=RevisionStatus.DRAFT,
            label="Tillbaka för komplettering",
            effect="lämnade tillbaka versionen för komplettering",
            allowed=_may_send_back,
            comment_required=True,
            acting_for=_for_owner,
        ),
        Transition(
            name="amend",
            source=RevisionStatus.DRAFT,
            target=RevisionStatus.APPROVED,
            label="Publicera redaktionell ändring",
            effect="publicerade versionen som redaktionell ändring",
            allowed=_editorial(permissions.may_change),
            blockers=_more_than_words,
            stamp="approved",
            acting_for=_for_owner,
        ),
        Transition(
            name="publish",
            source=RevisionStatus.APPROVED,
            target=RevisionStatus.APPROVED,
            label="Publicera",
            effect="publicerade versionen",
            allowed=_unpublished(permissions.may_publish),
            blockers=_parent_published,
            stamp="published",
        ),
        Transition(
            name="discard",
            source=(RevisionStatus.DRAFT, RevisionStatus.IN_REVIEW, RevisionStatus.APPROVED),
            target=RevisionStatus.WITHDRAWN,
            label="Kasta utkastet",
            effect="kastade utkastet",
            allowed=_unpublished(permissions.may_change),
            warning="Utkastet kan inte öppnas igen, men det finns kvar i historiken.",
            stamp="withdrawn",
            acting_for=_for_owner,
        ),
        Transition(
            name="withdraw",
            source=RevisionStatus.APPROVED,
            target=RevisionStatus.WITHDRAWN,
            label="Upphäv",
            effect="upphävde versionen",
            allowed=_published(permissions.may_withdraw),
            warning="Processen slutar gälla från i dag. Den tas inte bort: versionen finns kvar att läsa.",
            comment_required=True,
            stamp="withdrawn",
            acting_for=_for_owner,
        ),
    ],
)
