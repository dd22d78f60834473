"""How the library's registers behave from the first start on: as ``forms/registers.toml`` says."""

from __future__ import annotations

import tomllib
from pathlib import Path

from server.model.entities import ListKey
from server.storage.stores import Stores

_OPTIONS = {
    "approval": "approval",
    "shared": "shared",
    "centre_only": "reserved",
    "office_by": "office_by",
    "title": "title",
    "full_names": "full_names",
    "names": "names",
    "assigned_only": "assigned_only",
    "offices": "offices",
    "members": "members",
}


def give_registers(stores: Stores, forms: Path, project: int) -> None:
    """Every option that nobody has chosen; a second time changes nothing."""
    path = forms / "registers.toml"
    given = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    for name, options in given.items():
        chosen = {stored: options[said] for said, stored in _OPTIONS.items() if said in options}
        stores.entity_lists.give(ListKey(project, name), chosen)
