"""The pages of reports as their readers meet them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kvalitet import texts
from kvalitet.models import Job
from reports import work
from reports.enums import ReportStatus
from reports.models import Chapter, QualityReport
from tests.factories import days
from tests.improvement import factories as cases
from tests.reports.factories import begin, fresh, printed, run

STATISTICS = "/rapporter/statistik/"
LIST = "/rapporter/kvalitetsberattelser/"
MOST_QUERIES = 12
S = ReportStatus


def queries(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code == 200
    return len(captured)


@pytest.mark.parametrize("who", ["samordnare", "medarbetare"])
def test_statistics_take_the_same_few_queries_with_one_and_three_cases(cast, client_for, who):
    client = client_for(who)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            cases.report(cast)
        counts.append(queries(client, STATISTICS))
    assert counts[0] == counts[1] <= MOST_QUERIES


@pytest.mark.parametrize("who", ["samordnare", "medarbetare", "anonym"])
def test_list_takes_the_same_few_queries_with_one_and_three_reports(cast, client_for, who):
    client = client_for(who)
    printed(cast, S.PUBLISHED, unit=cast.units.board, year=days(0).year - 1)
    one = queries(client, LIST)
    for before in (2, 3):
        printed(cast, S.PUBLISHED, unit=cast.units.board, year=days(0).year - before)
    assert queries(client, LIST) == one <= MOST_QUERIES


@pytest.mark.parametrize("who", ["samordnare", "styrgrupp", "medarbetare", "anonym"])
def test_report_takes_few_queries(cast, client_for, who):
    report = printed(cast, S.PUBLISHED, unit=cast.units.board)
    assert queries(client_for(who), report.get_absolute_url()) <= MOST_QUERIES


def test_small_numbers_are_told_to_the_circle_alone(cast, client_for):
    for _ in range(3):
        cases.report(cast)
    path = f"{STATISTICS}?enhet={cast.units.home.slug}&ar={days(0).year}"
    inside = client_for("chef").get(path).content.decode()
    outside = client_for("grannmedarbetare").get(path).content.decode()
    assert "färre än 5" not in inside
    assert "färre än 5" in outside
    assert "Antal under fem visas inte" in outside
    assert f"/avvikelser/?enhet={cast.units.home.slug}" in inside
    assert "/avvikelser/?" not in outside


def test_who_sees_no_lists_gets_numbers_without_links(cast, client_for):
    cases.report(cast)
    page = client_for("styrgrupp").get(STATISTICS).content.decode()
    assert "/avvikelser/?" not in page
    assert "färre än 5" not in page


@pytest.mark.parametrize("who", ["samordnare", "chef", "avdelningschef"])
def test_who_sees_the_lists_gets_links(cast, client_for, who):
    cases.report(cast)
    page = client_for(who).get(f"{STATISTICS}?enhet={cast.units.home.slug}").content.decode()
    assert "/avvikelser/?" in page


def test_links_of_figures_open_the_list_with_as_many_cases(cast, client_for):
    for _ in range(3):
        cases.report(cast)
    cases.report(cast, unit="neighbour")
    client = client_for("chef")
    path = f"{STATISTICS}?enhet={cast.units.home.slug}&ar={days(0).year}"
    area = next(one for one in client.get(path).context["areas"] if one.key == "area_deviations")
    figure = next(one for one in area.figures if one.key == "deviations")
    assert figure.value == 3
    listed = client.get(figure.url)
    assert len(listed.context["table"].page.object_list) == 3
    assert not listed.context["unread_filters"]
    assert len(listed.context["chips"]) == 2


def test_what_cannot_be_understood_shows_the_topmost_unit_and_this_year(cast, client_for):
    response = client_for("medarbetare").get(f"{STATISTICS}?enhet=finns-inte&ar=abc")
    assert response.context["unit"] == cast.units.board
    assert response.context["year"] == days(0).year


def test_chapter_is_written_and_nothing_is_lost_when_two_write(cast, client_for):
    report = begin(cast, text="")
    chapter = report.chapters.get(key="avvikelser")
    path = f"{report.get_absolute_url()}kapitel/avvikelser/"
    client = client_for("samordnare")
    shown = client.get(path).context["form"].initial["kv_base"]
    Chapter.objects.filter(pk=chapter.pk).update(text="Den andras text.")
    answer = client.post(path, {"text": "Min text.", "kv_base": shown})
    page = answer.content.decode()
    assert "Den andras text." in page
    assert "Min text." in page
    again = answer.context["form"]["kv_base"].value()
    done = client.post(path, {"text": "Båda.", "kv_base": again})
    assert done.status_code == 302
    chapter.refresh_from_db()
    assert chapter.text == "Båda."


def test_compiling_shows_progress_then_the_pdf(cast, client_for, short_reports):
    report = begin(cast)
    client = client_for("samordnare")
    client.post(f"{report.get_absolute_url()}sammanstall/")
    page = client.get(report.get_absolute_url()).content.decode()
    assert "Hämtar siffror" in page
    assert "<progress" in page
    client.post(f"{report.get_absolute_url()}sammanstall/")
    run(Job.objects.get())
    page = client.get(report.get_absolute_url()).content.decode()
    assert "Öppna som PDF" in page
    assert "Sammanställ igen" in page


def test_failed_compilation_is_told_with_a_way_to_try_again(cast, client_for):
    report = begin(cast)
    client = client_for("samordnare")
    client.post(f"{report.get_absolute_url()}sammanstall/")
    Job.objects.update(status="failed", error="Filen kunde inte sparas.", finished_at=timezone.now())
    page = client.get(report.get_absolute_url()).content.decode()
    assert "Filen kunde inte sparas." in page
    assert "Försök igen" in page


def test_pdf_is_cut_for_those_outside(cast, client_for):
    report = printed(cast, S.PUBLISHED, unit=cast.units.board)
    told = {
        who: b"".join(client_for(who).get(f"{report.get_absolute_url()}pdf/").streaming_content)
        for who in ("samordnare", "namnd", "medarbetare", "utforare", "anonym")
    }
    uncut, cut = b"%PDF-1.7 uncut", b"%PDF-1.7 public"
    assert told == {
        "samordnare": uncut,
        "namnd": uncut,
        "medarbetare": cut,
        "utforare": cut,
        "anonym": cut,
    }


def test_published_report_of_a_unit_is_for_employees(cast, client_for):
    report = printed(cast, S.PUBLISHED, unit=cast.units.home)
    assert client_for("anonym").get(report.get_absolute_url()).status_code == 404
    assert client_for("utforare").get(report.get_absolute_url()).status_code == 404
    assert client_for("grannmedarbetare").get(report.get_absolute_url()).status_code == 200


def test_public_page_names_no_one_and_hides_what_is_small(cast, client_for):
    cases.report(cast)
    report = printed(cast, S.PUBLISHED, unit=cast.units.board)
    page = client_for("anonym").get(report.get_absolute_url()).content.decode()
    assert "färre än 5" in page
    assert cast.samordnare.name not in page
    assert "Historik" not in page


def test_years_are_compared_side_by_side(cast, client_for):
    printed(cast, S.PUBLISHED, unit=cast.units.board, year=days(0).year - 1)
    for _ in range(6):
        cases.report(cast)
    report = printed(cast, S.DRAFT, unit=cast.units.board)
    rows = client_for("samordnare").get(f"{report.get_absolute_url()}jamfor/").context["rows"]
    came_in = next(one for one in rows if one.label == "Inkomna avvikelser")
    assert (came_in.before, came_in.now, came_in.difference) == ("0", "6", "+6")


def test_decision_is_entered_by_the_registrar(cast, client_for):
    report = printed(cast, S.PREPARED, unit=cast.units.board, year=days(0).year - 1)
    client = client_for("registrator")
    path = f"{report.get_absolute_url()}decide/"
    seen = client.get(path).context["seen"]
    answer = client.post(
        path, {"decision": "§ 12", "decided_on": date(days(0).year, 1, 2), "dnr": "N 1", "seen": seen}
    )
    assert answer.status_code == 302
    report = fresh(report)
    assert (report.status, report.decision, report.dnr) == (S.DECIDED, "§ 12", "N 1")
    assert Job.objects.filter(kind="reports.compile", status="waiting").exists()


def sentences(user):
    return [task.sentence for task in work.tasks(user)]


def test_what_waits_is_in_my_work(cast):
    last = timezone.localdate().year - 1
    assert sentences(cast.samordnare) == [f"Påbörja kvalitetsberättelsen för {last}"]
    assert sentences(cast.medarbetare) == []
    printed(cast, S.PREPARING, unit=cast.units.board, year=last)
    assert sentences(cast.styrgrupp) == [f"Bered kvalitetsberättelsen för {last}"]
    assert sentences(cast.samordnare) == []
    printed(cast, S.PREPARED, unit=cast.units.board, year=last - 1)
    assert sentences(cast.registrator) == [f"För in nämndens beslut om kvalitetsberättelsen för {last - 1}"]
    printed(cast, S.DECIDED, unit=cast.units.board, year=last - 2)
    assert sentences(cast.samordnare) == [f"Publicera kvalitetsberättelsen för {last - 2}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Stor\n\n#### Liten", "<h3>Stor</h3>\n<h3>Liten</h3>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](https://x.invalid)", '<p><a href="https://x.invalid" rel="noopener noreferrer">x</a></p>\n'),
        ("![bild](https://x.invalid/a.png)", None),
    ],
)
def test_written_markdown_is_safe_html(text, expected):
    made = texts.to_html(text)
    assert "<img" not in made
    if expected is not None:
        assert made == expected


def test_demo_has_a_published_report_and_a_draft(cast):
    from reports.demo import FOLDER, sections

    read = {path.stem: texts.read(path) for path in FOLDER.glob("*.md")}
    assert set(read) == {"2025", "2026"}
    keys = set(begin(cast, text="").chapters.values_list("key", flat=True))
    assert set(sections(read["2025"][1])) == keys
    assert set(sections(read["2026"][1])) < keys


def test_visible_to_and_the_pages_say_the_same(cast, client_for):
    made = [
        printed(cast, status, unit=cast.units.board, year=days(0).year - at)
        for at, status in enumerate(S.values)
    ]
    for who in ("samordnare", "styrgrupp", "namnd", "registrator", "chef", "medarbetare", "utforare"):
        seen = set(QualityReport.objects.visible_to(cast[who]).values_list("pk", flat=True))
        opened = {one.pk for one in made if client_for(who).get(one.get_absolute_url()).status_code == 200}
        assert seen == opened, who
