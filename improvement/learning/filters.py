from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from improvement.enums import LessonKind, LessonStatus, ProposalStatus
from improvement.filters import processes, unit_choices
from improvement.learning import rights
from improvement.models import Lesson, Proposal, SpreadAnswer, SpreadPrompt
from kvalitet.organisation import grants
from kvalitet.organisation.models import Unit
from kvalitet.tables import DateRange
from processes.models import Process


def words(fields: tuple[str, ...], text: str) -> Q:
    """Every word somewhere in one of the fields."""
    where = Q()
    for word in text.split()[:8]:
        one = Q()
        for field in fields:
            one |= Q(**{f"{field}__icontains": word})
        where &= one
    return where


def search_field() -> Any:
    return forms.TextInput(attrs={"type": "search"})


def below(process: Process, path: str) -> Q:
    """What hangs on ``process`` or on a step of it."""
    here = {"tree_id": process.tree_id, "lft__gte": process.lft, "rght__lte": process.rght}
    return Q(**{f"{path}__{key}": value for key, value in here.items()})


class SpreadFilter(filters.FilterSet):
    q = filters.CharFilter(method="by_text", label="Ord i frågan", widget=search_field())
    urval = filters.ChoiceFilter(
        method="by_selection",
        choices=[
            ("att-svara", "Jag ska svara"),
            ("obesvarade", "Med obesvarade"),
            ("sena", "Försenade svar"),
            ("ja", "Någon har svarat ja"),
        ],
        label="Visa",
        empty_label="Alla frågor",
    )
    process = filters.ModelChoiceFilter(
        queryset=processes,
        to_field_name="slug",
        method="by_process",
        label="Process",
        widget=forms.HiddenInput,
    )
    skickad = filters.DateFromToRangeFilter(field_name="sent_at", label="Skickad", widget=DateRange)

    class Meta:
        model = SpreadPrompt
        fields: list[str] = []

    def by_text(self, queryset: Any, name: str, value: str) -> QuerySet[SpreadPrompt]:
        return queryset.filter(words(("question", "process__title"), value))

    def by_selection(self, queryset: Any, name: str, value: str) -> QuerySet[SpreadPrompt]:
        if value == "ja":
            return queryset.filter(answered_yes__gt=0)
        if value == "att-svara":
            mine = SpreadAnswer.objects.to_answer_by(self.request.user)
            return queryset.filter(pk__in=mine.values("prompt"))
        waiting = queryset.filter(unanswered__gt=0, withdrawn_at=None)
        return waiting.filter(answer_by__lt=timezone.localdate()) if value == "sena" else waiting

    def by_process(self, queryset: Any, name: str, value: Process) -> QuerySet[SpreadPrompt]:
        return queryset.filter(below(value, "process"))


class LessonFilter(filters.FilterSet):
    q = filters.CharFilter(method="by_text", label="Ord i lärdomen", widget=search_field())
    slag = filters.ChoiceFilter(
        field_name="kind", choices=LessonKind.choices, label="Slag", empty_label="Alla"
    )
    process = filters.ModelChoiceFilter(
        queryset=lambda request: processes(request).active().filter(level__lte=1).order_by("tree_id", "lft"),
        to_field_name="slug",
        method="by_process",
        label="Process",
        empty_label="Alla processer",
    )
    lage = filters.ChoiceFilter(
        field_name="status", choices=LessonStatus.choices, label="Läge", empty_label="Alla lägen"
    )

    class Meta:
        model = Lesson
        fields: list[str] = []

    def by_text(self, queryset: Any, name: str, value: str) -> QuerySet[Lesson]:
        return queryset.filter(words(("title", "what_happened", "what_changed", "advice"), value))

    def by_process(self, queryset: Any, name: str, value: Process) -> QuerySet[Lesson]:
        return queryset.filter(below(value, "processes")).distinct()


class ProposalFilter(filters.FilterSet):
    """``enhet`` and ``process`` hold what lies below too."""

    q = filters.CharFilter(method="by_text", label="Ord i förslaget", widget=search_field())
    urval = filters.ChoiceFilter(
        method="by_selection",
        choices=[
            ("mina", "Mina förslag"),
            ("enhet", "Min enhets"),
            ("att-svara", "Jag ska svara"),
            ("oppna", "Inte avgjorda"),
            ("sena", "Svaret är försenat"),
        ],
        label="Visa",
        empty_label="Alla förslag",
    )
    behov = filters.BooleanFilter(field_name="shows_unmet_need", label="Visar ej tillgodosett behov")
    status = filters.ChoiceFilter(choices=ProposalStatus.choices, label="Läge", empty_label="Alla lägen")
    enhet = filters.ChoiceFilter(
        method="by_unit", choices=unit_choices, label="Enhet", empty_label="Alla enheter"
    )
    process = filters.ModelChoiceFilter(
        queryset=processes,
        to_field_name="slug",
        method="by_process",
        label="Process",
        widget=forms.HiddenInput,
    )
    lamnat = filters.DateFromToRangeFilter(field_name="submitted_at", label="Lämnat", widget=DateRange)

    class Meta:
        model = Proposal
        fields: list[str] = []

    def by_text(self, queryset: Any, name: str, value: str) -> QuerySet[Proposal]:
        return queryset.filter(words(("title", "text"), value))

    def by_selection(self, queryset: Any, name: str, value: str) -> QuerySet[Proposal]:
        user = self.request.user
        if value == "mina":
            return queryset.filter(submitted_by=user)
        if value == "enhet":
            return queryset.filter(unit__in=list(grants.own_unit_ids(user)))
        if value == "att-svara":
            return queryset.filter(rights.to_answer(user))
        if value == "sena":
            return queryset.waiting().filter(answer_by__lt=timezone.localdate())
        return queryset.waiting()

    def by_unit(self, queryset: Any, name: str, value: str) -> QuerySet[Proposal]:
        unit = Unit.objects.filter(slug=value).first()
        if unit is None:
            return queryset.none()
        here = {"tree_id": unit.tree_id, "lft__gte": unit.lft, "rght__lte": unit.rght}
        return queryset.filter(**{f"unit__{key}": there for key, there in here.items()})

    def by_process(self, queryset: Any, name: str, value: Process) -> QuerySet[Proposal]:
        return queryset.filter(below(value, "process"))
