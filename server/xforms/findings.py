"""What is wrong with a spreadsheet, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A message for the designer. ``message`` is what pyxform or ODK Validate said, in English;
    ``vi`` and ``en`` say the same plainly, and what to do. ``sheet``, ``row`` (1 is the header)
    and ``column`` if known."""

    message: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    vi: str = ""
    en: str = ""

    def words(self, language: str) -> str:
        """Place, what is wrong, what to do, in ``vi`` or ``en``."""
        if language == "vi":
            sheet, row, column, said = "Trang tính", "dòng", "cột", self.vi
        else:
            sheet, row, column, said = "Sheet", "row", "column", self.en
        place = [f"{sheet} {self.sheet}"] if self.sheet else []
        place += [f"{row} {self.row}"] if self.row else []
        place += [f"{column} {self.column}"] if self.column else []
        return ": ".join(each for each in (", ".join(place), said or self.message) if each)

    def __str__(self) -> str:
        return self.words("en")


class FormRejected(Exception):
    """The spreadsheet is no usable form; ``findings`` say where."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("; ".join(map(str, findings)))
