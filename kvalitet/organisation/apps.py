from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "kvalitet.organisation"
    label = "organisation"
    verbose_name = "Organisation"

    def ready(self) -> None:
        from kvalitet import notifications, registries
        from kvalitet.organisation import grants, permissions

        grants.register(permissions.GRANTS)
        notifications.register_substitutes(grants.substitutes_of)
        registries.demo.register("organisation", _load_demo, order=10)


def _load_demo(say: object) -> None:
    from kvalitet.organisation.demo import load

    load(say)
