"""The typeface of the pages as TrueType files, which PDF writers need: `merge_fonts.py FOLDER`.

The package has it cut into alphabets, compressed for browsers; one whole file of each weight is made
of them here, when the web assets are built.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

FILES = Path(__file__).parent / "node_modules" / "@fontsource" / "be-vietnam-pro" / "files"
ALPHABETS = ("latin", "latin-ext", "vietnamese")
WEIGHTS = (400, 600)


def merge(weight: int, target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain = []
        for alphabet in ALPHABETS:
            font = TTFont(FILES / f"be-vietnam-pro-{alphabet}-{weight}-normal.woff")
            font.flavor = None
            plain.append(str(Path(folder, f"{alphabet}.ttf")))
            font.save(plain[-1])
        Merger().merge(plain).save(target)


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for weight in WEIGHTS:
        merge(weight, folder / f"be-vietnam-pro-{weight}.ttf")


if __name__ == "__main__":
    main()
