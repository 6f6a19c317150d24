"""Analyses and granskningar in the search: every employee finds them."""

from collections.abc import Iterable, Sequence

from improvement.models import Analysis, ExternalReview
from kvalitet.search import Audience, EntryData, Kind


def analysis_entries(object_ids: Sequence[int]) -> Iterable[EntryData]:
    for one in Analysis.objects.filter(pk__in=object_ids).select_related("unit"):
        yield EntryData(
            object_id=one.pk,
            url=one.get_absolute_url(),
            title=one.title,
            body=f"{one.text}\n{one.sources}",
            meta=f"{one.period_from:%Y-%m-%d} till {one.period_to:%Y-%m-%d} · {one.unit.name}",
            day=one.period_to,
            home_id=one.unit_id,
            audience=Audience.STAFF,
        )


def review_entries(object_ids: Sequence[int]) -> Iterable[EntryData]:
    rows = ExternalReview.objects.filter(pk__in=object_ids).select_related("unit")
    for one in rows.prefetch_related("shortcomings"):
        found = "\n".join(row.text for row in one.shortcomings.all())
        yield EntryData(
            object_id=one.pk,
            url=one.get_absolute_url(),
            title=one.title,
            body=f"{one.summary}\n{found}\n{one.answer}",
            keywords=one.dnr,
            meta=f"{one.get_kind_display()} · {one.dnr} · {one.unit.name}",
            day=one.decided_on,
            home_id=one.unit_id,
            audience=Audience.STAFF,
        )


KINDS = (
    Kind(
        name="analysis",
        label="Analyser",
        model_label="improvement.analysis",
        entries=analysis_entries,
        all_ids=lambda: Analysis.objects.values_list("pk", flat=True),
        order=53,
    ),
    Kind(
        name="review",
        label="Granskningar",
        model_label="improvement.externalreview",
        entries=review_entries,
        all_ids=lambda: ExternalReview.objects.values_list("pk", flat=True),
        order=54,
    ),
)
