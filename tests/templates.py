"""What Django puts where a template names something that it was not given: here, an error."""

import sys
from pathlib import Path
from typing import Any

OWN = str(Path(__file__).resolve().parent.parent / "templates")


class UnknownVariable(AssertionError):
    """A template of ours uses a name that its view did not give it, or that the thing does not have."""


class Strict(str):
    """For the option ``string_if_invalid``. Libraries' templates get the empty text that they count on."""

    __slots__ = ()

    def __mod__(self, variable: Any) -> str:
        context = sys._getframe(1).f_locals["context"]
        origin = str(context.render_context.template.origin.name)
        if origin.startswith(OWN):
            raise UnknownVariable(f"{origin.removeprefix(OWN + '/')}: {variable}")
        return ""
