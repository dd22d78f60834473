// Colours for the vector tiles of Protomaps' basemap (its layers, version 4): quiet, so that the
// points of a record stand out.
import { labels } from "./map_labels.js";

export const LAND = "#fbfaf5";
export const SEA = "#e3ecee";

// The names of the East Sea and of its islands are ours to write (map.js), not the tiles' maker's.
const EAST_SEA = {
  type: "Polygon",
  coordinates: [[[109.9, 6], [118, 6], [118, 17.8], [110.5, 17.8], [109.9, 12], [109.9, 6]]],
};

const kind = (...names) => ["in", ["get", "kind"], ["literal", names]];
const isArea = ["in", ["geometry-type"], ["literal", ["Polygon", "MultiPolygon"]]];
const isLine = ["in", ["geometry-type"], ["literal", ["LineString", "MultiLineString"]]];
const growing = (...stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];

const GREEN = [
  "cemetery", "forest", "garden", "golf_course", "grass", "meadow", "national_park",
  "nature_reserve", "orchard", "park", "protected_area", "scrub", "wood",
];

function area(id, sourceLayer, color, filter = isArea) {
  const layer = { id: `tiles-${id}`, type: "fill", source: "tiles", "source-layer": sourceLayer };
  return { ...layer, filter, paint: { "fill-color": color } };
}

function line(id, sourceLayer, color, width, filter) {
  const layer = { id: `tiles-${id}`, type: "line", source: "tiles", "source-layer": sourceLayer };
  return {
    ...layer,
    filter: ["all", isLine, filter],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": color, "line-width": width },
  };
}

function words(id, sourceLayer, size, language, filter, more = {}) {
  const layer = labels(`tiles-${id}`, "tiles", size);
  const name = ["coalesce", ["get", `name:${language}`], ["get", "name"]];
  layer.layout = { ...layer.layout, "text-field": name, ...more.layout };
  return { ...layer, "source-layer": sourceLayer, minzoom: more.minzoom ?? 0, filter };
}

function roads() {
  return [
    line("paths", "roads", "#cfc8b8", growing(13, 0.5, 18, 3), kind("path")),
    line("rails", "roads", "#b3b3b3", growing(9, 0.5, 18, 3), kind("rail")),
    line("street-edges", "roads", "#d9d2c3", growing(12, 1, 18, 15), kind("minor_road")),
    line("road-edges", "roads", "#d6c9a8", growing(7, 1, 18, 21), kind("major_road", "highway")),
    line("streets", "roads", "#fff", growing(12, 0.3, 18, 12), kind("minor_road")),
    line("main-roads", "roads", "#fff3d1", growing(7, 0.4, 18, 18), kind("major_road", "highway")),
  ];
}

function names(language) {
  const settlements = ["all", kind("locality", "macrohood", "neighbourhood"), [
    "!", ["within", EAST_SEA],
  ]];
  const largestFirst = { "symbol-sort-key": ["-", ["coalesce", ["get", "population_rank"], 0]] };
  return [
    words("road-names", "roads", 11, language, ["has", "name"], {
      minzoom: 14,
      layout: { "symbol-placement": "line" },
    }),
    words("landmarks", "pois", 11, language, kind("clinic", "hospital", "school", "townhall"), {
      minzoom: 15,
    }),
    words("settlements", "places", 13, language, settlements, { layout: largestFirst }),
  ];
}

// From the ground up.
export function vectorLayers(language) {
  const undisputed = ["!=", ["get", "disputed"], true];
  const boundaries = ["all", kind("country", "region", "county"), undisputed];
  return [
    area("land", "earth", LAND),
    area("green", "landuse", "#e6efdc", ["all", isArea, kind(...GREEN)]),
    area("water", "water", "#c9dde1"),
    line("rivers", "water", "#c9dde1", growing(8, 0.5, 18, 6), kind("river", "stream", "canal")),
    { ...area("buildings", "buildings", "#ece6da"), minzoom: 13 },
    ...roads(),
    line("boundaries", "boundaries", "#8fa3a0", 1, boundaries),
    ...names(language),
  ];
}
