from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "Dokument"

    def ready(self) -> None:
        from documents import permissions
        from documents.models import DocumentUserPermission
        from kvalitet.organisation import grants

        grants.register(permissions.grants_table(DocumentUserPermission))
