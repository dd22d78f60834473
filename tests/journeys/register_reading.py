"""What records order for registers, read from the XForm and the XML alone: by none of the server's
code."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from server.model.entities import ListKey
from server.model.scope import WHOLE_HOUSE
from server.processing.registers.entity_file import read_lines
from server.processing.registers.entity_import import apply_import
from server.processing.registers.entity_plan import Importer, plan_import
from server.services import PROJECT
from tests.javarosa.filler import media_for, xform
from tests.records import Made
from tests.world import World

_SAVE_TO = "{http://www.opendatakit.org/xforms/entities}saveto"
_CENTRE = Importer("Trung tâm", None, WHOLE_HOUSE, b"")


@dataclass(frozen=True)
class Said:
    """What one record says of one entry."""

    list: str
    id: str
    create: bool
    label: str
    data: Mapping[str, str]
    end: str
    source: str


def fill_registers(world: World, form: str, folder: Path) -> None:
    """With what the phones held when the form was filled: every phone all of it."""
    stores, shelf = world.house.stores, world.house.shelf
    media = media_for(form, folder)
    for name in {each.get("dataset") for each in etree.fromstring(xform(form)).iter("{*}entity")}:
        key = ListKey(PROJECT, str(name))
        stores.entity_lists.set_option(key, "shared", True)
        lines = read_lines((media / f"{name}.csv").read_bytes())
        plan = plan_import(stores, shelf, _CENTRE, key, lines, office=None, known_columns=())
        apply_import(stores, shelf, _CENTRE, plan, at=world.clock(), progress=lambda _: None)


def assert_registers_say_so(world: World, form: str, made: Sequence[Made]) -> None:
    """Each property is what the record said that was finished last, of those that said it."""
    by_entry: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for each in made:
        for said in _said_in(form, each):
            by_entry[said.list, said.id].append(said)
    for (name, entry), told in by_entry.items():
        found = world.house.stores.entities.find(WHOLE_HOUSE, ListKey(PROJECT, name), entry)
        assert found is not None
        assert found.state.exists
        assert found.state.held is None
        fresh = any(said.create for said in told)
        sources = {said.source for said in told}
        assert found.state.version == len(sources) + (not fresh)
        expected: dict[str, str] = {}
        for said in sorted(told, key=lambda said: (not said.create, said.end, said.source)):
            expected |= said.data
            expected |= {"": said.label} if said.label else {}
        label = expected.pop("", found.state.label)
        assert found.state.label == label
        assert found.state.data.items() >= expected.items()


def _said_in(form: str, made: Made) -> Iterator[Said]:
    root = etree.fromstring(made.xml)
    saves = _saves(form)
    blocks = {_path(_block(each)) for each in root.iter("{*}entity")}
    for entity in root.iter("{*}entity"):
        create, update = (entity.get(each) in ("1", "true") for each in ("create", "update"))
        if not create and not update:
            continue
        block = _block(entity)
        here = _path(block)
        data = {}
        for path, name in saves.items():
            around = [each for each in blocks if path[: len(each)] == each]
            found = block.findall("/".join(path[len(here) :]))
            if found and max(around, key=len) == here:
                data[name] = _composed(found[0].text)
        yield Said(
            list=str(entity.get("dataset")),
            id=str(entity.get("id")),
            create=create,
            label=_composed(entity.findtext("{*}label")),
            data=data,
            end=root.findtext("end") or "",
            source=f"{PROJECT}/{made.form_id}/{made.instance_id}",
        )


def _composed(text: str | None) -> str:
    """Some phones take letters and their marks apart."""
    return unicodedata.normalize("NFC", (text or "").strip())


def _saves(form: str) -> dict[tuple[str, ...], str]:
    binds = etree.fromstring(xform(form)).iter("{*}bind")
    return {
        tuple(str(each.get("nodeset")).split("/")[2:]): str(each.get(_SAVE_TO))
        for each in binds
        if each.get(_SAVE_TO)
    }


def _block(entity: etree._Element) -> etree._Element:
    """What the entity is of: it stands in the ``meta`` of the record, a group or a repeat."""
    meta = entity.getparent()
    assert meta is not None
    block = meta.getparent()
    assert block is not None
    return block


def _path(element: etree._Element) -> tuple[str, ...]:
    above = reversed(list(element.iterancestors()))
    names = [etree.QName(each).localname for each in (*above, element)]
    return tuple(names[1:])
