from django.apps import AppConfig


class KvalitetConfig(AppConfig):
    name = "kvalitet"
    label = "kvalitet"
    verbose_name = "Kvalitet"
