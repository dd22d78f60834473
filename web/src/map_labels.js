// Words on a map, in the pages' own font: a style without glyphs draws from the fonts at hand.
export const FONT = ["Be Vietnam Pro", "sans-serif"];

export function labels(id, source, size) {
  return {
    id,
    type: "symbol",
    source,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": size },
    paint: { "text-color": "#3f4d52", "text-halo-color": "#fff", "text-halo-width": 1.5 },
  };
}
