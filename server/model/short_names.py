"""People's names as phones carry them: ``N.V. An`` for ``Nguyễn Văn An``.

A phone is lost more easily than a password, and a list of children's full names on it names all of
them. Initials and the given name tell the children of a commune apart, with the code, the year or
the hamlet that labels have beside them (docs/decisions/0024).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from server.model.entities import EntityRow

_WORD = r"[^\W\d_]+(?:['’][^\W\d_]+)*"
_RUN = re.compile(rf"(?<![\w.]){_WORD}(?:\s+{_WORD})+(?!\w)")
_IN_BRACKETS = re.compile(r"\(.*\)")
# What stands before a name is no part of it; what stands before a place's name makes it one.
_TITLES = frozenset(("bé", "em", "cháu", "ông", "bà", "anh", "chị", "cô", "chú", "bác", "cụ"))
_PLACES = frozenset(
    each
    for few in (
        ("thôn", "xóm", "khu", "tổ", "xã", "phường", "ấp", "bản", "buôn", "huyện", "quận"),
        ("tỉnh", "thị", "thành", "phố", "trường", "trạm", "chợ", "đường"),
    )
    for each in few
)
# Properties that hold a person's full name, where nobody has said which do.
_USUAL = re.compile(
    r"(\w+_)?ho_?(va_?)?ten(_\w+)?|full_?name(_\w+)?|"
    r"ten_(tre|chu_ho|cha|me|ba|ong|con|chau|cs|day_du|nan_nhan|nguoi_\w+)|"
    r"(child|mother|father|carer|head)_?name|name_(child|mother|father|carer|head)",
    re.IGNORECASE,
)


def usual_names(columns: Iterable[str]) -> tuple[str, ...]:
    """The properties among these that by their own names hold people's."""
    return tuple(each for each in columns if _USUAL.fullmatch(each))


def short_name(name: str) -> str:
    """A whole name with initials before the given one; what is no name stays: one word, and words
    in brackets (``(chưa rõ tên)``)."""
    text = _plain(name)
    words = text.split(" ")
    if len(words) == 1 or (_IN_BRACKETS.fullmatch(text) and not text.istitle()):
        return name
    if text.replace(" ", "").isalpha():  # as nearly all are: a list has ten thousand
        return _shortened(words)
    short = _RUN.sub(lambda run: _shortened(run[0].split()), text)
    return name if short == text else short


def short_label(label: str, names: Iterable[str]) -> str:
    """A label in which these names stand short. One that holds none of them may hold an older name,
    or one that no property has: whatever is written like a name stands short in it."""
    return _short_in(label, [(_plain(each), short_name(each)) for each in names])


def short_row(row: EntityRow, names: Sequence[str]) -> EntityRow:
    """``names`` are the properties that hold people's."""
    held = {each: row.data[each] for each in names if row.data.get(each)}
    short = {each: short_name(name) for each, name in held.items()}
    pairs = [(_plain(held[each]), short[each]) for each in held]
    return EntityRow(
        row.id,
        _short_in(row.label, pairs),
        row.version,
        {**row.data, **short} if short else row.data,
    )


def _short_in(label: str, names: list[tuple[str, str]]) -> str:
    """``names`` are (whole, short) each."""
    text, found = _plain(label), False
    for name, short in sorted(names, key=_longest_first) if len(names) > 1 else names:
        if short != name and name in text:
            text, found = text.replace(name, short), True
    return text if found else _RUN.sub(lambda run: _names_in(run[0].split()), text)


def _longest_first(pair: tuple[str, str]) -> int:
    return -len(pair[0])


def full_again(said: str, label: str, names: Iterable[tuple[str, str]]) -> str:
    """What a form said that had a short name before it, with the full one: ``label`` is what the
    phone had been given in short, and ``names`` are (name as it was then, name now) each."""
    if ". " not in said:
        return said
    if said == short_label(label, ()):
        return label
    text = said
    for before, now in names:
        short = short_name(before)
        if short != before and before not in text:
            text = text.replace(short, now)
    return text


def _plain(text: str) -> str:
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def _shortened(words: Sequence[str]) -> str:
    titles = 0
    while titles < len(words) and words[titles].casefold() in _TITLES:
        titles += 1
    if len(words) - titles < 2:
        return " ".join(words)
    initials = ".".join([each[0] for each in words[titles:-1]]).upper()
    return " ".join((*words[:titles], f"{initials}.", words[-1]))


def _names_in(words: Sequence[str]) -> str:
    """Of words in a row, those in a row that begin with capitals, unless they name a place."""
    out: list[str] = []
    run: list[str] = []
    for each in (*words, ""):
        if each and each[0].isupper() and not (run == [] and each.casefold() in _PLACES):
            run.append(each)
            continue
        if run:
            of_place = bool(out) and out[-1].casefold() in _PLACES
            out.append(" ".join(run) if of_place else _shortened(run))
            run = []
        if each:
            out.append(each)
    return " ".join(out)
