"""How long a phone waits for its register of 10,000 children, made anew and unchanged.

    python -m bench.entity_lists --engine secantusd-rs

The entities are documents as `server.storage.entity_codec` makes them, all of one office.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

import click

from bench.installation import ENGINES, ROOT, settings_of
from server.app import create_app
from server.config import read_config
from server.engine import own_database
from server.model.entities import Contribution, ListKey, Order, Origin
from server.processing.first_run import read_offices
from server.processing.forms.publish import Publication, publish
from server.processing.registers.entities import entity_of
from server.services import PROJECT, build_services
from server.storage.database import Mongo, connect
from server.storage.entity_codec import entity_document
from server.storage.indexes import create_indexes
from tests import registers
from tests.javarosa.filler import FORMS
from tests.world import Clock, World, build_world

_TRIES = 9
_WITHIN = ("*", "TT", "VP01", "VP02")


@click.command()
@click.option("--engine", default=ENGINES[0], show_default=True, type=click.Choice(ENGINES))
@click.option("--children", default=10_000, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def main(engine: str, children: int, as_json: bool) -> None:
    """Measure the manifest and the file, as one phone gets them from one process."""
    with tempfile.TemporaryDirectory() as data:
        config = replace(read_config(settings_of(data, engine), ROOT), db="bench_lists")
        with own_database(config) as uri:
            db = connect(uri, config.db)
            create_indexes(db)
            house = build_services(config, uri)
            house.stores.offices.put(read_offices(Path(FORMS) / "shared" / "van_phong.csv"))
            world = build_world(house, Clock())
            _publish(world)
            _fill(db, world, children)
            found = _measured(world)
    if as_json:
        click.echo(json.dumps(found))
    else:
        click.echo("\n".join(f"{name:<44}{value:>10.1f}" for name, value in found.items()))


def _publish(world: World) -> None:
    publication = Publication(
        project=PROJECT,
        file_name="form.xml",
        source=registers.form(),
        media={},
        by="bench",
        at=world.clock(),
    )
    publish(world.house.stores, publication)


def _fill(db: Mongo, world: World, children: int) -> None:
    documents = []
    for number in range(children):
        data = {"thon": f"Khu {number % 9}", "muc": "tb", "di_hoc": "co"}
        order = Order(True, False, f"Bé số {number}", data)
        made = Contribution(
            source=f"bench/{number}",
            origin=Origin.RECORD,
            orders=(order,),
            count=1,
            at=world.clock(),
            by="bench",
            office="VP02",
            within=_WITHIN,
            creates=True,
        )
        entity = entity_of(registers.CHILDREN, str(uuid.uuid4()), (made,), None)
        documents.append(entity_document(entity))
        if len(documents) == 1000:
            db["entities"].insert_many(documents)
            documents = []
    if documents:
        db["entities"].insert_many(documents)
    world.house.stores.entity_lists.touch(ListKey(PROJECT, "tre"), filled=True)


def _measured(world: World) -> dict[str, float]:
    client = create_app(world.house).test_client()
    path = f"{world.hong.path}/forms/so_tre"
    lists = world.house.stores.entity_lists

    def get(what: str) -> int:
        return len(client.get(f"{path}/{what}").get_data())

    def anew() -> None:
        lists.touch(registers.CHILDREN, filled=True)
        get("attachments/tre.csv")

    before = _memory()
    anew()
    return {
        "file made anew, ms": _time(anew),
        "file unchanged, ms": _time(lambda: get("attachments/tre.csv")),
        "manifest unchanged, ms": _time(lambda: get("manifest")),
        "file, kB": get("attachments/tre.csv") / 1000,
        "memory's highest mark risen by, MB": _memory() - before,
    }


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _time(act: Callable[[], object]) -> float:
    """Median milliseconds."""
    times = []
    for _ in range(_TRIES):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return median(times)


if __name__ == "__main__":
    main()
