// A form in the browser. Loaded on its pages alone: the engine is large, and they alone have a
// policy that lets it run.
import { begun, opened, payload, unsent } from "./fill_answers.js";
import { choose } from "./fill_begun.js";
import { keeping } from "./fill_keeping.js";
import { lines } from "./fill_lists.js";
import { sending } from "./fill_sending.js";
import { moment, momentOf } from "./fill_moments.js";
import { CALENDAR, spoken } from "./fill_words.js";

const box = document.getElementById("fill");
const facts = { ...box.dataset, words: JSON.parse(box.dataset.words), files: JSON.parse(box.dataset.files) };
const language = document.documentElement.lang;
globalThis.cauNoiForm = { ...spoken(language, facts.locale), moment, momentOf, opened, payload, lines };

function tell(words, { late = true, signIn = false } = {}) {
  const said = document.getElementById("fill-said");
  said.querySelector("span").textContent = words;
  said.querySelector("a").hidden = !signIn;
  said.classList.toggle("is-late", late);
  said.hidden = false;
  said.focus();
}

async function text(address) {
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return answer.text();
}

/** A random name, so that a reader sees what came from one browser. */
function device() {
  const kept = localStorage.getItem("caunoi-device");
  if (kept) return kept;
  const random = crypto.getRandomValues(new Uint8Array(12));
  const made = `caunoi:${Array.from(random, (each) => each.toString(16).padStart(2, "0")).join("")}`;
  localStorage.setItem("caunoi-device", made);
  return made;
}

/** What a form may ask about who fills it in; nothing where nobody is signed in. */
const about = ({ ready, name, email }) =>
  ready ? { deviceID: device(), username: name, email: email || undefined } : {};

function editing(earlier) {
  if (earlier) return { begun: earlier.form };
  if (!facts.instance) return null;
  return {
    resolveInstance: () => text(facts.instance),
    attachmentFileNames: facts.files,
    resolveAttachment: (name) => fetch(`${facts.kept}/${encodeURIComponent(name)}`),
  };
}

async function open() {
  const keeper = await keeping(facts);
  const earlier = await choose(keeper, facts);
  const version = `?version=${encodeURIComponent(earlier?.version ?? facts.version)}`;
  if (earlier) begun(earlier);
  document.getElementById("fill-opening").hidden = false;
  // After the words are there: some of its sentences are asked for when it is loaded.
  const [{ createApp, h }, { OdkWebForm, webFormsPlugin }, formXml] = await Promise.all([
    import("vue"),
    import("@getodk/web-forms"),
    facts.form || text(facts.xform + version),
  ]);
  const app = createApp({
    render: () =>
      h(OdkWebForm, {
        formXml,
        fetchFormAttachment: (url) => fetch(`${facts.media}/${url.pathname.split("/").pop()}${version}`),
        missingResourceBehavior: "BLANK",
        editInstance: editing(earlier),
        preloadProperties: about(facts),
        onSubmit: sending(facts, keeper, tell),
      }),
  });
  app.use(webFormsPlugin);
  const said = app.config.globalProperties.$primevue.config.locale;
  Object.assign(said, CALENDAR[language], { aria: { ...said.aria, ...CALENDAR[language].aria } });
  app.mount(box);
  keeper.start();
}

window.addEventListener("beforeunload", (event) => { if (unsent()) event.preventDefault(); });
open().catch(() => {
  document.getElementById("fill-opening").hidden = true;
  tell(facts.words.broken);
});
