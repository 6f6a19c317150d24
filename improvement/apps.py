from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    name = "improvement"
    verbose_name = "Förbättringsarbete"

    def ready(self) -> None:
        from improvement import access, findable, findable_sources, notices, permissions, settling
        from improvement.models import DeviationUserPermission
        from kvalitet import notifications, search, secrecy
        from kvalitet.navigation import nav
        from kvalitet.organisation import grants

        grants.register(permissions.grants_table(DeviationUserPermission))
        notices.connect()
        settling.connect()
        notifications.name_kinds(
            improvement_deviation="Avvikelser",
            improvement_measure="Åtgärder",
            improvement_review="Granskningar",
        )
        shown = {"visible": permissions.may_report}
        nav.register("Rapportera avvikelse", "improvement:report", order=38, **shown)
        nav.register("Avvikelser", "improvement:deviations", order=40, prefix="/avvikelser/", **shown)
        nav.register("Åtgärder", "improvement:measures", order=50, prefix="/atgarder/", **shown)
        nav.register("Granskningar", "improvement:reviews", order=52, prefix="/granskningar/", **shown)
        nav.register("Analyser", "improvement:analyses", order=54, prefix="/analyser/", **shown)
        for kind in (findable.REPORT, findable.INVESTIGATION, findable.MEASURE, *findable_sources.KINDS):
            search.register(kind)
        secrecy.register_circle("improvement.deviation", access.reads_whole)
        for label in ("investigationentry", "cause"):
            secrecy.register_circle(f"improvement.{label}", access.reads_case_of)
        secrecy.register_circle("improvement.measure", access.reads_measure)
        secrecy.register_circle("improvement.effectcheck", access.reads_check)
        _show_elsewhere()
        _load()


def _show_elsewhere() -> None:
    """What the app puts on others' pages, in the first page's lists and among the timed tasks."""
    from improvement import panels, source_work, tasks, work
    from kvalitet import registries

    on = registries.panels.register
    on("improvement.process", panels.of_process, order=30, model_label="processes.process")
    on("improvement.unit", panels.of_unit, order=50, model_label="organisation.unit")
    on("improvement.report", panels.shortcut, order=10, model_label="start.first")
    registries.work.register("improvement", work.tasks, order=10)
    registries.week.register("improvement", work.week, order=10)
    registries.news.register("improvement", work.news, order=10)
    registries.step_uses.register("improvement", panels.step_uses, order=30)
    registries.where_used.register("improvement", panels.where_used, order=40)
    registries.periodic.register("improvement.turn_the_day", tasks.turn_the_day)
    registries.periodic.register("improvement.remind", tasks.remind)
    registries.periodic.register("improvement.settle_measures", tasks.settle_measures)
    registries.periodic.register("improvement.remind_reviews", tasks.remind_reviews)
    registries.work.register("improvement.sources", source_work.tasks, order=11)
    on("improvement.sources", source_work.of_unit, order=51, model_label="organisation.unit")


def _load() -> None:
    from improvement import demo, synthetic
    from kvalitet import registries

    registries.demo.register("improvement", demo.load, order=40)
    registries.synthetic.register("improvement", synthetic.load, order=40)
