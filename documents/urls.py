from django.urls import path, register_converter

from documents import views


class VersionNumber:
    """2.1 in an address, as (2, 1)."""

    regex = r"[0-9]{1,5}\.[0-9]{1,5}"

    def to_python(self, value: str) -> tuple[int, int]:
        number, minor = value.split(".")
        return int(number), int(minor)

    def to_url(self, value: tuple[int, int] | str) -> str:
        return value if isinstance(value, str) else f"{value[0]}.{value[1]}"


register_converter(VersionNumber, "version")

app_name = "documents"
urlpatterns = [
    path("", views.library, name="library"),
    path("nytt/", views.create, name="create"),
    path("flera/", views.batch_new, name="batch_new"),
    path("flera/metadatablad/", views.batch_sheet, name="batch_sheet"),
    path("flera/<int:pk>/", views.batch, name="batch"),
    path("flera/<int:pk>/filer/", views.batch_files, name="batch_files"),
    path("flera/<int:pk>/kasta/", views.batch_throw, name="batch_throw"),
    path("lankar/", views.links, name="links"),
    path("lankar/kontrollera/", views.links_check, name="links_check"),
    path("granska/", views.review_list, name="review_list"),
    path("koppla/<slug:slug>/", views.link_from_process, name="link_from_process"),
    path("<int:pk>/", views.document, name="document"),
    path("<int:pk>/gallande/", views.in_force, name="in_force"),
    path("<int:pk>/historik/", views.document_history, name="history"),
    path("<int:pk>/andra/", views.edit, name="edit"),
    path("<int:pk>/ny-version/", views.new_revision, name="revision_new"),
    path("<int:pk>/favorit/", views.toggle_favourite, name="favourite"),
    path("<int:pk>/koppla/", views.link, name="link"),
    path("<int:pk>/koppla/<int:link_pk>/ta-bort/", views.unlink, name="unlink"),
    path("<int:pk>/bjud-in/", views.invite, name="invite"),
    path("<int:pk>/bjud-in/<int:row_pk>/ta-bort/", views.uninvite, name="uninvite"),
    path("<int:pk>/version/<version:number>/", views.revision, name="revision"),
    path("<int:pk>/version/<version:number>/fil/", views.revision_file, name="revision_file"),
    path("<int:pk>/version/<version:number>/andra/", views.revision_edit, name="revision_edit"),
    path("<int:pk>/version/<version:number>/approve/", views.approve, name="revision_approve"),
    path("<int:pk>/version/<version:number>/withdraw/", views.withdraw, name="revision_withdraw"),
    path("<int:pk>/version/<version:number>/<slug:name>/", views.transition, name="revision_transition"),
]
