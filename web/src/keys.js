// The keyboard habits of every page. A page takes part by its markup: `.row-link` is a row,
// [data-key="a"] is what the letter presses, and #keys is the list that `?` shows.

const rowLinks = () => [...document.querySelectorAll(".row-link")];

function moveBy(step) {
  const links = rowLinks();
  if (links.length === 0) return;
  const here = links.indexOf(document.activeElement);
  const next = here === -1 ? (step > 0 ? 0 : links.length - 1) : here + step;
  links[Math.max(0, Math.min(next, links.length - 1))].focus();
}

function selectRow() {
  document.activeElement?.closest("tr")?.querySelector("input[type=checkbox]")?.click();
}

function press(letter) {
  document.querySelector(`[data-key="${letter}"]`)?.click();
}

function returnForCorrection() {
  const choice = document.querySelector('[data-key="r"]');
  if (!choice) return;
  choice.click();
  document.getElementById("reason")?.focus();
}

const HABITS = {
  "/": () => document.querySelector("[data-search]")?.focus(),
  j: () => moveBy(1),
  k: () => moveBy(-1),
  x: selectRow,
  a: () => press("a"),
  r: returnForCorrection,
  "?": () => document.getElementById("keys")?.showModal(),
};

const isTyping = (target) =>
  target.closest("textarea, select, input:not([type=checkbox]):not([type=radio]), dialog, .pswp");

export function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const habit = HABITS[event.key];
    if (!habit) return;
    event.preventDefault();
    habit();
  });
}
