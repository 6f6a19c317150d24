"""Who may do what with a case, when: every status, transition and role against a table written by hand."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from improvement import actions
from improvement.enums import DeviationStatus
from improvement.models import Deviation
from improvement.workflow import DEVIATION
from kvalitet.workflow import Blocked
from tests.cast import PEOPLE
from tests.improvement.factories import ANSWER, bring_to, report

S = DeviationStatus
# ersattare stands in for chef today.
HANDLES = {"chef", "ersattare"}
ALLOWED = {
    "receive": HANDLES,
    "redirect": HANDLES,
    "investigate": HANDLES,
    "act": HANDLES,
    "finish": HANDLES,
    "redo": HANDLES,
    "close": HANDLES,
    "close_simply": HANDLES,
    "dismiss": HANDLES,
    "to_inquiry": {"lexansvarig"},
    "merge": HANDLES,
    "withdraw": {"medarbetare"},
    "reopen": HANDLES,
    "restore": HANDLES,
}
# What is possible from where, with nothing else done than what the status took.
POSSIBLE = {
    S.REPORTED: {"receive", "redirect", "dismiss", "merge", "withdraw"},
    S.RECEIVED: {"redirect", "dismiss", "merge"},
    S.INVESTIGATING: {"dismiss", "merge"},
    S.ACTING: set(),
    S.ACTED: {"redo"},
    S.CLOSED: {"redo", "reopen"},
    S.NOT_DEVIATION: {"restore"},
    S.TO_INQUIRY: set(),
    S.MERGED: {"restore"},
    S.WITHDRAWN: {"restore"},
}


def outcome(deviation, name, user, **asked):
    try:
        with transaction.atomic():
            actions.change_status(deviation, name, user=user, comment="Därför.", **asked)
            raise KeyError("undo")
    except KeyError:
        return "done"
    except PermissionDenied:
        return "denied"
    except Blocked:
        return "blocked"


def expected(who, status, name):
    if who not in ALLOWED[name]:
        return "denied"
    return "done" if name in POSSIBLE[status] else "blocked"


def test_every_transition_stands_in_the_table():
    assert set(DEVIATION.transitions) == set(ALLOWED)


@pytest.mark.parametrize("status", S.values)
def test_transition_from_every_status_for_every_role(cast, status):
    deviation = bring_to(report(cast), cast, status)
    asked = {"unit": cast.units.neighbour, "answer": ANSWER, "area": "procedures", "dnr": "1"}
    asked["into"] = report(cast)
    found = {
        (who, name): outcome(Deviation.objects.get(pk=deviation.pk), name, cast[who], **asked)
        for who in PEOPLE
        for name in ALLOWED
    }
    assert found == {(who, name): expected(who, status, name) for who in PEOPLE for name in ALLOWED}
