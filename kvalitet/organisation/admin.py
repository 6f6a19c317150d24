from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from kvalitet.organisation import devices
from kvalitet.organisation.actions.accounts import end_logins, tell_changed_address
from kvalitet.organisation.models import RoleAssignment, Unit, User

# Groups give nothing here: rights follow from RoleAssignment. A lock-out ends by itself.
admin.site.unregister([Group, AccessAttempt, AccessLog, AccessFailureLog])


class NoDeletion(admin.ModelAdmin):
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(NoDeletion):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(NoDeletion):
    """Accounts; a password is chosen by the person through a mailed link, never set here."""

    list_display = ["name", "email", "title", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["name", "email"]
    fields = ["name", "email", "title", "phone", "is_active", "last_login", "date_joined"]
    readonly_fields = ["last_login", "date_joined"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """An account is changed by whoever has just given the password: its address is the way into it."""
        if devices.is_stale(request):
            return devices.ask(request)
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            end_logins(person=obj)
        if "email" in form.changed_data:
            tell_changed_address(person=obj, before=form.initial["email"], user=request.user)


@admin.register(Unit)
class UnitAdmin(ReadOnly):
    """To look things up; the tree is changed on the page Organisation, which takes the tree's lock."""

    list_display = ["name", "kind", "law", "parent", "valid_from", "valid_to"]
    list_filter = ["kind", "law"]
    search_fields = ["name", "slug"]
    list_select_related = ["parent"]


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(ReadOnly):
    """To look things up; roles are given on the page Organisation, which refuses what is wrong."""

    list_display = ["user", "role", "unit", "valid_from", "valid_to", "created_by"]
    list_filter = ["role"]
    search_fields = ["user__name", "user__email", "unit__name"]
    list_select_related = ["user", "unit", "created_by"]
