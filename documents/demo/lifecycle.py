"""What is under way with Norrvik's documents: a remiss, what still holds, what takes another's place."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from documents import actions, reviews
from documents.enums import Basis
from documents.models import Document, ReviewConfirmation, ReviewRound, Revision
from kvalitet import history
from kvalitet.organisation.models import Unit, User

ASKED_ABOUT = "Rutin vid felaktiga utbetalningar"
QUESTION = "Går det att arbeta så här i vardagen? Är det tydligt vem som gör vad?"
COMMENT = (
    "Punkt 3 behöver säga vilka uppgifter vi får hämta, och varifrån. "
    "Skriv också vem som tar över om utredaren är borta."
)
TARGET_GROUPS = {
    "Rutin för skyddsbedömning": "Socialsekreterare och gruppledare i barn och unga",
    "Rutin för läkemedelshantering": "Sjuksköterskor och personal med delegering",
    "Rutin för nyckelhantering": "Personal i hemtjänsten",
}
STILL_HOLDS = "Rutin för nyckelhantering"
REPLACES = {"Arbetsmiljöhandboken: hot och våld": "Rutin vid hot och våld mot personal"}


def load(people: Mapping[str, User], units: Mapping[str, Unit]) -> None:
    """Lay up what is missing."""
    with history.acting_as(User.objects.system(), why="Demoinnehåll"):
        for title, group in TARGET_GROUPS.items():
            Document.objects.filter(title=title, target_group="").update(target_group=group)
        for title, replaced in REPLACES.items():
            before = Document.objects.filter(title=replaced).first()
            Document.objects.filter(title=title, replaces=None).update(replaces=before)
    _ask(people, units)
    _confirm()


def _ask(people: Mapping[str, User], units: Mapping[str, Unit]) -> None:
    draft = Revision.objects.open().filter(document__title=ASKED_ABOUT, status="draft").first()
    if draft is None or ReviewRound.objects.filter(revision=draft).exists():
        return
    author = draft.author
    with history.acting_as(author, why="Demoinnehåll"):
        remiss = actions.start_round(
            draft,
            user=author,
            question=QUESTION,
            due=timezone.localdate() + timedelta(days=10),
            people=[people["processagare"], people["medarbetare"]],
            units=[units["mottagning-barn-och-unga"]],
        )
    with history.acting_as(people["processagare"], why="Demoinnehåll"):
        actions.answer_round(remiss, user=people["processagare"], text=COMMENT)


def _confirm() -> None:
    document = Document.objects.in_force().filter(title=STILL_HOLDS).select_related("responsible").first()
    if document is None or ReviewConfirmation.objects.filter(document=document).exists():
        return
    with history.acting_as(document.responsible, why="Demoinnehåll"):
        actions.confirm_review(
            [document],
            user=document.responsible,
            new_date=reviews.proposed(document.review_months or 24),
            basis={document.pk: Basis.READ},
            note="Genomgången på APT.",
        )
