"""Published lärdomar and all förslag in the search, for every employee; not who proposed them."""

from collections.abc import Iterable, Sequence

from improvement.models import Lesson, Proposal
from kvalitet.search import Audience, EntryData, Kind


def lesson_entries(object_ids: Sequence[int]) -> Iterable[EntryData]:
    rows = Lesson.objects.published().filter(pk__in=object_ids).select_related("unit")
    for one in rows.prefetch_related("processes"):
        processes = ", ".join(process.title for process in one.processes.all())
        yield EntryData(
            object_id=one.pk,
            url=one.get_absolute_url(),
            title=one.title,
            body="\n".join((one.what_happened, one.what_changed, one.advice)),
            keywords=processes,
            meta=f"{one.get_kind_display()} · {processes}" if processes else one.get_kind_display(),
            day=one.published_at.date() if one.published_at else None,
            home_id=one.unit_id if one.is_unit_shown else None,
            audience=Audience.STAFF,
        )


def proposal_entries(object_ids: Sequence[int]) -> Iterable[EntryData]:
    for one in Proposal.objects.filter(pk__in=object_ids).select_related("unit"):
        yield EntryData(
            object_id=one.pk,
            url=one.get_absolute_url(),
            title=one.title,
            body=f"{one.text}\n{one.answer}",
            meta=f"Förslag · {one.unit.name}",
            status=one.get_status_display(),
            day=one.submitted_at.date(),
            home_id=one.unit_id,
            audience=Audience.STAFF,
        )


LESSON = Kind(
    name="lesson",
    label="Lärdomar",
    model_label="improvement.lesson",
    entries=lesson_entries,
    all_ids=lambda: Lesson.objects.values_list("pk", flat=True),
    order=53,
)
PROPOSAL = Kind(
    name="proposal",
    label="Förslag",
    model_label="improvement.proposal",
    entries=proposal_entries,
    all_ids=lambda: Proposal.objects.values_list("pk", flat=True),
    order=54,
)
