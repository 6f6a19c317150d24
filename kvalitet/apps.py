from django.apps import AppConfig


class KvalitetConfig(AppConfig):
    name = "kvalitet"
    label = "kvalitet"
    verbose_name = "Kvalitet"

    def ready(self) -> None:
        from kvalitet.navigation import nav, signed_in
        from kvalitet.notifications import unread_count

        nav.register_unread(unread_count)
        nav.register("Start", "start", order=0)
        nav.register("Mitt arbete", "my_work", menu="user", order=10, visible=signed_in)
