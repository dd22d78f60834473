"""How long a reader waits for a page, with 2,000 records and with 20,000.

    python -m bench.pages --engine secantusdb

The records are documents as `server.storage.codec` makes them; once spread over half a year of
working days, once all within two minutes.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median
from urllib.parse import quote

import click
from flask.testing import FlaskClient

from bench.filling import Filling, Moments, burst, working_days
from bench.installation import ENGINES, ROOT, settings_of
from bench.material import FORM
from server.app import create_app
from server.config import Config, read_config
from server.engine import own_database
from server.services import build_services
from server.storage.database import connect
from tests.world import Person, sign_in

NUMBERS = (2_000, 20_000)
_TRIES = 15
_DATA: Mapping[str, Moments] = {"half a year": working_days, "two minutes": burst}

Times = dict[str, float]


@click.command()
@click.option("--engine", default=ENGINES[0], show_default=True, type=click.Choice(ENGINES))
@click.option("--folder", type=click.Path(path_type=Path), help="Where the data folder is made.")
@click.option("--json", "as_json", is_flag=True)
def main(engine: str, folder: Path | None, as_json: bool) -> None:
    """Measure pages as a case manager and an administrator get them."""
    with tempfile.TemporaryDirectory(dir=folder) as data:
        config = read_config(settings_of(data, engine), ROOT)
        with own_database(config) as uri:
            found = {name: _grown(config, uri, moments) for name, moments in _DATA.items()}
    click.echo(json.dumps(found) if as_json else _table(engine, found))


def _grown(config: Config, uri: str, moments: Moments) -> dict[str, Times]:
    """Median milliseconds of each page, at each number of records."""
    config = replace(config, db=f"bench_{moments.__name__}")
    house = build_services(config, uri)
    filling = Filling(house, connect(uri, config.db))
    app = create_app(house)
    found: dict[str, Times] = {}
    for number in NUMBERS:
        filling.fill(number, moments)
        record = f"/records/{FORM}/{quote(filling.some_record().instance_id, safe='')}"
        found[f"{number:,}"] = {
            "records, whole house": _time(app.test_client(), filling.world.admin, _LIST),
            "records, an office and below": _time(app.test_client(), filling.world.lan, _LIST),
            "records that wait": _time(
                app.test_client(), filling.world.admin, f"{_LIST}?state=waiting"
            ),
            "one record": _time(app.test_client(), filling.world.admin, record),
            "phones": _time(app.test_client(), filling.world.admin, "/phones"),
            "today": _time(app.test_client(), filling.world.admin, "/"),
        }
    return found


_LIST = f"/records/{FORM}"


def _time(client: FlaskClient, reader: Person, path: str) -> float:
    sign_in(client, reader)
    took = []
    for _ in range(_TRIES):
        began = time.perf_counter()
        answer = client.get(path)
        took.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status}")
    return median(took)


def _table(engine: str, found: Mapping[str, Mapping[str, Times]]) -> str:
    lines = [f"{engine}, median ms of {_TRIES}"]
    for data, numbers in found.items():
        lines += ["", data.ljust(32) + "".join(f"{each:>10}" for each in numbers)]
        pages = next(iter(numbers.values()))
        lines += [
            page.ljust(32) + "".join(f"{times[page]:10.1f}" for times in numbers.values())
            for page in pages
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
