"""How fast records go out, and that memory stays flat however many they are.

    python -m bench.export --engine secantusdb --records 20000

Without photos: `bench.filling` makes records whose photos were never there.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from bench.filling import KEY, Filling, working_days
from bench.installation import ENGINES, ROOT, Process, settings_of
from exports.formats import FORMATS
from exports.source import Options
from server.config import read_config
from server.engine import own_database
from server.exporting import export
from server.model.filters import Filters
from server.model.scope import WHOLE_HOUSE
from server.model.sequence import seq_at
from server.services import Services, build_services
from server.storage.database import connect

MEGABYTE = 1024**2


@dataclass(frozen=True)
class Measured:
    """``first_ms`` until the first bytes; ``grown_mb`` what memory rose to above its start."""

    records_per_second: float
    first_ms: float
    megabytes: float
    grown_mb: float


@click.command()
@click.option("--engine", default=ENGINES[0], show_default=True, type=click.Choice(ENGINES))
@click.option("--records", "numbers", multiple=True, default=(2_000, 20_000), show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), help="Where the data folder is made.")
@click.option("--json", "as_json", is_flag=True)
def main(engine: str, numbers: tuple[int, ...], folder: Path | None, as_json: bool) -> None:
    """Export all records of a form in every format."""
    found: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory(dir=folder) as data:
        config = read_config(settings_of(data, engine), ROOT)
        with own_database(config) as uri:
            house = build_services(config, uri)
            filling = Filling(house, connect(uri, config.db))
            for number in sorted(numbers):
                filling.fill(number, working_days)
                for kind in FORMATS:
                    found[f"{kind}, {number:,} records"] = _measure(house, kind, number)
    if as_json:
        click.echo(json.dumps({name: asdict(each) for name, each in found.items()}))
    else:
        click.echo(_table(engine, found))


def _measure(house: Services, kind: str, number: int) -> Measured:
    own = Process(os.getpid(), os.getppid(), "")
    own.forget_most_memory()
    before, began = own.most_memory(), time.perf_counter()
    filters = Filters(top=seq_at(house.clock()))
    made = export(house, WHOLE_HOUSE, KEY, kind, filters, Options(attachments=False))
    first = len(next(made.pieces))
    until_first = time.perf_counter() - began
    size = first + sum(len(piece) for piece in made.pieces)
    took = time.perf_counter() - began
    return Measured(
        records_per_second=number / took,
        first_ms=until_first * 1000,
        megabytes=size / MEGABYTE,
        grown_mb=(own.most_memory() - before) / MEGABYTE,
    )


def _table(engine: str, found: dict[str, Measured]) -> str:
    lines = [engine.ljust(34) + "records/s  first bytes ms       MB   memory grew MB"]
    for name, each in found.items():
        lines.append(
            f"{name:34}{each.records_per_second:9.0f}{each.first_ms:16.0f}"
            f"{each.megabytes:9.1f}{each.grown_mb:17.1f}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
