// A form in the browser. Loaded on its pages alone: the engine is large, and they alone have a
// policy that lets it run.
import { CALENDAR, spoken } from "./fill_words.js";

const box = document.getElementById("fill");
const said = document.getElementById("fill-said");
const facts = box.dataset;
const language = document.documentElement.lang;
globalThis.cauNoiForm = spoken(language, facts.locale);

// Whatever was typed stays until the server has thanked for it.
let unsent = false;
box.addEventListener("input", () => { unsent = true; });
window.addEventListener("beforeunload", (event) => { if (unsent) event.preventDefault(); });

function tell(words) {
  said.textContent = words;
  said.hidden = false;
  said.focus();
}

async function text(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

function file(base, name) {
  return fetch(`${base}/${encodeURIComponent(name)}`);
}

/** The server's own sentence about a refusal; it answers with a page. */
async function refusal(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("h1")?.textContent ?? "";
}

async function send(payload, done) {
  if (payload.status !== "ready") return done(undefined);
  said.hidden = true;
  try {
    const answer = await fetch(facts.send, {
      method: "POST",
      body: payload.data[0],
      headers: { "X-CSRFToken": facts.token },
    });
    if (answer.ok) {
      unsent = false;
      window.location.assign((await answer.json()).href);
      return undefined;
    }
    tell([await refusal(answer), answer.status >= 500 ? facts.unsent : ""].join(" ").trim());
  } catch {
    tell(facts.unsent);
  }
  return done(undefined);
}

function editing() {
  if (!facts.instance) return null;
  return {
    resolveInstance: () => text(facts.instance),
    attachmentFileNames: JSON.parse(facts.files),
    resolveAttachment: (name) => file(facts.kept, name),
  };
}

async function open() {
  // After the words are there: some of its sentences are asked for when it is loaded.
  const [{ createApp, h }, { OdkWebForm, webFormsPlugin }, formXml] = await Promise.all([
    import("vue"),
    import("@getodk/web-forms"),
    text(facts.xform),
  ]);
  const app = createApp({
    render: () =>
      h(OdkWebForm, {
        formXml,
        fetchFormAttachment: (url) => file(facts.media, decodeURIComponent(url.pathname.split("/").pop())),
        missingResourceBehavior: "BLANK",
        editInstance: editing(),
        onSubmit: send,
      }),
  });
  app.use(webFormsPlugin);
  Object.assign(app.config.globalProperties.$primevue.config.locale, CALENDAR[language]);
  app.mount(box);
}

open().catch(() => tell(facts.broken));
