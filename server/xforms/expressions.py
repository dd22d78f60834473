"""Mistakes in a form's expressions that are found without running them.

ODK Validate finds them too, but needs Java, which an office's server may not have, and names the
node rather than the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from lxml import etree

from server.xforms.form import Path
from server.xforms.xml import Element, local, parse

# The attribute of a bind → the column of the spreadsheet that it comes from.
_COLUMNS = {
    "constraint": "constraint",
    "relevant": "relevant",
    "calculate": "calculation",
    "required": "required",
    "readonly": "read_only",
}
_WAITS = ("relevant", "calculate")  # what makes one question wait for another
_TEXT = re.compile(r"'[^']*'|\"[^\"]*\"")
_ABSOLUTE = re.compile(r"(?<![\w.)\]])/[\w.-]+(?:/[\w.-]+)+")


@dataclass(frozen=True, slots=True)
class BadExpression:
    path: Path
    column: str


def bad_expressions(xform: bytes) -> list[BadExpression]:
    """Expressions that are no XPath at all: a bracket too few, an operator too many."""
    return [
        BadExpression(_path(bind), column)
        for bind in _binds(parse(xform))
        for attribute, column in _COLUMNS.items()
        if (text := str(bind.get(attribute, "")).strip()) and not _is_xpath(text)
    ]


def waiting_for_each_other(xform: bytes) -> tuple[Path, ...]:
    """The questions of one circle of relevance and calculations; empty where there is none.

    Only what stands outside repeats: inside, a question may well refer to the round before.
    """
    root = parse(xform)
    repeats = tuple(
        f"{each.get('nodeset', '')}/" for each in root.iter() if local(each) == "repeat"
    )
    binds = {
        each.get("nodeset", ""): each
        for each in _binds(root)
        if not f"{each.get('nodeset', '')}/".startswith(repeats)
    }
    graph = {node: binds.keys() & _asked(bind) for node, bind in binds.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        nodes: list[str] = circle.args[1]
        return tuple(_path(binds[each]) for each in dict.fromkeys(nodes))
    return ()


def _binds(root: Element) -> Iterable[Element]:
    return (each for each in root.iter() if local(each) == "bind")


def _path(bind: Element) -> Path:
    return tuple(str(bind.get("nodeset", "")).strip("/ ").split("/")[1:])


def _is_xpath(text: str) -> bool:
    try:
        etree.XPath(text)
    except etree.XPathSyntaxError:
        return False
    return True


def _asked(bind: Element) -> set[str]:
    """The nodes that the bind's expressions refer to."""
    texts = (_TEXT.sub("''", str(bind.get(each, ""))) for each in _WAITS)
    return {node for text in texts for node in _ABSOLUTE.findall(text)}
