"""The demo shows each part of the library once, and loading it again adds nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import override_settings

from documents import demo, near
from documents.demo import reading
from documents.demo.bulk import LIKE
from documents.models import (
    AptItem,
    Document,
    FrozenCopy,
    GroupReading,
    Introduction,
    LinkCheck,
    ReviewConfirmation,
    ReviewRound,
    Revision,
    UnitStatement,
)
from kvalitet.organisation import demo as organisation_demo
from kvalitet.organisation.models import RoleAssignment, User
from processes import demo as processes_demo

pytestmark = [pytest.mark.usefixtures("_library"), pytest.mark.django_db]


@pytest.fixture(scope="module")
def _library(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[None]:
    folder = override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media")))
    with folder, django_db_blocker.unblock(), transaction.atomic():
        organisation_demo.load(str)
        processes_demo.load(str)
        load()
        yield
        transaction.set_rollback(True)


def load() -> None:
    demo.load(str)
    reading.load(str)


def counts() -> dict[str, int]:
    models = [*apps.get_app_config("documents").get_models(), User, RoleAssignment]
    return {model.__name__: model._default_manager.count() for model in models}


def test_loading_again_changes_nothing() -> None:
    before = counts()
    load()
    assert counts() == before


def test_each_part_is_there() -> None:
    remiss = ReviewRound.objects.get()
    assert remiss.is_open
    assert remiss.answers.count() == 1
    replacing = Document.objects.exclude(replaces=None).get()
    assert Document.objects.in_force().filter(pk=replacing.pk).exists()
    assert not Document.objects.in_force().filter(pk=replacing.replaces_id).exists()
    assert LinkCheck.objects.filter(status="dead").count() == 1
    assert AptItem.objects.exists()
    assert GroupReading.objects.count() == 1
    assert Introduction.objects.filter(user__email__startswith=reading.NEW_LOGIN).count() == 1
    assert UnitStatement.objects.exists()
    assert ReviewConfirmation.objects.count() == 1
    assert FrozenCopy.objects.exists()
    alike = Revision.objects.open().get(document__title=LIKE)
    ombud = User.objects.get(email="ombud@demo.invalid")
    assert [one.percent >= 80 for one in near.of_revision(ombud, alike)] == [True]
