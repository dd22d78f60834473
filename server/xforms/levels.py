"""How sensitive each answer of a form is, as its designer says in the column ``sensitivity``.

A question without a word of its own has that of the group or repeat around it, and what is computed
from an answer is at least as sensitive as that answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from server.xforms.calculated import register_of
from server.xforms.form import META, Field, Form, Kind, Path
from server.xforms.sensitivity import NORMAL, SENSITIVE, SPECIAL

# As a designer writes it, or as a step of a path: ``${tre}[1]/benh``.
_NAMED = re.compile(r"(?<=\$\{)[^}]+(?=\})|(?<=/)\w[\w.-]*")
_LOG = (META, "audit")
LABEL = "label"
# A register that an expression reads, and by ``pulldata`` the property with it.
_REGISTER = re.compile(r"instance\(\s*['\"]([^'\"]+)['\"]\s*\)")
_PULLED = re.compile(r"pulldata\(\s*['\"]([^'\"]+)['\"]\s*,\s*['\"]([^'\"]+)['\"]")
_CHOICE_NAME = "jr:choice-name"
_CSV = ".csv"


class Level(IntEnum):
    """NOTHING is no level of an answer, but the clearance of whoever reads none."""

    NOTHING = 0
    NORMAL = 1
    SENSITIVE = 2
    SPECIAL = 3

    @property
    def word(self) -> str:
        """As spreadsheets and the table of roles write it."""
        return _WORDS[self]

    @classmethod
    def of(cls, word: str) -> Level:
        """Raises KeyError for what is no such word."""
        return _BY_WORD[word]


_WORDS = {
    Level.NOTHING: "khong",
    Level.NORMAL: NORMAL,
    Level.SENSITIVE: SENSITIVE,
    Level.SPECIAL: SPECIAL,
}
_BY_WORD = {word: level for level, word in _WORDS.items()}


@dataclass(frozen=True)
class Levels:
    """Of all versions of a form: what a newer version says of a question holds for the answers to
    older ones too. ``highest`` is that of what no version knows."""

    by_path: Mapping[Path, Level]
    highest: Level

    def of(self, path: Path) -> Level:
        return self.by_path.get(path, self.highest)


RegisterLevels = Mapping[str, Mapping[str, Level]]
"""By register and property; ``LABEL`` is what entries are called."""


def levels_of(versions: Sequence[Form], registers: RegisterLevels | None = None) -> Levels:
    """``versions`` are the newest first, ``registers`` what their calculations may read."""
    said: dict[Path, Level] = {}
    firm: set[Path] = set()
    for form in versions:
        for field, level in _said(form.fields, Level.NORMAL):
            if field.path not in said:
                said[field.path] = level
                if field.sensitivity:
                    firm.add(field.path)
    for form in versions:
        _hand_on(form, said, firm, registers or {})
    highest = max(said.values(), default=Level.NORMAL)
    if _LOG in said:  # an interview's log may hold any answer of it
        said[_LOG] = highest
    for form in versions:
        for field in form.fields:
            _hide_what_holds_only_hidden(field, said)
    return Levels(said, highest)


def _said(fields: tuple[Field, ...], around: Level) -> Iterator[tuple[Field, Level]]:
    for field in fields:
        level = _level(field.sensitivity, around)
        yield field, level
        yield from _said(field.children, level)


def _level(word: str, around: Level) -> Level:
    """A word that nobody knows, in an XForm of another program, is taken for the strictest."""
    return _BY_WORD.get(word, Level.SPECIAL) if word else around


def _hand_on(
    form: Form, said: dict[Path, Level], firm: set[Path], registers: RegisterLevels
) -> None:
    """To calculations, and to what is computed from them; a word of its own stands."""
    named: dict[str, list[Field]] = {}
    computed: dict[Path, list[str]] = {}
    for field in form.walk():
        named.setdefault(field.name, []).append(field)
    for field in form.walk():
        expression = f"{field.calculation} {field.set_by}".strip()
        if expression and field.path not in firm:
            names = computed[field.path] = _NAMED.findall(expression)
            read = _read(expression, names, named, registers)
            said[field.path] = max(said[field.path], *read, Level.NORMAL)
    changed = True
    while changed:
        changed = False
        for path, names in computed.items():
            sources = (said[each.path] for name in names for each in named.get(name, ()))
            level = max(sources, default=Level.NORMAL)
            if level > said[path]:
                said[path], changed = level, True


def _read(
    expression: str,
    names: Sequence[str],
    named: Mapping[str, Sequence[Field]],
    registers: RegisterLevels,
) -> Iterator[Level]:
    """What an expression, in which these ``names`` stand, takes out of registers."""
    for register in _REGISTER.findall(expression):
        yield from (level for name, level in registers.get(register, {}).items() if name in names)
    for register, name in _PULLED.findall(expression):
        yield registers.get(register.removesuffix(_CSV), {}).get(name, Level.NORMAL)
    if _CHOICE_NAME in expression:
        for name in names:
            for each in named.get(name, ()):
                yield registers.get(register_of(each.choices), {}).get(LABEL, Level.NORMAL)


def _hide_what_holds_only_hidden(field: Field, said: dict[Path, Level]) -> Level:
    """That a group of sensitive questions was opened at all says what was answered before."""
    if field.kind is Kind.QUESTION or not field.children:
        return said[field.path]
    within = [_hide_what_holds_only_hidden(each, said) for each in field.children]
    said[field.path] = max(said[field.path], min(within))
    return said[field.path]
