from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from documents.enums import LAW_AREAS, DocumentType, ItemOutcome, LinkStatus, Retention, Visibility
from documents.models import Document, DocumentLink, LinkPlace, Revision, UploadItem
from kvalitet.organisation.models import Unit
from kvalitet.organisation.permissions import is_employee
from kvalitet.sorting import Swedish
from kvalitet.tables import HiddenRange
from kvalitet.versions import RevisionStatus
from processes.models import Process

STANDINGS = [
    ("in_force", "Gällande"),
    ("coming", "Kommande"),
    ("in_review", "Granskas"),
    ("draft", "Utkast"),
    ("ended", "Gäller inte längre"),
]
# The last four are what the statistics link to.
FOR_EMPLOYEES = (
    "standing",
    "visibility",
    "ansvarig",
    "gallring",
    "ersatter",
    "urval",
    "nya",
    "andrade",
    "gallde",
    "forsenade",
)
FIRST = Q(number=1, minor=0)


class DocumentFilter(filters.FilterSet):
    """``enhet`` and ``process`` hold what lies below too."""

    q = filters.CharFilter(
        field_name="title",
        lookup_expr="icontains",
        label="Ord i titeln",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    type = filters.ChoiceFilter(choices=DocumentType.choices, label="Typ", empty_label="Alla typer")
    enhet = filters.ChoiceFilter(method="by_unit", label="Enhet", empty_label="Alla enheter")
    process = filters.ChoiceFilter(method="by_process", label="Process", empty_label="Alla processer")
    standing = filters.ChoiceFilter(
        method="by_standing", label="Läge", choices=STANDINGS, empty_label="Alla lägen"
    )
    visibility = filters.ChoiceFilter(choices=Visibility.choices, label="Synligt för", empty_label="Alla")
    lag = filters.ChoiceFilter(
        field_name="law", label="Lagområde", choices=LAW_AREAS, empty_label="Alla lagområden"
    )
    malgrupp = filters.CharFilter(field_name="target_group", lookup_expr="icontains", label="Målgrupp")
    sokord = filters.CharFilter(field_name="keywords", lookup_expr="icontains", label="Sökord")
    ansvarig = filters.CharFilter(
        field_name="responsible__name", lookup_expr="icontains", label="Ansvarig, namn"
    )
    gallring = filters.ChoiceFilter(
        field_name="retention", label="Gallring", choices=Retention.choices, empty_label="Alla"
    )
    ersatter = filters.ChoiceFilter(
        method="by_replacement",
        label="Ersättning",
        choices=[("ersatter", "Ersätter ett annat"), ("ersatt", "Ersatt eller ska ersättas")],
        empty_label="Alla dokument",
    )
    urval = filters.ChoiceFilter(
        method="by_selection",
        label="Urval",
        choices=[("overdue", "Försenad översyn"), ("governing", "Styrande dokument")],
        empty_label="Alla dokument",
    )
    nya = filters.DateFromToRangeFilter(
        method="by_first_version", label="Första version fastställd", widget=HiddenRange
    )
    andrade = filters.DateFromToRangeFilter(
        method="by_later_version", label="Ny version fastställd", widget=HiddenRange
    )
    gallde = filters.DateFilter(method="by_day_in_force", label="Gällde den", widget=forms.HiddenInput)
    forsenade = filters.DateFilter(
        method="by_day_overdue", label="Försenad översyn den", widget=forms.HiddenInput
    )

    class Meta:
        model = Document
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["enhet"].extra["choices"] = unit_choices
        self.filters["process"].extra["choices"] = lambda: _process_choices(self.request.user)
        if not is_employee(self.request.user):
            for name in FOR_EMPLOYEES:
                del self.filters[name]

    def by_unit(self, queryset: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        unit = Unit.objects.filter(slug=value).first()
        if unit is None:
            return queryset.none()
        below = Unit.objects.filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)
        return queryset.filter(owner_unit__in=list(below.values_list("pk", flat=True)))

    def by_process(self, queryset: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        process = Process.objects.visible_to(self.request.user).filter(slug=value).first()
        if process is None:
            return queryset.none()
        below = {"tree_id": process.tree_id, "lft__gte": process.lft, "rght__lte": process.rght}
        links = DocumentLink.objects.filter(**{f"process__{key}": there for key, there in below.items()})
        return queryset.filter(pk__in=links.values("document"))

    def by_standing(self, queryset: Any, name: str, value: str) -> QuerySet[Document]:
        if value == "in_force":
            return queryset.in_force()
        if value == "coming":
            return queryset.coming()
        if value == "ended":
            return queryset.issued().filter(~Q(pk__in=Document.objects.in_force().values("pk")))
        drafts = Document.objects.with_drafts_for(self.request.user)
        status = RevisionStatus.DRAFT if value == "draft" else RevisionStatus.IN_REVIEW
        return queryset.in_status(status).filter(pk__in=drafts.values("pk"))

    def by_replacement(self, queryset: Any, name: str, value: str) -> QuerySet[Document]:
        if value == "ersatter":
            return queryset.exclude(replaces=None)
        # By what the reader may know of alone: a draft that others write says nothing.
        known = Document.objects.visible_to(self.request.user).exclude(replaces=None)
        return queryset.filter(pk__in=known.values("replaces"))

    def by_first_version(self, queryset: Any, name: str, value: slice) -> QuerySet[Document]:
        return queryset.with_version_approved(value.start, value.stop, FIRST)

    def by_later_version(self, queryset: Any, name: str, value: slice) -> QuerySet[Document]:
        return queryset.with_version_approved(value.start, value.stop, ~FIRST)

    def by_day_in_force(self, queryset: Any, name: str, value: date) -> QuerySet[Document]:
        return queryset.in_force(value)

    def by_day_overdue(self, queryset: Any, name: str, value: date) -> QuerySet[Document]:
        return queryset.was_overdue(value)

    def by_selection(self, queryset: Any, name: str, value: str) -> QuerySet[Document]:
        if value == "overdue":
            return queryset.overdue(timezone.localdate())
        return queryset.filter(is_governing=True)


class RecentFilter(filters.FilterSet):
    """Of the versions that have begun to hold lately, those whose document has a word or is of a type."""

    q = filters.CharFilter(
        field_name="document__title",
        lookup_expr="icontains",
        label="Ord i titeln",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    type = filters.ChoiceFilter(
        field_name="document__type", choices=DocumentType.choices, label="Typ", empty_label="Alla typer"
    )

    class Meta:
        model = Revision
        fields: list[str] = []


class UploadItemFilter(filters.FilterSet):
    utfall = filters.ChoiceFilter(
        field_name="outcome", choices=ItemOutcome.choices, label="Utfall", empty_label="Alla"
    )

    class Meta:
        model = UploadItem
        fields: list[str] = []


class LinkFilter(filters.FilterSet):
    q = filters.CharFilter(
        field_name="check_row__url",
        lookup_expr="icontains",
        label="Ord i adressen",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    lage = filters.ChoiceFilter(
        field_name="check_row__status", choices=LinkStatus.choices, label="Läge", empty_label="Alla lägen"
    )

    class Meta:
        model = LinkPlace
        fields: list[str] = []


def unit_choices() -> list[tuple[str, str]]:
    rows = Unit.objects.on(timezone.localdate()).in_tree_order()
    return [(unit.slug, "\u2003" * unit.level + unit.name) for unit in rows]


def _process_choices(user: Any) -> list[tuple[str, str]]:
    rows = Process.objects.visible_to(user).filter(level__lte=1).order_by("tree_id", "lft", Swedish("title"))
    return [
        (slug, "\u2003" * level + title) for slug, title, level in rows.values_list("slug", "title", "level")
    ]
