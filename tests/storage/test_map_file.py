"""Which PMTiles archives the maps can lie on, and what is said of the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pmtiles.tile import Compression, TileType

from server.errors import BadSettings
from server.storage.map_file import read_map_file
from tests.map_tiles import CREDIT, VIETNAM, write_raster, write_vector


def test_a_file_says_what_it_holds_where_and_who_made_it(tmp_path: Path) -> None:
    raster = read_map_file(write_raster(tmp_path / "r.pmtiles"), None)
    assert (raster.is_vector, raster.zooms, raster.bounds) == (False, (0, 2), VIETNAM)
    assert raster.credit == CREDIT
    vector = read_map_file(write_vector(tmp_path / "v.pmtiles"), "© Tỉnh Quảng Ninh")
    assert (vector.is_vector, vector.credit) == (True, "© Tỉnh Quảng Ninh")


def cut_short(path: Path) -> None:
    write_raster(path)
    path.write_bytes(path.read_bytes()[:-1])


def of_version_2(path: Path) -> None:
    write_raster(path)
    path.write_bytes(b"PMTiles\x02" + path.read_bytes()[8:])


def with_broken_metadata(path: Path) -> None:
    write_raster(path)
    whole = bytearray(path.read_bytes())
    start = int.from_bytes(whole[24:32], "little")
    whole[start : start + 4] = b"\xff" * 4
    path.write_bytes(whole)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: None, "cannot be read: No such file or directory"),
        (lambda path: path.mkdir(), "cannot be read: Is a directory"),
        (lambda path: path.write_bytes(b""), "is not a whole PMTiles archive"),
        (lambda path: path.write_bytes(b"SQLite format 3\0" * 99), "is not a whole PMTiles"),
        (lambda path: path.write_bytes(bytes(range(256))), "is not a whole PMTiles archive"),
        (of_version_2, "of another version than 3"),
        (with_broken_metadata, "is not a whole PMTiles archive"),
        (cut_short, "was not copied whole"),
        (lambda path: write_raster(path, bounds=(107, 21, 107, 21)), "which part of the earth"),
        (lambda path: write_raster(path, tile_type=TileType.MLT), "holds neither pictures nor"),
        (lambda path: write_vector(path, tile_compression=Compression.BROTLI), "gzip is"),
        (lambda path: write_vector(path, layers=("thua_dat",)), "none of the layers"),
        (lambda path: write_vector(path, layers=()), "none of the layers"),
    ],
)
def test_an_operator_reads_why_a_file_cannot_be_drawn(
    tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    path = tmp_path / "tinh.pmtiles"
    spoil(path)
    with pytest.raises(BadSettings) as refused:
        read_map_file(path, None)
    [problem] = refused.value.problems
    assert problem.startswith(f"CAUNOI_TILES: {path} ")
    assert said in problem
