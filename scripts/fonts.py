"""Static TTF files of the page's own variable font, for PDF and charts; run by set-up with .venv's Python.

matplotlib reads no WOFF2, and WeasyPrint makes a static font of a variable one anew for every PDF.
"""

import sys
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FAMILY = "Source Sans 3"
# The package has each alphabet in a file of its own; å, ä and ö are in the first, ć and š in the second.
ALPHABETS = {"latin": FAMILY, "latin-ext": f"{FAMILY} Ext"}
CUTS = {"regular": ("normal", 400), "italic": ("italic", 400), "bold": ("normal", 650)}


def make_all(folder: Path) -> None:
    """Write source-sans-3-<alphabet>-<cut>.ttf beside the WOFF2 files of `folder`."""
    for alphabet, family in ALPHABETS.items():
        for cut, (style, weight) in CUTS.items():
            # The date in the file stays the designer's, so that the same package gives the same bytes.
            font = TTFont(folder / f"source-sans-3-{alphabet}-wght-{style}.woff2", recalcTimestamp=False)
            font = instantiateVariableFont(font, {"wght": weight}, static=True)
            postscript = f"{family.replace(' ', '')}-{cut.title()}"
            names = {
                1: family,
                2: cut.title(),
                4: f"{family} {cut}",
                6: postscript,
                16: family,
                17: cut.title(),
            }
            for place, text in names.items():
                font["name"].setName(text, place, 3, 1, 0x409)
            font["OS/2"].usWeightClass = weight
            font.flavor = None
            font.save(folder / f"source-sans-3-{alphabet}-{cut}.ttf")


if __name__ == "__main__":
    make_all(Path(sys.argv[1]))
