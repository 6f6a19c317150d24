from django.urls import path

from reports.views import (
    behind,
    overview,
    report,
    work,
)

app_name = "reports"
urlpatterns = [
    path("", overview.index, name="index"),
    path("statistik/", overview.statistics, name="statistics"),
    path("statistik/processversioner/", behind.published_versions, name="published_versions"),
    path("statistik/utan-rutin/", behind.without_routine, name="without_routine"),
    path("kvalitetsberattelser/", overview.reports, name="reports"),
    path("kvalitetsberattelser/ny/", work.create, name="create"),
    path("kvalitetsberattelser/<int:pk>/", report.report, name="report"),
    path("kvalitetsberattelser/<int:pk>/historik/", report.report_history, name="report_history"),
    path("kvalitetsberattelser/<int:pk>/jamfor/", report.compare, name="compare"),
    path("kvalitetsberattelser/<int:pk>/pdf/", report.report_file, name="report_file"),
    path("kvalitetsberattelser/<int:pk>/sammanstall/", work.compile_report, name="compile"),
    path("kvalitetsberattelser/<int:pk>/kapitel/<slug:key>/", work.chapter_edit, name="chapter_edit"),
    path("kvalitetsberattelser/<int:pk>/decide/", work.decide, name="decide"),
    path("kvalitetsberattelser/<int:pk>/<slug:name>/", work.transition, name="transition"),
]
