"""Which words in a text are a person's name, and which a place's: nobody has said so, and both are
written alike. ``An``, ``Hà`` and ``Bình`` are either."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from server.xforms.place_words import begins_a_place

_WORD = r"[^\W\d_]+(?:['’][^\W\d_]+)*"
RUN = re.compile(rf"(?<![\w.]){_WORD}(?:\s+{_WORD})+(?!\w)")
# What stands before a name is no part of it.
TITLES = frozenset(
    each
    for few in (
        ("bé", "em", "cháu", "ông", "bà", "anh", "chị", "cô", "chú", "bác", "cụ", "dì", "cậu"),
        ("mẹ", "bố", "cha", "con", "vợ", "chồng", "thầy"),
    )
    for each in few
)
_BEFORE_A_NAME = TITLES | {"hộ", "tên", "là", "má", "ba"}
# Whose hamlet or commune it is, is no part of its name: "trưởng thôn Lê Bình".
_OFFICES = frozenset(("trưởng", "phó", "thư", "tịch"))
_OF_OFFICES = frozenset(("thôn", "xóm", "khu", "tổ", "xã", "phường", "ấp", "bản", "buôn", "phố"))
# Those that begin few places' names.
_FAMILIES = frozenset(
    each
    for few in (
        ("nguyễn", "trần", "lê", "phạm", "hoàng", "huỳnh", "phan", "vũ", "võ", "đặng", "bùi", "đỗ"),
        ("hồ", "ngô", "dương", "lý", "đào", "đoàn", "trịnh", "đinh", "tô", "tạ", "chu", "lương"),
        ("phùng", "vương", "tống", "triệu", "giàng", "sùng", "vàng", "vừ", "thào", "lầu", "hạng"),
        ("cháng", "tằng", "chìu", "chíu", "lỷ", "bàn", "nông", "lò", "quàng", "thạch", "trương"),
    )
    for each in few
)
# Those that places are called by as well, and what behind them makes a person.
_EITHER = frozenset(
    ("hà", "cao", "mai", "lâm", "thái", "lưu", "vi", "la", "ma", "lục", "tăng", "an")
)
_MIDDLE = frozenset(("văn", "thị"))

Part = tuple[Sequence[str], bool]
"""Words in a row, and whether they are a person's name."""


def parts_of(words: Sequence[str], *, strictly: bool) -> Iterator[Part]:
    """``strictly``: whatever begins with capitals and names no place is a name; else only what is
    written as most names are."""
    out: list[str] = []
    run: list[str] = []
    for at, each in enumerate((*words, "")):
        if each and each[0].isupper() and (run or not begins_a_place(words, at)):
            run.append(each)
            continue
        if run:
            yield from _run(run, out, strictly)
            out += run
            run = []
        if each:
            yield (each,), False
            out.append(each)


def _run(run: Sequence[str], before: Sequence[str], strictly: bool) -> Iterator[Part]:
    if not before or not begins_a_place(before, len(before) - 1):
        yield run, strictly or _looks_like(run) or _is_named_so(before)
    elif _is_somebody_of(before):
        yield run, _looks_like(run) or run[0] == "A"
    else:
        name = _behind_a_place(run)
        if name:
            yield run[:name], False
        if name < len(run):
            yield run[name:], True


def _behind_a_place(run: Sequence[str]) -> int:
    """Where a person's name begins in what follows the word for a place; its end for nowhere. It
    has three words or more; behind a place's own name, of two, two."""
    for at in range(len(run)):
        if len(run) - at >= (2 if at >= 2 else 3) and _begins(run[at:]):
            return at
    return len(run)


def _begins(run: Sequence[str]) -> bool:
    family, middle = run[0].casefold(), run[1].casefold()
    return family in _FAMILIES or middle == "a" or (family in _EITHER and middle in _MIDDLE)


def _looks_like(run: Sequence[str]) -> bool:
    return len(run) > 2 or (len(run) == 2 and run[0].casefold() in _FAMILIES)


def _is_named_so(before: Sequence[str]) -> bool:
    return bool(before) and before[-1].casefold() in _BEFORE_A_NAME


def _is_somebody_of(before: Sequence[str]) -> bool:
    """Before the words for a place stands what they are there."""
    at = len(before) - 1
    if before[at].casefold() not in _OF_OFFICES:
        return False
    while at >= 0 and (before[at].casefold() == "dân" or begins_a_place(before, at)):
        at -= 1
    return at >= 0 and before[at].casefold() in _OFFICES


def is_whole_name(text: str) -> bool:
    """Whether a cell of a list is a person's full name, as most are written."""
    words = text.split()
    if not 2 <= len(words) <= 6 or not all(each[0].isupper() for each in words):
        return False
    return words[0].casefold() in _FAMILIES or (
        len(words) > 2 and not _MIDDLE.isdisjoint(each.casefold() for each in words[1:-1])
    )
