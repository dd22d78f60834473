"""Small PMTiles archives, written by the format's own library; vector tiles by hand (MVT 2.1). And
an application whose maps lie on them."""

from __future__ import annotations

import gzip
import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from PIL import Image
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from server.model.base_map import BaseMap

PURPLE = (200, 30, 200)
# Of the vector style: what `water` is drawn with, and nothing else on a map.
WATER = (201, 221, 225)
CREDIT = "Protomaps © OpenStreetMap"
BY = '<a href="https://protomaps.com">Protomaps</a> &copy; <b>OpenStreetMap</b>'
PLACE = (107.4855864, 21.0044893)  # longitude and latitude of kiem_tra_van_phong's third sample
VIETNAM = (102.0, 8.0, 118.0, 24.0)

POINT, LINE, POLYGON = 1, 2, 3
Corner = tuple[int, int]


@contextmanager
def lying_on(app: Flask, base: BaseMap | None) -> Iterator[None]:
    """As if the installation had been started with these tiles."""
    before = app.extensions["caunoi"]
    app.extensions["caunoi"] = replace(before, base_map=base)
    try:
        yield
    finally:
        app.extensions["caunoi"] = before


def picture(colour: tuple[int, int, int] = PURPLE) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(held, "PNG")
    return held.getvalue()


def write_raster(path: Path, **header: Any) -> Path:
    """The whole earth in one colour, zoom 0 to 2 (each a shade of its own: the writer takes the
    zooms from where runs of equal tiles begin)."""
    tiles = {
        zxy_to_tileid(zoom, x, y): picture((*PURPLE[:2], PURPLE[2] + zoom))
        for zoom in range(3)
        for x in range(2**zoom)
        for y in range(2**zoom)
    }
    return _write(path, tiles, {"tile_type": TileType.PNG, **header}, {"attribution": BY})


def write_vector(path: Path, layers: Sequence[str] = ("water",), **header: Any) -> Path:
    """Water, streets on bridges and a floating village at PLACE and around it, zoom 14."""
    tile = gzip.compress(_vector_tile(), mtime=0)
    x, y = _tile_at(PLACE, 14)
    tiles = {
        zxy_to_tileid(14, x + right, y + down): tile for right in (-1, 0, 1) for down in (-1, 0, 1)
    }
    kind = {"tile_type": TileType.MVT, "tile_compression": Compression.GZIP}
    listed = [{"id": each} for each in layers]
    return _write(path, tiles, {**kind, **header}, {"attribution": BY, "vector_layers": listed})


def _tile_at(place: tuple[float, float], zoom: int) -> tuple[int, int]:
    longitude, latitude = place
    north = math.asinh(math.tan(math.radians(latitude)))
    return (
        int((longitude + 180) / 360 * 2**zoom),
        int((1 - north / math.pi) / 2 * 2**zoom),
    )


def _write(path: Path, tiles: dict[int, bytes], header: dict[str, Any], said: object) -> Path:
    west, south, east, north = header.pop("bounds", VIETNAM)
    edges = {"min_lon_e7": west, "min_lat_e7": south, "max_lon_e7": east, "max_lat_e7": north}
    whole = {
        "tile_compression": Compression.NONE,
        **{name: round(degrees * 1e7) for name, degrees in edges.items()},
        **header,
    }
    with path.open("wb") as file:
        writer = Writer(file)  # type: ignore[no-untyped-call]
        for at in sorted(tiles):
            writer.write_tile(at, tiles[at])  # type: ignore[no-untyped-call]
        writer.finalize(whole, said)  # type: ignore[no-untyped-call]
    return path


# -- vector tiles: protocol buffers, their fields numbered as in the standard ---------------------


def _vector_tile() -> bytes:
    everywhere = _square(-64, -64, 4224)
    streets = [
        _line(ends)
        for at in range(256, 4096, 640)
        for ends in ([(at, -64), (at, 4160)], [(-64, at), (4160, at)])
    ]
    towns = [_line([(at + 320, at + 320)]) for at in range(256, 4096, 640)]
    return b"".join(
        (
            _layer("earth", POLYGON, [everywhere], kind="earth"),
            _layer("water", POLYGON, [everywhere], kind="ocean"),
            _layer("landuse", POLYGON, [_square(1000, 1000, 500)], kind="park"),
            _layer("buildings", POLYGON, [_square(300, 300, 120)], kind="building"),
            _layer("roads", LINE, streets, kind="minor_road", name="Đường Thử Nghiệm"),
            _layer("boundaries", LINE, [_line([(0, 0), (4096, 4096)])], kind="region"),
            _layer("places", POINT, towns, kind="locality", name="Phường Bịa Đặt"),
        )
    )


def _layer(layer: str, geometry: int, shapes: Sequence[bytes], **tags: str) -> bytes:
    """One feature for each shape, all with the same tags."""
    numbers = b"".join(_varint(at) * 2 for at in range(len(tags)))
    features = b"".join(
        _bytes(2, _bytes(2, numbers) + _number(3, geometry) + _bytes(4, shape)) for shape in shapes
    )
    keys = b"".join(_bytes(3, key.encode()) for key in tags)
    values = b"".join(_bytes(4, _bytes(1, value.encode())) for value in tags.values())
    head = _number(15, 2) + _bytes(1, layer.encode())
    return _bytes(3, head + features + keys + values + _number(5, 4096))


def _square(left: int, top: int, side: int) -> bytes:
    right, bottom = left + side, top + side
    return _ring([(left, top), (right, top), (right, bottom), (left, bottom)])


def _ring(corners: Sequence[Corner]) -> bytes:
    return _line(corners) + _varint(7 | 1 << 3)  # ClosePath


def _line(points: Sequence[Corner]) -> bytes:
    """MoveTo the first, LineTo the others: each as a step from the one before."""
    steps = [
        (x - before_x, y - before_y)
        for (x, y), (before_x, before_y) in zip(points, [(0, 0), *points], strict=False)
    ]
    first, *others = (_zigzag(x) + _zigzag(y) for x, y in steps)
    if not others:
        return _varint(1 | 1 << 3) + first
    return _varint(1 | 1 << 3) + first + _varint(2 | len(others) << 3) + b"".join(others)


def _zigzag(number: int) -> bytes:
    return _varint(number << 1 if number >= 0 else (-number << 1) - 1)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])
