"""One table of a form as CSV columns, in ODK Central's exact shape (central-api.md §5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from exports.source import Options
from exports.spool import Row
from server.xforms.form import Field, Path
from server.xforms.tables import Row as Answered
from server.xforms.tables import Table

BEFORE = ("SubmissionDate",)
AFTER = (
    "KEY",
    "SubmitterID",
    "SubmitterName",
    "AttachmentsPresent",
    "AttachmentsExpected",
    "Status",
    "ReviewState",
    "DeviceID",
    "Edits",
    "FormVersion",
)
REPEAT_AFTER = ("PARENT_KEY", "KEY")
_STATUS = AFTER.index("Status") - len(AFTER)
_HIDDEN = "(ẩn)"  # what people read of a column that is empty for them alone
_PLACE = ("Latitude", "Longitude", "Altitude", "Accuracy")

_Columns = Callable[[str, list[str]], list[str]]


class Sheet:
    """Makes rows, and remembers which choices occurred where those become columns of their own.

    ``head`` and ``spread`` hold once all rows were made; without split choices, at any time.
    """

    def __init__(
        self, table: Table, options: Options, hidden: frozenset[Path] = frozenset()
    ) -> None:
        self.table = table
        self._noted = hidden if options.safe else frozenset()
        self._group_paths = options.group_paths
        self._before: Sequence[str] = () if table.path else BEFORE
        self._after: Sequence[str] = REPEAT_AFTER if table.path else AFTER
        self._paths = [(each.path, each.type == "geopoint") for each in table.columns]
        self._occurring: dict[int, set[str]] = {}
        at = len(self._before)
        for field in table.columns:
            is_split = options.split_select_multiples and field.is_multiple
            if is_split and field.path not in hidden:
                self._occurring[at] = set()
            at += len(_PLACE) if field.type == "geopoint" else 1

    def row(self, row: Answered, before: Sequence[str], after: Sequence[str]) -> list[str]:
        """One line, choices not yet split."""
        cells = [*before]
        values = row.values
        for path, is_place in self._paths:
            text = values.get(path, "")
            if is_place:
                cells += _place(text)
            else:
                cells.append(text)
        cells += after
        for at, occurring in self._occurring.items():
            occurring.update(cells[at].split())
        return cells

    def head(self) -> list[str]:
        names = [name for field in self.table.columns for name in self._names(field)]
        return list(self._spread([*self._before, *names, *self._after], _headings))

    def spread(self, row: Row) -> list[str]:
        """``row`` with a 1 or 0 for each choice that occurs in the export; of an encrypted record
        neither is known."""
        sealed = not self.table.path and bool(row[_STATUS])
        return list(self._spread(row, _unknown if sealed else _ones_and_zeros))

    def _spread(self, row: Row, columns: _Columns) -> Iterator[str]:
        for at, cell in enumerate(row):
            yield cell
            if at in self._occurring:
                yield from columns(cell, sorted(self._occurring[at]))

    def _names(self, field: Field) -> list[str]:
        below = field.path[len(self.table.path) :]
        name = "-".join(below) if self._group_paths else field.name
        if field.path in self._noted:
            name = f"{name} {_HIDDEN}"
        return [f"{name}-{part}" for part in _PLACE] if field.type == "geopoint" else [name]


def _place(text: str) -> list[str]:
    """Four cells. What is no place on earth stays whole in the first: nothing is lost (R50)."""
    parts = text.split()
    if len(parts) > len(_PLACE):
        return [text, "", "", ""]
    return parts + [""] * (len(_PLACE) - len(parts))


def _headings(name: str, choices: list[str]) -> list[str]:
    return [f"{name}/{choice}" for choice in choices]


def _ones_and_zeros(cell: str, choices: list[str]) -> list[str]:
    chosen = frozenset(cell.split())
    return ["1" if choice in chosen else "0" for choice in choices]


def _unknown(cell: str, choices: list[str]) -> list[str]:
    return [cell] * len(choices)
