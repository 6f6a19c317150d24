"""Photos with a few reports, and one sent later, drawn here: a loose handrail, an alarm, an unsigned list."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from improvement.actions import attaching
from improvement.enums import EntryKind
from improvement.models import Attachment, Deviation, InvestigationEntry

SIZE = (1200, 900)
WALL, FLOOR, DARK, LIGHT, RED = "#e9e4da", "#b9ad98", "#3d4a52", "#ffffff", "#c0392b"
# What the area is about: the picture that its latest reports carry.
DRAWN = {"FALL-1": "handrail", "MIL-2": "alarm", "ARB-2": "list"}
REPORTS = 2
LATER = {"MIL-2": "Larmet låg kvar på samma plats när nästa kollega kom."}


def attach(cases: list[Any], rows: dict[int, Deviation]) -> None:
    """The latest reports of each area get their picture; those that have one keep it."""
    for code, name in DRAWN.items():
        found = sorted((one for one in cases if one.area.code == code), key=lambda one: one.reported_at)
        for case in found[-REPORTS:]:
            _put(rows[id(case)], name, LATER.get(code, "") if case is found[-1] else "")


def _put(row: Deviation, name: str, later: str) -> None:
    """With the report; or with what the reporter added ``later``."""
    if Attachment.objects.filter(deviation=row).exists():
        return
    ready, _ = attaching.make_ready([BytesIO(drawn(name))])
    with attaching.undone_on_error() as stored:
        if later:
            attaching.attach_to_entry(ready, stored, entry=_added(row, later))
        else:
            attaching.attach(ready, stored, deviation=row)
    for one in ready:
        one.file.close()


def _added(row: Deviation, text: str) -> InvestigationEntry:
    at = row.reported_at + timedelta(minutes=20)
    entry: InvestigationEntry = InvestigationEntry.objects.create(
        deviation=row, kind=EntryKind.SUPPLEMENT, text=text, author=row.reported_by, at=at
    )
    return entry


def drawn(name: str) -> bytes:
    """A simple picture as a jpeg, as from a telephone."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", SIZE, WALL)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 680, *SIZE), fill=FLOOR)
    {"handrail": _handrail, "alarm": _alarm, "list": _list}[name](draw)
    target = BytesIO()
    picture.save(target, "JPEG", quality=80)
    return target.getvalue()


def _handrail(draw: Any) -> None:
    draw.line((150, 420, 1050, 330), fill=DARK, width=34)
    for left, is_loose in ((260, False), (620, False), (960, True)):
        top = 405 - (left - 260) // 10
        draw.rectangle((left, top, left + 30, top + (40 if is_loose else 130)), fill=DARK)
    draw.ellipse((930, 250, 1080, 480), outline=RED, width=12)


def _alarm(draw: Any) -> None:
    draw.rounded_rectangle((430, 170, 770, 560), radius=40, fill=LIGHT, outline=DARK, width=8)
    draw.ellipse((520, 250, 680, 410), fill="#8c959b")
    draw.ellipse((580, 470, 620, 510), outline=DARK, width=6)
    draw.line((470, 610, 730, 610), fill=RED, width=14)


def _list(draw: Any) -> None:
    draw.rectangle((330, 90, 870, 820), fill=LIGHT, outline=DARK, width=6)
    for row in range(8):
        top = 180 + row * 75
        draw.line((370, top, 700, top), fill=DARK, width=8)
        if row != 5:
            draw.line((740, top + 10, 790, top - 18, 830, top + 6), fill=DARK, width=6)
    draw.rectangle((725, 525, 845, 580), outline=RED, width=8)
