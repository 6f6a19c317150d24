from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from documents import actions, permissions
from documents.actions.remiss import units_of
from documents.forms.decision import AnswerDecisionForm, AnswerForm, ChangeRoundForm, StartRoundForm
from documents.models import Document, ReviewAnswer, ReviewInvitation, ReviewRound, Revision
from documents.tables.review import AnswerTable
from documents.views.found import find_revision
from kvalitet.attempts import attempt, press
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.organisation import grants
from kvalitet.tables import Empty, render_table

WHO_SENDS = "Den som skriver dokumentet skickar det på remiss och tar hand om svaren."
WHO_READS = "Remissen är för dem som är tillfrågade och dem som skriver dokumentet."
WHO_ANSWERS = "Du är inte tillfrågad på remissen, eller så är den stängd."


def _find(request: HttpRequest, pk: int, number: tuple[int, int]) -> ReviewRound:
    """The latest remiss of a version that the reader sees, or has answered to and may still follow."""
    user = request.user
    rows = ReviewRound.objects.filter(
        revision__document=pk, revision__number=number[0], revision__minor=number[1]
    ).select_related(
        "revision__document__owner_unit", "revision__author", "started_by", "changed_by", "closed_by"
    )
    found = rows.exclude(revision__document__in=grants.denied_ids(user, Document)).first()
    if found is None:
        raise Http404
    is_seen = Revision.objects.visible_to(user).filter(pk=found.revision_id).exists()
    if not is_seen and not found.answers.filter(person=user).exists():
        raise Http404
    return found


def _reads_all(user: Any, remiss: ReviewRound) -> bool:
    return Document.objects.with_drafts_for(user).filter(pk=remiss.revision.document_id).exists()


@require_safe
def remiss(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponse:
    """What is asked, who has answered, the reader's own answer, and for who writes it all answers."""
    return _page(request, _find(request, pk, number))


def _page(request: HttpRequest, remiss: ReviewRound, form: Any = None) -> HttpResponse:
    user, document = request.user, remiss.revision.document
    reads_all = _reads_all(user, remiss)
    answers = list(remiss.answers.select_related("person", "unit", "decided_by"))
    own = next((one for one in answers if one.person_id == user.pk), None)
    is_asked = remiss.is_open and permissions.may_answer(user, document)
    refuse_unless(reads_all or is_asked or own is not None, WHO_READS)
    may_change = is_asked and not (own and own.decision)
    context = {
        "remiss": remiss,
        "revision": remiss.revision,
        "document": document,
        "reads_all": reads_all,
        "may_run": permissions.may_write_version(user, remiss.revision),
        "asked": _asked(remiss, answers) if reads_all else [],
        "answers": answers if reads_all else [],
        "own": own,
        "form": form or (_answer_form(user, remiss, own) if may_change else None),
        "is_read": Revision.objects.visible_to(user).filter(pk=remiss.revision_id).exists(),
        "earlier": remiss.revision.rounds.exclude(pk=remiss.pk).count() if reads_all else 0,
    }
    return render(request, "documents/remiss.html", context)


def _asked(remiss: ReviewRound, answers: list[ReviewAnswer]) -> list[tuple[ReviewInvitation, bool]]:
    """Everyone who was asked, with whether they, or somebody for the unit, have answered."""
    people, units = {one.person_id for one in answers}, {one.unit_id for one in answers}
    rows = remiss.invitations.select_related("person", "unit")
    return [(one, one.person_id in people if one.person_id else one.unit_id in units) for one in rows]


def _answer_form(user: Any, remiss: ReviewRound, own: ReviewAnswer | None, data: Any = None) -> AnswerForm:
    initial: dict[str, Any] = {}
    if own is not None:
        initial = {"unit": own.unit_id, "text": own.text, "kind": "text" if own.text else "none"}
    is_person = remiss.invitations.filter(person=user).exists()
    return AnswerForm(data, units=units_of(user, remiss), is_person=is_person, initial=initial)


@require_POST
def remiss_answer(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponse:
    remiss = _find(request, pk, number)
    is_asked = permissions.may_answer(request.user, remiss.revision.document)
    refuse_unless(is_asked or not remiss.is_open, WHO_ANSWERS)
    own = remiss.answers.filter(person=request.user).first()
    form = _answer_form(request.user, remiss, own, request.POST)
    if form.is_valid() and attempt(
        form, actions.answer_round, remiss, user=request.user, **form.cleaned_data
    ):
        messages.success(request, "Tack, ditt svar är sparat. Du kan ändra det tills remissen stängs.")
        return redirect(remiss)
    return _page(request, remiss, form)


def _sent(request: HttpRequest, form: Any) -> bool:
    return request.method == "POST" and bool(form.is_valid())


@FORM_METHODS
def remiss_start(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponse:
    """Ask persons and units about a draft."""
    revision = find_revision(request, pk, number)
    refuse_unless(permissions.may_write_version(request.user, revision), WHO_SENDS)
    form = StartRoundForm(request.POST or None)
    if _sent(request, form) and attempt(
        form, actions.start_round, revision, user=request.user, **form.cleaned_data
    ):
        messages.success(request, "Versionen är ute på remiss. De som är tillfrågade har fått veta.")
        return redirect("documents:remiss", revision.document_id, revision.label)
    context = {"form": form, "revision": revision, "document": revision.document}
    return render(request, "documents/remiss_start.html", context)


@FORM_METHODS
def remiss_change(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponse:
    """Give more time, or ask more."""
    remiss = _run_by(request, pk, number)
    form = ChangeRoundForm(request.POST or None, remiss=remiss)
    if _sent(request, form) and attempt(
        form, actions.change_round, remiss, user=request.user, **form.cleaned_data
    ):
        messages.success(request, "Remissen är ändrad.")
        return redirect(remiss)
    context = {
        "form": form,
        "remiss": remiss,
        "revision": remiss.revision,
        "document": remiss.revision.document,
    }
    return render(request, "documents/remiss_change.html", context)


def _run_by(request: HttpRequest, pk: int, number: tuple[int, int]) -> ReviewRound:
    remiss = _find(request, pk, number)
    refuse_unless(permissions.may_write_version(request.user, remiss.revision), WHO_SENDS)
    return remiss


@FORM_METHODS
def remiss_close(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponse:
    remiss = _run_by(request, pk, number)
    if request.method == "POST":
        press(
            request,
            actions.close_round,
            remiss,
            done="Remissen är stängd. Besluta om de synpunkter som saknar beslut.",
        )
        return redirect(remiss)
    question = {
        "question": "Stäng remissen?",
        "consequence": "Ingen kan svara längre, och de tillfrågade slutar se utkastet. Svaren finns kvar.",
        "button": "Stäng remissen",
        "back_url": remiss.get_absolute_url(),
    }
    return render(request, "components/confirm.html", question)


@FORM_METHODS
def remiss_decide(request: HttpRequest, pk: int, number: tuple[int, int], answer_pk: int) -> HttpResponse:
    """What is done with one comment, and why."""
    remiss = _run_by(request, pk, number)
    rows = remiss.answers.select_related("person", "unit", "remiss__revision__document")
    answer = get_object_or_404(rows, pk=answer_pk)
    form = AnswerDecisionForm(
        request.POST or None, initial={"decision": answer.decision, "reason": answer.reason}
    )
    if _sent(request, form) and attempt(
        form, actions.decide_answer, answer, user=request.user, **form.cleaned_data
    ):
        messages.success(request, f"Beslutet om synpunkten från {answer.person} är sparat.")
        return redirect(remiss)
    context = {"form": form, "answer": answer, "remiss": remiss, "document": remiss.revision.document}
    return render(request, "documents/remiss_decide.html", context)


@require_safe
def remiss_answers(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponse:
    """The summary of answers and decisions, of every remiss of the version."""
    remiss = _find(request, pk, number)
    refuse_unless(_reads_all(request.user, remiss), WHO_READS)
    revision = remiss.revision
    rows = ReviewAnswer.objects.filter(remiss__revision=revision).select_related(
        "person", "unit", "decided_by"
    )
    return render_table(
        request,
        table_class=AnswerTable,
        queryset=rows,
        template="documents/remiss_answers.html",
        title=f"Svar på remissen av {revision.document.title}, version {revision.label}",
        lead=remiss.question,
        empty=Empty("Inga svar än", "Här samlas svaren och vad som beslutas om dem."),
        export_name="remissvar",
        extra_context={"remiss": remiss, "revision": revision, "document": revision.document},
    )
