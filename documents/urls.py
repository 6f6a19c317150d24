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
    path("mina/", views.mine, name="mine"),
    path("nyligen-andrade/", views.recent, name="recent"),
    path("flera/", views.batch_new, name="batch_new"),
    path("flera/metadatablad/", views.batch_sheet, name="batch_sheet"),
    path("flera/<int:pk>/", views.batch, name="batch"),
    path("flera/<int:pk>/filer/", views.batch_files, name="batch_files"),
    path("flera/<int:pk>/kasta/", views.batch_throw, name="batch_throw"),
    path("lankar/", views.links, name="links"),
    path("lankar/kontrollera/", views.links_check, name="links_check"),
    path("granska/", views.review_list, name="review_list"),
    path("infoga-lank/", views.link_finder, name="link_finder"),
    path("oversyn/", views.reviews, name="reviews"),
    path("oversyn/bekrafta/", views.confirm, name="reviews_confirm"),
    path("koppla/<slug:slug>/", views.link_from_process, name="link_from_process"),
    path("apt/<slug:slug>/", views.apt, name="apt"),
    path("apt/<slug:slug>/visa/", views.apt_show, name="apt_show"),
    path("apt/<slug:slug>/skriv-ut/", views.apt_print, name="apt_print"),
    path("apt/<slug:slug>/genomgang/", views.apt_hold, name="apt_hold"),
    path("apt/<slug:slug>/genomgang/<int:pk>/", views.apt_record, name="apt_record"),
    path("apt/<slug:slug>/genomgang/<int:pk>/ratta/", views.apt_correct, name="apt_correct"),
    path("apt/<slug:slug>/<int:pk>/ta-bort/", views.apt_remove, name="apt_remove"),
    path("enhet/<slug:slug>/", views.unit_documents, name="unit_documents"),
    path("enhet/<slug:slug>/ta-stallning/", views.statements, name="statements"),
    path("enhet/<slug:slug>/nytt/", views.unit_news, name="unit_news"),
    path("enhet/<slug:slug>/nytt/skicka/", views.unit_news_send, name="unit_news_send"),
    path("enhet/<slug:slug>/<int:pk>/", views.statement, name="statement"),
    path("introduktion/", views.introductions, name="introductions"),
    path("introduktion/paket/", views.packages, name="packages"),
    path("introduktion/paket/nytt/", views.package_add, name="package_add"),
    path("introduktion/paket/<int:pk>/", views.package, name="package"),
    path("introduktion/paket/<int:pk>/andra/", views.package_edit, name="package_edit"),
    path(
        "introduktion/paket/<int:pk>/<int:item_pk>/ta-bort/",
        views.package_item_remove,
        name="package_item_remove",
    ),
    path(
        "introduktion/paket/<int:pk>/<int:item_pk>/ordna/",
        views.package_item_shift,
        name="package_item_shift",
    ),
    path("introduktion/<int:pk>/", views.introduction, name="introduction"),
    path("introduktion/<int:pk>/<int:item_pk>/klar/", views.introduction_tick, name="introduction_tick"),
    path("introduktion/<int:pk>/handledare/", views.introduction_mentor, name="introduction_mentor"),
    path("introduktion/<int:pk>/intyg/", views.introduction_certify, name="introduction_certify"),
    path("introduktion/<int:pk>/intyg/fil/", views.introduction_certificate, name="introduction_certificate"),
    path("kvittens/<int:pk>/ta-tillbaka/", views.receipt_back, name="receipt_back"),
    path("<int:pk>/", views.document, name="document"),
    path("<int:pk>/last/", views.read, name="read"),
    path("<int:pk>/lasning/", views.reading_list, name="reading"),
    path("<int:pk>/lasning/begar/", views.requirement_add, name="requirement_add"),
    path("<int:pk>/lasning/<int:row_pk>/avsluta/", views.requirement_end, name="requirement_end"),
    path("<int:pk>/apt/", views.apt_add, name="apt_add"),
    path("<int:pk>/gallande/", views.in_force, name="in_force"),
    path("<int:pk>/jamfor/", views.compare_choose, name="compare_choose"),
    path("<int:pk>/historik/", views.document_history, name="history"),
    path("<int:pk>/andra/", views.edit, name="edit"),
    path("<int:pk>/ny-version/", views.new_revision, name="revision_new"),
    path("<int:pk>/favorit/", views.toggle_favourite, name="favourite"),
    path("<int:pk>/ersatter/", views.replaces, name="replaces"),
    path("<int:pk>/koppla/", views.link, name="link"),
    path("<int:pk>/koppla/<int:link_pk>/ta-bort/", views.unlink, name="unlink"),
    path("<int:pk>/bjud-in/", views.invite, name="invite"),
    path("<int:pk>/bjud-in/<int:row_pk>/ta-bort/", views.uninvite, name="uninvite"),
    path("<int:pk>/version/<version:number>/", views.revision, name="revision"),
    path("<int:pk>/version/<version:number>/fil/", views.revision_file, name="revision_file"),
    path("<int:pk>/version/<version:number>/faststalld/", views.frozen_file, name="frozen_file"),
    path("<int:pk>/version/<version:number>/faststalld/remsa/", views.strip_file, name="strip_file"),
    path("<int:pk>/version/<version:number>/faststalld/gor/", views.freeze, name="freeze"),
    path("<int:pk>/galler/<version:number>/", views.holds, name="holds"),
    path("<int:pk>/version/<version:number>/andra/", views.revision_edit, name="revision_edit"),
    path(
        "<int:pk>/version/<version:number>/jamfor/<version:other>/",
        views.compare,
        name="compare",
    ),
    path("<int:pk>/version/<version:number>/skriv/", views.write, name="revision_write"),
    path("<int:pk>/version/<version:number>/approve/", views.approve, name="revision_approve"),
    path("<int:pk>/version/<version:number>/withdraw/", views.withdraw, name="revision_withdraw"),
    path("<int:pk>/version/<version:number>/amend/", views.amend, name="revision_amend"),
    path("<int:pk>/version/<version:number>/ny-version/", views.make_whole, name="revision_whole"),
    path("<int:pk>/version/<version:number>/remiss/", views.remiss, name="remiss"),
    path("<int:pk>/version/<version:number>/remiss/ny/", views.remiss_start, name="remiss_start"),
    path("<int:pk>/version/<version:number>/remiss/andra/", views.remiss_change, name="remiss_change"),
    path("<int:pk>/version/<version:number>/remiss/stang/", views.remiss_close, name="remiss_close"),
    path("<int:pk>/version/<version:number>/remiss/svara/", views.remiss_answer, name="remiss_answer"),
    path("<int:pk>/version/<version:number>/remiss/svar/", views.remiss_answers, name="remiss_answers"),
    path(
        "<int:pk>/version/<version:number>/remiss/svar/<int:answer_pk>/",
        views.remiss_decide,
        name="remiss_decide",
    ),
    path("<int:pk>/version/<version:number>/<slug:name>/", views.transition, name="revision_transition"),
]
