"""What a camera wrote in a jpeg beside the picture, taken out without touching a dot of it."""

import base64
import zlib

SOI, EOI, SOS = b"\xff\xd8", 0xD9, 0xDA
ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length
COMMENT = 0xFE
KEPT = {0xE0, 0xEE}  # JFIF, and Adobe's word on how the colours are written
COLOURS = b"ICC_PROFILE\x00"


def plain_bytes(data: bytes, filters: list[str]) -> bytes | None:
    """The jpeg that lies wrapped in a PDF; None for a wrapping that is not known."""
    for one in filters:
        if one in ("/FlateDecode", "/Fl"):
            data = zlib.decompress(data)
        elif one in ("/ASCII85Decode", "/A85"):
            data = base64.a85decode(data.strip().removesuffix(b"~>"))
        elif one in ("/ASCIIHexDecode", "/AHx"):
            data = bytes.fromhex(data.partition(b">")[0].decode("ascii"))
        else:
            return None
    return data


def without_metadata(data: bytes) -> bytes:
    """The same picture without EXIF, XMP, comments, thumbnails and what follows it. ValueError if broken."""
    if not data.startswith(SOI):
        raise ValueError("not a jpeg")
    kept, place = [SOI], 2
    while True:
        if data[place] != 0xFF:
            raise ValueError("a marker was expected")
        marker = data[place + 1]
        if marker == 0xFF:  # fill
            place += 1
            continue
        if marker == EOI:
            return b"".join([*kept, b"\xff\xd9"])
        end = place + 2 if marker in ALONE else place + 2 + int.from_bytes(data[place + 2 : place + 4])
        if marker == SOS:
            end = _end_of_scan(data, end)
        if _is_picture(marker, data[place + 4 : end]):
            kept.append(data[place:end])
        place = end


def _is_picture(marker: int, content: bytes) -> bool:
    if marker == 0xE2:
        return content.startswith(COLOURS)
    return marker != COMMENT and (not 0xE0 <= marker <= 0xEF or marker in KEPT)


def _end_of_scan(data: bytes, place: int) -> int:
    """Where the next marker stands after the dots, in which FF is followed by 00 or a restart."""
    while (place := data.find(b"\xff", place)) >= 0:
        after = data[place + 1 : place + 2]
        if after and after[0] != 0 and after[0] not in ALONE:
            return place
        place += 2
    raise ValueError("the picture ends too soon")
