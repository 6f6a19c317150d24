"""SQL that is written for a stand-in answers each reader as their own would."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Q

from documents.models import Document
from kvalitet.lookups import ExistsForEach
from kvalitet.organisation import grants, statements
from kvalitet.organisation.models import RoleAssignment, Unit, User
from processes.models import Process
from tests.cast import ANONYMOUS, WHO, Cast
from tests.documents.factories import make_draft as make_document_draft
from tests.documents.factories import make_in_force
from tests.processes.factories import make_draft, make_process, publish


def visible_documents(reader: Any, *, ids: list[int]) -> Any:
    return Document.objects.visible_to(reader).filter(pk__any=ids).order_by("pk").values_list("pk")


def visible_processes(reader: Any, *, ids: list[int]) -> Any:
    return Process.objects.visible_to(reader).filter(pk__any=ids).order_by("pk").values_list("pk")


def reader_of(cast: Cast, who: str) -> Any:
    return AnonymousUser() if who == ANONYMOUS else User.objects.get(pk=cast[who].pk)


@pytest.fixture
def things(cast: Cast) -> dict[str, list[int]]:
    """Documents and processes of each visibility, in force and under work, of two units and two people."""
    documents = []
    for place, visibility in enumerate(("public", "internal", "unit", "provider")):
        unit = (cast.units.home, cast.units.neighbour)[place % 2]
        by = (cast.chef, cast.grannchef)[place % 2]
        writer = (cast.ombud, cast.grann_ombud)[place % 2]
        values = {"visibility": visibility, "owner_unit": unit, "user": writer}
        documents.append(make_in_force(cast, by=by, **values).pk)
        draft = make_document_draft(cast, title=f"Utkast {place}", responsible=cast.medarbetare, **values)
        documents.append(draft.document_id)
    shown = make_process(cast, "Öppen")
    publish(cast, shown)
    planned = make_process(cast, "Planerad", visibility="internal")
    make_draft(cast, planned)
    grants.deny(cast.medarbetare, Document.objects.get(pk=documents[0]), reason="släkt", by=cast.chef)
    return {"documents": documents, "processes": [shown.pk, planned.pk]}


def test_every_role_gets_the_rows_that_its_own_query_gives(cast: Cast, things: Any) -> None:
    asked = ((visible_documents, things["documents"]), (visible_processes, things["processes"]))
    for build, ids in asked:
        # All roles in turn, twice: what one of them left behind must not reach another.
        for who in (*WHO, *WHO):
            reader = reader_of(cast, who)
            own = list(build(reader_of(cast, who), ids=ids))
            assert statements.rows(build, reader, ids=ids) == own, who


def test_two_with_the_same_rights_share_the_sql_and_not_what_is_theirs(cast: Cast) -> None:
    """The responsible of a draft sees it; a colleague with the same role on the same unit does not."""
    twin = User.objects.create_user(email="tvilling@test.invalid", name="Tvilling")
    own = RoleAssignment.objects.get(user=cast.medarbetare)
    RoleAssignment.objects.create(
        user=twin, role=own.role, unit=own.unit, valid_from=own.valid_from, created_by=cast.chef
    )
    draft = make_document_draft(cast, visibility="unit", responsible=twin).document
    statements._written.cache_clear()
    seen = [
        statements.rows(visible_documents, User.objects.get(pk=one.pk), ids=[draft.pk])
        for one in (twin, cast.medarbetare, twin)
    ]
    assert seen == [[(draft.pk,)], [], [(draft.pk,)]]
    assert statements._written.cache_info().misses == 1


def test_a_shared_device_and_a_computer_share_no_sql(cast: Cast) -> None:
    """The one who is held to less there has the same rows of rights as at home, but stands for nobody."""

    def seen(*, is_limited: bool) -> Any:
        reader = reader_of(cast, "medarbetare")
        if is_limited:
            grants.limit(reader)
        own = list(visible_documents(reader, ids=[draft.pk]))
        assert statements.rows(visible_documents, reader, ids=[draft.pk]) == own
        return own

    draft = make_document_draft(cast, visibility="unit", responsible=cast.medarbetare).document
    for first in (False, True):
        statements._written.cache_clear()
        assert {one: seen(is_limited=one) for one in (first, not first)} == {False: [(draft.pk,)], True: []}


def test_jav_counts_from_the_next_request(cast: Cast, things: Any) -> None:
    target = Document.objects.get(pk=things["documents"][2])
    seen = visible_documents, User.objects.get(pk=cast.chef.pk)
    assert statements.rows(*seen, ids=[target.pk]) == [(target.pk,)]
    grants.deny(cast.chef, target, reason="släkt", by=cast.avdelningschef)
    assert statements.rows(visible_documents, User.objects.get(pk=cast.chef.pk), ids=[target.pk]) == []
    assert grants.rights(User.objects.get(pk=cast.chef.pk)) != grants.rights(cast.grannchef)


def test_a_stand_in_tells_nothing_but_its_rights(cast: Cast) -> None:
    rights = grants.rights(cast.chef)
    assert rights
    stand_in = grants.StandIn(rights)
    assert grants.roles(stand_in) == grants.roles(cast.chef)
    assert not hasattr(stand_in, "email")
    assert not User.objects.filter(pk=stand_in.pk).exists()


def changed_value(_reader: Any, *, slug: str) -> Any:
    return Unit.objects.filter(slug=f"{slug}-x").values_list("pk")


def test_a_value_that_is_changed_on_its_way_is_an_error(cast: Cast) -> None:
    with pytest.raises(ValueError, match="changes or leaves out"):
        statements.rows(changed_value, cast.chef, slug="mottagningen")


def test_an_anonymous_and_a_signed_in_without_a_role_are_told_apart(cast: Cast) -> None:
    assert grants.rights(AnonymousUser()) is None
    assert grants.rights(cast.utan_roll) is not None


def test_exists_for_each_is_true_where_exists_is(cast: Cast) -> None:
    held = RoleAssignment.objects.filter(unit=OuterRef("pk"))
    asked = Unit.objects.filter(Q(ExistsForEach(held)))
    assert set(asked) == set(Unit.objects.filter(assignments__isnull=False))
