// The map library is large and most records are read without it: it comes when a map is seen.
export function drawMapsWhenSeen() {
  const places = document.querySelectorAll("[data-map]");
  if (places.length === 0) return;
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((each) => each.isIntersecting)) {
      seen.unobserve(entry.target);
      import("./map.js").then(({ drawMap }) => drawMap(entry.target));
    }
  });
  places.forEach((place) => seen.observe(place));
}
