"""One event under two laws: two parts with a circle and an answer each, and one report to its reporter."""

import pytest
from django.core.exceptions import ValidationError

from improvement import actions, case_history
from improvement.enums import CaseLaw
from improvement.models import Deviation
from kvalitet.models import Notification
from kvalitet.organisation import grants
from kvalitet.organisation.models import Denial
from kvalitet.search import drain_now
from kvalitet.workflow import Blocked
from tests.improvement.cases import fresh
from tests.improvement.factories import ANSWER, assessed, bring_to, report

pytestmark = pytest.mark.django_db


def url_of(case, name=""):
    return f"{case.get_absolute_url()}{name + '/' if name else ''}"


def again(case):
    return Deviation.objects.get(pk=case.pk)


def parted(cast, **values):
    """The first part under SoL and received, the other under HSL."""
    case = report(cast, what_happened="Dosen uteblev och besöket med den.", **values)
    case = actions.change_status(case, "receive", user=cast.chef)
    assessed(case, by=cast.chef)
    return again(case), actions.split(again(case), user=cast.chef, law=CaseLaw.HSL)


def sees(user, case):
    return Deviation.objects.visible_to(fresh(user)).filter(pk=case.pk).exists()


def test_other_part_has_the_report_and_nothing_that_was_judged(cast):
    case, part = parted(cast)
    assert part.part_of == case
    assert (part.law, part.category, part.zone, part.consequence_text) == ("hsl", None, "", "")
    for name in ("what_happened", "happened_on", "harm", "unit", "reported_by", "reported_at"):
        assert getattr(part, name) == getattr(case, name), name
    assert part.status == "received", "by whoever handles both"
    assert part.answer_by > case.reported_on


def test_each_part_has_its_own_circle(cast, client_for):
    case, part = parted(cast)
    assert not sees(cast.mas, case)
    assert sees(cast.mas, part)
    assert Notification.objects.filter(user=cast.mas, url=url_of(part)).exists()
    page = client_for("mas").get(url_of(part)).text
    assert "Den andra delen handläggs för sig" in page
    assert url_of(case) not in page
    assert f'href="{url_of(part)}"' in client_for("chef").get(url_of(case)).text


def test_handlaggare_of_one_part_knows_of_the_other_and_no_more(cast, client_for):
    case, part = parted(cast)
    actions.hand_over(case, person=cast.grannmedarbetare, user=cast.chef)
    page = client_for("grannmedarbetare").get(url_of(case)).text
    assert "Den andra delen handläggs för sig" in page
    assert url_of(part) not in page
    assert client_for("grannmedarbetare").get(url_of(part)).status_code == 404


def test_reporter_sees_one_report_with_both_answers(cast, client_for):
    case, part = parted(cast)
    client = client_for("medarbetare")
    assert client.get(url_of(part)).status_code == 404
    listed = [row.record.pk for row in client.get("/avvikelser/").context["table"].rows]
    assert listed == [case.pk]
    assert "handläggs i två delar" in client.get(url_of(case)).text
    assessed(part, by=cast.chef, law=CaseLaw.HSL, code="LAK-1")
    bring_on(part, cast, "Nu finns två med delegering.")
    page = client.get(url_of(case)).text
    assert "Nu finns två med delegering." in page
    assert Notification.objects.filter(
        user=cast.medarbetare, url=url_of(case), sentence__contains="svar"
    ).exists()
    bring_to_answer(case, cast)
    page = client.get(url_of(case)).text
    assert ANSWER in page
    assert "Nu finns två med delegering." in page


def bring_on(part, cast, answer):
    actions.change_status(part, "dismiss", user=cast.chef, comment=answer)


def bring_to_answer(case, cast):
    actions.change_status(case, "dismiss", user=cast.chef, comment=ANSWER)


def test_supplement_goes_to_both_parts_and_is_shown_once(cast, client_for):
    case, part = parted(cast)
    client_for("medarbetare").post(url_of(case, "tillagg"), {"text": "Larmet var trasigt."})
    assert case.entries.count() == part.entries.count() == 1
    assert client_for("medarbetare").get(url_of(case)).text.count("Larmet var trasigt.") == 1
    assert "Larmet var trasigt." in client_for("mas").get(url_of(part)).text


def test_what_was_added_before_the_parting_follows(cast):
    case = report(cast)
    actions.supplement(case, user=cast.medarbetare, text="Larmet var trasigt.")
    assessed(case, by=cast.chef)
    part = actions.split(again(case), user=cast.chef, law=CaseLaw.HSL)
    assert part.entries.get().text == "Larmet var trasigt."
    assert part.status == "reported"


def test_jav_holds_in_both_parts(cast):
    case = report(cast)
    grants.deny(cast.mas, case, reason="Nära.", by=cast.admin)
    assessed(case, by=cast.chef)
    part = actions.split(again(case), user=cast.chef, law=CaseLaw.HSL)
    assert Denial.objects.filter(object_id=part.pk, user=cast.mas).exists()
    assert not sees(cast.mas, part)
    assert not Notification.objects.filter(user=cast.mas).exists()


def test_suspicion_follows_and_is_raised_in_both(cast):
    suspected, part = parted(cast, is_suspected=True)
    assert part.suspicion == "suspected"
    plain, other = parted(cast)
    actions.change_status(other, "suspect", user=fresh(cast.mas), comment="Skada.")
    assert {again(plain).suspicion, again(other).suspicion} == {"suspected"}
    for one in (suspected, part, plain, other):
        assert not sees(cast.samordnare, one)
        assert sees(cast.lexansvarig, one)


@pytest.mark.parametrize("law", ["sol", "lss", "", "balken"])
def test_parts_lie_under_different_laws(cast, law):
    case = assessed(report(cast), by=cast.chef)
    with pytest.raises(Blocked, match="annan lagstiftning"):
        actions.split(case, user=cast.chef, law=law)


def test_law_of_a_part_is_not_changed_to_that_of_the_other(cast):
    case, part = parted(cast)
    with pytest.raises(ValidationError, match="delad i två"):
        assessed(part, by=cast.chef, law=CaseLaw.SOL)
    with pytest.raises(ValidationError, match="delad i två"):
        assessed(case, by=cast.chef, law=CaseLaw.HSL, code="LAK-1")
    moved = {"unit": cast.units.neighbour, "comment": "Det hände där."}
    assert actions.change_status(part, "redirect", user=cast.chef, **moved).law == CaseLaw.HSL


def test_event_is_parted_once(cast):
    case, part = parted(cast)
    for one in (case, part):
        with pytest.raises(Blocked, match="redan delad"):
            actions.split(one, user=cast.chef, law=CaseLaw.HSL if one == case else CaseLaw.SOL)
    assert Deviation.objects.count() == 2


def test_history_of_both_tells_of_the_parting(cast, client_for):
    case = assessed(report(cast), by=cast.chef)
    client_for("chef").post(url_of(case, "dela"), {"law": "hsl"})
    part = Deviation.objects.get(part_of=case)
    first = [one.sentence for one in case_history.timeline(cast.chef, again(case))]
    assert "delade händelsen i två delar" in first
    page = client_for("chef").get(url_of(part, "historik")).text
    assert "Jorid Chef delade händelsen i två delar" in page
    assert "rapporterade avvikelsen" not in page


def test_unassessed_case_is_assessed_first(cast, client_for):
    case = report(cast)
    Deviation.objects.filter(pk=case.pk).update(law="")
    assert client_for("chef").get(url_of(case, "dela"))["Location"] == url_of(case, "bedom")
    with pytest.raises(Blocked, match="Ange först"):
        actions.split(again(case), user=cast.chef, law="hsl")


def test_search_finds_the_report_once_for_its_reporter(cast, client_for):
    case, part = parted(cast)
    drain_now()
    page = client_for("medarbetare").get("/sok/?q=Dosen").text
    assert url_of(case) in page
    assert url_of(part) not in page
    assert url_of(part) in client_for("mas").get("/sok/?q=Dosen").text
    assert url_of(case) not in client_for("mas").get("/sok/?q=Dosen").text


def test_part_that_is_parted_is_not_withdrawn(cast):
    case = assessed(report(cast), by=cast.chef)
    actions.split(again(case), user=cast.chef, law=CaseLaw.HSL)
    with pytest.raises(Blocked, match="kan inte tas tillbaka"):
        actions.change_status(again(case), "withdraw", user=cast.medarbetare, comment="Bort.")
    assert bring_to(again(case), cast, "received").status == "received"
