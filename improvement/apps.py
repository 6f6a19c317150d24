from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    name = "improvement"
    verbose_name = "Förbättringsarbete"

    def ready(self) -> None:
        from improvement import permissions
        from improvement.models import DeviationUserPermission
        from kvalitet.organisation import grants

        grants.register(permissions.grants_table(DeviationUserPermission))
