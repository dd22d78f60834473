"""People's names as phones carry them: ``N.V. An`` for ``Nguyễn Văn An``.

A phone is lost more easily than a password, and a list of children's full names on it names all of
them. Initials and the given name tell the children of a commune apart, with the code, the year or
the hamlet that labels have beside them (docs/decisions/0024).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from server.model.entities import EntityRow
from server.model.names_in_text import RUN, TITLES, parts_of
from server.xforms.place_words import begins_a_place, is_called_like_a_place
from server.xforms.plain_names import plain_name
from server.xforms.values import nfc

_IN_BRACKETS = re.compile(r"\(.*\)")
_JOINED = re.compile(r"(?<=[^\W\d_])[-_](?=[^\W\d_])")
# Properties that hold a person's full name, where nobody has said which do.
_USUAL = re.compile(
    r"(\w+_)?ho_?(va_?)?ten(_\w+)?|full_?name(_\w+)?|"
    r"ten_(tre|chu_ho|cha|me|ba|ong|con|chau|cs|day_du|nan_nhan|nguoi_\w+)|"
    r"(child|mother|father|carer|head)_?name|name_(child|mother|father|carer|head)",
    re.IGNORECASE,
)

_Piece = tuple[str, bool]
"""A part of a label, and whether it stands as it is to stand."""


def usual_names(columns: Iterable[str]) -> tuple[str, ...]:
    """The properties among these that by their own names hold people's: ``ho_ten``, and ``Họ và
    tên`` at the head of a file from people."""
    return tuple(
        each
        for each in columns
        if _USUAL.fullmatch(each) or _USUAL.fullmatch(plain_name(each).replace(" ", "_"))
    )


def short_name(name: str) -> str:
    """A whole name with initials before the given one; what is no name stays: one word, words in
    brackets (``(chưa rõ tên)``), and the place behind a name."""
    plain = _plain(name)
    text = _JOINED.sub(" ", plain) if "-" in plain or "_" in plain else plain
    words = text.split(" ")
    if len(words) == 1 or (_IN_BRACKETS.fullmatch(text) and not text.istitle()):
        return name
    if text.replace(" ", "").isalpha():  # as nearly all are: a list has ten thousand
        return _shortened(words)
    short = RUN.sub(lambda run: _behind_a_name(run[0].split(), run.start()), text)
    return name if short == plain else short


def short_label(label: str, names: Iterable[str]) -> str:
    """A label in which these names stand short. Whatever else is written like a name does too: an
    older one, or one that no property has."""
    return _short_in(label, [(_plain(each), short_name(each)) for each in names], ())


def short_row(row: EntityRow, names: Sequence[str]) -> EntityRow:
    """``names`` are the properties that hold people's."""
    held = {each: row.data[each] for each in names if row.data.get(each)}
    short = {each: short_name(name) for each, name in held.items()}
    pairs = [(_plain(held[each]), short[each]) for each in held]
    return EntityRow(
        row.id,
        _short_in(row.label, pairs, _places_of(row.data, names)),
        row.version,
        {**row.data, **short} if short else row.data,
    )


def full_again(said: str, label: str, known: Mapping[str, str], now: Mapping[str, str]) -> str:
    """What a form said that had short names before it, with the full ones: ``label`` is what the
    phone had been given in short, beside the properties ``known``, which are ``now`` others."""
    if ". " not in said:
        return said
    if said == short_label(label, ()):
        return label
    text = said
    for name, before in known.items():
        if not is_called_like_a_place(name):  # these stood whole
            text = _with(text, short_name(before), before, now.get(name, before))
    for before, short in _shortened_in(label, known.values()):
        text = _with(text, short, before, before)
    return text


def _with(text: str, short: str, before: str, full: str) -> str:
    if short == before or before in text:
        return text
    return re.sub(rf"(?<![\w.]){re.escape(short)}(?!\w)", lambda _: full, text)


def _short_in(label: str, names: list[tuple[str, str]], places: Iterable[str]) -> str:
    """``names`` are (whole, short) each; ``places`` is what else it may hold, and stays."""
    text = _plain(label)
    if len(names) == 1:  # as nearly all have it: a list has ten thousand
        before, there, after = text.partition(names[0][0])
        if there and not RUN.search(before) and not RUN.search(after):
            return f"{before}{names[0][1]}{after}"
    pieces: list[_Piece] = [(text, False)]
    for name, short in sorted(names, key=_longest_first) if len(names) > 1 else names:
        if short != name:
            pieces = [part for each in pieces for part in _replaced(each, name, short)]
    if any(RUN.search(text) for text, done in pieces if not done):
        # Beside its names a label has hamlets; without them it holds a name that is not known.
        found = len(pieces) > 1
        pieces = [
            (text if done else _read(text, strictly=not found), True)
            for text, done in _with_standing(pieces, map(_plain, places))
        ]
    return "".join(text for text, _ in pieces)


def _with_standing(pieces: list[_Piece], values: Iterable[str]) -> list[_Piece]:
    """Where one of these values stands, it stays."""
    for value in sorted(values, key=len, reverse=True):
        pieces = [part for each in pieces for part in _replaced(each, value, value)]
    return pieces


def _replaced(piece: _Piece, whole: str, other: str) -> Iterator[_Piece]:
    text, done = piece
    at = -1 if done else text.find(whole)
    if at < 0 and not done:  # NGUYỄN VĂN AN
        lower, wanted = text.lower(), whole.lower()
        if len(lower) == len(text) and len(wanted) == len(whole):
            at = lower.find(wanted)
    if at < 0:
        yield piece
        return
    there = text[at : at + len(whole)]
    shown = other if there == whole else there if other == whole else short_name(there)
    yield (text[:at], False)
    yield (shown, True)
    yield from _replaced((text[at + len(whole) :], False), whole, other)


def _read(text: str, *, strictly: bool) -> str:
    return RUN.sub(lambda run: _in_text(run[0].split(), strictly=strictly), text)


def _shortened_in(label: str, known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What may stand short in it, also between what else is ``known`` to stand there."""
    whole = _plain(label)
    pieces = _with_standing([(whole, False)], (each for each in map(_plain, known) if " " in each))
    for text in (whole, *(rest for rest, done in pieces if not done)):
        for run in RUN.finditer(text):
            for words, is_name in parts_of(run[0].split(), strictly=True):
                if is_name:
                    yield " ".join(words), _shortened(words)


def _places_of(data: Mapping[str, str], names: Sequence[str]) -> Iterator[str]:
    """What an entry's own properties call a place, of more than a word."""
    for name, value in data.items():
        if " " in value and name not in names and is_called_like_a_place(name):
            yield value


def _longest_first(pair: tuple[str, str]) -> int:
    return -len(pair[0])


def _plain(text: str) -> str:
    return " ".join(nfc(text).split())


def _behind_a_name(words: Sequence[str], at: int) -> str:
    """What follows a comma or a bracket says where somebody is from, or whose child."""
    mixed = words[0][0].islower() and any(each[0].isupper() for each in words)
    if at == 0 or not (mixed or begins_a_place(words, 0)):
        return _shortened(words)
    return _in_text(words, strictly=True)


def _in_text(words: Sequence[str], *, strictly: bool) -> str:
    parts = parts_of(words, strictly=strictly)
    return " ".join(_shortened(each) if is_name else " ".join(each) for each, is_name in parts)


def _shortened(words: Sequence[str]) -> str:
    titles = 0
    while titles < len(words) and words[titles].casefold() in TITLES:
        titles += 1
    if len(words) - titles < 2:
        return " ".join(words)
    initials = ".".join([each[0] for each in words[titles:-1]]).upper()
    return " ".join((*words[:titles], f"{initials}.", words[-1]))
