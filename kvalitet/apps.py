from django.apps import AppConfig


class KvalitetConfig(AppConfig):
    name = "kvalitet"
    label = "kvalitet"
    verbose_name = "Kvalitet"

    def ready(self) -> None:
        from kvalitet import checks, registries, reporting, tasks  # noqa: F401 the checks register themselves
        from kvalitet.navigation import nav, signed_in
        from kvalitet.notifications import unread_count
        from kvalitet.search import tasks as search_tasks

        reporting.start()
        nav.register_unread(unread_count)
        nav.register("Start", "start", order=0)
        nav.register("Mitt arbete", "my_work", menu="user", order=10, visible=signed_in)
        registries.periodic.register("wake_waiting_jobs", tasks.wake_waiting_jobs)
        registries.periodic.register("mail_urgent", tasks.mail_urgent)
        registries.periodic.register("mail_digest", tasks.mail_digest)
        registries.periodic.register("search_drain", search_tasks.drain_search)
        registries.periodic.register("search_relearn", search_tasks.relearn_search)
