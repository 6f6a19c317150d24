"""Pictures and PDFs in a form of a case: cleaned while it is checked, kept when it comes back."""

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from improvement.actions import attaching
from improvement.models import Deviation
from improvement.models.attachment import MOST
from kvalitet.forms import FilesField, FilesInput

NO_FACES = (
    f"Högst {MOST} bilder eller pdf. Ta inte med ansikten eller namn. Plats, tid och filens namn tas bort."
)
# A phone that takes heic pictures hands over a jpeg when heic is not asked for.
TAKEN = "image/jpeg,image/png,image/webp,application/pdf"
TOO_HEAVY = "Filerna är för stora tillsammans. Skicka färre, eller mindre bilder."


def files_field() -> FilesField:
    return FilesField(
        label="Bild eller fil",
        required=False,
        most=MOST,
        help_text=NO_FACES,
        widget=FilesInput({"accept": TAKEN}),
    )


def _is_key(text: Any) -> bool:
    try:
        uuid.UUID(str(text))
    except ValueError:
        return False
    return True


class KeepsFiles:
    """Put it first among the bases of a form with the fields ``submission``, hidden, and ``files``.

    A key that is lost or spoilt is made anew: nobody can mend a hidden field. ``deviation`` is the case that
    something is added to; None of a report.
    """

    data: Any
    initial: Any
    fields: Any
    errors: Any
    cleaned_data: dict[str, Any]
    is_bound: bool

    def __init__(
        self, data: Any = None, *args: Any, user: Any, deviation: Deviation | None = None, **kwargs: Any
    ) -> None:
        self.has_lost_key = data is not None and not _is_key(data.get("submission"))
        if self.has_lost_key:
            data = data.copy()
            data["submission"] = str(uuid.uuid4())
        self.user, self.deviation = user, deviation
        self.ready: list[attaching.Ready] = []
        self.refused_files: list[str] = []
        super().__init__(data, *args, **kwargs)  # type: ignore[call-arg]
        self.initial.setdefault("submission", uuid.uuid4())

    @property
    def key(self) -> uuid.UUID:
        """That of what the person writes: see ``attaching.own_key``."""
        said = self.data["submission"] if self.is_bound else self.initial["submission"]
        return attaching.own_key(uuid.UUID(str(said)), self.user, self.deviation)

    def clean_files(self) -> list[attaching.Ready]:
        """Clean copies; what can be taken in is kept in ``ready`` though another of them cannot."""
        files = self.cleaned_data["files"]
        kept = len(attaching.waiting(self.user, self.key)) if files else 0
        if len(files) + kept > MOST:
            raise ValidationError(attaching.TOO_MANY)
        if sum(one.size for one in files) > settings.UPLOAD_MAX_BYTES:
            raise ValidationError(TOO_HEAVY)
        self.ready, reasons = attaching.make_ready(files)
        if reasons:
            raise ValidationError(reasons)
        return self.ready

    def as_typed(self) -> Any:
        """The same form without complaints: nothing was sent. But for a file that is not taken in."""
        fresh = self.anew({name: self.data.get(name, "") for name in self.fields if name != "files"})
        fresh.refused_files = self.errors.get("files", [])
        return fresh

    def anew(self, typed: dict[str, Any]) -> Any:
        return type(self)(user=self.user, deviation=self.deviation, initial=typed)
