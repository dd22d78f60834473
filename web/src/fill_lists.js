// Of a long list only the lines in sight are drawn, since ten thousand took minutes; for that all
// lines are of one height. The longest must find room in it: on a phone a name takes several rows.

const MANY = 200;
const MEASURED = 20; // the longest by their letters; one of them is the longest to the eye
const ROW = 24; // as _form.scss has it, like the paddings
const ABOVE_AND_BELOW = 16;
const BESIDE = 52; // paddings, and a scroll bar
const TICK = 28;

/** What the drop-down list of the box `id` is told; null where it draws everything. */
export function lines(options, id, ticked) {
  if (options.length <= MANY) return null;
  // Asked when the list opens: the box has its width only then.
  return { get itemSize() { return ROW * rows(options, document.getElementById(id), ticked) + ABOVE_AND_BELOW; } };
}

function rows(options, box, ticked) {
  const brush = document.createElement("canvas").getContext("2d");
  brush.font = getComputedStyle(box).font;
  const longest = options.map((each) => each.search).sort((one, other) => other.length - one.length);
  const room = box.clientWidth - BESIDE - (ticked ? TICK : 0);
  const width = (text) => brush.measureText(text).width;
  return Math.max(...longest.slice(0, MEASURED).map((each) => broken(each, room, width)));
}

/** How many rows words take, broken between them, and inside one that is wider than a row. */
function broken(text, room, width) {
  let count = 1;
  let used = 0;
  for (const word of text.split(/\s+/)) {
    const wide = width(`${word} `);
    if (used && used + wide > room) {
      count += 1;
      used = 0;
    }
    count += Math.floor(wide / room);
    used += wide % room;
  }
  return count;
}
