from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from kvalitet import history
from kvalitet.organisation.enums import Role
from kvalitet.sorting import Swedish

SYSTEM_EMAIL = "system@kvalitet.invalid"


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, email: str, name: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), name=name, **fields)
        user.set_password(password)
        user.save()
        return user

    @transaction.atomic
    def create_superuser(self, email: str, name: str, password: str, **fields: Any) -> "User":
        """The first administrator of an empty installation: a user with the role on the topmost unit."""
        from kvalitet.organisation.models.bootstrap import appoint_first_admin

        user = self.create_user(email=email, name=name, password=password, **fields)
        appoint_first_admin(user)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").lower())

    def system(self) -> "User":
        """The actor of timers, imports and demo content: can never log in."""
        user, _ = self.get_or_create(email=SYSTEM_EMAIL, defaults={"name": "Systemet", "is_active": False})
        return user


@history.track(exclude=("password", "last_login", "password_link_at"))
class User(AbstractBaseUser):
    """An employee, a provider's contact or a board member; their rights follow from RoleAssignment alone."""

    IN_HISTORY = "kontot"

    email = models.EmailField(
        "e-post",
        unique=True,
        error_messages={"unique": "Det finns redan en användare med den e-postadressen."},
    )
    name = models.CharField("namn", max_length=120)
    title = models.CharField("befattning", max_length=120, blank=True)
    phone = models.CharField("telefon", max_length=40, blank=True)
    is_active = models.BooleanField("aktiv", default=True)
    password_link_at = models.DateTimeField("länk till lösenord mejlad", null=True, editable=False)
    date_joined = models.DateTimeField("upplagd", default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = "användare"
        verbose_name_plural = "användare"
        ordering = [Swedish("name"), "pk"]
        constraints = [
            models.CheckConstraint(
                name="user_email_lower_case",
                condition=Q(email=Lower("email")),
                violation_error_message="Skriv e-postadressen med små bokstäver.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation:person", args=[self.pk])

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    # Django's admin asks these three; everything else asks grants.
    def has_perm(self, perm: str, obj: Any = None) -> bool:
        from kvalitet.organisation import grants

        return grants.has_role(self, Role.ADMIN)

    def has_perms(self, perm_list: Iterable[str], obj: Any = None) -> bool:
        return self.has_perm("")

    def has_module_perms(self, app_label: str) -> bool:
        return self.has_perm("")
