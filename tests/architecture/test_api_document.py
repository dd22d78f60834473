"""docs/api.md lists exactly what programs can ask for."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from server.routes.allow import By

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `(?P<address>/[^`]*|\{f\}[^`]*)` \| (?P<methods>[A-Z, ]+) \|", re.MULTILINE)
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
# Collect's own, in docs/phones.md.
FOR_PHONES = {"/projects/1/formList", "/projects/1/submission"}


def told() -> dict[str, set[str]]:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    form = "/projects/1/forms/{form_id}"
    return {
        each["address"].replace("{f}", form): set(each["methods"].split(", "))
        for each in ROW.finditer(text)
    }


def served(app: Flask) -> dict[str, set[str]]:
    """By address, what a program may ask: under ``/v1``, and by no token in the address."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        by = getattr(app.view_functions[rule.endpoint], "rule", None)
        is_open = rule.endpoint == "api_sessions.begin"
        if not rule.rule.startswith("/v1/") or by is None or "token>/" in rule.rule:
            continue
        if by.by in (By.PROGRAM, By.PHONE) or is_open:
            address = rule.rule.removeprefix("/v1").replace("<int:project>", "1")
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            found.setdefault(PLACE.sub(r"{\1}", address), set()).update(methods)
    return {each: methods for each, methods in found.items() if each not in FOR_PHONES}


def test_the_document_lists_what_is_served(app: Flask) -> None:
    assert told() == served(app)
