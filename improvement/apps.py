from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    name = "improvement"
    verbose_name = "Förbättringsarbete"

    def ready(self) -> None:
        from improvement import findable, findable_sources, notices, permissions, settling
        from improvement.models import DeviationUserPermission
        from kvalitet import notifications, search
        from kvalitet.organisation import devices, grants, second_factor

        devices.guard("improvement", but=("report", "goes_to", "receipt"), lists=("deviations", "measures"))
        grants.register(permissions.grants_table(DeviationUserPermission))
        second_factor.require_for(*permissions.IN_TWO_STEPS)
        notices.connect()
        settling.connect()
        notifications.name_kinds(
            improvement_deviation="Avvikelser",
            improvement_measure="Åtgärder",
            improvement_exchange="Samverkan",
            improvement_review="Granskningar",
        )
        _show_in_menu()
        for kind in (findable.REPORT, findable.INVESTIGATION, findable.MEASURE, *findable_sources.KINDS):
            search.register(kind)
        _keep_secret()
        _learn()
        _show_elsewhere()
        _load()


def _show_in_menu() -> None:
    from improvement import permissions
    from improvement.exchanges import rights as exchange_rights
    from kvalitet.navigation import nav

    shown = {"visible": permissions.may_report}
    nav.register("Rapportera avvikelse", "improvement:report", order=38, **shown)
    nav.register("Rapportera", "improvement:report", menu="quick", **shown)
    nav.register("Avvikelser", "improvement:deviations", order=40, prefix="/avvikelser/", **shown)
    nav.register(
        "Frågor från kommunen",
        "improvement:exchanges",
        order=45,
        visible=exchange_rights.contact_unit_ids,
    )
    nav.register("Åtgärder", "improvement:measures", order=50, prefix="/atgarder/", **shown)
    nav.register("Granskningar", "improvement:reviews", order=52, prefix="/granskningar/", **shown)
    nav.register("Analyser", "improvement:analyses", order=54, prefix="/analyser/", **shown)


def _keep_secret() -> None:
    """Who reads the text of a case, and of what belongs to it."""
    from improvement import access
    from improvement.learning import rights
    from kvalitet import secrecy

    secrecy.register_circle("improvement.deviation", access.reads_whole)
    for label in ("investigationentry", "cause"):
        secrecy.register_circle(f"improvement.{label}", access.reads_case_of)
    secrecy.register_circle("improvement.exchange", access.reads_exchange)
    secrecy.register_circle("improvement.attachment", access.reads_attachment)
    secrecy.register_circle("improvement.measure", access.reads_measure)
    secrecy.register_circle("improvement.effectcheck", access.reads_check)
    secrecy.register_circle("improvement.spreadanswer", rights.reads_reply)


def _learn() -> None:
    """Questions to other units, lärdomar, points for APT and förslag."""
    from improvement import permissions
    from improvement.learning import agenda, findable, notices, rights, work
    from kvalitet import notifications, registries, search
    from kvalitet.navigation import nav
    from kvalitet.organisation import grants

    grants.register(rights.GRANTS)
    notices.connect()
    notifications.name_kinds(
        improvement_spread="Kan det hända hos oss?",
        improvement_lesson="Lärdomar",
        improvement_proposal="Förslag",
    )
    shown = {"visible": permissions.may_report}
    nav.register("Förslag", "improvement:proposals", order=52, prefix="/forslag/", **shown)
    nav.register("Lärdomar", "improvement:lessons", order=54, prefix="/lardomar/", **shown)
    for kind in (findable.LESSON, findable.PROPOSAL):
        search.register(kind)
    registries.work.register("improvement.learning", work.tasks, order=15)
    registries.apt.register("improvement", agenda.points, order=10)
    registries.apt_waiting.register("improvement", agenda.waiting)
    registries.apt_held.register("improvement", agenda.take_up)
    registries.apt_record.register("improvement", agenda.taken_up)


def _show_elsewhere() -> None:
    """What the app puts on others' pages, in the first page's lists and among the timed tasks."""
    from improvement import layers, panels, source_work, tasks, work
    from improvement.exchanges import work as exchange_work
    from kvalitet import registries

    on = registries.panels.register
    on("improvement.process", panels.of_process, order=30, model_label="processes.process")
    on("improvement.unit", panels.of_unit, order=50, model_label="organisation.unit")
    on("improvement.document", panels.of_document, order=30, model_label="documents.document")
    on("improvement.report", panels.shortcut, order=10, model_label="start.first")
    registries.layers.register("improvement.cases", layers.open_cases, order=10)
    registries.layers.register("improvement.measures", layers.overdue_measures, order=20)
    registries.layers.register("improvement.questions", layers.open_questions, order=40)
    registries.work.register("improvement", work.tasks, order=10)
    registries.work.register("improvement.exchanges", exchange_work.tasks, order=15)
    registries.week.register("improvement", work.week, order=10)
    registries.news.register("improvement", work.news, order=10)
    registries.step_uses.register("improvement", panels.step_uses, order=30)
    registries.where_used.register("improvement", panels.where_used, order=40)
    registries.periodic.register("improvement.turn_the_day", tasks.turn_the_day)
    registries.periodic.register("improvement.remind", tasks.remind)
    registries.periodic.register("improvement.throw_unsent_files", tasks.throw_unsent_files)
    registries.periodic.register("improvement.settle_measures", tasks.settle_measures)
    registries.periodic.register("improvement.remind_reviews", tasks.remind_reviews)
    registries.work.register("improvement.sources", source_work.tasks, order=11)


def _load() -> None:
    from improvement import demo, synthetic
    from improvement.exchanges import demo as exchange_demo
    from kvalitet import registries

    registries.demo.register("improvement", demo.load, order=40)
    registries.demo.register("improvement.exchanges", exchange_demo.load, order=42)
    registries.synthetic.register("improvement", synthetic.load, order=40)
