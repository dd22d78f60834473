"""The form library on disk: ``forms/<form>/<form>.xlsx`` with its media."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LibraryForm:
    """``media`` are the form's own files; what it names besides is taken from ``forms/shared``."""

    name: str
    source: bytes
    media: Mapping[str, bytes]


def library(folder: Path) -> list[LibraryForm]:
    """All forms of the library, by name."""
    return [read_library_form(each) for each in sorted(folder.glob("*/*.xlsx"))]


def read_library_form(workbook: Path, media: Path | None = None) -> LibraryForm:
    """One workbook with the files beside it, or with those of another ``media`` folder."""
    own = media or workbook.parent / "media"
    shared = workbook.parent.parent / "shared"
    files = {each.name: each for each in _files(shared) if media is None}
    files |= {each.name: each for each in _files(own)}
    return LibraryForm(
        workbook.name,
        workbook.read_bytes(),
        {name: path.read_bytes() for name, path in files.items()},
    )


def _files(folder: Path) -> list[Path]:
    return sorted(each for each in folder.glob("*") if each.is_file()) if folder.is_dir() else []
