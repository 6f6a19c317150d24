from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "processes"
    verbose_name = "Processer"

    def ready(self) -> None:
        from kvalitet.organisation import grants
        from processes import permissions

        grants.register(permissions.GRANTS)
