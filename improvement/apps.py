from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    name = "improvement"
    verbose_name = "Förbättringsarbete"

    def ready(self) -> None:
        from improvement import access, notices, permissions
        from improvement.models import DeviationUserPermission
        from kvalitet import secrecy
        from kvalitet.organisation import grants

        secrecy.register_circle("improvement.deviation", access.reads_whole)
        secrecy.register_circle("improvement.investigationentry", access.reads_case_of)
        secrecy.register_circle("improvement.cause", access.reads_case_of)
        secrecy.register_circle("improvement.measure", access.reads_measure)
        notices.connect()
        grants.register(permissions.grants_table(DeviationUserPermission))
