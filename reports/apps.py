from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Rapporter"

    def ready(self) -> None:
        from kvalitet import jobs, registries
        from kvalitet.navigation import nav
        from kvalitet.organisation import grants
        from reports import compiling, notices, permissions, work

        grants.register(permissions.GRANTS)
        nav.register("Rapporter", "reports:index", order=60, prefix="/rapporter/")
        jobs.register(compiling.jobs_kind)
        registries.work.register("reports", work.tasks, order=60)
        registries.demo.register("reports", _load_demo, order=60)
        notices.connect()


def _load_demo(say: object) -> None:
    from reports.demo import load

    load(say)
