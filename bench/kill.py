"""The long version of `tests/faults/test_kills.py`: whole rounds of uploads under `kill -9`.

python -m bench.kill --uploads 2000 --rounds 10 --kills 8
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import click

from bench.installation import ENGINES, installed
from bench.material import records
from tests.faults.accounts import shortfalls
from tests.faults.storm import DATABASE, MASTER, WORKER, storm

_SENDERS = 8
_KILOBYTES = 40


@click.command()
@click.option("--engine", "engines", multiple=True, default=ENGINES, type=click.Choice(ENGINES))
@click.option("--uploads", default=2000, show_default=True)
@click.option("--rounds", default=10, show_default=True)
@click.option("--kills", default=8, show_default=True, help="In each round.")
@click.option("--seed", type=int, help="Of the moments and victims; new ones by default.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where the data folders are made.")
def main(
    engines: tuple[str, ...],
    uploads: int,
    rounds: int,
    kills: int,
    seed: int | None,
    folder: Path | None,
) -> None:
    """Kill web processes and the database at random moments while phones upload photos."""
    seed = random.randrange(10**6) if seed is None else seed
    chance, failed = random.Random(seed), False
    click.echo(f"seed {seed}")
    for engine in engines:
        for number in range(1, rounds + 1):
            with tempfile.TemporaryDirectory(dir=folder) as data:
                found = _round(Path(data) / "data", engine, uploads, kills, chance)
            failed = failed or bool(found)
            click.echo(f"{engine} round {number}: {'; '.join(found) or 'all there, once, whole'}")
    sys.exit(failed)


def _round(data: Path, engine: str, uploads: int, kills: int, chance: random.Random) -> list[str]:
    with installed(data, engine) as installation:
        sent = list(islice(records(_KILOBYTES, photos=2), uploads))
        targets = chance.choices((WORKER, DATABASE, MASTER), k=kills)
        began = time.monotonic()
        weather = storm(installation, sent, targets, senders=_SENDERS, chance=chance)
        click.echo(
            f"  {len(weather.thanked)} records in {time.monotonic() - began:.0f} s, "
            f"{weather.tries} posts sent again; killed: {', '.join(weather.killed)}"
        )
        return shortfalls(installation.config, weather.thanked)


if __name__ == "__main__":
    main()
