"""Whom a report goes to: what the form says before it is sent, and who is told when it is."""

import pytest
from django.core.exceptions import PermissionDenied

from improvement import actions, permissions, routing
from improvement.models import Deviation
from kvalitet.models import Notification
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Law, Role
from kvalitet.organisation.models import Absence, RoleAssignment, Unit, User
from tests.factories import AbsenceFactory, RoleAssignmentFactory, days
from tests.improvement.cases import fresh
from tests.improvement.factories import assessed, report

LINE = ("chef", "avdelningschef", "samordnare")


def told(cast, deviation, what=""):
    rows = Notification.objects.filter(url=deviation.get_absolute_url(), sentence__startswith=what)
    ids = set(rows.values_list("user", flat=True))
    return {who for who in cast if cast[who].pk in ids}


def send(cast, *, by="medarbetare", unit="home", suspected=False, involved=False):
    """The sentence of the form and the case; those who are told are those who may read it."""
    place = getattr(cast.units, unit) if unit else None
    ticks = {"is_suspected": suspected, "is_manager_involved": involved}
    sentence = routing.route(fresh(cast[by]), place, **ticks).sentence()
    deviation = report(cast, by=fresh(cast[by]), unit=place, **ticks)
    case = Deviation.objects.get(pk=deviation.pk)
    for who in told(cast, case):
        assert permissions.may_read(fresh(cast[who]), case), who
    return sentence, case


def handlers(cast, case):
    return {who for who in cast if permissions.may_handle(fresh(cast[who]), case)}


def leave_post(user):
    RoleAssignment.objects.filter(user=user).update(valid_to=days(-1))


@pytest.fixture
def at_work(cast):
    Absence.objects.all().delete()
    return cast


def test_it_goes_to_the_chef_where_it_happened(at_work):
    sentence, case = send(at_work, by="medarbetare", unit="neighbour")
    assert sentence == "Nadja Grannchef"
    assert told(at_work, case) == {"grannchef"} == handlers(at_work, case)


def test_absent_chef_is_told_with_the_ersattare_by_name(cast):
    sentence, case = send(cast)
    assert sentence == "Milla Ersättare (ersättare för Jorid Chef)"
    assert told(cast, case) == {"chef", "ersattare"} == handlers(cast, case)
    assert Notification.objects.get(user=cast.ersattare).on_behalf_of == cast.chef


def test_vacant_post_goes_to_the_next_one_up(cast):
    leave_post(cast.chef)
    sentence, case = send(cast)
    assert sentence == "Birger Avdelningschef"
    assert told(cast, case) == {"avdelningschef"} == handlers(cast, case)


def test_absent_chef_whose_ersattare_is_away_too_goes_to_the_next_one_up(cast):
    AbsenceFactory(user=cast.ersattare, substitute=cast.ombud)
    sentence, case = send(cast)
    assert sentence == "Birger Avdelningschef"
    assert told(cast, case) == {"avdelningschef"}
    assert "avdelningschef" in handlers(cast, case)


def test_touched_chef_is_kept_out_with_the_ersattare(cast):
    sentence, case = send(cast, involved=True)
    assert sentence == "Birger Avdelningschef och lex Sarah-ansvarig (Ragna Lex)"
    assert told(cast, case) == {"avdelningschef", "lexansvarig"}
    assert handlers(cast, case) == {"avdelningschef"}
    assert not Deviation.objects.visible_to(fresh(cast.chef)).exists()
    assert not Deviation.objects.visible_to(fresh(cast.ersattare)).exists()


def test_touched_chef_of_who_reports_is_kept_out_of_what_happened_elsewhere(cast):
    _, case = send(cast, unit=None, involved=True)
    assert told(cast, case) == {"samordnare", "lexansvarig"}
    assert case.barred_ids() == {cast.chef.pk}


def test_touched_manager_of_a_manager_is_the_next_one_up(at_work):
    RoleAssignmentFactory(user=at_work.ombud, unit=at_work.units.home, role=Role.MANAGER)
    _, case = send(at_work, by="chef", involved=True)
    assert case.barred_ids() == {at_work.avdelningschef.pk}
    assert told(at_work, case) == {"lexansvarig"}
    assert handlers(at_work, case) == {"chef", "ombud"}


def test_unknown_place_goes_to_the_samordnare(cast):
    sentence, case = send(cast, unit=None)
    assert sentence == "samordnaren, som fördelar den"
    assert told(cast, case) == {"samordnare"} == handlers(cast, case)


def test_unit_that_nobody_answers_for_goes_to_the_samordnare(cast):
    sentence, case = send(cast, by="ersattare", unit="other")
    assert sentence == "samordnaren, som fördelar den"
    assert told(cast, case) == {"samordnare"} == handlers(cast, case)


def test_provider_goes_to_the_avtalsansvarig(cast):
    sentence, case = send(cast, unit="provider")
    assert sentence == "Vidar Avtal"
    assert told(cast, case) == {"avtalsansvarig"} == handlers(cast, case)


def test_unit_of_hsl_is_told_to_mas_as_well(at_work):
    Unit.objects.filter(pk=at_work.units.home.pk).update(law=Law.HSL)
    at_work.units.home.refresh_from_db()
    sentence, case = send(at_work)
    assert sentence == "Jorid Chef och medicinskt ansvarig sjuksköterska (Viveka Mas)"
    assert told(at_work, case) == {"chef", "mas"}
    assert handlers(at_work, case) == {"chef"}


def test_suspected_goes_to_the_lex_sarah_ansvarig_at_once(at_work):
    sentence, case = send(at_work, suspected=True)
    assert sentence == "Jorid Chef och lex Sarah-ansvarig (Ragna Lex)"
    assert told(at_work, case, "Kan vara missförhållande") == {"lexansvarig"}
    assert told(at_work, case) == {"chef", "lexansvarig"}
    urgent = Notification.objects.filter(urgent=True).values_list("user", flat=True)
    assert list(urgent) == [at_work.lexansvarig.pk]


def test_lex_sarah_ansvarig_of_elsewhere_is_told_and_may_judge_where_nobody_else_does(cast):
    RoleAssignment.objects.filter(user=cast.lexansvarig).update(unit=cast.units.other)
    _, case = send(cast, suspected=True)
    assert "lexansvarig" in told(cast, case)
    assert permissions.may_judge_suspicion(fresh(cast.lexansvarig), case)
    RoleAssignmentFactory(user=cast.mas, unit=cast.units.board, role=Role.LEX_SARAH_OFFICER)
    _, later = send(cast, suspected=True)
    assert "lexansvarig" not in told(cast, later)
    assert not permissions.may_judge_suspicion(fresh(cast.lexansvarig), later)


def test_absent_chef_who_reports_leaves_it_to_the_ersattare(cast):
    sentence, case = send(cast, by="chef")
    assert sentence == "Milla Ersättare (ersättare för Jorid Chef)"
    assert told(cast, case) == {"ersattare"}


def test_chef_who_reports_receives_it_without_a_notice(at_work):
    sentence, case = send(at_work, by="chef")
    assert sentence == "Jorid Chef"
    assert told(at_work, case) == set()
    assert handlers(at_work, case) == {"chef"}


def bar(cast, case, *who):
    for one in who:
        grants.deny(cast[one], case, reason="Närstående", by=cast.admin)
    return Deviation.objects.get(pk=case.pk)


def test_when_the_whole_line_is_javig_the_samordnare_receives(at_work):
    case = bar(at_work, report(at_work), "chef", "avdelningschef")
    assert handlers(at_work, case) == {"samordnare"}
    assert Deviation.objects.received_by(fresh(at_work.samordnare)).get() == case


def test_when_everybody_is_javig_the_lex_sarah_ansvarig_receives(at_work):
    case = bar(at_work, report(at_work), *LINE)
    assert handlers(at_work, case) == {"lexansvarig"}
    assert Deviation.objects.received_by(fresh(at_work.lexansvarig)).get() == case


def test_organisation_without_samordnare_leaves_nothing_unread(cast):
    leave_post(cast.samordnare)
    _, case = send(cast, unit=None)
    assert told(cast, case) == {"lexansvarig"} == handlers(cast, case)


def test_jav_is_told_to_the_one_who_receives_instead_and_to_no_one_else(at_work):
    case = report(at_work)
    Notification.objects.all().delete()
    actions.bar(case, person=fresh(at_work.chef), reason="Närstående", user=fresh(at_work.avdelningschef))
    assert told(at_work, case, "Att ta emot") == {"avdelningschef"}
    actions.bar(case, person=fresh(at_work.mas), reason="Närstående", user=fresh(at_work.lexansvarig))
    assert told(at_work, case) == {"avdelningschef"}


def test_javig_ersattare_is_sent_nothing(cast):
    case = report(cast)
    actions.bar(case, person=fresh(cast.ersattare), reason="Närstående", user=fresh(cast.lexansvarig))
    Notification.objects.all().delete()
    actions.supplement(case, user=cast.medarbetare, text="En sak till.")
    assert told(cast, case) == {"avdelningschef"}
    actions.change_status(case, "suspect", user=fresh(cast.chef), comment="Allvarligt.")
    assert "ersattare" not in told(cast, case)


MAY_BAR = {
    ("avdelningschef", "chef"),
    ("avdelningschef", "ombud"),
    ("avdelningschef", "grannchef"),
    ("avdelningschef", "medarbetare"),
    ("chef", "ombud"),
    ("chef", "medarbetare"),
    ("lexansvarig", "chef"),
    ("lexansvarig", "avdelningschef"),
    ("lexansvarig", "samordnare"),
    ("lexansvarig", "mas"),
    ("avdelningschef", "avdelningschef"),
    ("chef", "chef"),
    ("lexansvarig", "lexansvarig"),
    ("samordnare", "samordnare"),
}


@pytest.mark.parametrize(
    "who", ["chef", "avdelningschef", "lexansvarig", "samordnare", "medarbetare", "admin"]
)
def test_who_may_say_that_somebody_is_javig(at_work, who):
    people = (
        "chef",
        "avdelningschef",
        "grannchef",
        "ombud",
        "medarbetare",
        "samordnare",
        "mas",
        "lexansvarig",
    )
    for person in people:
        case, user = report(at_work), fresh(at_work[who])
        is_allowed = (who, person) in MAY_BAR or who == "lexansvarig"
        if is_allowed and who == "lexansvarig" and person == who:
            case = report(at_work, is_suspected=True)
        try:
            actions.bar(case, person=fresh(at_work[person]), reason="Närstående", user=user)
        except PermissionDenied:
            assert not is_allowed, (who, person)
        else:
            assert is_allowed, (who, person)
            assert not Deviation.objects.visible_to(fresh(at_work[person])).filter(pk=case.pk).exists()


def test_who_is_javig_cannot_take_it_back_nor_one_of_the_same_place(at_work):
    RoleAssignmentFactory(user=at_work.ombud, unit=at_work.units.home, role=Role.MANAGER)
    case = bar(at_work, report(at_work), "chef")
    for who in ("chef", "ombud", "samordnare"):
        with pytest.raises(PermissionDenied):
            actions.unbar(case, person=fresh(at_work.chef), user=fresh(at_work[who]))
    actions.unbar(case, person=fresh(at_work.chef), user=fresh(at_work.avdelningschef))
    assert "chef" in handlers(at_work, Deviation.objects.get(pk=case.pk))


def test_moved_case_is_told_to_its_new_chef_and_to_mas_when_it_comes_under_hsl(at_work):
    Unit.objects.filter(pk=at_work.units.neighbour.pk).update(law=Law.HSL)
    at_work.units.neighbour.refresh_from_db()
    case = report(at_work, is_suspected=True)
    Notification.objects.all().delete()
    moved = {"unit": at_work.units.neighbour, "comment": "Det hände där."}
    case = actions.change_status(case, "redirect", user=at_work.chef, **moved)
    assert (case.law, case.received_at) == ("hsl", None)
    assert told(at_work, case) == {"grannchef", "mas", "lexansvarig"}
    assert handlers(at_work, case) == {"grannchef"}


def test_moved_case_keeps_the_law_of_its_assessment(at_work):
    Unit.objects.filter(pk=at_work.units.neighbour.pk).update(law=Law.HSL)
    at_work.units.neighbour.refresh_from_db()
    case = actions.change_status(report(at_work), "receive", user=at_work.chef)
    case = assessed(case, by=at_work.chef)
    moved = {"unit": at_work.units.neighbour, "comment": "Det hände där."}
    assert actions.change_status(case, "redirect", user=at_work.chef, **moved).law == "sol"


def test_moving_is_done_in_the_name_of_the_absent_chef(cast):
    case = report(cast)
    moved = {"unit": cast.units.neighbour, "comment": "Det hände där."}
    actions.change_status(case, "redirect", user=fresh(cast.ersattare), **moved)
    record = case.transitions.get(name="redirect")
    assert (record.by, record.on_behalf_of) == (cast.ersattare, cast.chef)


def test_assessed_case_is_told_to_mas_under_hsl_and_to_the_lex_sarah_ansvarig_when_red(at_work):
    case = report(at_work)
    Notification.objects.all().delete()
    assessed(case, by=at_work.chef, law="hsl", code="LAK-1", likelihood=4, consequence=4)
    assert told(at_work, case) == {"mas", "lexansvarig"}
    Notification.objects.all().delete()
    assessed(case, by=at_work.chef, law="hsl", code="LAK-1", likelihood=4, consequence=4)
    assert told(at_work, case) == set()


def test_who_is_not_employed_reports_nothing(cast):
    for who in ("utforare", "utan_roll"):
        with pytest.raises(PermissionDenied):
            report(cast, by=cast[who])
    assert not Deviation.objects.exists()
    assert User.objects.count()
