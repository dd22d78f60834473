"""Cells that no spreadsheet takes for a formula (R63)."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?\Z")
# The wide forms count: East Asian versions of Excel take them for the plain ones.
_SIGN = re.compile(r"[=+\-@%＝＋－＠％]")
_SUSPECT = re.compile(rf"\A[\t\r\n]|{_SIGN.pattern}")
_BREAKS = ("\t", "\r", "\n")
_RANGES = (
    (0x00, 0x20),  # controls, the space
    (0x7F, 0xA0),  # more controls, the no-break space
    (0xAD, 0xAD),  # soft hyphen
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x1680, 0x1680),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2000, 0x200F),  # spaces, zero-width marks
    (0x2028, 0x202F),
    (0x205F, 0x206F),
    (0x3000, 0x3000),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),  # the byte order mark
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0xE0000, 0xE01EF),  # tags, variation selectors
)
_UNSEEN = "".join(chr(code) for first, last in _RANGES for code in range(first, last + 1))


def harmless(cell: str) -> str:
    """``cell`` with an apostrophe wherever a formula could start, so that it stays text.

    That is its start, and what follows a semicolon or a line break: where decimals are written 2,5
    a spreadsheet may split there. What shows nothing is looked through. Negative numbers stay
    numbers; a telephone number with its plus becomes text, as it should.
    """
    if not _SUSPECT.search(cell) or _NUMBER.match(cell):
        return cell
    parts = ["'"] if cell.startswith(_BREAKS) else []
    done = 0
    for sign in _SIGN.finditer(cell):
        between = cell[done : sign.start()]
        shown = between.rstrip(_UNSEEN)
        if not shown and not done:
            parts = ["'"]
        elif shown.endswith(";") or any(each in between[len(shown) :] for each in _BREAKS):
            parts += [between, "'"]
            between = ""
        parts += [between, sign[0]]
        done = sign.end()
    return "".join([*parts, cell[done:]]) if parts else cell
