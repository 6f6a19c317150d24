from typing import Any

from django.apps import AppConfig

NOTICES = {
    "documents_version": "Dokument",
    "documents_link": "Länkar som inte svarar",
    "documents_remiss": "Remiss",
    "documents_review": "Dokument att se över",
}


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "Dokument"

    def ready(self) -> None:
        from documents import checks, extraction, findable, permissions, tasks  # noqa: F401 checks registers itself
        from documents.bulk import batches
        from documents.frozen import freezing
        from documents.links import checking
        from documents.models import DocumentUserPermission
        from documents.reading import entries as reading_entries
        from kvalitet import jobs, notifications, registries, search
        from kvalitet.navigation import nav
        from kvalitet.organisation import grants

        grants.register(permissions.grants_table(DocumentUserPermission))
        nav.register("Dokument", "documents:library", order=30, prefix="/dokument/")
        for kind in (extraction.jobs_kind, freezing.jobs_kind, *batches.KINDS, checking.KIND):
            jobs.register(kind)
        notifications.name_kinds(**NOTICES)
        search.register(findable.search_kind)
        _show_elsewhere()
        for task in tasks.PERIODIC:
            registries.periodic.register(task.name, task)
        reading_entries.register()
        _load()


def _show_elsewhere() -> None:
    """What other apps show and ask of documents."""
    from documents import layers, panels, references, work
    from documents.actions import move_links
    from kvalitet import registries

    registries.step_links.register("documents", panels.step_links, order=20)
    registries.paper_links.register("documents", panels.paper_links, order=20)
    _show(panels)
    registries.work.register("documents", work.tasks, order=30)
    registries.week.register("documents", work.week, order=30)
    registries.news.register("documents", work.news, order=30)
    registries.where_used.register("documents", panels.where_used, order=30)
    registries.where_used.register("documents.texts", references.where_used, order=35)
    registries.step_uses.register("documents", panels.step_uses, order=20)
    registries.step_uses.register("documents.texts", references.step_uses, order=25)
    registries.step_moves.register("documents", move_links, order=20)
    registries.layers.register("documents", layers.overdue_routines, order=30)
    registries.assurance.register("documents", panels.assurance, order=30)


def _load() -> None:
    from documents import synthetic
    from kvalitet import registries

    registries.demo.register("documents", _load_demo, order=30)
    registries.synthetic.register("documents", synthetic.load, order=30)


def _show(panels: Any) -> None:
    """What the pages of units and processes, the first page and *Om* show of documents."""
    from kvalitet import registries

    registries.panels.register("documents.unit", panels.of_unit, order=40, model_label="organisation.unit")
    registries.panels.register(
        "documents.process", panels.of_process, order=20, model_label="processes.process"
    )
    registries.panels.register("documents.own", panels.my_routines, order=20, model_label="start.own")
    registries.panels.register("documents.governing", panels.governing, order=40, model_label="about")


def _load_demo(say: object) -> None:
    from documents.demo import load

    load(say)
