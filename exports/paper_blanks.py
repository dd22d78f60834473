"""What is left free on a PDF questionnaire: squares, circles, lines, frames; and its QR code."""

from __future__ import annotations

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

_INK = HexColor("#1c2a30")
_SQUARE = 6 * mm
_BETWEEN = 3 * mm  # room for a sign between squares
_LINE = 8 * mm  # enough for a hand


class Mark(Flowable):
    """A circle to choose one, a square to choose several."""

    def __init__(self, several: bool) -> None:
        super().__init__()
        self.several = several
        self.width = self.height = 3.6 * mm

    def draw(self) -> None:
        _pen(self)
        size = self.width
        if self.several:
            self.canv.rect(0, 0, size, size)
        else:
            self.canv.circle(size / 2, size / 2, size / 2)


class Squares(Flowable):
    """A square for each ``#`` of the pattern, smaller where the width is short."""

    def __init__(self, pattern: str, font: str, width: float) -> None:
        super().__init__()
        self.pattern, self.font = pattern, font
        wanted = sum(_SQUARE if each == "#" else _BETWEEN for each in pattern)
        self.scale = min(1.0, width / wanted) if wanted else 1.0
        self.width, self.height = wanted * self.scale, _SQUARE * self.scale + 2

    def draw(self) -> None:
        _pen(self)
        square, between = _SQUARE * self.scale, _BETWEEN * self.scale
        self.canv.setFont(self.font, 10 * self.scale)
        x = 0.0
        for each in self.pattern:
            if each == "#":
                self.canv.rect(x, 0, square, square)
                x += square
            else:
                self.canv.drawCentredString(x + between / 2, square / 3, each)
                x += between


class Lines(Flowable):
    """Lines to write on, the first behind its caption."""

    def __init__(self, width: float, number: int, caption: str = "", font: str = "") -> None:
        super().__init__()
        self.width, self.height = width, _LINE * number
        self.number, self.caption, self.font = number, caption, font

    def draw(self) -> None:
        _pen(self)
        start = 0.0
        if self.caption:
            self.canv.setFont(self.font, 8.5)
            self.canv.drawString(0, 2, self.caption)
            start = self.canv.stringWidth(self.caption, self.font, 8.5) + 4
        for row in range(self.number):
            self.canv.line(
                start if row == self.number - 1 else 0, _LINE * row, self.width, _LINE * row
            )


class Frame(Flowable):
    """An empty frame, for a signature."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self.width, self.height = width, height

    def draw(self) -> None:
        _pen(self)
        self.canv.rect(0, 0, self.width, self.height)


class Code(Flowable):
    """A QR code in vectors, with the quiet zone that scanners need."""

    def __init__(self, text: str, size: float) -> None:
        super().__init__()
        self.modules = tuple(segno.make(text, error="m", micro=False).matrix_iter(border=4))
        self.width = self.height = size

    def draw(self) -> None:
        dot = self.width / len(self.modules)
        self.canv.setFillColor(HexColor("#000000"))
        for row, modules in enumerate(self.modules):
            for column, dark in enumerate(modules):
                if dark:
                    y = self.height - (row + 1) * dot
                    # A hair larger, so that no viewer shows white lines between them.
                    self.canv.rect(column * dot, y, dot * 1.02, dot * 1.02, stroke=0, fill=1)


def _pen(drawing: Flowable) -> None:
    drawing.canv.setStrokeColor(_INK)
    drawing.canv.setFillColor(_INK)
    drawing.canv.setLineWidth(0.6)
