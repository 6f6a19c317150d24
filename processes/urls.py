from django.urls import path

from processes import views

app_name = "processes"
urlpatterns = [
    # Words that stand here are reserved in slugs.RESERVED.
    path("", views.process_map, name="map"),
    path("under-arbete/", views.drafts, name="drafts"),
    path("ny/", views.create, name="create"),
    path("importera/", views.import_new, name="import"),
    path("<slug:slug>/", views.process, name="process"),
    path("<slug:slug>/karta/", views.drawing, name="drawing"),
    path("<slug:slug>/text/", views.text, name="text"),
    path("<slug:slug>/vem-gor-vad/", views.who, name="who"),
    path("<slug:slug>/historik/", views.process_history, name="history"),
    path("<slug:slug>/uppgifter/", views.settings, name="settings"),
    path("<slug:slug>/utskrift/", views.print_process, name="print"),
    path("<slug:slug>/utskrift/<slug:name>.pdf", views.print_file, name="print_file"),
    path("<slug:slug>/versioner/", views.versions, name="versions"),
    path("<slug:slug>/versioner/ny/", views.start_revision, name="revision_start"),
    path("<slug:slug>/versioner/<int:number>/", views.revision, name="revision"),
    path("<slug:slug>/versioner/<int:number>/redigera/", views.edit, name="revision_edit"),
    path("<slug:slug>/versioner/<int:number>/karta/", views.upload_map, name="revision_map"),
    path("<slug:slug>/versioner/<int:number>/karta.bpmn", views.map_file, name="map_file"),
    path("<slug:slug>/versioner/<int:number>/karta.svg", views.map_svg, name="map_svg"),
    path("<slug:slug>/versioner/<int:number>/karta.png", views.map_png, name="map_png"),
    path("<slug:slug>/versioner/<int:number>/kommentera/", views.comment, name="revision_comment"),
    path("<slug:slug>/versioner/<int:number>/<slug:name>/", views.transition, name="revision_transition"),
]
