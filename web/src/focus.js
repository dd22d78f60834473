// After an action the focus is on the next thing to do, which the page marks, else on what it says
// was done.
export function moveFocusToWhatIsNext() {
  const next = document.querySelector("[data-focus]") ?? document.querySelector("[data-said]");
  next?.focus();

  // "Show more" has gone; the first of the rows that it brought is what to read next.
  let shownBefore = 0;
  const rowLinks = () => document.querySelectorAll("#rows .row-link");
  document.addEventListener("htmx:before:swap", () => {
    shownBefore = rowLinks().length;
  });
  document.addEventListener("htmx:after:swap", () => {
    const links = rowLinks();
    if (shownBefore > 0 && links.length > shownBefore && document.activeElement === document.body) {
      links[shownBefore].focus();
    }
  });
}
