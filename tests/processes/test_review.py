"""To be asked to review: by name, by a day, handed over, told, and never in anybody's way."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from kvalitet.models import Notification
from kvalitet.notifications import is_working_day, working_days_after
from kvalitet.organisation.models import User
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Blocked
from processes import actions, contributions, permissions, reviewing
from processes.models import Process, ProcessRevision
from tests.cast import Cast, ClientFor
from tests.factories import AbsenceFactory, days
from tests.processes.factories import bring_to, make_draft, make_process, publish


@pytest.fixture
def process(cast: Cast) -> Process:
    made = make_process(cast)
    actions.set_units(made, [cast.units.home])
    return made


@pytest.fixture
def draft(cast: Cast, process: Process) -> ProcessRevision:
    return make_draft(cast, process)


def url(revision: ProcessRevision, name: str = "") -> str:
    return f"{revision.get_absolute_url()}{name}/" if name else revision.get_absolute_url()


def ask(cast: Cast, draft: ProcessRevision, who: str = "ombud", **values: Any) -> ProcessRevision:
    return actions.change_status(draft, "send", user=cast.processhandledare, reviewer=cast[who], **values)


def tasks(user: User) -> list[Any]:
    return list(contributions.work(User.objects.get(pk=user.pk)))


def test_whoever_sends_chooses_by_name_and_day(
    cast: Cast, client_for: ClientFor, draft: ProcessRevision
) -> None:
    client = client_for("processhandledare")
    page = client.get(url(draft, "send")).text
    assert cast.ombud.name in page
    assert cast.medarbetare.name not in page
    assert cast.grannchef.name not in page
    assert reviewing.default_due().isoformat() in page
    answer = client.post(url(draft, "send"), {"reviewer": cast.ombud.pk, "due": days(3).isoformat()})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.status, draft.reviewer, draft.review_due) == (
        RevisionStatus.IN_REVIEW,
        cast.ombud,
        days(3),
    )
    assert f"{cast.ombud.name} granskar, senast" in client.get(url(draft)).text


@pytest.mark.parametrize(
    "wrong",
    [
        ("reviewer", "", "fält måste fyllas i"),
        ("reviewer", "999999", "giltigt alternativ"),
        ("reviewer", "medarbetare", "giltigt alternativ"),
        ("reviewer", "processhandledare", "giltigt alternativ"),
        ("due", "igår", "giltigt datum"),
        ("due", days(-1).isoformat(), "har redan varit"),
        ("due", days(4000).isoformat(), "högst ett år"),
        ("due", "9999-12-31", "mellan 1900 och 2100"),
        ("change_note", "x" * 501, "500 tecken"),
    ],
)
def test_a_wrong_question_is_not_sent_and_keeps_what_was_typed(
    cast: Cast, client_for: ClientFor, draft: ProcessRevision, wrong: tuple[str, str, str]
) -> None:
    field, value, reason = wrong
    wanted = str(cast[value].pk) if value in cast.people else value
    data = {"reviewer": cast.ombud.pk, "due": days(3).isoformat(), "change_note": "Målet är kortare."}
    answer = client_for("processhandledare").post(url(draft, "send"), {**data, field: wanted})
    assert answer.status_code == 200
    assert reason in answer.text
    assert data["change_note"] in answer.text or field == "change_note"
    draft.refresh_from_db()
    assert (draft.status, draft.reviewer) == (RevisionStatus.DRAFT, None)


def test_what_is_changed_is_told_when_something_holds_already(
    cast: Cast, client_for: ClientFor, process: Process
) -> None:
    publish(cast, process)
    draft = make_draft(cast, process, mission="Vi gör mer.")
    data = {"reviewer": cast.ombud.pk, "due": days(3).isoformat()}
    client = client_for("processhandledare")
    assert client.post(url(draft, "send"), data).status_code == 200
    with pytest.raises(Blocked, match="vad som är ändrat"):
        ask(cast, draft, change_note=" ")
    assert client.post(url(draft, "send"), {**data, "change_note": "Vi gör mer."}).status_code == 302
    draft.refresh_from_db()
    assert draft.change_note == "Vi gör mer."
    assert "change_note" not in client.get(url(draft, "redigera")).text


@pytest.mark.parametrize("who", ["medarbetare", "grannchef", "utan_roll", "utforare"])
def test_only_who_may_review_can_be_asked(cast: Cast, draft: ProcessRevision, who: str) -> None:
    with pytest.raises(Blocked, match="kan inte granska"):
        ask(cast, draft, who)


def test_the_writer_cannot_be_asked(cast: Cast, draft: ProcessRevision) -> None:
    with pytest.raises(Blocked, match="skrivit"):
        ask(cast, draft, "processhandledare")


def test_those_offered_are_those_who_may(cast: Cast, process: Process) -> None:
    """One rule, told as a list and as an answer; stand-ins act for those in the list."""
    offered = set(reviewing.reviewers(process))
    may = {cast[who] for who in cast if permissions.may_review(cast[who], process)}
    assert may - {cast.ersattare} == offered


def test_the_one_who_was_asked_sees_it_with_its_day_and_others_do_not(
    cast: Cast, draft: ProcessRevision
) -> None:
    ask(cast, draft, due=days(3))
    (task,) = tasks(cast.ombud)
    assert (task.sentence, task.due) == ("Granska processen Barn och unga, version 1", days(3))
    assert tasks(cast.chef) == tasks(cast.samordnare) == []
    (owners,) = tasks(cast.processagare)
    assert (owners.button, owners.starts) == ("Fastställ", days(3))
    notice = Notification.objects.get(user=cast.ombud)
    assert (notice.sentence, notice.due) == ("Att granska: processversion 1", days(3))
    assert not Notification.objects.filter(user=cast.processagare).exists()
    actions.change_status(draft, "sign", user=cast.ombud)
    assert tasks(cast.ombud) == []
    assert tasks(cast.processagare)[0].starts is None
    assert Notification.objects.filter(user=cast.processagare).count() == 1


def test_a_late_granskning_is_said_in_words(
    cast: Cast, client_for: ClientFor, draft: ProcessRevision
) -> None:
    then = timezone.now() - timedelta(days=20)
    ask(cast, draft, due=days(-5), at=then)
    assert "Försenat" in client_for("ombud").get(reverse("my_work")).text
    assert "Granskningen är försenad" in client_for("ombud").get(url(draft)).text
    under_work = client_for("processhandledare").get(reverse("processes:drafts")).text
    assert "Granskas, försenat" in under_work
    assert cast.ombud.name in under_work


def test_the_stand_in_of_an_absent_reviewer_has_it_too(
    cast: Cast, client_for: ClientFor, draft: ProcessRevision
) -> None:
    page = client_for("processhandledare").get(url(draft, "send")).text
    assert f"{cast.chef.name}, borta till" in page
    assert f"{cast.ersattare.name} är ersättare" in page
    ask(cast, draft, "chef")
    assert [task.button for task in tasks(cast.ersattare)] == ["Granska"]
    assert Notification.objects.filter(user=cast.ersattare, on_behalf_of=cast.chef).exists()
    actions.change_status(draft, "hand_over", user=cast.ersattare, reviewer=cast.ombud)
    record = draft.transitions.get(name="hand_over")
    assert (record.by, record.on_behalf_of) == (cast.ersattare, cast.chef)


def test_the_one_who_was_asked_hands_over(cast: Cast, client_for: ClientFor, draft: ProcessRevision) -> None:
    ask(cast, draft, due=days(3))
    client = client_for("ombud")
    assert "Lämna över" in client.get(url(draft)).text
    page = client.get(url(draft, "hand_over")).text
    assert cast.avdelningschef.name in page
    answer = client.post(
        url(draft, "hand_over"), {"reviewer": cast.avdelningschef.pk, "comment": "Du kan det här."}
    )
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.reviewer, draft.review_due) == (cast.avdelningschef, days(3))
    assert tasks(cast.ombud) == []
    assert len(tasks(cast.avdelningschef)) == 1
    history = client_for("processhandledare").get(url(draft)).text
    assert "lämnade över granskningen" in history
    assert "Du kan det här." in history
    assert client.get(url(draft, "hand_over")).status_code == 403


@pytest.mark.parametrize("who", ["chef", "avdelningschef"])
def test_a_granskning_that_is_anothers_is_not_handed_over(
    cast: Cast, client_for: ClientFor, draft: ProcessRevision, who: str
) -> None:
    ask(cast, draft)
    assert client_for(who).get(url(draft, "hand_over")).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.change_status(draft, "hand_over", user=cast[who], reviewer=cast[who])


@pytest.mark.parametrize("to", ["ombud", "processhandledare", "medarbetare"])
def test_it_is_handed_over_to_another_who_may(cast: Cast, draft: ProcessRevision, to: str) -> None:
    ask(cast, draft)
    with pytest.raises(Blocked):
        actions.change_status(draft, "hand_over", user=cast.ombud, reviewer=cast[to])


def test_all_who_may_review_still_sign(cast: Cast, draft: ProcessRevision) -> None:
    ask(cast, draft)
    signed = actions.change_status(draft, "sign", user=cast.samordnare)
    assert signed.reviewed_by == cast.samordnare
    assert tasks(cast.ombud) == []


def test_a_version_that_comes_back_is_sent_anew(
    cast: Cast, client_for: ClientFor, draft: ProcessRevision
) -> None:
    ask(cast, draft)
    actions.change_status(draft, "send_back", user=cast.ombud, comment="Målet saknas.")
    page = client_for("processhandledare").get(url(draft, "send")).text
    assert f'<option value="{cast.ombud.pk}" selected>' in page
    again = ask(cast, draft, "samordnare", due=days(9))
    assert (again.reviewer, again.review_due) == (cast.samordnare, days(9))


def test_a_process_without_owner_needs_a_name(cast: Cast) -> None:
    draft = make_draft(cast, make_process(cast, owner=None))
    with pytest.raises(Blocked, match="Välj vem"):
        actions.change_status(draft, "send", user=cast.processhandledare)


def write(revision: ProcessRevision, assignment: str) -> None:
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(f"UPDATE processes_processrevision SET {assignment} WHERE id = %s", [revision.pk])


@pytest.mark.parametrize(
    "assignment", ["reviewer_id = NULL", "review_due = NULL", "reviewer_id = NULL, review_due = NULL"]
)
def test_the_database_wants_a_reviewer_and_a_day(cast: Cast, draft: ProcessRevision, assignment: str) -> None:
    sent = ask(cast, draft)
    with pytest.raises(DatabaseError):
        write(sent, assignment)


def test_who_was_asked_is_frozen_with_the_decision(cast: Cast, draft: ProcessRevision) -> None:
    approved = bring_to(draft, cast, RevisionStatus.APPROVED)
    with pytest.raises(DatabaseError, match="Cannot update"):
        write(approved, f"reviewer_id = {cast.chef.pk}")


def test_working_days_leave_out_weekends_and_holidays() -> None:
    assert working_days_after(date(2026, 12, 23), 1) == date(2026, 12, 28)
    assert working_days_after(date(2026, 6, 18), 1) == date(2026, 6, 22)
    assert is_working_day(reviewing.default_due())


def test_a_reader_reads_what_holds_while_a_draft_lives(
    cast: Cast, client_for: ClientFor, process: Process
) -> None:
    publish(cast, process, mission="Det som gäller.")
    draft = make_draft(cast, process, mission="Det som skrivs.")
    ask(cast, draft, change_note="Nytt.")
    place = process.get_absolute_url()
    for who in ("anonym", "medarbetare"):
        page = client_for(who).get(place).text
        assert "Det som gäller." in page
        assert "Det som skrivs." not in page
        assert draft.get_absolute_url() not in page
    assert draft.get_absolute_url() in client_for("ombud").get(place).text
    assert "Det som gäller." in client_for("ombud").get(place).text


def test_the_list_of_versions_says_what_each_is(cast: Cast, client_for: ClientFor, process: Process) -> None:
    publish(cast, process)
    second = publish(cast, process, mission="Nytt.")
    actions.change_status(second, "withdraw", user=cast.processagare, comment="Slutar.")
    page = client_for("medarbetare").get(reverse("processes:versions", args=[process.slug])).text
    assert "Ersatt" in page
    assert "Upphävd" in page


def test_someone_away_without_roles_is_no_reviewer(cast: Cast, process: Process) -> None:
    AbsenceFactory(user=cast.processagare, substitute=cast.medarbetare, created_by=cast.processagare)
    assert cast.medarbetare not in reviewing.reviewers(process)
    assert reviewing.away_today([cast.processagare])[cast.processagare.pk].endswith("är ersättare")
