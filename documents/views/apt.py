"""A unit's list for its next meeting: put on it, shown on the wall, printed, and what was read recorded."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from documents import actions
from documents.forms.reading import AptItemForm, HoldForm
from documents.models import AptItem, Document, GroupReading, Revision
from documents.reading import asks as reading
from documents.reading import rights as reading_rights
from documents.views.found import find_document, find_unit
from kvalitet import registries
from kvalitet.attempts import attempt
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.lookups import number_in
from kvalitet.organisation import grants
from kvalitet.organisation.models import Unit, User
from kvalitet.registries import AptPoint
from kvalitet.sorting import Swedish

SHOWN_READINGS = 12
NOT_YOURS = "Enhetens APT-lista är för dem som arbetar där, deras chef och ombud."
DONE = "Genomgången är registrerad."
DONE_READ = f"{DONE} De som var med har kvitterat dokumenten."
NO_HOLD = "Chefen, eller den som chefen har lämnat det till, registrerar vilka som var med."


def _points(user: Any, unit: Unit) -> list[AptPoint]:
    """What other apps have put on the list."""
    return [one for points in registries.apt for one in points(user, unit)]


def _own_unit(request: HttpRequest, slug: str) -> Unit:
    unit = find_unit(request, slug)
    refuse_unless(reading_rights.may_read_apt(request.user, unit), NOT_YOURS)
    return unit


def _items(user: Any, unit: Unit) -> list[Any]:
    """The list as far as the reader may read it, with ``label`` and ``whats_new`` of the version in force."""
    holding = Revision.objects.in_force().filter(document=OuterRef("document"))
    rows = AptItem.objects.waiting().filter(
        unit=unit, document__in=Document.objects.visible_to(user).in_force()
    )
    return list(
        rows.select_related("document__owner_unit", "added_by").annotate(
            number=Subquery(holding.values("number")[:1]),
            minor=Subquery(holding.values("minor")[:1]),
            valid_from=Subquery(holding.values("valid_from")[:1]),
            whats_new=Subquery(holding.values("whats_new")[:1]),
            change_note=Subquery(holding.values("change_note")[:1]),
        )
    )


@FORM_METHODS
def apt_add(request: HttpRequest, pk: int) -> HttpResponse:
    """*Ta upp på APT*, from the document."""
    found = find_document(request, pk)
    may = reading_rights.may_plan_somewhere(request.user)
    refuse_unless(may, "Chefer, ombud och handläggare lägger dokument på enhetens APT-lista.")
    form = AptItemForm(request.POST or None, user=request.user, initial=_words(request, found))
    if request.method == "POST" and form.is_valid():
        item = attempt(form, actions.put_on_list, found, user=request.user, **form.cleaned_data)
        if item is not None:
            messages.success(request, f"{found.title} står på APT-listan för {item.unit}.")
            return redirect("documents:apt", item.unit.slug)
    return render(request, "documents/apt_add.html", {"form": form, "document": found})


def _words(request: HttpRequest, found: Document) -> dict[str, Any]:
    """What is said of the document on the list that ``?enhet=`` names, else on that of one's own unit."""
    slug, user = request.GET.get("enhet", ""), request.user
    asked = {"unit__slug": slug} if slug else {"unit__in": grants.own_unit_ids(user)}
    item = AptItem.objects.waiting().filter(document=found, **asked).select_related("unit").first()
    if item is None or not reading_rights.may_plan_apt(user, item.unit):
        return {}
    return {"unit": item.unit_id, "changes": item.changes, "question": item.question}


@require_safe
def apt(request: HttpRequest, slug: str) -> HttpResponse:
    unit = _own_unit(request, slug)
    readings = GroupReading.objects.filter(unit=unit, corrections=None).select_related("by", "unit")
    context = {
        "unit": unit,
        "items": _items(request.user, unit),
        "points": _points(request.user, unit),
        "readings": list(readings[:SHOWN_READINGS]),
        "may_plan": reading_rights.may_plan_apt(request.user, unit),
        "may_hold": reading_rights.may_hold_apt(request.user, unit),
    }
    return render(request, "documents/apt.html", context)


@require_safe
def apt_show(request: HttpRequest, slug: str) -> HttpResponse:
    """One document or point at a time in large type; ``?nr=`` says which."""
    unit = _own_unit(request, slug)
    items = [*_items(request.user, unit), *_points(request.user, unit)]
    asked = number_in(request.GET.get("nr")) or 1
    number = min(max(asked, 1), max(len(items), 1))
    shown = items[number - 1] if items else None
    context = {
        "unit": unit,
        "item": shown,
        "is_point": isinstance(shown, AptPoint),
        "number": number,
        "total": len(items),
        "previous": number - 1 if number > 1 else 0,
        "next": number + 1 if number < len(items) else 0,
        "may_hold": bool(items) and reading_rights.may_hold_apt(request.user, unit),
    }
    return render(request, "documents/apt_show.html", context)


@require_safe
def apt_print(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole list for paper, with the unit's people to tick."""
    unit = _own_unit(request, slug)
    people = reading.people_of(unit).order_by(Swedish("name"), "pk")
    context = {
        "unit": unit,
        "items": _items(request.user, unit),
        "points": _points(request.user, unit),
        "people": list(people),
    }
    return render(request, "documents/apt_print.html", context)


@require_POST
def apt_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    unit = _own_unit(request, slug)
    refuse_unless(reading_rights.may_plan_apt(request.user, unit), NOT_YOURS)
    rows = AptItem.objects.filter(unit=unit, document__in=Document.objects.visible_to(request.user))
    item = actions.take_off_list(get_object_or_404(rows, pk=pk), user=request.user)
    messages.success(request, f"{item.document} är borttaget från listan.")
    return redirect("documents:apt", unit.slug)


@FORM_METHODS
def apt_hold(request: HttpRequest, slug: str) -> HttpResponse:
    """Who was there when the list was gone through."""
    unit = _own_unit(request, slug)
    refuse_unless(reading_rights.may_hold_apt(request.user, unit), NO_HOLD)
    documents = [item.document for item in _items(request.user, unit)]
    points = _points(request.user, unit)
    people = list(reading.people_of(unit).order_by(Swedish("name"), "pk"))
    form = HoldForm(request.POST or None, items=documents, points=points, people=people)
    if request.method == "POST":
        made = _hold(request, unit, form)
        if made is not None:
            return redirect(made)
    context = {"unit": unit, "form": form, "documents": documents, "points": points}
    return render(request, "documents/apt_hold.html", context)


def _hold(
    request: HttpRequest, unit: Unit, form: HoldForm, corrects: GroupReading | None = None
) -> GroupReading | None:
    """Record it. Sent a second time the list is empty by then, and the first record is shown."""
    known = _made_before(unit, request.POST.get("form_key", ""))
    if known is not None:
        return known
    if not form.is_valid():
        return None
    data = form.cleaned_data
    documents = [form.rows[key] for key in data.pop("documents", [])]
    made: GroupReading | None = attempt(
        form, actions.hold_reading, unit, user=request.user, documents=documents, corrects=corrects, **data
    )
    if made is not None:
        messages.success(request, DONE_READ if made.versions.exists() else DONE)
    return made


def _made_before(unit: Unit, key: str) -> GroupReading | None:
    try:
        return GroupReading.objects.filter(unit=unit, form_key=uuid.UUID(key)).first()
    except ValueError:
        return None


def _record(request: HttpRequest, slug: str, pk: int) -> GroupReading:
    unit = _own_unit(request, slug)
    rows = GroupReading.objects.select_related("unit", "by", "corrects__unit").filter(unit=unit)
    return get_object_or_404(rows, pk=pk)


@require_safe
def apt_record(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What was taken up, when, and who was there. Titles only of what the reader may open."""
    one = _record(request, slug, pk)
    versions = one.versions.filter(revision__document__in=Document.objects.visible_to(request.user))
    context = {
        "unit": one.unit,
        "reading": one,
        "versions": list(versions.select_related("revision__document")),
        "points": [point for told in registries.apt_record for point in told(request.user, one)],
        "people": [row.user for row in one.attendants.select_related("user")],
        "corrected_by": one.corrections.first(),
        "may_hold": reading_rights.may_hold_apt(request.user, one.unit),
    }
    return render(request, "documents/apt_record.html", context)


@FORM_METHODS
def apt_correct(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A new record in the place of one with a mistake in it."""
    one = _record(request, slug, pk)
    refuse_unless(reading_rights.may_hold_apt(request.user, one.unit), NO_HOLD)
    present = list(one.attendants.values_list("user_id", flat=True))
    people = reading.people_of(one.unit) | User.objects.filter(pk__in=present)
    ordered = list(people.order_by(Swedish("name"), "pk"))
    initial = {"people": present, "held_on": one.held_on}
    form = HoldForm(request.POST or None, items=[], people=ordered, corrects=one, initial=initial)
    if request.method == "POST":
        made = _hold(request, one.unit, form, corrects=one)
        if made is not None:
            return redirect(made)
    return render(request, "documents/apt_correct.html", {"unit": one.unit, "form": form, "reading": one})
