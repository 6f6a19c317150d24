"""Confidential text × place × role: where the words of a case stand, for everyone, after a whole life of it.

``EXPECTED`` says what each reads anywhere at all; whoever is not in it reads no word in any place. The ombud,
who saw to the åtgärd, is jävig in the end.
"""

import io

import openpyxl
import pytest
from django.urls import reverse

from improvement.actions import lessons
from kvalitet.search import drain_now
from tests.cast import ANONYMOUS, PEOPLE
from tests.improvement import learning
from tests.improvement.test_secrecy import WORDS, live_through

# Of an event in two parts MAS reads the report of the other one; whoever reported what was merged, and the
# contact of the utförare that was asked, read their own.
REPORTED = {"what_happened", "immediate_action", "supplement", "answer"}
# Comments of a step stand in the history, which those who read the case whole may open.
WHOLE = set(WORDS)
EXPECTED = {
    "chef": WHOLE,
    "ersattare": WHOLE,
    "handlaggare": WHOLE - {"merged", "jav"},
    "lexansvarig": WHOLE - {"merged"},
    "medarbetare": REPORTED,
    "mas": REPORTED - {"answer"},
    "grannmedarbetare": {"merged", "answer"},
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
    "/rapporter/kvalitetsberattelser/",
    "/organisation/",
)


@pytest.fixture
def addresses(cast):
    case = live_through(cast)
    drain_now()
    measure, part = case.measures.get(), case.part
    found = [*PLACES, *around(case, cast)]
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


def around(case, cast):
    """Pages of others, which tell of the case what all their readers may know."""
    asked = exchange_places(case.exchanges.get())
    prompt = learning.ask(case, cast)
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


def read_in(client, address):
    """Names of the words that stand there; what is searched for counts among the hits alone."""
    text = text_of(client.get(address))
    asked = address.rpartition("?q=")[2] if "?q=" in address else ""
    hits = text.partition('id="sok-antal"')[2] if asked else text
    return {name for name, word in WORDS.items() if word in (hits if word == asked else text)}


def test_words_of_a_case_stand_only_where_they_may(addresses, client_for):
    for who in (*PEOPLE, ANONYMOUS):
        client = client_for(who)
        found = {address: words for address in addresses if (words := read_in(client, address))}
        assert (who, set().union(*found.values())) == (who, EXPECTED.get(who, set())), found
        lists = {one for one in found if one in PLACES}
        assert (who, lists) == (who, set()), "lists, exports and statistics hold no text, for anyone"
