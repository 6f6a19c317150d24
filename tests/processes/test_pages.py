"""The pages of processes as readers, writers and attackers meet them."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kvalitet import registries
from kvalitet.registries import StepLink
from kvalitet.versions import RevisionStatus
from processes import actions
from processes.enums import Visibility
from processes.models import Process, ProcessRevision
from tests.cast import Cast, ClientFor
from tests.factories import days
from tests.processes.factories import bpmn, bring_to, make_draft, make_process, publish

MAP = bpmn(("a", "Ta emot anmälan"), ("b", "Gör skyddsbedömning", (), "Två gör den.\nTidsgräns: Samma dag"))


@pytest.fixture
def process(cast: Cast) -> Process:
    process = make_process(cast)
    publish(cast, process, map_bytes=MAP, mission="Barn får skydd i tid.", goal="Ingen väntar.")
    process.refresh_from_db()
    return process


def get(client_for: ClientFor, who: str, name: str, *args: Any) -> Any:
    return client_for(who).get(reverse(f"processes:{name}", args=args))


def test_every_box_of_the_map_is_a_link_in_the_order_of_the_flow(
    process: Process, client_for: ClientFor
) -> None:
    html = get(client_for, "anonym", "process", process.slug).content.decode()
    first, second = (
        f'href="/processer/barn-och-unga-{slug}/"' for slug in ("ta-emot-anmalan", "gor-skyddsbedomning")
    )
    assert 0 < html.index(first) < html.index(second)
    assert 'role="group"' in html
    assert "Gällande, version 1" in html


def test_the_text_and_the_table_say_what_the_map_shows(process: Process, client_for: ClientFor) -> None:
    for name in ("text", "who"):
        html = get(client_for, "anonym", name, process.slug).content.decode()
        assert "Ta emot anmälan" in html
        assert "Samma dag" in html
    assert "Två gör den." in get(client_for, "anonym", "text", process.slug).content.decode()


def test_a_narrow_window_gets_the_text_first_and_the_map_one_tap_away(
    process: Process, client_for: ClientFor
) -> None:
    html = get(client_for, "anonym", "process", process.slug).content.decode()
    wide, narrow = html.split('<nav class="kv-tabs kv-if-narrow"')
    assert '<a href="/processer/barn-och-unga/" data-kv-place="karta-steg-" aria-current="page">Karta' in wide
    ways = narrow.split("</nav>")[0]
    assert ways.index('aria-current="page">Text') < ways.index('href="/processer/barn-och-unga/karta/"')
    assert '<div class="kv-if-narrow"><h2>Steg för steg</h2>' in html
    for name in ("drawing", "text", "who"):
        assert 'kv-if-narrow"><h2' not in get(client_for, "anonym", name, process.slug).content.decode()
    assert "kv-tabs" not in get(client_for, "anonym", "process", "barn-och-unga-ta-emot-anmalan").text


def test_the_place_is_kept_between_map_text_and_table(
    cast: Cast, process: Process, client_for: ClientFor
) -> None:
    drawing, text, table = (
        get(client_for, "anonym", name, process.slug).content.decode() for name in ("drawing", "text", "who")
    )
    assert drawing.count('id="karta-steg-2"') == 1
    assert 'id="steg-2"' in text
    assert 'href="/processer/barn-och-unga/karta/#karta-steg-2"' in text
    assert 'id="rad-2"' in table
    assert 'href="/processer/barn-och-unga/text/#steg-2"' in table
    draft = client_for("processhandledare").get(make_draft(cast, process, map_bytes=MAP).get_absolute_url())
    assert 'href="/processer/barn-och-unga/versioner/2/#karta-steg-2"' in draft.text
    assert 'id="karta-steg-2"' in draft.text


def test_the_table_has_each_function_with_what_it_does(cast: Cast, client_for: ClientFor) -> None:
    lanes = (
        '<laneSet id="ls"><lane id="l1" name="Handläggare"><flowNodeRef>a</flowNodeRef>'
        '<flowNodeRef>c</flowNodeRef></lane><lane id="l2" name="Chef">'
        "<flowNodeRef>b</flowNodeRef></lane></laneSet>"
    )
    data = bpmn(("a", "Utreda"), ("b", "Besluta"), ("c", "Meddela"))
    row = make_process(cast, "Pröva")
    publish(cast, row, map_bytes=data.replace(b"<startEvent", lanes.encode() + b"<startEvent", 1))
    html = get(client_for, "anonym", "who", row.slug).content.decode()
    parts = html.split('<section class="kv-function"')[1:]
    assert [word in part for part in parts for word in ("Handläggare", "Chef")] == [True, False, False, True]
    assert [name in parts[0] for name in ("Utreda", "Besluta", "Meddela")] == [True, False, True]


def test_a_telephone_number_in_a_step_can_be_tapped(cast: Cast, client_for: ClientFor) -> None:
    row = make_process(cast, "Larma")
    publish(
        cast, row, map_bytes=bpmn(("a", "Ring", (), "Ring 08-508 25 000 eller 112. Dnr 2026/0123-4567890."))
    )
    for address in (f"{row.slug}/text", f"{row.slug}-ring"):
        html = client_for("anonym").get(f"/processer/{address}/").content.decode()
        assert '<a href="tel:+46850825000">08-508 25 000</a>' in html
        assert '<a href="tel:112">112</a>' in html
        assert html.count('href="tel:') == 2


def test_an_activity_has_its_facts_and_the_way_to_the_one_before(
    process: Process, client_for: ClientFor
) -> None:
    page = get(client_for, "anonym", "process", "barn-och-unga-gor-skyddsbedomning").content.decode()
    assert "Samma dag" in page
    assert 'rel="prev" href="/processer/barn-och-unga-ta-emot-anmalan/"' in page
    assert 'rel="next"' not in page
    assert "Steg 2 av 2" in page


def test_the_public_reads_the_owners_function_and_never_the_name(
    cast: Cast, process: Process, client_for: ClientFor
) -> None:
    type(cast.processagare).objects.filter(pk=cast.processagare.pk).update(title="Avdelningschef Barn")
    public = get(client_for, "anonym", "process", process.slug).content.decode()
    assert "Avdelningschef Barn" in public
    assert cast.processagare.name not in public
    assert cast.processagare.name in get(client_for, "medarbetare", "process", process.slug).content.decode()


def test_a_step_of_its_own_that_the_reader_may_not_see_leads_to_the_text(
    process: Process, client_for: ClientFor
) -> None:
    Process.objects.filter(element_id="a").update(visibility=Visibility.INTERNAL)
    public = get(client_for, "anonym", "process", process.slug).content.decode()
    assert 'href="/processer/barn-och-unga/text/#steg-1"' in public
    staff = get(client_for, "medarbetare", "process", process.slug).content.decode()
    assert 'href="/processer/barn-och-unga-ta-emot-anmalan/"' in staff


def test_things_of_higher_layers_stand_at_their_step(
    process: Process, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Process.objects.get(element_id="b")
    routine = StepLink("Rutin skyddsbedömning", "/dokument/7/", "rutin")
    registry = registries.Registry("for the test")
    registry.register("test", lambda user, ids: {step.pk: [routine]} if step.pk in ids else {})
    monkeypatch.setattr(registries, "step_links", registry)
    for name in ("process", "text", "who"):
        assert 'href="/dokument/7/"' in get(client_for, "anonym", name, process.slug).content.decode()


def test_the_start_map_has_what_the_reader_may_see(
    cast: Cast, process: Process, client_for: ClientFor
) -> None:
    publish(cast, make_process(cast, "Bemanna", kind="support", visibility=Visibility.INTERNAL))
    make_draft(cast, make_process(cast, "Kommande"))
    public = get(client_for, "anonym", "map").content.decode()
    assert "Barn och unga" in public
    assert "Bemanna" not in public
    staff = get(client_for, "medarbetare", "map").content.decode()
    assert "Bemanna" in staff
    assert "Kommande" not in staff


def test_a_units_start_map_has_its_processes_only(
    cast: Cast, process: Process, client_for: ClientFor
) -> None:
    other = make_process(cast, "Äldreomsorg")
    publish(cast, other)
    actions.set_units(process, [cast.units.home])
    url = reverse("processes:map")
    page = client_for("anonym").get(url, {"enhet": cast.units.home.slug}).content.decode()
    assert "Barn och unga" in page
    assert "Ta emot anmälan" in page
    assert "Äldreomsorg" not in page
    assert client_for("anonym").get(url, {"enhet": "finns-inte"}).status_code == 404


def upload(client_for: ClientFor, data: bytes, **values: Any) -> Any:
    form = {"title": "Min process", "kind": "main", "visibility": "internal", **values}
    file = SimpleUploadedFile("karta.bpmn", data)
    return client_for("processhandledare").post(reverse("processes:import"), {**form, "file": file})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7 not a map",
        b"<html><body>hej</body></html>",
        b"<definitions",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&x;</definitions>',
        b"<a>" * 6000,
        bytes(range(256)) * 40,
        MAP.replace(b"utf-8", b"utf-99").replace(b"UTF-8", b"UTF-99") + b"\x00",
    ],
    ids=["empty", "pdf", "html", "cut off", "entity", "deep", "bytes", "NUL"],
)
def test_a_bad_file_gets_a_reason_and_what_was_typed_stays(
    cast: Cast, client_for: ClientFor, data: bytes
) -> None:
    answer = upload(client_for, data)
    page = answer.content.decode()
    assert answer.status_code in (200, 422)
    assert 'class="errorlist"' in page
    assert 'value="Min process"' in page
    assert "root:" not in page
    assert not Process.objects.exists()


def test_a_map_is_seen_before_it_is_saved_byte_for_byte(cast: Cast, client_for: ClientFor) -> None:
    preview = upload(client_for, MAP)
    assert "Ta emot anmälan" in preview.content.decode()
    assert not Process.objects.exists()
    client = client_for("processhandledare")
    saved = client.post(reverse("processes:import"), preview.context["kept"], follow=True)
    assert saved.status_code == 200
    revision = ProcessRevision.objects.get()
    assert bytes(revision.map.data) == MAP
    assert (revision.title, revision.status) == ("Min process", RevisionStatus.DRAFT)
    fetched = client.get(reverse("processes:map_file", args=[revision.process.slug, 1]))
    assert fetched.content == MAP
    assert fetched["Content-Disposition"].startswith("attachment")


def test_script_in_names_and_texts_is_shown_as_text(cast: Cast, client_for: ClientFor) -> None:
    evil = "&lt;script&gt;alert(1)&lt;/script&gt;"
    process = make_process(cast, "<script>alert(2)</script>", slug="ond")
    data = bpmn(("a", evil, (), f"{evil} javascript:alert(3)"))
    publish(cast, process, map_bytes=data, mission="<script>alert(4)</script>")
    for name in ("process", "text", "who"):
        assert "<script>alert" not in get(client_for, "anonym", name, "ond").content.decode()


def test_a_reserved_word_never_becomes_an_address(cast: Cast) -> None:
    slugs = {
        make_process(cast, title).slug for title in ("Ny", "Importera", "Under arbete", "Ny", "ÅÄÖ", "!!!")
    }
    assert slugs == {"ny-2", "importera-2", "under-arbete-2", "ny-3", "aao", "process"}


def test_a_stale_save_shows_both_texts_and_loses_neither(cast: Cast, client_for: ClientFor) -> None:
    revision = make_draft(cast)
    url = reverse("processes:revision_edit", args=[revision.process.slug, 1])
    client = client_for("processagare")
    form = client.get(url).context["form"]
    shown = {name: form[name].value() or "" for name in form.fields}
    actions.save_revision(revision, user=cast.samordnare, values={"mission": "Samordnarens text."})
    answer = client.post(url, {**shown, "mission": "Ägarens text.", "goal": "Nytt mål."})
    page = answer.content.decode()
    assert "Samordnarens text." in page
    assert "Ägarens text." in page
    revision.refresh_from_db()
    assert revision.mission == "Samordnarens text."


def test_the_owner_writes_and_the_facilitator_publishes_by_the_pages(
    cast: Cast, client_for: ClientFor
) -> None:
    process = make_process(cast)
    handledare, agare = client_for("processhandledare"), client_for("processagare")
    handledare.post(reverse("processes:revision_start", args=[process.slug]))
    edit = reverse("processes:revision_edit", args=[process.slug, 1])
    handledare.post(edit, {"title": "Barn och unga", "mission": "Barn får skydd."})
    base = reverse("processes:revision", args=[process.slug, 1])
    handledare.post(f"{base}send/", {"reviewer": cast.processagare.pk, "due": days(3).isoformat()})
    agare.post(f"{base}approve/")
    assert "Publicera" in handledare.get(f"{base}publish/").content.decode()
    handledare.post(f"{base}publish/", {})
    assert client_for("anonym").get(process.get_absolute_url()).status_code == 200


def test_publishing_asks_about_a_step_with_a_new_id(
    cast: Cast, process: Process, client_for: ClientFor
) -> None:
    before = Process.objects.get(element_id="a")
    renewed = bpmn(("ny1", "Ta emot anmälan"), ("b", "Gör skyddsbedömning"))
    revision = bring_to(make_draft(cast, process, map_bytes=renewed), cast, RevisionStatus.APPROVED)
    url = f"{revision.get_absolute_url()}publish/"
    client = client_for("samordnare")
    asked = client.get(url)
    assert "Samma som Ta emot anmälan" in asked.content.decode()
    assert "Nya steg" not in asked.text
    assert "Steg som upphävs" not in asked.text
    unanswered = client.post(url, {})
    assert unanswered.status_code == 200
    revision.refresh_from_db()
    assert revision.published_at is None
    client.post(url, {"steg_0": str(before.pk)})
    before.refresh_from_db()
    assert before.element_id == "ny1"


def test_a_transition_refused_in_the_workflow_says_why(cast: Cast, client_for: ClientFor) -> None:
    revision = bring_to(make_draft(cast), cast, RevisionStatus.IN_REVIEW)
    url = f"{revision.get_absolute_url()}sign/"
    answer = client_for("processhandledare").post(url, follow=True)
    assert "Någon annan behöver granska den." in answer.content.decode()
    refused = client_for("processhandledare").post(f"{revision.get_absolute_url()}approve/")
    assert refused.status_code == 403
    assert client_for("samordnare").get(f"{revision.get_absolute_url()}finns-inte/").status_code == 404


def test_a_comment_reaches_the_writer_and_an_empty_one_is_not_saved(
    cast: Cast, client_for: ClientFor
) -> None:
    revision = make_draft(cast)
    actions.set_units(revision.process, [cast.units.home])
    url = reverse("processes:revision_comment", args=[revision.process.slug, 1])
    client = client_for("ombud")
    client.post(url, {"text": "Målet är svårt att följa upp."})
    assert client.post(url, {"text": " "}).status_code == 200
    page = client_for("processhandledare").get(revision.get_absolute_url()).content.decode()
    assert page.count("Målet är svårt att följa upp.") == 1


def test_the_life_of_a_version_is_told_in_sentences(
    cast: Cast, process: Process, client_for: ClientFor
) -> None:
    page = get(client_for, "medarbetare", "history", process.slug).content.decode()
    assert f"{cast.processagare.name} fastställde version 1" in page
    assert f"{cast.processhandledare.name} publicerade version 1" in page


def test_settings_change_owner_units_and_reach(cast: Cast, process: Process, client_for: ClientFor) -> None:
    url = reverse("processes:settings", args=[process.slug])
    values = {"owner": cast.chef.pk, "visibility": "internal", "units": [cast.units.home.pk]}
    client_for("processhandledare").post(url, values)
    process.refresh_from_db()
    assert (process.owner, process.visibility) == (cast.chef, Visibility.INTERNAL)
    assert client_for("anonym").get(process.get_absolute_url()).status_code == 404
    assert client_for("processagare").get(url).status_code == 403


def test_earlier_versions_are_there_for_employees(
    cast: Cast, process: Process, client_for: ClientFor
) -> None:
    publish(cast, process, map_bytes=MAP, mission="Andra versionen.")
    page = get(client_for, "medarbetare", "revision", process.slug, 1).content.decode()
    assert "gäller inte i dag" in page
    assert "Barn får skydd i tid." in page
    assert get(client_for, "utforare", "revision", process.slug, 1).status_code == 404


def test_a_form_sent_twice_gives_one_process(cast: Cast, client_for: ClientFor) -> None:
    values = {"title": "Ta emot gäster", "kind": "support", "visibility": "internal"}
    url = reverse("processes:create")
    assert client_for("processhandledare").post(url, values).status_code == 302
    again = client_for("processhandledare").post(url, values)
    assert "Det finns redan en process på första nivån" in again.text
    row = ProcessRevision.objects.get(process__title="Ta emot gäster")
    actions.change_status(row, "discard", user=cast.processhandledare)
    assert client_for("processhandledare").post(url, values).status_code == 302


def test_who_is_not_employed_is_no_choice_of_owner(
    process: Process, cast: Cast, client_for: ClientFor
) -> None:
    for name, args in (("create", ()), ("import", ()), ("settings", (process.slug,))):
        form = get(client_for, "processhandledare", name, *args).context["form"]
        people = form.fields["owner"].queryset
        assert cast.processagare in people
        assert cast.utforare not in people
        assert cast.utan_roll not in people
    Process.objects.filter(pk=process.pk).update(owner=cast.utan_roll)
    kept = get(client_for, "processhandledare", "settings", process.slug).context["form"]
    assert cast.utan_roll in kept.fields["owner"].queryset


def test_the_decision_is_the_first_button_of_who_decides(cast: Cast, client_for: ClientFor) -> None:
    row = bring_to(make_draft(cast, make_process(cast)), cast, RevisionStatus.IN_REVIEW)
    page = client_for("processagare").get(row.get_absolute_url())
    names = [one.transition.name for one in page.context["buttons"]]
    assert names[:2] == ["approve", "sign"]


def test_the_first_version_ends_no_other(process: Process, cast: Cast, client_for: ClientFor) -> None:
    said = "Den som gäller nu slutar gälla dagen före"
    second = bring_to(make_draft(cast, process), cast, RevisionStatus.APPROVED)
    other = bring_to(make_draft(cast, make_process(cast, "Annat")), cast, RevisionStatus.APPROVED)
    assert said in client_for("processhandledare").get(f"{second.get_absolute_url()}publish/").text
    page = client_for("processhandledare").get(f"{other.get_absolute_url()}publish/").text
    assert said not in page
    assert "(valfritt)" not in page


def test_who_may_not_is_refused_also_when_the_version_is_published(
    process: Process, client_for: ClientFor
) -> None:
    base = f"{process.get_absolute_url()}versioner/1/"
    for name in ("approve", "publish", "discard", "send"):
        assert client_for("medarbetare").post(f"{base}{name}/").status_code == 403
        assert client_for("processagare").post(f"{base}{name}/").status_code == 302
    assert client_for("medarbetare").post(f"{base}kommentera/", {"text": ""}).status_code == 403
