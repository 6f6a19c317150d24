"""A person's own standard phrases. Nobody else's exist for them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from improvement import permissions
from improvement.enums import PhraseUse
from improvement.forms import PhraseForm
from improvement.models import StandardPhrase
from kvalitet.gate import FORM_METHODS, refuse_unless

FOR_STAFF = "Standardfraser är för medarbetare."


def _own(request: HttpRequest, pk: int) -> StandardPhrase:
    refuse_unless(permissions.may_report(request.user), FOR_STAFF)
    found: StandardPhrase = get_object_or_404(StandardPhrase, pk=pk, owner=request.user)
    return found


@require_safe
def phrases(request: HttpRequest) -> HttpResponse:
    refuse_unless(permissions.may_report(request.user), FOR_STAFF)
    rows = list(StandardPhrase.objects.filter(owner=request.user))
    groups = [(use.label, [one for one in rows if one.use == use]) for use in PhraseUse]
    return render(request, "improvement/phrases.html", {"groups": [one for one in groups if one[1]]})


@FORM_METHODS
def phrase_add(request: HttpRequest) -> HttpResponse:
    refuse_unless(permissions.may_report(request.user), FOR_STAFF)
    return _form(request, StandardPhrase(owner=request.user), "Ny standardfras", "Frasen är sparad.")


@FORM_METHODS
def phrase_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _form(request, _own(request, pk), "Ändra standardfrasen", "Frasen är ändrad.")


def _form(request: HttpRequest, phrase: StandardPhrase, heading: str, done: str) -> HttpResponse:
    form = PhraseForm(request.POST or None, instance=phrase)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, done)
        return redirect("improvement:phrases")
    return render(request, "improvement/phrase_form.html", {"form": form, "heading": heading})


@require_POST
def phrase_remove(request: HttpRequest, pk: int) -> HttpResponse:
    _own(request, pk).delete()
    messages.success(request, "Frasen är borttagen.")
    return redirect("improvement:phrases")
