"""A message of pyxform or ODK Validate becomes a finding: its place, and plain words for it.

A message that no rule knows is passed on as it is: better a foreign sentence than none.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import replace

from server.xforms.findings import Finding
from server.xforms.plain_rules import RULES, Rule
from server.xforms.spreadsheet import TYPES, Spreadsheet

_ROW = re.compile(r"\[row ?: ?(\d+)\]\s*")
_SHEET = re.compile(r"'(survey|choices|settings|entities|external_choices|osm)' sheet")
_COLUMN = re.compile(r"'([a-z_]+(?:::?[^']+)?)' (?:value|column)|\[column ?: ?'?([^\]']+)'?\]")
_QUOTED = re.compile(r"'([^']+)'")
_LEARN = re.compile(r"\s*Learn more: \S+")

_LIKE = 0.7  # how alike a misspelt word must be to be taken for another
_FUNCTIONS = (
    *("if", "coalesce", "once", "selected", "selected-at", "count-selected", "jr:choice-name"),
    *("concat", "join", "substr", "string-length", "regex", "contains", "starts-with", "translate"),
    *("count", "sum", "max", "min", "round", "int", "number", "string", "boolean", "not", "true"),
    *("today", "now", "date", "date-time", "format-date", "format-date-time", "decimal-date-time"),
    *("pulldata", "position", "indexed-repeat", "area", "distance", "random", "randomize", "uuid"),
    *("count-non-empty", "checklist", "weighted-checklist", "false", "string-length", "digest"),
)


def finding(message: str, sheet: Spreadsheet = Spreadsheet()) -> Finding:  # noqa: B008
    """``message`` with its place taken out of the words, and said plainly."""
    row, named, column = _ROW.search(message), _SHEET.search(message), _COLUMN.search(message)
    found = Finding(
        message=" ".join(_ROW.sub("", message).split()),
        sheet=named.group(1) if named else ("survey" if row else ""),
        row=int(row.group(1)) if row else None,
        column=next((each for each in column.groups() if each), "") if column else "",
    )
    return said_plainly(_located(found, sheet), sheet, message)


def said_plainly(found: Finding, sheet: Spreadsheet, message: str) -> Finding:
    """``found`` with the words of the first rule that knows ``message``."""
    for rule in RULES:
        if match := rule.pattern.search(message):
            facts = {name: value or "" for name, value in match.groupdict().items()}
            return _by(rule, facts, found, sheet)
    plain = _LEARN.sub("", found.message)
    return replace(found, vi=f"Bộ kiểm tra biểu mẫu báo (tiếng Anh): {plain}", en=plain)


def _by(rule: Rule, facts: Mapping[str, str], found: Finding, sheet: Spreadsheet) -> Finding:
    word = facts.get("word") or facts.get("other", "")
    others = [str(each) for each in sheet.rows_named(word) if each != found.row]
    rows = ", ".join(others)
    known = {
        **facts,
        "word": ", ".join(word.splitlines()),
        "where_vi": f" ở dòng {rows}" if rows else " trong cùng nhóm",
        "where_en": f" in row {rows}" if rows else " in the same group",
    }
    vi, en = rule.vi_do, rule.en_do
    if like := _resembling(word, rule.among, sheet):
        vi, en = f"Có phải bạn muốn viết “{like}”?", f"Did you mean “{like}”?"
    return replace(
        found,
        column=(found.row and rule.column) or found.column,
        vi=f"{rule.vi} {vi}".format(**known),
        en=f"{rule.en} {en}".format(**known),
    )


def _resembling(word: str, among: str, sheet: Spreadsheet) -> str:
    pools = {"types": TYPES, "names": sheet.names, "lists": sheet.lists, "functions": _FUNCTIONS}
    # "select_oen vung" is misspelt in its first word.
    first, _, rest = word.partition(" ")
    alike = difflib.get_close_matches(first, pools.get(among, ()), 1, _LIKE)
    return " ".join((alike[0], rest)).strip() if alike else ""


def _located(found: Finding, sheet: Spreadsheet) -> Finding:
    """Where pyxform names a value but no row, the one row that holds the value."""
    quoted = _QUOTED.search(found.message)
    if found.row or not quoted:
        return found
    cells = sheet.cells_holding(quoted.group(1))
    if len(cells) != 1:
        return found
    row, column = cells[0]
    return replace(found, sheet="survey", row=row, column=column)
