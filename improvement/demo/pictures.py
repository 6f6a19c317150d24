"""Photos with a few reports, drawn here: a handrail that has come loose, an alarm, an unsigned list."""

from io import BytesIO
from typing import Any

from improvement.actions import attaching
from improvement.models import Attachment, Deviation

SIZE = (1200, 900)
WALL, FLOOR, DARK, LIGHT, RED = "#e9e4da", "#b9ad98", "#3d4a52", "#ffffff", "#c0392b"
# What the area is about: the picture that its latest reports carry.
DRAWN = {"FALL-1": "handrail", "MIL-2": "alarm", "ARB-2": "list"}
REPORTS = 2


def attach(cases: list[Any], rows: dict[int, Deviation]) -> None:
    """The latest reports of each area get their picture; those that have one keep it."""
    for code, name in DRAWN.items():
        found = sorted((one for one in cases if one.area.code == code), key=lambda one: one.reported_at)
        for case in found[-REPORTS:]:
            _put(rows[id(case)], name)


def _put(row: Deviation, name: str) -> None:
    if Attachment.objects.filter(deviation=row).exists():
        return
    ready, _ = attaching.make_ready([BytesIO(drawn(name))])
    with attaching.undone_on_error() as stored:
        attaching.attach(ready, stored, deviation=row)
    for one in ready:
        one.file.close()


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
