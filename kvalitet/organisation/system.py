"""Django's admin under /systemet/: users, roles and settings for the admin role; no model of a case."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


class SystemAdminConfig(AdminConfig):
    default_site = "kvalitet.organisation.system.SystemSite"


class SystemSite(AdminSite):
    site_header = site_title = "Kvalitet, systemet"
    index_title = "Användare, roller och inställningar"
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        from kvalitet.organisation import grants
        from kvalitet.organisation.enums import Role

        return grants.has_role(request.user, Role.ADMIN)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The product's own login, lock-out included; who is logged in without the role is told so."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied("Systemets inställningar öppnas av systemadministratörer.")
        if request.user.is_authenticated:
            return redirect("admin:index")
        # Imported here, because this file is read before the models are.
        from django.contrib.auth.views import redirect_to_login

        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
