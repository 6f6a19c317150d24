from django.urls import path

from improvement import views

app_name = "improvement"

urlpatterns = [
    path("avvikelser/", views.deviations, name="deviations"),
    path("avvikelser/ny/", views.report, name="report"),
    path("avvikelser/ny/mottagare/", views.goes_to, name="goes_to"),
    path("avvikelser/atkomst/", views.access_log, name="access_log"),
    path("avvikelser/<int:pk>/", views.deviation, name="deviation"),
    path("avvikelser/<int:pk>/historik/", views.deviation_history, name="deviation_history"),
    path("avvikelser/<int:pk>/oppna/", views.open_with_reason, name="open"),
    path("avvikelser/<int:pk>/bilaga/<int:number>/", views.attachment, name="attachment"),
    path("avvikelser/<int:pk>/tillagg/", views.supplement, name="supplement"),
    path("avvikelser/<int:pk>/bedom/", views.assess, name="assess"),
    path("avvikelser/<int:pk>/anteckning/", views.entry_add, name="entry_add"),
    path("avvikelser/<int:pk>/orsak/", views.cause_add, name="cause_add"),
    path("avvikelser/<int:pk>/orsak/<int:cause>/stryk/", views.cause_strike, name="cause_strike"),
    path("avvikelser/<int:pk>/atgard/", views.measure_add, name="measure_add"),
    path("avvikelser/<int:pk>/handlaggare/", views.hand_over, name="hand_over"),
    path("avvikelser/<int:pk>/handlaggare/<int:person>/ta-bort/", views.take_back, name="take_back"),
    path("avvikelser/<int:pk>/jav/", views.bar, name="bar"),
    path("avvikelser/<int:pk>/jav/<int:person>/ta-bort/", views.unbar, name="unbar"),
    path("avvikelser/<int:pk>/<slug:name>/", views.transition, name="transition"),
    path("atgarder/", views.measures, name="measures"),
    path("atgarder/<int:pk>/", views.measure, name="measure"),
    path("atgarder/<int:pk>/historik/", views.measure_history, name="measure_history"),
    path("atgarder/<int:pk>/andra/", views.measure_edit, name="measure_edit"),
    path("atgarder/<int:pk>/fall/", views.case_add, name="case_add"),
    path("atgarder/<int:pk>/fall/<int:case>/ta-bort/", views.case_remove, name="case_remove"),
    path("atgarder/<int:pk>/<slug:name>/", views.measure_transition, name="measure_transition"),
]
