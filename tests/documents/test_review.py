"""Looking over: which month, that it still holds, who is reminded when, and that nothing ends by itself."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from documents import actions, reminders, reviews
from documents.enums import Basis
from documents.models import Document, Reminder, ReviewConfirmation
from kvalitet.models import Notification
from kvalitet.organisation.models import RoleAssignment, User
from kvalitet.workflow import Blocked
from tests.cast import PEOPLE
from tests.documents.factories import bring_to, checked, make_draft, make_in_force, make_in_force_since
from tests.factories import days

LIST, CONFIRM = "/dokument/oversyn/", "/dokument/oversyn/bekrafta/"


def next_review():
    return reviews.proposed(12)


@pytest.mark.parametrize(
    ("today", "months", "expected"),
    [
        (date(2026, 3, 3), 12, date(2027, 3, 31)),
        (date(2026, 12, 3), 12, date(2027, 11, 30)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 5), 1, date(2027, 1, 31)),
        (date(2028, 2, 29), 24, date(2030, 2, 28)),
    ],
)
def test_the_proposed_month_is_never_december(today, months, expected):
    assert reviews.proposed(months, today) == expected


def test_every_proposal_is_a_later_month_that_can_be_chosen():
    for month in range(1, 13):
        today = date(2026, month, 28)
        keys = {key for _, year in reviews.choices(today) for key, _ in year}
        for months in range(1, 109):
            day = reviews.proposed(months, today)
            assert day.month != 12
            assert day >= reviews.earliest(today)
            assert f"{day:%Y-%m}" in keys


def late(cast, title="Rutin för larm", **values):
    document = make_in_force_since(cast, days(-100), title=title, **values)
    Document.objects.filter(pk=document.pk).update(next_review=days(-10))
    return Document.objects.get(pk=document.pk)


def test_the_month_is_chosen_when_a_version_is_decided(cast, client_for):
    revision = bring_to(make_draft(cast), cast, "in_review")
    url = f"{revision.get_absolute_url()}approve/"
    form = client_for("chef").get(url).context["form"]
    assert form["next_review"].value() == f"{next_review():%Y-%m}"
    values = {"valid_from": days(0).isoformat(), "whats_new": "Ett\nTvå\nTre\nFyra"}
    told = client_for("chef").post(url, {**values, "next_review": "2020-01"}).text
    assert "Skriv högst 3 rader" in told
    chosen = reviews.proposed(30)
    client_for("chef").post(url, {**values, "whats_new": "Ett\nTvå", "next_review": f"{chosen:%Y-%m}"})
    revision.refresh_from_db()
    assert (revision.status, revision.whats_new) == ("approved", "Ett\nTvå")
    assert revision.document.next_review == chosen
    assert "Ett" in client_for("medarbetare").get(revision.get_absolute_url()).text


def test_the_month_of_the_metadata_sheet_is_proposed_at_the_first_decision_alone(cast, client_for):
    planned = reviews.proposed(9)
    revision = bring_to(make_draft(cast, next_review=planned), cast, "in_review")
    client, url = client_for("chef"), f"{revision.get_absolute_url()}approve/"
    assert client.get(url).context["form"]["next_review"].value() == f"{planned:%Y-%m}"
    actions.change_status(revision, "approve", user=cast.chef)
    Document.objects.filter(pk=revision.document_id).update(next_review=planned)
    content = checked("Ny text.", "ny.txt")
    second = actions.new_revision(revision.document, user=cast.ombud, content=content, change_note="Nytt.")
    actions.change_status(second, "send", user=cast.ombud)
    form = client.get(f"{second.get_absolute_url()}approve/").context["form"]
    assert form["next_review"].value() == f"{next_review():%Y-%m}"


def test_many_are_confirmed_at_once_each_read_or_unchanged(cast, client_for):
    one, other = late(cast, "Rutin ett"), late(cast, "Rutin två")
    client = client_for("chef")
    shown = client.get(f"{LIST}?nar=late").text
    assert shown.count('name="dokument"') == 2
    page = client.get(CONFIRM, {"dokument": [one.pk, other.pk]}).text
    assert page.count("är oförändrad sedan") == 2
    values = {
        "dokument": [one.pk, other.pk],
        "read": [one.pk],
        "new_date": f"{next_review():%Y-%m}",
        "note": "APT",
    }
    client.post(CONFIRM, values)
    client.post(CONFIRM, values)
    found = {row.document_id: row for row in ReviewConfirmation.objects.all()}
    assert len(found) == ReviewConfirmation.objects.count() == 2, "sent twice is said once"
    assert found[one.pk].basis == Basis.READ
    assert found[other.pk].basis == Basis.UNCHANGED
    assert (found[one.pk].old_date, found[one.pk].new_date) == (days(-10), next_review())
    assert set(Document.objects.values_list("next_review", flat=True)) == {next_review()}
    assert one.revisions.count() == 1
    history = client.get(f"/dokument/{one.pk}/historik/").text
    assert "Jorid Chef bekräftade att dokumentet fortfarande gäller" in history
    assert "Läst igen" in history


def test_who_may_confirm(cast):
    document = late(cast, responsible=cast.medarbetare)
    found = set()
    for who in PEOPLE:
        try:
            with transaction.atomic():
                actions.confirm_review([document], user=cast[who], new_date=next_review(), basis={})
                found.add(who)
                transaction.set_rollback(True)
        except PermissionDenied:
            pass
    assert found == {"chef", "avdelningschef", "ersattare", "medarbetare"}


def test_who_may_not_confirm_has_no_box_and_no_page(cast, client_for):
    document = late(cast)
    assert 'name="dokument"' not in client_for("medarbetare").get(LIST).text
    assert client_for("medarbetare").get(CONFIRM, {"dokument": document.pk}).status_code == 403
    hidden = late(cast, "Enhetens egen", visibility="unit")
    answer = client_for("grannmedarbetare").get(CONFIRM, {"dokument": hidden.pk})
    assert answer.status_code == 302


def test_what_does_not_hold_or_is_under_review_is_not_confirmed(cast):
    document = late(cast)
    second = actions.new_revision(document, user=cast.ombud, content=checked("Ny."), change_note="Ny.")
    actions.change_status(second, "send", user=cast.ombud)
    with pytest.raises(Blocked, match="granskas just nu"):
        actions.confirm_review([document], user=cast.chef, new_date=next_review(), basis={})
    draft = make_draft(cast, title="Utkast").document
    with pytest.raises(Blocked, match="gäller inte"):
        actions.confirm_review([draft], user=cast.chef, new_date=next_review(), basis={})
    for day in (days(0), days(-10), next_review().replace(day=1)):
        with pytest.raises(Blocked, match="tidigast nästa månad"):
            actions.confirm_review([document], user=cast.chef, new_date=day, basis={})


def test_the_date_is_not_moved_by_the_form_of_facts(cast, client_for):
    document = late(cast)
    assert 'name="next_review"' not in client_for("ombud").get(f"/dokument/{document.pk}/andra/").text
    actions.change_document(document, user=cast.ombud, values={"next_review": next_review()})
    document.refresh_from_db()
    assert document.next_review == days(-10)


def test_a_confirmation_stands_and_ends_a_month(cast):
    actions.confirm_review([late(cast)], user=cast.chef, new_date=next_review(), basis={})
    for change in ({"note": "annat"}, {"new_date": days(1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ReviewConfirmation.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewConfirmation.objects.create(
            document=Document.objects.get(), created_by=cast.chef, basis="read", new_date=date(2030, 3, 30)
        )


def sent(document, *days_before):
    due = document.next_review
    return [reminders.remind_of_reviews(date.fromordinal(due.toordinal() - left)) for left in days_before]


def test_reminders_at_60_30_0_and_then_weekly_once_each(cast):
    document = make_in_force_since(cast, days(-400))
    Document.objects.filter(pk=document.pk).update(next_review=days(100))
    document.refresh_from_db()
    assert sent(document, 61, 60, 60, 59, 31, 30, 1, 0, 0, -6, -7, -8, -14) == [
        0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1,
    ]  # fmt: skip
    told = Notification.objects.filter(kind="documents.review")
    assert {one.user for one in told} == {cast.ombud}
    assert not any("larm" in one.sentence for one in told)
    assert document.revisions.in_force().exists(), "nothing ends by itself"


def test_missed_days_are_made_up_for_by_one_reminder(cast):
    document = make_in_force_since(cast, days(-400))
    Document.objects.filter(pk=document.pk).update(next_review=days(100))
    document.refresh_from_db()
    assert sent(document, 55, 20, -30, -31) == [1, 1, 1, 0]
    assert list(Reminder.objects.order_by("pk").values_list("stage", flat=True)) == [60, 30, -28]


@pytest.mark.parametrize("gone", ["inactive", "without role"])
def test_when_who_is_responsible_has_left_the_main_recipient_is_told(cast, gone):
    late(cast)
    if gone == "inactive":
        User.objects.filter(pk=cast.ombud.pk).update(is_active=False)
    else:
        RoleAssignment.objects.filter(user=cast.ombud).update(valid_from=F("valid_from"), valid_to=days(-1))
    reminders.remind_of_reviews()
    told = Notification.objects.filter(kind="documents.review", on_behalf_of=None)
    assert [one.user for one in told] == [cast.chef]


def test_the_list_asks_as_much_for_one_as_for_three_and_is_exported(cast, client_for):
    client = client_for("chef")
    client.get(LIST)

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client.get(LIST).status_code == 200
        return len(found)

    late(cast)
    one = queries()
    late(cast, "Två")
    late(cast, "Tre", visibility="public")
    assert queries() == one <= 12
    text = client_for("medarbetare").get(f"{LIST}?exportera=csv&nar=late").content.decode()
    assert "Tre" in text
    assert "Välj" not in text
    other = client_for("chef").get(f"{LIST}?enhet={cast.units.neighbour.slug}")
    assert not other.context["table"].rows


def test_of_a_document_not_late_nothing_is_asked(cast):
    make_in_force(cast)
    assert reminders.remind_of_reviews() == 0
