"""What else an answer comes from than its calculation: a default, a calculation with a trigger, and
choices out of a repeat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from server.xforms.xml import Element, child, local


def set_by(html: Element) -> Mapping[str, str]:
    """Expressions by the node that gets what they come to."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in html.iter():
        if local(each) == "setvalue":
            found[each.get("ref", "").strip()].append(each.get("value", ""))
        elif local(each) == "itemset":
            _choices(each, found)
    return {node: " ".join(expressions) for node, expressions in found.items()}


def _choices(itemset: Element, found: dict[str, list[str]]) -> None:
    nodeset, _, _ = itemset.get("nodeset", "").partition("[")
    value, control = child(itemset, "value"), itemset.getparent()
    if nodeset.startswith("/") and value is not None and control is not None:
        found[control.get("ref", "").strip()].append(f"{nodeset.strip()}/{value.get('ref', '')}")
