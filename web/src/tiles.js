// Tiles that an installation lays upon the outlines: of a host, or of a file of this server.
import * as maplibregl from "maplibre-gl";
import { vectorLayers } from "./vector_style.js";

// Where nothing has come by then, nothing is waited for: a firewall may swallow what is asked.
const PATIENCE = 12_000;
const DEEPEST_ON_HOSTS = 19;

// Nothing where none are set, or where the file does not reach all that is shown.
export function tilesFor(place, points) {
  if (!place.dataset.tiles) return null;
  const tiles = JSON.parse(place.dataset.tiles);
  const [west, south, east, north] = tiles.bounds ?? [-180, -90, 180, 90];
  const isInside = ({ at: [lon, lat] }) =>
    west <= lon && lon <= east && south <= lat && lat <= north;
  return points.every(isInside) ? tiles : null;
}

export async function tileSource(tiles) {
  if (tiles.template) {
    const source = { type: "raster", tiles: [tiles.template], maxzoom: DEEPEST_ON_HOSTS };
    return { ...source, tileSize: 256 };
  }
  const { Protocol } = await import("pmtiles");
  maplibregl.addProtocol("pmtiles", new Protocol().tile);
  const url = `pmtiles://${new URL(tiles.file, location.href)}`;
  return tiles.isVector ? { type: "vector", url } : { type: "raster", url, tileSize: 256 };
}

export function tileLayers(tiles) {
  if (tiles.isVector) return vectorLayers(document.documentElement.lang);
  return [{ id: "tiles", type: "raster", source: "tiles" }];
}

// ``withoutTiles`` is called once if none can be had.
export function watchTiles(map, withoutTiles) {
  let isSettled = false;
  const settle = (after) => {
    if (isSettled) return;
    isSettled = true;
    clearTimeout(patience);
    after?.();
  };
  const giveUp = () => settle(withoutTiles);
  const patience = setTimeout(giveUp, PATIENCE);
  map.on("sourcedata", ({ sourceId, tile }) => {
    if (sourceId === "tiles" && tile?.state === "loaded") settle();
  });
  map.on("error", ({ sourceId, error }) => {
    if (sourceId === "tiles") giveUp();
    else console.error(error);
  });
}

export function creditLine({ credit }) {
  const line = document.createElement("p");
  line.className = "map-credit";
  line.textContent = credit;
  return line;
}
