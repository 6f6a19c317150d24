from django.contrib import admin
from django.urls import include, path

from kvalitet import appearance, health, views
from kvalitet.organisation import public_pages
from kvalitet.search.views import search_page

urlpatterns = [
    path("", views.start, name="start"),
    path("utseende/", appearance.choose_theme, name="choose_theme"),
    path("om/", public_pages.about, name="about"),
    path("tillganglighet/", public_pages.accessibility, name="accessibility"),
    path("sok/", search_page, name="search"),
    path("mitt-arbete/", views.my_work, name="my_work"),
    path("aviseringar/", views.notices, name="notices"),
    path("aviseringar/lasta/", views.notices_read, name="notices_read"),
    path("jobb/<uuid:pk>/", views.job_detail, name="job"),
    path("jobb/<uuid:pk>/avbryt/", views.job_cancel, name="job_cancel"),
    path("jobb/<uuid:pk>/forsok-igen/", views.job_retry, name="job_retry"),
    path("", include("kvalitet.organisation.urls")),
    path("processer/", include("processes.urls")),
    path("dokument/", include("documents.urls")),
    path("", include("improvement.urls")),
    path("rapporter/", include("reports.urls")),
    path("systemet/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]

handler400 = "kvalitet.views.unreadable"
handler403 = "kvalitet.views.forbidden"
handler404 = "kvalitet.views.not_found"
handler500 = "kvalitet.views.broken"
