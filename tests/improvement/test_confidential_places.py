"""Confidential text × place × role: where the words of a case stand, for everyone, after a whole life of it.

``EXPECTED`` says what each reads anywhere at all; whoever is not in it reads no word in any place. The ombud,
who saw to the åtgärd, is jävig in the end. A field that becomes confidential and has no word here fails.
"""

import io

import openpyxl
import pytest
from django.apps import apps
from django.template.loader import render_to_string
from django.urls import reverse

from improvement.actions import lessons, spread
from improvement.enums import AttachmentKind
from improvement.models import Attachment
from kvalitet import secrecy, storage
from kvalitet.search import drain_now
from reports import printing
from reports.enums import ReportStatus
from tests.cast import ANONYMOUS, PEOPLE
from tests.improvement import learning
from tests.improvement.test_secrecy import WORDS as OF_CASES
from tests.improvement.test_secrecy import live_through
from tests.reports.factories import printed

FILE, REPLY = "Hundkexen", "Strandkålen"
# What a file is called in the storage and its fingerprint are shown nowhere, to anyone.
NOWHERE = {"storage_key", "sha256"}
ON_PAPER = {"title": "Rapport", "organisation_name": "Prövo", "in_print": True, "base": ""}
WORDS = {**OF_CASES, "file": FILE, "spread_comment": REPLY}

# Of an event in two parts MAS reads the report of the other one; whoever reported what was merged, and the
# contact of the utförare that was asked, read their own.
REPORTED = {"what_happened", "immediate_action", "supplement", "answer", "file"}
# Comments of a step stand in the history, which those who read the case whole may open.
WHOLE = set(WORDS)
EXPECTED = {
    "chef": WHOLE,
    "ersattare": WHOLE,
    "handlaggare": WHOLE - {"merged", "jav"},
    "lexansvarig": WHOLE - {"merged", "spread_comment"},
    "medarbetare": REPORTED,
    "mas": REPORTED - {"answer"},
    "grannmedarbetare": {"merged", "answer"},
    # What a unit answers to another is of no case: for who asked, samordnaren and its managers.
    "grannchef": {"spread_comment"},
    "avdelningschef": {"spread_comment"},
    "samordnare": {"spread_comment"},
    "utforare": {"exchange_text", "exchange_answer"},
}
PLACES = (
    "/",
    "/mitt-arbete/",
    "/aviseringar/",
    "/avvikelser/",
    "/avvikelser/?exportera=csv",
    "/avvikelser/?exportera=xlsx",
    "/avvikelser/atkomst/",
    "/atgarder/",
    "/atgarder/?exportera=csv",
    "/atgarder/?exportera=xlsx",
    "/atgarder/?visa=tavla",
    "/avvikelser/atkomst/?exportera=csv",
    "/samverkan/",
    "/samverkan/?exportera=csv",
    "/spridning/",
    "/spridning/?exportera=csv",
    "/lardomar/",
    "/lardomar/?exportera=csv",
    "/forslag/",
    "/forslag/?exportera=csv",
    "/analyser/",
    "/granskningar/",
    "/avvikelser/installningar/",
    "/avvikelser/fraser/",
    "/rapporter/",
    "/rapporter/statistik/",
    "/rapporter/statistik/processversioner/?exportera=csv",
    "/rapporter/statistik/utan-rutin/?exportera=xlsx",
    "/rapporter/kvalitetsberattelser/",
    "/rapporter/kvalitetsberattelser/?exportera=csv",
    "/organisation/",
)


@pytest.fixture
def addresses(cast, tmp_path, settings):
    settings.MEDIA_ROOT = str(tmp_path)
    case = live_through(cast)
    files = with_file(case, cast)
    drain_now()
    measure, part = case.measures.get(), case.part
    found = [*PLACES, *around(case, cast), *files, *of_reports(cast)]
    (merged,) = case.merged.all()
    of_cases = [("deviation", one.pk) for one in (case, part, merged)]
    for name, pk in (*of_cases, ("measure", measure.pk)):
        found += [
            reverse(f"improvement:{name}", args=[pk]),
            reverse(f"improvement:{name}_history", args=[pk]),
        ]
    for name in ("open", "assess", "entry_add", "cause_add", "supplement", "hand_over", "bar"):
        found.append(reverse(f"improvement:{name}", args=[case.pk]))
    for name in ("measure_edit", "case_add"):
        found.append(reverse(f"improvement:{name}", args=[measure.pk]))
    return found + [f"/sok/?q={word}" for word in WORDS.values()]


def with_file(case, cast):
    """A file of the report, and where it is fetched."""
    put = storage.put(io.BytesIO(f"%PDF-1.7 {FILE}".encode()))
    Attachment.objects.create(
        submission=case.submission,
        number=1,
        deviation=case,
        kind=AttachmentKind.PDF,
        storage_key=put.key,
        sha256=put.sha256,
        size=put.size,
        added_by=case.reported_by,
    )
    return [reverse("improvement:attachment", args=[one.pk, 1]) for one in (case, case.part)]


def of_reports(cast):
    """The report of the nämnd and of a unit, whose figures count the case."""
    made = [printed(cast, ReportStatus.PUBLISHED, unit=unit) for unit in (cast.units.board, cast.units.home)]
    for report in made:
        for is_uncut in (True, False):
            context = printing.context_of(report, report.snapshot, is_uncut=is_uncut)
            paper = render_to_string("reports/pdf/report.html", {**context, **ON_PAPER})
            assert not [word for word in WORDS.values() if word in paper], "nor do the PDFs"
    return [
        f"{one.get_absolute_url()}{page}" for one in made for page in ("", "historik/", "jamfor/", "pdf/")
    ]


def around(case, cast):
    """Pages of others, which tell of the case what all their readers may know."""
    asked = exchange_places(case.exchanges.get())
    prompt = learning.ask(case, cast)
    theirs = learning.answer_of(prompt, cast.units.neighbour)
    spread.answer(theirs, user=cast.grannchef, answer="no", comment=REPLY)
    lesson = learning.published(cast, deviation=case, processes=[case.process])
    lessons.take_up(unit=cast.units.home, user=cast.chef, deviation=case)
    proposal = learning.propose(cast, process=case.process)
    slugs = {"slug": case.process.slug}
    return [
        *asked,
        cast.units.home.get_absolute_url(),
        case.process.get_absolute_url(),
        reverse("processes:standing", kwargs=slugs),
        reverse("improvement:process_overview", kwargs=slugs),
        reverse("documents:apt", args=[cast.units.home.slug]),
        reverse("improvement:spread_answer", args=[prompt.pk, theirs.pk]),
        f"/lardomar/ny/?avvikelse={case.pk}",
        f"/avvikelser/rapportera/?fraga={prompt.pk}",
        reverse("improvement:spread_ask", args=[case.pk]),
        reverse("improvement:case_apt", args=[case.pk]),
        *(one.get_absolute_url() for one in (prompt, lesson, proposal)),
        *(
            reverse(f"improvement:{kind}_history", args=[one.pk])
            for kind, one in (("spread", prompt), ("lesson", lesson))
        ),
    ]


def exchange_places(exchange):
    return [
        exchange.get_absolute_url(),
        f"{exchange.get_absolute_url()}andra/",
        f"{exchange.get_absolute_url()}answer/",
    ]


def text_of(answer):
    """What a reader gets, spreadsheets included."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] != b"PK":
        return content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).active
    return " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)


def keys_of_files():
    return {
        str(value) for one in Attachment.objects.values("storage_key", "sha256") for value in one.values()
    }


def read_in(client, address):
    """Names of the words that stand there; what is searched for counts among the hits alone."""
    text = text_of(client.get(address))
    asked = address.rpartition("?q=")[2] if "?q=" in address else ""
    hits = text.partition('id="sok-antal"')[2] if asked else text
    assert not [one for one in keys_of_files() if one in text], address
    return {name for name, word in WORDS.items() if word in (hits if word == asked else text)}


def fields_without_a_word():
    """Confidential fields, of any app, whose text this module has not put anywhere."""
    return {
        f"{model._meta.label}.{name}"
        for model in apps.get_models()
        for name in secrecy.confidential_fields(model) - NOWHERE
        if not any(
            word in str(text)
            for text in model._default_manager.values_list(name, flat=True)
            for word in WORDS.values()
        )
    }


def test_words_of_a_case_stand_only_where_they_may(addresses, client_for):
    assert fields_without_a_word() == set(), "each confidential field has a word of its own in the table"
    for who in (*PEOPLE, ANONYMOUS):
        client = client_for(who)
        found = {address: words for address in addresses if (words := read_in(client, address))}
        assert (who, set().union(*found.values())) == (who, EXPECTED.get(who, set())), found
        lists = {one for one in found if one in PLACES}
        assert (who, lists) == (who, set()), "lists, exports and statistics hold no text, for anyone"
