"""*Kan det hända hos oss?*: asked from a case, answered by each unit, gathered in one list."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from improvement import awaited, permissions
from improvement.actions import spread as verbs
from improvement.enums import SpreadReply
from improvement.forms.learning import SpreadAnswerForm, SpreadForm
from improvement.learning import presentation, rights
from improvement.learning.filters import SpreadFilter
from improvement.learning.tables import SpreadTable
from improvement.models import Deviation, SpreadPrompt
from improvement.views.found import find_whole
from kvalitet.attempts import attempt
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.tables import Empty, render_table

NOT_ASKER = "Den som handlägger ärendet frågar de andra enheterna."
NOT_YOURS = "Enhetens chef svarar för enheten."
ONLY_ASKER = "Alla enheters svar läses av samordnaren och den som frågade."


@require_safe
def spread(request: HttpRequest) -> HttpResponse:
    """Prompts that the reader sees, with the answers of every unit for those who see them all."""
    refuse_unless(permissions.may_report(request.user), "Frågor mellan enheter är för medarbetare.")
    rows = presentation.counted(SpreadPrompt.objects.visible_to(request.user))
    return render_table(
        request,
        table_class=SpreadTable,
        queryset=rows.select_related("process"),
        filterset_class=SpreadFilter,
        title="Kan det hända hos oss?",
        lead="Frågor som en enhet ställer till de andra när något har hänt, och vad de har svarat.",
        empty=Empty("Inga frågor att visa", "När en avvikelse är avslutad kan chefen fråga andra enheter."),
        export_name="spridning",
    )


def find_prompt(request: HttpRequest, pk: int) -> SpreadPrompt:
    rows = SpreadPrompt.objects.visible_to(request.user).select_related(
        "process__parent__parent", "deviation__unit", "deviation__category", "sent_by"
    )
    found: SpreadPrompt = get_object_or_404(rows, pk=pk)
    return found


@require_safe
def spread_prompt(request: HttpRequest, pk: int) -> HttpResponse:
    """The question with the reader's own units to answer; every answer for those who see them all."""
    found, user = find_prompt(request, pk), request.user
    sees_all = rights.sees_answers(user, found)
    sees_asker = sees_all and rights.sees_asker(user, found)
    rows = found.answers.select_related("unit", "answered_by", "prompt")
    answers = list(awaited.with_clock(rows, awaited.SPREAD))
    mine = rights.answered_for(user, [one.unit_id for one in answers]) if found.withdrawn_at is None else ()
    led = rights.led_units(user)
    shown = [one for one in answers if sees_all or one.unit_id in mine or one.unit_id in led]
    context = {
        "prompt": found,
        "facts": presentation.prompt_facts(found, sees_all=sees_all, sees_asker=sees_asker),
        "waiting": [one for one in shown if one.unit_id in mine and one.answered_at is None],
        "answers": [_told(one, found, is_mine=one.unit_id in mine) for one in shown],
        "counts": _counts(answers) if sees_all else None,
        "sees_all": sees_all,
        "case": _case(user, found) if sees_all else None,
        "may_withdraw": found.withdrawn_at is None and rights.may_withdraw_prompt(user, found),
        "replies": SpreadReply.choices,
        "next_query": urlencode({"process": found.process.slug} if found.process else {}),
    }
    return render(request, "improvement/spread_prompt.html", context)


def _told(one: Any, prompt: SpreadPrompt, *, is_mine: bool) -> tuple[Any, str, bool, Any]:
    """An answer with its tone, and how its clock stands while it is waited for."""
    is_waiting = one.answered_at is None and prompt.withdrawn_at is None
    clock = awaited.shown(one, awaited.SPREAD) if is_waiting else None
    return one, presentation.REPLY_TONES[one.answer], is_mine, clock


def _counts(answers: list[Any]) -> list[tuple[str, int, str]]:
    told = [(one.label, one.value) for one in SpreadReply] + [("Obesvarade", "")]
    return [
        (label, sum(one.answer == value for one in answers), presentation.REPLY_TONES[value])
        for label, value in told
    ]


def _case(user: Any, prompt: SpreadPrompt) -> Deviation | None:
    """The case, for those who see it."""
    return prompt.deviation if permissions.may_list(user, prompt.deviation) else None


@require_safe
def spread_history(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_prompt(request, pk)
    refuse_unless(rights.sees_answers(request.user, found), ONLY_ASKER)
    entries = presentation.prompt_history(request.user, found)
    return render(request, "improvement/spread_history.html", {"prompt": found, "entries": entries})


@FORM_METHODS
def spread_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """From a case that is dealt with: a new sentence, to every unit of the process or to chosen ones."""
    deviation = find_whole(request, pk)
    refuse_unless(rights.may_spread(request.user, deviation), NOT_ASKER)
    standing = deviation.spread_prompts.standing().first()
    if standing is not None:
        return redirect(standing)
    form = SpreadForm(request.POST or None, deviation=deviation)
    if request.method == "POST" and form.is_valid():
        prompt = attempt(form, verbs.ask, deviation, user=request.user, **form.cleaned_data)
        if prompt:
            asked = prompt.answers.count()
            messages.success(
                request, f"Frågan är skickad till {'en enhet' if asked == 1 else f'{asked} enheter'}."
            )
            return redirect(prompt)
    context = {"form": form, "deviation": deviation, "is_early": not rights.is_learnt(deviation)}
    return render(request, "improvement/spread_ask.html", context)


@FORM_METHODS
def spread_answer(request: HttpRequest, pk: int, answer: int) -> HttpResponse:
    """One tap on the question's page; here when the text needs another look, and to change an answer."""
    found = find_prompt(request, pk)
    row = get_object_or_404(found.answers.select_related("unit", "answered_by"), pk=answer)
    mine = rights.answered_for(request.user, [row.unit_id])
    refuse_unless(bool(mine), NOT_YOURS)
    initial = {"answer": row.answer, "comment": row.comment}
    form = SpreadAnswerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        replaces = "replaces" in request.POST
        if attempt(form, verbs.answer, row, user=request.user, replaces=replaces, **form.cleaned_data):
            _tell_answered(request, row, form.cleaned_data["answer"])
            return redirect(found)
    context = {"form": form, "prompt": found, "row": row, "replaces": row.answered_at is not None}
    return render(request, "improvement/spread_answer.html", context)


def _tell_answered(request: HttpRequest, row: Any, answer: str) -> None:
    if answer == SpreadReply.YES:
        messages.success(request, f"Ja är sparat för {row.unit}. Gå vidare med risken här nedanför.")
    else:
        messages.success(request, f"Svaret är sparat för {row.unit}. Tack.")


@FORM_METHODS
def spread_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_prompt(request, pk)
    refuse_unless(rights.may_withdraw_prompt(request.user, found), ONLY_ASKER)
    if request.method == "POST":
        verbs.withdraw(found, user=request.user)
        messages.success(request, "Frågan är tillbakadragen. Ingen behöver svara på den längre.")
        return redirect(found)
    context = {
        "question": "Dra tillbaka frågan?",
        "consequence": "Enheterna ser den inte längre och behöver inte svara. Svar som kom finns kvar.",
        "button": "Dra tillbaka frågan",
        "back_url": reverse("improvement:spread_prompt", args=[pk]),
        "danger": True,
    }
    return render(request, "components/confirm.html", context)
