"""Who sees how much of which case, by a table written by hand, and that filters and rules say the same."""

import pytest
from django.contrib.auth.models import AnonymousUser

from improvement import actions, permissions
from improvement.models import Deviation, Measure
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment
from tests.factories import AbsenceFactory, RoleAssignmentFactory, days
from tests.improvement.cases import KINDS, WORLDS, fresh, with_mar
from tests.improvement.factories import report
from tests.processes.factories import make_process

CHEF = {"chef", "ersattare"}
LIST = {"avdelningschef", "samordnare"}
OWN = {"medarbetare"}
# kind -> who reads it whole, sees it in lists, and follows it as their own report; nobody else knows of it.
TABLE = {
    "plain": (CHEF, LIST, OWN),
    "neighbours": ({"grannchef"}, LIST, {"grannmedarbetare"}),
    "suspected": (CHEF | {"lexansvarig"}, {"avdelningschef"}, OWN),
    "returned": (CHEF | {"lexansvarig"}, LIST, OWN),
    "inquiry": (CHEF | {"lexansvarig"}, {"avdelningschef"}, OWN),
    "red": (CHEF | {"lexansvarig"}, LIST, OWN),
    "hsl": (CHEF | {"mas"}, LIST, OWN),
    "hsl_rehab": (CHEF | {"mas", "mar"}, LIST, OWN),
    "unplaced": ({"samordnare"}, set(), OWN),
    "unplaced_suspected": ({"samordnare", "lexansvarig"}, set(), OWN),
    "manager_involved": ({"avdelningschef", "lexansvarig"}, {"samordnare"}, OWN),
    "touched": ({"avdelningschef", "lexansvarig"}, {"samordnare"}, {"ombud"}),
    "touched_part": ({"avdelningschef", "lexansvarig", "mas"}, {"samordnare"}, set()),
    "at_provider": ({"avtalsansvarig"}, {"samordnare"}, OWN),
    "handed_over": (CHEF | {"grannmedarbetare"}, LIST, OWN),
    "reported_by_manager": ({"grannchef"}, LIST, {"chef"}),
    "in_process": (CHEF, LIST | {"processagare"}, OWN),
    "in_process_suspected": (CHEF | {"lexansvarig"}, {"avdelningschef"}, OWN),
    "nobody_answers": ({"samordnare"}, set(), {"ersattare"}),
    "closed": (CHEF, LIST, OWN),
    "merged": (CHEF, LIST, OWN),
    "withdrawn": (CHEF, LIST, OWN),
    # Of two parts the reporter follows the first.
    "part_hsl": (CHEF | {"mas"}, LIST, set()),
    "part_sol": (CHEF, LIST, set()),
}


def level(user, deviation):
    rows = Deviation.objects.filter(pk=deviation.pk)
    if rows.readable_by(user).exists():
        return "whole"
    if rows.listed_for(user).exists():
        return "list"
    return "own" if rows.reported_by(user).exists() else "none"


def levels(cast, deviation):
    return {who: level(fresh(cast[who]), deviation) for who in cast}


def test_every_kind_stands_in_the_table():
    assert set(TABLE) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_who_sees_how_much(cast, kind):
    with_mar(cast)
    whole, listed, own = TABLE[kind]
    expected = dict.fromkeys(cast, "none") | dict.fromkeys(listed, "list") | dict.fromkeys(own, "own")
    assert levels(cast, KINDS[kind](cast)) == expected | dict.fromkeys(whole, "whole")


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_reads_before_logging_in(cast, kind):
    deviation, nobody = KINDS[kind](with_mar(cast)), AnonymousUser()
    assert level(nobody, deviation) == "none"
    assert not Deviation.objects.visible_to(nobody).exists()
    assert not Measure.objects.visible_to(nobody).exists()
    assert not permissions.may_list(nobody, deviation)


DENIED = (
    "chef",
    "ersattare",
    "avdelningschef",
    "samordnare",
    "lexansvarig",
    "mas",
    "processagare",
    "medarbetare",
)


def lay_up(cast):
    """Every kind without jäv, and with each of those denied; and with all managers denied at once."""
    made = [KINDS[kind](cast) for kind in KINDS if kind != "closed" for _ in range(len(DENIED) + 2)]
    for number, deviation in enumerate(made):
        place = number % (len(DENIED) + 2)
        denied = (
            DENIED[place - 1 : place] if place <= len(DENIED) else ("chef", "avdelningschef", "samordnare")
        )
        for who in denied:
            grants.deny(cast[who], deviation, reason="Närstående", by=cast.admin)
    return made


def add_measure(deviation, cast, responsible):
    values = {"type": "corrective", "content": "training", "strength": "weak"}
    return Measure.objects.create(
        deviation=deviation,
        title="Öva",
        unit=cast.units.home,
        responsible=responsible,
        due=days(1),
        effect_on=days(2),
        created_by=cast.chef,
        **values,
    )


def assert_filters_and_rules_agree(user, rows):
    def those(rule):
        return {one.pk for one in rows if rule(user, one)}

    def ids(found):
        return set(found.values_list("pk", flat=True))

    cases = Deviation.objects.all()
    readable, listed = ids(cases.readable_by(user)), ids(cases.listed_for(user))
    received, own = ids(cases.received_by(user)), ids(cases.reported_by(user))
    assert received == those(permissions.may_handle)
    assert readable == those(permissions.may_read)
    assert listed == those(permissions.may_list)
    assert own == those(permissions.is_reporter)
    assert ids(cases.visible_to(user)) == listed | own
    assert received <= readable <= listed
    assert those(permissions.may_open_with_reason) <= listed - readable
    assert those(permissions.may_hand_over) <= received
    assert not grants.denied_ids(user, Deviation) & (listed | own | those(permissions.may_set_denial))
    measures = list(Measure.objects.select_related("deviation__category", "deviation__process"))
    by_case = {one.pk: one for one in rows}
    for one in measures:
        one.deviation = by_case[one.deviation_id]
    seen = {one.pk for one in measures if permissions.is_responsible(user, one) or one.deviation_id in listed}
    assert ids(Measure.objects.visible_to(user)) == seen


@pytest.mark.parametrize("world", WORLDS)
def test_filters_and_rules_agree_for_every_person_and_case(cast, world):
    made = lay_up(with_mar(cast))
    for number, deviation in enumerate(made):
        add_measure(deviation, cast, cast[list(cast)[number % len(cast.people)]])
    WORLDS[world](cast)
    related = ("unit", "category", "process__parent__parent")
    rows = list(Deviation.objects.select_related(*related))
    for who in cast:
        assert_filters_and_rules_agree(fresh(cast[who]), rows)


@pytest.mark.parametrize("kind", KINDS)
def test_jav_beats_every_way_in(cast, kind):
    deviation = KINDS[kind](with_mar(cast))
    for who, found in levels(cast, deviation).items():
        if found != "none":
            grants.deny(cast[who], deviation, reason="Närstående", by=cast.admin)
            assert (who, level(fresh(cast[who]), deviation)) == (who, "none")


ABSENT = {
    "chef": "plain",
    "avdelningschef": "plain",
    "samordnare": "plain",
    "lexansvarig": "suspected",
    "mas": "hsl",
    "processagare": "in_process",
    "avtalsansvarig": "at_provider",
}


@pytest.mark.parametrize("who", ABSENT)
def test_jav_of_the_absent_closes_the_case_to_who_stands_in_for_that_role_alone(cast, who):
    if who != "chef":
        AbsenceFactory(user=cast[who], substitute=cast.grann_ombud)
    stand_in = cast.ersattare if who == "chef" else cast.grann_ombud
    deviation = KINDS[ABSENT[who]](cast)
    assert level(fresh(stand_in), deviation) != "none"
    grants.deny(cast[who], deviation, reason="Närstående", by=cast.admin)
    assert level(fresh(stand_in), deviation) == "none"
    assert not permissions.may_set_denial(fresh(stand_in), Deviation.objects.get(pk=deviation.pk))


def test_jav_of_the_absent_leaves_who_has_a_right_of_their_own(cast):
    deviation = report(cast, by=cast.ersattare)
    grants.deny(cast.chef, deviation, reason="Närstående", by=cast.admin)
    assert level(fresh(cast.ersattare), deviation) == "own"
    RoleAssignmentFactory(user=cast.ersattare, unit=cast.units.home, role=Role.MANAGER)
    assert level(fresh(cast.ersattare), deviation) == "whole"


def test_handlaggare_who_has_left_reads_no_more(cast):
    deviation = KINDS["handed_over"](cast)
    RoleAssignment.objects.filter(user=cast.grannmedarbetare).update(valid_to=days(-1))
    assert level(fresh(cast.grannmedarbetare), deviation) == "none"


def test_handlaggare_of_the_unit_it_was_moved_from_reads_no_more(cast):
    deviation = KINDS["handed_over"](cast)
    moved = {"unit": cast.units.other, "comment": "Det hände där."}
    actions.change_status(deviation, "redirect", user=cast.chef, **moved)
    assert level(fresh(cast.grannmedarbetare), deviation) == "none"
    assert level(fresh(cast.chef), deviation) == "none"


def test_samordnare_who_also_leads_keeps_the_secret_cases_of_the_line(cast):
    RoleAssignmentFactory(user=cast.avdelningschef, unit=cast.units.board, role=Role.COORDINATOR)
    secret, elsewhere = KINDS["suspected"](cast), report(cast, unit="provider", is_suspected=True)
    leader = fresh(cast.avdelningschef)
    assert (level(leader, secret), level(leader, elsewhere)) == ("list", "none")
    assert permissions.may_open_with_reason(leader, secret)


def test_owner_of_the_process_above_sees_the_case_in_the_list(cast):
    step = make_process(cast, "Steg", parent=make_process(cast), owner=None)
    deviation = report(cast, process=step)
    assert level(fresh(cast.processagare), deviation) == "list"
    assert not permissions.may_open_with_reason(fresh(cast.processagare), deviation)


def test_measure_is_seen_by_who_is_to_see_to_it_but_never_when_javig(cast):
    measure = add_measure(KINDS["suspected"](cast), cast, cast.grann_ombud)
    assert Measure.objects.visible_to(fresh(cast.grann_ombud)).get() == measure
    assert not Measure.objects.visible_to(fresh(cast.samordnare)).exists()
    grants.deny(cast.grann_ombud, measure.deviation, reason="Närstående", by=cast.admin)
    jav = fresh(cast.grann_ombud)
    assert not Measure.objects.visible_to(jav).exists()
    assert not Measure.objects.assigned_to(jav).exists()
    assert not permissions.may_work_on_measure(jav, Measure.objects.get())
