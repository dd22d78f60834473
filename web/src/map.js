// A small map above a list of points that can be read without it.
import * as maplibregl from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import boundariesUrl from "../boundaries/vietnam.json?url";
import { labels } from "./map_labels.js";
import { creditLine, tileLayers, tileSource, tilesFor, watchTiles } from "./tiles.js";
import { LAND, SEA } from "./vector_style.js";

maplibregl.setWorkerUrl(workerUrl);

const INK = "#0b5c6b";
const METRES_PER_DEGREE = 111_320;
// With nothing but province outlines a closer look shows nothing.
const ZOOM_ON_OUTLINES = 7.5;
const ZOOM_ON_TILES = 15;

const feature = (geometry, properties = {}) => ({ type: "Feature", properties, geometry });
const collection = (features) => ({ type: "FeatureCollection", features });
const point = (at, properties) => feature({ type: "Point", coordinates: at }, properties);

// The outlines do not show the archipelagos, which belong on every map of the country.
const ISLANDS = [
  point([112.3, 16.5], { name: "Quần đảo Hoàng Sa\n(Việt Nam)" }),
  point([114.2, 9.9], { name: "Quần đảo Trường Sa\n(Việt Nam)" }),
];

function pointsIn(place) {
  return [...place.querySelectorAll("[data-lat]")].map((item, index) => ({
    at: [Number(item.dataset.lon), Number(item.dataset.lat)],
    accuracy: Number(item.dataset.accuracy || 0),
    number: String(index + 1),
  }));
}

const areasIn = (place) =>
  [...place.querySelectorAll("[data-area]")].map(({ dataset }) =>
    feature(
      { type: "MultiPolygon", coordinates: JSON.parse(dataset.area) },
      { name: dataset.name },
    ),
  );

const middle = (numbers) => (Math.min(...numbers) + Math.max(...numbers)) / 2;

// One name for an area of many islands.
function nameOf({ geometry, properties }) {
  const rings = geometry.coordinates.map(([outer]) => outer);
  const largest = rings.reduce((one, other) => (other.length > one.length ? other : one));
  return point([0, 1].map((axis) => middle(largest.map((at) => at[axis]))), properties);
}

const cornersOf = (areas) =>
  areas.flatMap(({ geometry }) => geometry.coordinates.flat(2)).map((at) => ({ at }));

function circleAround({ at: [lon, lat], accuracy }) {
  const high = accuracy / METRES_PER_DEGREE;
  const wide = high / Math.cos((lat * Math.PI) / 180);
  const ring = Array.from({ length: 65 }, (_, step) => {
    const angle = (step / 64) * 2 * Math.PI;
    return [lon + wide * Math.cos(angle), lat + high * Math.sin(angle)];
  });
  return feature({ type: "Polygon", coordinates: [ring] });
}

// Also where tiles lie upon it: whatever they do not show is seen through them.
function outlines(boundaries) {
  return {
    sources: { provinces: { type: "geojson", data: boundaries } },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": SEA } },
      { id: "land", type: "fill", source: "provinces", paint: { "fill-color": LAND } },
      { id: "borders", type: "line", source: "provinces", paint: { "line-color": "#8fa3a0" } },
    ],
  };
}

function provinceNames({ features }) {
  return collection(
    features.map(({ properties }) => point(properties.middle, { name: properties.name })),
  );
}

function islandLabels() {
  const layer = labels("islands", "islands", 11);
  layer.layout["text-allow-overlap"] = true;
  layer.layout["text-ignore-placement"] = true;
  return layer;
}

function styleFor(boundaries, points, areas, upon) {
  const background = outlines(boundaries);
  const dots = points.map(({ at, number }) => point(at, { name: number }));
  const circles = points.filter(({ accuracy }) => accuracy > 0).map(circleAround);
  const layers = [
    ...background.layers,
    ...upon.layers,
    { id: "areas", type: "fill", source: "areas", paint: { "fill-color": INK, "fill-opacity": 0.1 } },
    { id: "area-borders", type: "line", source: "areas", paint: { "line-color": INK } },
    labels("area-names", "area-names", 12),
    islandLabels(),
    {
      id: "circles",
      type: "fill",
      source: "circles",
      paint: { "fill-color": INK, "fill-opacity": 0.2 },
    },
    {
      id: "dots",
      type: "circle",
      source: "dots",
      paint: {
        "circle-radius": points.length > 1 ? 11 : 8,
        "circle-color": INK,
        "circle-stroke-color": "#fff",
        "circle-stroke-width": 3,
      },
    },
  ];
  if (points.length > 1) {
    const numbers = labels("numbers", "dots", 12);
    numbers.paint = { "text-color": "#fff" };
    layers.push(numbers);
  }
  return {
    version: 8,
    sources: {
      ...background.sources,
      ...upon.sources,
      islands: { type: "geojson", data: collection(ISLANDS) },
      areas: { type: "geojson", data: collection(areas) },
      "area-names": { type: "geojson", data: collection(areas.map(nameOf)) },
      circles: { type: "geojson", data: collection(circles) },
      dots: { type: "geojson", data: collection(dots) },
    },
    layers,
  };
}

// Province names stand in for those that tiles bring with them.
async function uponOutlines(tiles, boundaries) {
  if (tiles) return { sources: { tiles: await tileSource(tiles) }, layers: tileLayers(tiles) };
  return {
    sources: { names: { type: "geojson", data: provinceNames(boundaries) } },
    layers: [labels("names", "names", 12)],
  };
}

const fitting = (maxZoom) => ({ padding: 40, maxZoom });

// The map as it would be if no tiles were set.
async function layOutlinesOnly(map, bounds, zoom, tiles, boundaries) {
  for (const { id } of tileLayers(tiles)) map.removeLayer(id);
  map.removeSource("tiles");
  const { sources, layers } = await uponOutlines(null, boundaries);
  map.addSource("names", sources.names);
  map.addLayer(layers[0], "islands");
  map.fitBounds(bounds, { ...fitting(zoom), animate: false });
}

export async function drawMap(place) {
  const points = pointsIn(place);
  const areas = areasIn(place);
  const shown = [...points, ...cornersOf(areas)];
  if (shown.length === 0) return;
  const tiles = tilesFor(place, shown);
  // An area is something to look at, also from near.
  const zoomOnOutlines = areas.length > 0 ? ZOOM_ON_TILES : ZOOM_ON_OUTLINES;
  const frame = document.createElement("div");
  frame.className = "map-frame";
  place.prepend(frame);
  try {
    const boundaries = await (await fetch(boundariesUrl)).json();
    const bounds = new maplibregl.LngLatBounds();
    shown.forEach(({ at }) => bounds.extend(at));
    const map = new maplibregl.Map({
      container: frame,
      style: styleFor(boundaries, points, areas, await uponOutlines(tiles, boundaries)),
      bounds,
      fitBoundsOptions: fitting(tiles ? ZOOM_ON_TILES : zoomOnOutlines),
      attributionControl: false,
      // A finger or wheel that scrolls the page must not be caught by the map.
      cooperativeGestures: true,
      // Tiles come as pictures then, for which alone the page's policy names a foreign host.
      refreshExpiredTiles: false,
      locale: JSON.parse(place.dataset.words),
    });
    if (tiles) {
      const credit = creditLine(tiles);
      frame.after(credit);
      watchTiles(map, () => {
        credit.remove();
        layOutlinesOnly(map, bounds, zoomOnOutlines, tiles, boundaries);
      });
    }
    map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
    map.addControl(new maplibregl.ScaleControl());
  } catch {
    // No WebGL on this machine: the list below says the same.
    frame.remove();
  }
}
