"""Which field of a newer form is which of an older one, even if it was renamed or moved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from server.xforms.form import META, Field, Form, Kind, Path, fields_of

_ALIKE = 0.5  # the part of two groups' questions that must be the same for one to be the other


@dataclass(frozen=True, slots=True)
class Paired:
    """``same`` holds (old, new) in the new form's order; the rest has no counterpart."""

    same: tuple[tuple[Field, Field], ...]
    only_old: tuple[Field, ...]
    only_new: tuple[Field, ...]


def pair(old: Form, new: Form) -> Paired:
    """By path first; then groups and questions that moved, by name; then renamed ones, guessed."""
    pairing = _Pairing(old, new)
    pairing.groups()
    pairing.moved()
    pairing.renamed()
    return pairing.result()


class _Pairing:
    def __init__(self, old: Form, new: Form) -> None:
        self.old = {each.path: each for each in fields_of(old.fields)}
        self.new = {each.path: each for each in fields_of(new.fields)}
        self.order = {True: _places(old), False: _places(new)}
        # Old paths by new ones.
        self.found: dict[Path, Path] = {path: path for path in self.new if path in self.old}

    def result(self) -> Paired:
        same = tuple(
            (self.old[self.found[path]], field)
            for path, field in self.new.items()
            if path in self.found
        )
        return Paired(same, tuple(self.left_old()), tuple(self.left_new()))

    def left_old(self) -> list[Field]:
        taken = set(self.found.values())
        return [field for path, field in self.old.items() if path not in taken]

    def left_new(self) -> list[Field]:
        return [field for path, field in self.new.items() if path not in self.found]

    def groups(self) -> None:
        """With a group goes all that stands in it under the same name."""
        for sign in (_same_name, _same_questions):
            for was in self.left_old():
                if was.kind is Kind.QUESTION or was.path in self.found.values():
                    continue
                left = (each for each in self.left_new() if each.kind is not Kind.QUESTION)
                now = next((each for each in left if sign(was, each)), None)
                if now is not None:
                    self._take(was, now)

    def _take(self, was: Field, now: Field) -> None:
        self.found[now.path] = was.path
        for below in fields_of(now.children):
            before = (*was.path, *below.path[len(now.path) :])
            if below.path not in self.found and before in self.old:
                self.found[below.path] = before

    def moved(self) -> None:
        old, new = self._questions(self.left_old()), self._questions(self.left_new())
        times = Counter(each.name for each in old), Counter(each.name for each in new)
        for now in new:
            if times[0][now.name] == times[1][now.name] == 1:
                self.found[now.path] = next(each.path for each in old if each.name == now.name)

    def renamed(self) -> None:
        """Surest signs first, so that a weak one takes nothing from a strong one."""
        for sign in (_same_label, _same_choices, self._same_place):
            for now in self._questions(self.left_new()):
                candidates = [each for each in self.left_old() if self._may_be(each, now)]
                was = next((each for each in candidates if sign(each, now)), None)
                if was is not None:
                    self.found[now.path] = was.path

    def _may_be(self, was: Field, now: Field) -> bool:
        parent = self.found.get(now.path[:-1], now.path[:-1])
        same_kind = (was.kind, was.type, was.control) == (now.kind, now.type, now.control)
        return same_kind and was.path[:-1] == parent

    def _same_place(self, was: Field, now: Field) -> bool:
        """Between the same neighbours."""
        before = self.order[True][was.path]
        after = self.order[False][now.path]
        return before == tuple(path and self.found.get(path, path) for path in after)

    @staticmethod
    def _questions(fields: list[Field]) -> list[Field]:
        return [each for each in fields if each.kind is Kind.QUESTION]


def _places(form: Form) -> dict[Path, tuple[Path, Path]]:
    """The paths before and after each field among its siblings; () at either end."""
    found: dict[Path, tuple[Path, Path]] = {}
    levels = [form.fields, *(each.children for each in fields_of(form.fields))]
    for level in levels:
        paths = [(), *(each.path for each in level if each.name != META), ()]
        for before, here, after in zip(paths, paths[1:], paths[2:], strict=False):
            found[here] = (before, after)
    return found


def _same_name(was: Field, now: Field) -> bool:
    return was.name == now.name


def _same_questions(was: Field, now: Field) -> bool:
    mine, others = ({each.name for each in group.children} for group in (was, now))
    return bool(mine) and len(mine & others) >= _ALIKE * len(mine | others)


def _same_label(was: Field, now: Field) -> bool:
    return bool(was.label) and was.label == now.label


def _same_choices(was: Field, now: Field) -> bool:
    return bool(was.choices.items) and set(was.choices.items) == set(now.choices.items)
