// What is filled in at this moment, and which of it was tried to be sent. The engine is asked, since
// answers come from more than keys: pictures, places, repeats.

let root = null; // the engine's own
let start = null; // the answers before anybody touched the form; null once they were begun earlier
let touched = false;
let tried = null; // what was last on its way: its payload, and the answers it was made of
let earlier = null;
let done = false;

/** What was begun at another time goes on here; said before the form is opened. */
export function begun(kept) {
  earlier = kept;
  touched = true;
}

/** The mended engine hands over what it opened. */
export function opened(state) {
  root = state.root;
  document.getElementById("fill-opening").hidden = true;
  if (earlier?.tried) tried = { answers: answers(), payload: { status: "ready", data: [earlier.form] } };
  if (earlier) return state;
  const box = document.getElementById("fill");
  const touch = () => {
    if (!touched) start = answers();
    touched = true;
  };
  for (const act of ["pointerdown", "keydown", "input", "change"]) {
    box.addEventListener(act, touch, { capture: true, once: true });
  }
  return state;
}

export function answers() {
  return root.instanceState.instanceXML;
}

/** The files that these answers name. */
export function files() {
  return [...root.rootDocument.attachments]
    .map(([node, file]) => (node.isAttached() && node.isRelevant() ? file.getValue() : null))
    .filter(Boolean);
}

export const unsent = () => root !== null && touched && !done && answers() !== start;

/** Whether exactly this may have reached the server already. */
export const wasTried = () => tried?.answers === answers();

export function sent() {
  done = true;
}

/**
 * What is sent. While nothing has changed it is the same to the last byte: the first may have
 * arrived though its answer was lost, and each making says another time of the end.
 */
export async function payload(make) {
  if (!wasTried()) {
    const made = await make();
    tried = { answers: answers(), payload: made };
  }
  return tried.payload;
}
