from django.urls import path, register_converter

from documents.views import (
    amend,
    apt,
    batches,
    compare,
    decide,
    document,
    edit,
    files,
    frozen,
    introduction,
    library,
    links,
    mine,
    packages,
    reading,
    remiss,
    replacing,
    reviews,
    sharing,
    unit_documents,
    writing,
)


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
    path("", library.library, name="library"),
    path("nytt/", edit.create, name="create"),
    path("mina/", mine.mine, name="mine"),
    path("nyligen-andrade/", mine.recent, name="recent"),
    path("flera/", batches.batch_new, name="batch_new"),
    path("flera/metadatablad/", batches.batch_sheet, name="batch_sheet"),
    path("flera/<int:pk>/", batches.batch, name="batch"),
    path("flera/<int:pk>/filer/", batches.batch_files, name="batch_files"),
    path("flera/<int:pk>/kasta/", batches.batch_throw, name="batch_throw"),
    path("lankar/", links.links, name="links"),
    path("lankar/kontrollera/", links.links_check, name="links_check"),
    path("granska/", decide.review_list, name="review_list"),
    path("infoga-lank/", writing.link_finder, name="link_finder"),
    path("oversyn/", reviews.reviews, name="reviews"),
    path("oversyn/bekrafta/", reviews.confirm, name="reviews_confirm"),
    path("koppla/<slug:slug>/", sharing.link_from_process, name="link_from_process"),
    path("apt/<slug:slug>/", apt.apt, name="apt"),
    path("apt/<slug:slug>/visa/", apt.apt_show, name="apt_show"),
    path("apt/<slug:slug>/skriv-ut/", apt.apt_print, name="apt_print"),
    path("apt/<slug:slug>/genomgang/", apt.apt_hold, name="apt_hold"),
    path("apt/<slug:slug>/genomgang/<int:pk>/", apt.apt_record, name="apt_record"),
    path("apt/<slug:slug>/genomgang/<int:pk>/ratta/", apt.apt_correct, name="apt_correct"),
    path("apt/<slug:slug>/<int:pk>/ta-bort/", apt.apt_remove, name="apt_remove"),
    path("enhet/<slug:slug>/", unit_documents.unit_documents, name="unit_documents"),
    path("enhet/<slug:slug>/ta-stallning/", unit_documents.statements, name="statements"),
    path("enhet/<slug:slug>/nytt/", unit_documents.unit_news, name="unit_news"),
    path("enhet/<slug:slug>/nytt/skicka/", unit_documents.unit_news_send, name="unit_news_send"),
    path("enhet/<slug:slug>/<int:pk>/", unit_documents.statement, name="statement"),
    path("introduktion/", introduction.introductions, name="introductions"),
    path("introduktion/paket/", packages.packages, name="packages"),
    path("introduktion/paket/nytt/", packages.package_add, name="package_add"),
    path("introduktion/paket/<int:pk>/", packages.package, name="package"),
    path("introduktion/paket/<int:pk>/andra/", packages.package_edit, name="package_edit"),
    path(
        "introduktion/paket/<int:pk>/<int:item_pk>/ta-bort/",
        packages.package_item_remove,
        name="package_item_remove",
    ),
    path(
        "introduktion/paket/<int:pk>/<int:item_pk>/ordna/",
        packages.package_item_shift,
        name="package_item_shift",
    ),
    path("introduktion/<int:pk>/", introduction.introduction, name="introduction"),
    path(
        "introduktion/<int:pk>/<int:item_pk>/klar/", introduction.introduction_tick, name="introduction_tick"
    ),
    path("introduktion/<int:pk>/handledare/", introduction.introduction_mentor, name="introduction_mentor"),
    path("introduktion/<int:pk>/intyg/", introduction.introduction_certify, name="introduction_certify"),
    path(
        "introduktion/<int:pk>/intyg/fil/",
        introduction.introduction_certificate,
        name="introduction_certificate",
    ),
    path("kvittens/<int:pk>/ta-tillbaka/", reading.receipt_back, name="receipt_back"),
    path("<int:pk>/", document.document, name="document"),
    path("<int:pk>/last/", reading.read, name="read"),
    path("<int:pk>/lasning/", reading.reading_list, name="reading"),
    path("<int:pk>/lasning/begar/", reading.requirement_add, name="requirement_add"),
    path("<int:pk>/lasning/<int:row_pk>/avsluta/", reading.requirement_end, name="requirement_end"),
    path("<int:pk>/apt/", apt.apt_add, name="apt_add"),
    path("<int:pk>/gallande/", files.in_force, name="in_force"),
    path("<int:pk>/jamfor/", compare.compare_choose, name="compare_choose"),
    path("<int:pk>/historik/", document.document_history, name="history"),
    path("<int:pk>/andra/", edit.edit, name="edit"),
    path("<int:pk>/ny-version/", edit.new_revision, name="revision_new"),
    path("<int:pk>/favorit/", document.toggle_favourite, name="favourite"),
    path("<int:pk>/ersatter/", replacing.replaces, name="replaces"),
    path("<int:pk>/koppla/", sharing.link, name="link"),
    path("<int:pk>/koppla/<int:link_pk>/ta-bort/", sharing.unlink, name="unlink"),
    path("<int:pk>/bjud-in/", sharing.invite, name="invite"),
    path("<int:pk>/bjud-in/<int:row_pk>/ta-bort/", sharing.uninvite, name="uninvite"),
    path("<int:pk>/version/<version:number>/", document.revision, name="revision"),
    path("<int:pk>/version/<version:number>/fil/", files.revision_file, name="revision_file"),
    path("<int:pk>/version/<version:number>/faststalld/", frozen.frozen_file, name="frozen_file"),
    path("<int:pk>/version/<version:number>/faststalld/remsa/", frozen.strip_file, name="strip_file"),
    path("<int:pk>/version/<version:number>/faststalld/gor/", frozen.freeze, name="freeze"),
    path("<int:pk>/galler/<version:number>/", frozen.holds, name="holds"),
    path("<int:pk>/version/<version:number>/andra/", edit.revision_edit, name="revision_edit"),
    path(
        "<int:pk>/version/<version:number>/jamfor/<version:other>/",
        compare.compare,
        name="compare",
    ),
    path("<int:pk>/version/<version:number>/skriv/", writing.write, name="revision_write"),
    path("<int:pk>/version/<version:number>/approve/", decide.approve, name="revision_approve"),
    path("<int:pk>/version/<version:number>/withdraw/", decide.withdraw, name="revision_withdraw"),
    path("<int:pk>/version/<version:number>/amend/", amend.amend, name="revision_amend"),
    path("<int:pk>/version/<version:number>/ny-version/", amend.make_whole, name="revision_whole"),
    path("<int:pk>/version/<version:number>/remiss/", remiss.remiss, name="remiss"),
    path("<int:pk>/version/<version:number>/remiss/ny/", remiss.remiss_start, name="remiss_start"),
    path("<int:pk>/version/<version:number>/remiss/andra/", remiss.remiss_change, name="remiss_change"),
    path("<int:pk>/version/<version:number>/remiss/stang/", remiss.remiss_close, name="remiss_close"),
    path("<int:pk>/version/<version:number>/remiss/svara/", remiss.remiss_answer, name="remiss_answer"),
    path("<int:pk>/version/<version:number>/remiss/svar/", remiss.remiss_answers, name="remiss_answers"),
    path(
        "<int:pk>/version/<version:number>/remiss/svar/<int:answer_pk>/",
        remiss.remiss_decide,
        name="remiss_decide",
    ),
    path("<int:pk>/version/<version:number>/<slug:name>/", decide.transition, name="revision_transition"),
]
