"""The roles as a table: ``roles.toml`` beside this file, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Power:
    """Verbs with the forms they hold for (None for all), and the most sensitive answers that they
    read, in a spreadsheet's word; ``named`` of records whose worker somebody is, where that is
    more."""

    verbs: frozenset[str]
    forms: frozenset[str] | None
    clearance: str
    named: str = "khong"


@dataclass(frozen=True, slots=True)
class Role:
    """``vi`` and ``en`` are what people call it. ``assigned``: whose phones may get of a register
    what is their own to look after, and no more."""

    name: str
    vi: str
    en: str
    powers: tuple[Power, ...]
    assigned: bool

    @property
    def verbs(self) -> frozenset[str]:
        return frozenset().union(*(each.verbs for each in self.powers))

    def title(self, language: str) -> str:
        return self.vi if language == "vi" else self.en


def read_roles(every_verb: Iterable[str]) -> Mapping[str, Role]:
    """By name, in the order of the table. ``every_verb`` is what one role has that may all."""
    table = tomllib.loads((files(__package__) / "roles.toml").read_text(encoding="utf-8"))
    whole = Power(frozenset(every_verb), None, "dac_biet")
    return {name: _role(name, said, whole) for name, said in table.items()}


def _role(name: str, said: Mapping[str, Any], whole: Power) -> Role:
    powers = (whole,) if said.get("every_verb") else tuple(map(_power, said["powers"]))
    return Role(name, said["vi"], said["en"], powers, said.get("assigned", False))


def _power(said: Mapping[str, Any]) -> Power:
    forms = frozenset(said["forms"]) if "forms" in said else None
    levels = (said["clearance"], said.get("named", "khong"))
    return Power(frozenset(said["verbs"]), forms, *levels)
