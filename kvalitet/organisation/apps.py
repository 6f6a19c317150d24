from django.apps import AppConfig

LENDS_NOTHING = (
    "login",
    "second_step",
    "recovery_step",
    "second_factor",
    "recovery_codes",
    "second_factor_remove",
    "confirm",
    "logout",
    "password_link",
    "password_link_sent",
    "password_set",
    "account",
    "password_change",
    "login_end",
    "unlock",
    "system_health",
    "mail_again",
    "index",
    "roles",
    "person",
    "person_history",
    "unit",
    "unit_rights",
    "unit_history",
)


class OrganisationConfig(AppConfig):
    name = "kvalitet.organisation"
    label = "organisation"
    verbose_name = "Organisation"

    def ready(self) -> None:
        from kvalitet import naming, notifications, registries, search
        from kvalitet.navigation import nav, signed_in
        from kvalitet.organisation import (
            devices,
            findable,
            grants,
            panels,
            permissions,
            second_factor,
            security_log,  # noqa: F401 it listens from now on
            synthetic,
            tasks,
        )

        # The rest asks for the password: who gives a role, or lets somebody stand in, lends the cases too.
        devices.guard("organisation", but=LENDS_NOTHING)
        grants.register(permissions.GRANTS)
        second_factor.require_for(*permissions.IN_TWO_STEPS)
        notifications.register_substitutes(grants.substitutes_of)
        notifications.name_kinds(organisation_absence="Frånvaro", organisation_role="Roller")
        search.set_readers(findable.reader_for, findable.unit_choices, findable.units_under)
        search.register(findable.UNIT)
        naming.register_known("units", findable.unit_names_with)
        nav.register("Organisation", "organisation:index", order=80, prefix="/organisation/")
        nav.register("Jag är borta", "organisation:absence_add", menu="user", order=20, visible=_may_be_away)
        nav.register("Mitt konto", "organisation:account", menu="user", order=30, visible=signed_in)
        health = {"order": 85, "visible": permissions.may_see_system_health}
        nav.register("Systemhälsa", "organisation:system_health", menu="user", **health)
        nav.register("Systemet", "admin:index", menu="user", order=90, visible=_is_admin)
        registries.work.register("organisation", panels.work, order=90)
        registries.week.register("organisation.away", panels.week, order=90)
        registries.periodic.register("organisation.sweep_logins", tasks.sweep_logins)
        registries.demo.register("organisation", _load_demo, order=10)
        registries.synthetic.register("organisation", synthetic.load, order=10)


def _may_be_away(user: object) -> bool:
    from kvalitet.organisation import grants

    return bool(grants.roles(user))


def _is_admin(user: object) -> bool:
    from kvalitet.organisation import grants
    from kvalitet.organisation.enums import Role

    return grants.has_role(user, Role.ADMIN)


def _load_demo(say: object) -> None:
    from kvalitet.organisation.demo import load

    load(say)
