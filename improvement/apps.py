from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    name = "improvement"
    verbose_name = "Förbättringsarbete"

    def ready(self) -> None:
        from improvement import demo, permissions, synthetic
        from improvement.models import DeviationUserPermission
        from kvalitet import registries
        from kvalitet.organisation import grants

        registries.demo.register("improvement", demo.load, order=40)
        registries.synthetic.register("improvement", synthetic.load, order=40)
        grants.register(permissions.grants_table(DeviationUserPermission))
