"""What is confidential, and who may read it.

A model names its free-text fields about cases: ``CONFIDENTIAL = ("description", "assessment")``. Search,
history, notices, exports and logs leave those out, unless the reader belongs to the object's circle. The app
that owns the model says who that is, in ``AppConfig.ready()``:
``secrecy.register_circle("improvement.deviation", in_circle)``. A model that declares fields and has no
circle is read by nobody: forgetting to say who opens nothing.
"""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import models

Circle = Callable[[Any, Any], bool]

_circles: dict[str, Circle] = {}


def confidential_fields(model: type[models.Model]) -> frozenset[str]:
    """Names of the fields of ``model`` that only its circle reads. Raises FieldDoesNotExist when mistyped."""
    names: tuple[str, ...] = getattr(model, "CONFIDENTIAL", ())
    return frozenset(model._meta.get_field(name).name for name in names)


def register_circle(model_label: str, circle: Circle) -> None:
    """Say who reads the confidential fields of a model: ``circle(user, obj)``, once for each model."""
    if model_label.lower() in _circles:
        raise ValueError(f"{model_label} has two circles")
    _circles[model_label.lower()] = circle


def may_read_confidential(user: Any, obj: models.Model) -> bool:
    """Whether ``user`` belongs to the circle of ``obj``; never without a user or a registered circle."""
    circle = _circles.get(obj._meta.label_lower)
    return bool(user and circle and user.is_authenticated and circle(user, obj))


def hidden_fields(user: Any, obj: models.Model) -> frozenset[str]:
    """The confidential fields of ``obj`` that ``user`` may not read."""
    fields = confidential_fields(type(obj))
    return frozenset() if not fields or may_read_confidential(user, obj) else fields


def models_without_circle() -> list[str]:
    """Labels of models that declare confidential fields which nobody may read; a test keeps it empty."""
    labels = (model._meta.label_lower for model in apps.get_models() if confidential_fields(model))
    return [label for label in labels if label not in _circles]
