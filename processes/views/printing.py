"""A process on paper: what may be printed, the job that does it, and the file while it holds."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from kvalitet import storage
from kvalitet.models import Job
from processes import print_job, printing
from processes.models import Process
from processes.printing import Book
from processes.views.process import refuse_public, visible

NAMES = {False: "process", True: "bok"}
CHANGED = "Filen finns inte längre, eller så har något ändrats sedan den gjordes. Gör en ny."


@dataclass(frozen=True)
class Choice:
    """One thing that may be printed, and how far its job has come."""

    name: str
    book: Book
    job: Job | None
    is_mine: bool
    is_ready: bool


@require_http_methods(["GET", "HEAD", "POST"])
def print_process(request: HttpRequest, slug: str) -> HttpResponse:
    """GET tells what may be printed and what is ready; POST begins, unless it is ready or begun already."""
    process = visible(request, slug)
    refuse_public(request, "Bara medarbetare kan göra en PDF. Skriv ut sidan från webbläsaren i stället.")
    choices = _choices(request, process)
    if request.method != "POST":
        return render(request, "processes/print.html", {"process": process, "choices": choices})
    chosen = next((one for one in choices if one.name == request.POST.get("vad")), None)
    if chosen is None:
        messages.warning(request, "Välj vad du vill skriva ut.")
    elif not chosen.is_ready:
        print_job.enqueue(chosen.book)
    return redirect("processes:print", slug)


def _choices(request: HttpRequest, process: Process) -> list[Choice]:
    books = printing.books(request.user, process)
    jobs = print_job.latest(books)
    found = []
    for book in books:
        job = jobs.get(book.fingerprint)
        is_mine = job is not None and job.created_by_id == request.user.pk
        is_ready = print_job.file_of(job) is not None
        found.append(Choice(NAMES[book.is_whole], book, job, is_mine, is_ready))
    return found


@require_safe
def print_file(request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    """The file, for whoever would get exactly that printed now."""
    process = visible(request, slug)
    refuse_public(request, "Bara medarbetare kan hämta en PDF av processen.")
    if name not in NAMES.values():
        raise Http404
    chosen = next((one for one in _choices(request, process) if one.name == name), None)
    file = print_job.file_of(chosen.job) if chosen else None
    try:
        if file is not None:
            return storage.download_response(
                request,
                file["key"],
                name=f"{slug}-{name}.pdf",
                content_type="application/pdf",
                sha256=file["sha256"],
                inline=True,
            )
    except FileNotFoundError:
        pass
    messages.warning(request, CHANGED)
    return redirect("processes:print", slug)
