"""What reading puts in the registries; called once, when the app is ready."""

from collections.abc import Callable
from typing import Any

from documents.reading import certificates
from documents.reading import panels as reading_panels
from documents.reading import rights as reading_rights
from documents.reading import work as reading_work
from kvalitet import jobs, notifications, registries
from kvalitet.organisation import grants


def register() -> None:
    grants.register(reading_rights.GRANTS)
    jobs.register(certificates.jobs_kind)
    notifications.name_kinds(
        documents_receipt="Läskvittens",
        documents_news="Nytt för enheten",
        documents_introduction="Introduktion",
    )
    registries.panels.register(
        "documents.reading_unit", reading_panels.of_unit, order=45, model_label="organisation.unit"
    )
    registries.work.register("documents.reading", reading_work.tasks, order=35)
    registries.demo.register("documents.reading", _load_demo, order=35)


def _load_demo(say: Callable[[str], Any]) -> None:
    from documents.demo.reading import load

    load(say)
