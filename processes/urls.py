from django.urls import path

from processes import views

app_name = "processes"
urlpatterns = [
    # Words that stand here are reserved in slugs.RESERVED.
    path("", views.process_map, name="map"),
    path("under-arbete/", views.drafts, name="drafts"),
    path("har-och-saknar/", views.assurance_list, name="assurance_list"),
    path("ny/", views.create, name="create"),
    path("importera/", views.import_new, name="import"),
    path("importera/flera/", views.import_many, name="import_many"),
    path("importera/flera/<int:pk>/", views.imported, name="imported"),
    path("<slug:slug>/", views.process, name="process"),
    path("<slug:slug>/text/", views.text, name="text"),
    path("<slug:slug>/vem-gor-vad/", views.who, name="who"),
    path("<slug:slug>/kvalitetssakring/", views.assurance, name="assurance"),
    path("<slug:slug>/historik/", views.process_history, name="history"),
    path("<slug:slug>/uppgifter/", views.settings, name="settings"),
    path("<slug:slug>/flytta/", views.move, name="move"),
    path("<slug:slug>/ordna/", views.shift, name="shift"),
    path("<slug:slug>/adress/", views.address, name="address"),
    path("<slug:slug>/versioner/", views.versions, name="versions"),
    path("<slug:slug>/versioner/ny/", views.start_revision, name="revision_start"),
    path("<slug:slug>/versioner/jamfor/", views.compare_choose, name="compare_choose"),
    path("<slug:slug>/versioner/<int:number>/jamfor/<int:other>/", views.compare, name="compare"),
    path("<slug:slug>/versioner/<int:number>/", views.revision, name="revision"),
    path("<slug:slug>/versioner/<int:number>/redigera/", views.edit, name="revision_edit"),
    path("<slug:slug>/versioner/<int:number>/karta/", views.upload_map, name="revision_map"),
    path("<slug:slug>/versioner/<int:number>/karta.bpmn", views.map_file, name="map_file"),
    path("<slug:slug>/versioner/<int:number>/steg/", views.steps, name="revision_steps"),
    path("<slug:slug>/versioner/<int:number>/workshop/", views.workshop, name="revision_workshop"),
    path("<slug:slug>/versioner/<int:number>/rita/", views.draw, name="draw"),
    path("<slug:slug>/versioner/<int:number>/rita/karta.bpmn", views.drawing, name="drawing"),
    path("<slug:slug>/versioner/<int:number>/rita/processer/", views.linkable, name="draw_processes"),
    path("<slug:slug>/versioner/<int:number>/kommentera/", views.comment, name="revision_comment"),
    path("<slug:slug>/versioner/<int:number>/ny-version/", views.make_whole, name="revision_whole"),
    path("<slug:slug>/versioner/<int:number>/<slug:name>/", views.transition, name="revision_transition"),
]
