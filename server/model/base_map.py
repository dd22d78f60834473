"""What lies under the points of a map, where an installation chose more than the outlines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class TileHost:
    """A foreign server of raster tiles: it sees which places are looked at."""

    template: str  # https://example.org/{z}/{x}/{y}.png
    credit: str

    @property
    def origin(self) -> str:
        """The one thing that a page must open its policy for."""
        parts = urlsplit(self.template)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True)
class MapFile:
    """A PMTiles archive on this machine. ``bounds`` are west, south, east and north."""

    path: Path
    is_vector: bool
    zooms: tuple[int, int]
    bounds: tuple[float, float, float, float]
    credit: str


BaseMap = TileHost | MapFile
