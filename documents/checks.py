"""What manage.py says of the computer before files are taken in."""

from typing import Any

from django.core import checks
from django.core.checks import CheckMessage, Tags, register

from documents.files import isolation


@register(Tags.security, deploy=True)
def files_are_read_in_isolation(app_configs: Any, **options: Any) -> list[CheckMessage]:
    missing = " och ".join(isolation.missing())
    if not missing:
        return []
    told = (
        f"Kärnan har inte {missing}. Uppladdade filer läses då i en egen process med gränser men utan hela "
        "avskärmningen: se docs/drift.md, Uppladdade filer."
    )
    return [checks.Warning(told, id="documents.W001")]
