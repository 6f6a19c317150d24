from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


def add_errors(form: Any, error: ValidationError) -> None:
    """Show what a verb refused: at the field it names, at the top when the form has no such field."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, reasons in error.error_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, reasons)
