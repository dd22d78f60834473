"""What ``caunoi doctor`` says of the maps."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.cli.map_check import look_at_map
from server.config import Config
from tests.map_tiles import write_vector
from tests.tile_server import tile_server


def test_an_operator_reads_what_the_file_shows(tmp_path: Path) -> None:
    path = write_vector(tmp_path / "tinh.pmtiles")
    [found] = look_at_map(Config(data=tmp_path, tiles_file=path))
    assert not found.serious
    assert found.words.startswith(f"Maps lie on {path}: vector tiles, zoom 14 to 14, longitude 102")
    assert "credited “Protomaps © OpenStreetMap”" in found.words
    path.write_bytes(b"")
    [found] = look_at_map(Config(data=tmp_path, tiles_file=path))
    assert found.serious
    assert "is not a whole PMTiles archive" in found.words


def test_a_house_without_tiles_has_nothing_to_be_told(tmp_path: Path) -> None:
    assert list(look_at_map(Config(data=tmp_path))) == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({}, "Maps lie on raster tiles of {host}, credited “©”. It sees which places"),
        ({"status": 403}, "{host} answers 403 to a tile of Vietnam: maps show the built-in"),
        ({"status": 302}, "{host} answers 302 to a tile of Vietnam"),
        ({"kind": "text/html"}, "{host} sends text/html, no picture: maps show"),
        ({"allowed": None}, "{host} does not let other sites use its tiles (no CORS)"),
    ],
)
def test_an_operator_reads_whether_the_host_serves(
    tmp_path: Path, answer: dict[str, object], said: str
) -> None:
    with tile_server(**answer) as host:
        config = Config(data=tmp_path, tiles=host.template, tiles_credit="©")
        [found] = look_at_map(config)
        assert found.words.startswith(said.format(host=host.address))
    assert [path for path, _ in host.asked] == ["/6/50/28.png"]
    [after] = look_at_map(config)
    assert after.words.startswith(f"{host.address} cannot be reached from here")
    assert not after.serious
