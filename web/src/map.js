// A small map above a list of points that can be read without it.
import * as maplibregl from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import boundariesUrl from "../boundaries/vietnam.json?url";

maplibregl.setWorkerUrl(workerUrl);

const FONT = ["Be Vietnam Pro", "sans-serif"];
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

function circleAround({ at: [lon, lat], accuracy }) {
  const high = accuracy / METRES_PER_DEGREE;
  const wide = high / Math.cos((lat * Math.PI) / 180);
  const ring = Array.from({ length: 65 }, (_, step) => {
    const angle = (step / 64) * 2 * Math.PI;
    return [lon + wide * Math.cos(angle), lat + high * Math.sin(angle)];
  });
  return feature({ type: "Polygon", coordinates: [ring] });
}

function backgroundOf(tiles, boundaries) {
  if (tiles) {
    return {
      sources: { tiles: { type: "raster", tiles: [tiles], tileSize: 256 } },
      layers: [{ id: "tiles", type: "raster", source: "tiles" }],
    };
  }
  const names = boundaries.features.map(({ properties }) =>
    point(properties.middle, { name: properties.name }),
  );
  return {
    sources: {
      provinces: { type: "geojson", data: boundaries },
      names: { type: "geojson", data: collection(names) },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": "#e3ecee" } },
      { id: "land", type: "fill", source: "provinces", paint: { "fill-color": "#fbfaf5" } },
      { id: "borders", type: "line", source: "provinces", paint: { "line-color": "#8fa3a0" } },
      labels("names", "names", 12),
    ],
  };
}

function labels(id, source, size) {
  return {
    id,
    type: "symbol",
    source,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": size },
    paint: { "text-color": "#3f4d52", "text-halo-color": "#fff", "text-halo-width": 1.5 },
  };
}

function islandLabels() {
  const layer = labels("islands", "islands", 11);
  layer.layout["text-allow-overlap"] = true;
  layer.layout["text-ignore-placement"] = true;
  return layer;
}

function styleFor(tiles, boundaries, points) {
  const background = backgroundOf(tiles, boundaries);
  const dots = points.map(({ at, number }) => point(at, { name: number }));
  const circles = points.filter(({ accuracy }) => accuracy > 0).map(circleAround);
  const layers = [
    ...background.layers,
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
      islands: { type: "geojson", data: collection(ISLANDS) },
      circles: { type: "geojson", data: collection(circles) },
      dots: { type: "geojson", data: collection(dots) },
    },
    layers,
  };
}

export async function drawMap(place) {
  const points = pointsIn(place);
  if (points.length === 0) return;
  const tiles = document.body.dataset.tiles;
  const words = JSON.parse(place.dataset.words);
  const frame = document.createElement("div");
  frame.className = "map-frame";
  place.prepend(frame);
  try {
    const boundaries = tiles ? null : await (await fetch(boundariesUrl)).json();
    const bounds = new maplibregl.LngLatBounds();
    points.forEach(({ at }) => bounds.extend(at));
    const map = new maplibregl.Map({
      container: frame,
      style: styleFor(tiles, boundaries, points),
      bounds,
      fitBoundsOptions: { padding: 40, maxZoom: tiles ? ZOOM_ON_TILES : ZOOM_ON_OUTLINES },
      attributionControl: false,
      // A finger or wheel that scrolls the page must not be caught by the map.
      cooperativeGestures: true,
      locale: words,
    });
    map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
    map.addControl(new maplibregl.ScaleControl());
  } catch {
    // No WebGL on this machine: the list below says the same.
    frame.remove();
  }
}
