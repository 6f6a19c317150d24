from django.contrib import admin
from django.urls import include, path

from kvalitet import views

urlpatterns = [
    path("", views.start, name="start"),
    path("", include("kvalitet.organisation.urls")),
    path("processer/", include("processes.urls")),
    path("dokument/", include("documents.urls")),
    path("systemet/", admin.site.urls),
]

handler403 = "kvalitet.views.forbidden"
handler404 = "kvalitet.views.not_found"
