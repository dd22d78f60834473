"""A second reading of records, which shares nothing with the house's walker: plain lxml."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

Steps = tuple[str, ...]


def name_of(element: etree._Element) -> str:
    return etree.QName(element).localname


@dataclass
class Questions:
    """What an XForm says of its nodes: bind types, select multiples, repeats; by steps."""

    types: dict[Steps, str] = field(default_factory=dict)
    multiple: set[Steps] = field(default_factory=set)
    repeats: set[Steps] = field(default_factory=set)

    @classmethod
    def of(cls, xform: bytes) -> Questions:
        found = cls()
        for element in etree.fromstring(xform).iter(etree.Element):
            steps = tuple((element.get("nodeset") or element.get("ref") or "").split("/")[2:])
            if name_of(element) == "bind":
                found.types[steps] = str(element.get("type", "string"))
            elif name_of(element) in ("select", "rank"):
                found.multiple.add(steps)
            elif name_of(element) == "repeat":
                found.repeats.add(steps)
        return found


def leaves(element: etree._Element, above: Steps = ()) -> Iterator[tuple[Steps, str]]:
    """Every element without children, by its steps below the root."""
    for each in element:
        steps = (*above, name_of(each))
        if len(each):
            yield from leaves(each, steps)
        else:
            yield steps, each.text or ""


def rows(
    questions: Questions, element: etree._Element, key: str, path: Steps = ()
) -> Iterator[tuple[Steps, str, str, dict[Steps, str]]]:
    """The record and each instance of a repeat: its path, key, parent's key and own answers."""
    yield from _rows(questions, element, key, "", path)


def _rows(
    questions: Questions, element: etree._Element, key: str, parent: str, path: Steps
) -> Iterator[tuple[Steps, str, str, dict[Steps, str]]]:
    own: dict[Steps, str] = {}
    below: list[tuple[etree._Element, str, Steps]] = []

    def look(inside: etree._Element, steps: Steps, trail: str) -> None:
        seen: dict[str, int] = {}
        for each in inside:
            name = name_of(each)
            here = (*steps, name)
            if here in questions.repeats:
                seen[name] = seen.get(name, 0) + 1
                below.append((each, f"{trail}/{name}[{seen[name]}]", here))
            elif len(each):
                look(each, here, f"{trail}/{name}")
            else:
                own[here] = each.text or ""

    look(element, path, key)
    yield path, key, parent, own
    for instance, instance_key, steps in below:
        yield from _rows(questions, instance, instance_key, key, steps)
