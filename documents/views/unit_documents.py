"""What a unit says of the documents that may concern it, and what is new for it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from documents import actions
from documents.forms.reading import StandForm
from documents.models import Document, Revision, UnitStatement
from documents.reading import asks as reading
from documents.reading import notices as reading_notices
from documents.reading import rights as reading_rights
from documents.reading import stands
from documents.tables.reading import StandFilter, StandTable
from documents.views.apt import NOT_YOURS
from documents.views.found import find_unit
from kvalitet.attempts import attempt
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.organisation.models import Unit
from kvalitet.sorting import Swedish
from kvalitet.tables import Action, Empty, render_table

SPANS = (30, 90)
MOST_NEWS = 30
AT_ONCE = 15
ALREADY_TOLD = (
    "Kollegorna är redan aviserade i dag, och inget nytt är fastställt sedan dess. Inget är skickat."
)
NO_STAND = "Enhetens chef och ombud tar ställning till vilka dokument som gäller."


@require_safe
def unit_documents(request: HttpRequest, slug: str) -> HttpResponse:
    """*Styrdokument som gäller oss*."""
    unit = find_unit(request, slug)
    may_judge = reading_rights.may_judge(request.user, unit)
    # What the table needs to know of the page, beside its rows.
    vars(request).update(kv_unit=unit, kv_may_judge=may_judge)
    buttons = [Action("Ta ställning", reverse("documents:statements", args=[unit.slug]), "check2-square")]
    news = Action("Nytt för er enhet", reverse("documents:unit_news", args=[unit.slug]), "stars")
    return render_table(
        request,
        table_class=StandTable,
        queryset=stands.of_unit(request.user, unit),
        filterset_class=StandFilter,
        title=f"Styrdokument som gäller {unit.name}",
        lead="Dokument från enheten och enheterna över den, i processerna den arbetar i och i lagområdet. "
        "Och vad enheten säger om dem.",
        empty=Empty("Inga dokument berör enheten än", "Här visas de när enheten arbetar i en process."),
        actions=[*(buttons if may_judge else []), news],
        template="documents/unit_documents.html",
        export_name=f"styrdokument-{unit.slug}",
        extra_context={"unit": unit},
    )


@FORM_METHODS
def statements(request: HttpRequest, slug: str) -> HttpResponse:
    """Many at once: the documents that the unit has said nothing of."""
    unit = find_unit(request, slug)
    refuse_unless(reading_rights.may_judge(request.user, unit), NO_STAND)
    rows = (
        stands.unjudged(request.user, unit.pk).select_related("owner_unit").order_by(Swedish("title"), "pk")
    )
    documents = list(rows[: AT_ONCE + 1])
    forms = [(one, _form(request, one)) for one in documents[:AT_ONCE]]
    if request.method == "POST":
        chosen = [(one, form) for one, form in forms if request.POST.get(f"d{one.pk}-applies")]
        done = sum(_save(request, unit, one, form) for one, form in chosen)
        if done:
            messages.success(request, f"Sparat för {done} dokument.")
        if done == len(chosen):
            return redirect("documents:statements", unit.slug)
    context = {"unit": unit, "forms": forms, "has_more": len(documents) > AT_ONCE}
    return render(request, "documents/statements.html", context)


def _form(request: HttpRequest, document: Document) -> StandForm:
    """Bound only when something was chosen for the document: the others wait."""
    key = f"d{document.pk}"
    is_chosen = request.method == "POST" and request.POST.get(f"{key}-applies")
    return StandForm(request.POST if is_chosen else None, prefix=key)


def _save(request: HttpRequest, unit: Unit, document: Document, form: StandForm) -> bool:
    if not form.is_valid():
        return False
    made = attempt(form, actions.take_stand, unit, document, user=request.user, **form.cleaned_data)
    return made is not None


@FORM_METHODS
def statement(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One document: what the unit says of it now, to change."""
    unit = find_unit(request, slug)
    refuse_unless(reading_rights.may_judge(request.user, unit), NO_STAND)
    document = get_object_or_404(Document.objects.visible_to(request.user).in_force(), pk=pk)
    row = UnitStatement.objects.filter(unit=unit, document=document).select_related("seen_revision").first()
    initial = {"applies": "ja" if row.applies else "nej", "reason": row.reason} if row else {}
    form = StandForm(request.POST or None, initial=initial)
    if request.method == "POST" and _save(request, unit, document, form):
        messages.success(request, f"Sparat: {document.title}.")
        return redirect("documents:unit_documents", unit.slug)
    context = {"unit": unit, "document": document, "form": form, "row": row}
    return render(request, "documents/statement.html", context)


@require_safe
def unit_news(request: HttpRequest, slug: str) -> HttpResponse:
    """*Nytt för er enhet*: page, print, and a text to share."""
    unit = find_unit(request, slug)
    refuse_unless(reading_rights.may_read_apt(request.user, unit), NOT_YOURS)
    days = 90 if request.GET.get("dagar") == "90" else 30
    revisions = _news(request.user, unit, days)
    subject = f"Nytt för {unit.name}"
    text = _as_text(unit, revisions, days)
    context = {
        "unit": unit,
        "days": days,
        "spans": SPANS,
        "revisions": revisions,
        "text": text,
        "mail_url": f"mailto:?{urlencode({'subject': subject, 'body': text}).replace('+', '%20')}",
        "may_plan": reading_rights.may_plan_apt(request.user, unit),
    }
    return render(request, "documents/unit_news.html", context)


def _news(user: Any, unit: Unit, days: int) -> list[Revision]:
    """What has begun to hold of late and concerns the unit; titles only of what all there may read."""
    since = timezone.localdate() - timedelta(days=days)
    documents = reading.readable_by_all(Document.objects.visible_to(user), unit)
    documents = reading.concerning(documents, unit.pk, by_law=False)
    rows = Revision.objects.in_force().filter(valid_from__gte=since, document__in=documents.values("pk"))
    rows = rows.select_related("document__owner_unit").order_by("-valid_from", "-pk")
    return list(rows[:MOST_NEWS])


def _as_text(unit: Unit, revisions: list[Revision], days: int) -> str:
    lines = [f"Nytt de senaste {days} dagarna för {unit.name}:", ""]
    for one in revisions:
        lines.append(f"{one.document.title}, version {one.label}, gäller från {one.valid_from:%Y-%m-%d}")
        lines += [f"  {line}" for line in one.whats_new.splitlines()]
        lines += [f"  {settings.BASE_URL.rstrip('/')}{one.document.get_absolute_url()}", ""]
    return "\n".join(lines)


@require_POST
def unit_news_send(request: HttpRequest, slug: str) -> HttpResponse:
    """A notice to the unit's people, with the way to the page and no titles."""
    unit = find_unit(request, slug)
    may = reading_rights.may_plan_apt(request.user, unit)
    refuse_unless(may, "Enhetens chef, ombud och handläggare skickar till enheten.")
    found = _news(request.user, unit, SPANS[0])
    if not found:
        messages.info(request, "Inget nytt gäller de senaste 30 dagarna. Inget är skickat.")
        return redirect("documents:unit_news", unit.slug)
    told = reading_notices.tell_news(unit, found, user=request.user)
    if told is None:
        messages.info(request, ALREADY_TOLD)
    else:
        whom = "1 kollega" if told == 1 else f"{told} kollegor"
        messages.success(request, f"{whom} får en avisering med en länk hit.")
    return redirect("documents:unit_news", unit.slug)
