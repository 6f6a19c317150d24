from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("statistik/", views.statistics, name="statistics"),
    path("statistik/processversioner/", views.published_versions, name="published_versions"),
    path("statistik/utan-rutin/", views.without_routine, name="without_routine"),
    path("kvalitetsberattelser/", views.reports, name="reports"),
    path("kvalitetsberattelser/ny/", views.create, name="create"),
    path("kvalitetsberattelser/<int:pk>/", views.report, name="report"),
    path("kvalitetsberattelser/<int:pk>/historik/", views.report_history, name="report_history"),
    path("kvalitetsberattelser/<int:pk>/jamfor/", views.compare, name="compare"),
    path("kvalitetsberattelser/<int:pk>/pdf/", views.report_file, name="report_file"),
    path("kvalitetsberattelser/<int:pk>/sammanstall/", views.compile_report, name="compile"),
    path("kvalitetsberattelser/<int:pk>/kapitel/<slug:key>/", views.chapter_edit, name="chapter_edit"),
    path("kvalitetsberattelser/<int:pk>/decide/", views.decide, name="decide"),
    path("kvalitetsberattelser/<int:pk>/<slug:name>/", views.transition, name="transition"),
]
