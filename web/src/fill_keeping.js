// What is being filled in stays in this browser until it is sent, locked with a key that the server
// gives this person's pages alone (decision 0015). Without a safe context browsers lock nothing, and
// nothing is kept.
import { answers, files, unsent, wasTried } from "./fill_answers.js";
import { Locker } from "./fill_locker.js";

const DAYS = 14;
const EVERY = 2000;
const XML = "xml_submission_file";

/** Without a safe context too. */
const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16).padStart(2, "0")).join("");

const notKept = () => ({
  id: newId(), list: async () => [], start() {}, now: async () => {}, drop: async () => {}, dropAll: async () => {},
});

/** Of this page's form, for the person who is signed in. */
export async function keeping(facts) {
  if (!facts.key) return notKept();
  try {
    return new Keeper(await Locker.open(facts.key), facts);
  } catch {
    say(facts.words.unkept);
    return notKept();
  }
}

function say(words) {
  const said = document.getElementById("fill-kept");
  if (said) said.textContent = words;
}

class Keeper {
  constructor(locker, facts) {
    this.locker = locker;
    this.facts = facts;
    this.version = facts.version;
    this.id = null;
    this.held = null; // the answers as they lie there
    this.names = new Set();
    this.last = Promise.resolve();
  }

  /** What was begun here and is open in no other tab, newest first; what is too old is deleted. */
  async list() {
    const [all, busy] = await Promise.all([this.locker.all(), openElsewhere()]);
    for (const each of all) if (each.until < Date.now()) await this.locker.drop(each.id);
    const open = (each) => each.until >= Date.now() && this.isMine(each) && !busy.has(each.id);
    const found = [];
    for (const each of all.filter(open).sort((one, other) => other.at - one.at)) {
      // What this person's key does not open (the server has another secret) must not keep the form
      // from opening.
      const xml = await this.locker.read(each.answers).catch(() => null);
      if (xml !== null) found.push({ id: each.id, at: new Date(each.at), name: nameIn(xml) });
    }
    return found;
  }

  isMine({ who, place, version }) {
    // Where the form has no address, there is none but today's to go on with.
    return who === this.facts.who && place === this.facts.send && (!this.facts.form || version === this.facts.version);
  }

  /** One of them, to go on with. */
  async take(id) {
    const kept = await this.locker.one(id);
    const form = new FormData();
    form.set(XML, new File([await this.locker.read(kept.answers)], XML, { type: "text/xml" }));
    for (const each of await this.locker.files(id)) form.set(each.name, each);
    this.id = id;
    this.version = kept.version;
    this.names = new Set([...form.keys()].filter((name) => name !== XML));
    return { form, version: kept.version, tried: kept.tried };
  }

  drop(id = this.id) {
    this.last = this.last.then(() => (id ? this.locker.drop(id) : undefined), () => {});
    return this.last;
  }

  /** Whatever was begun here by this code. */
  async dropAll() {
    await this.last;
    for (const each of await this.locker.all()) if (each.who === this.facts.who) await this.drop(each.id);
  }

  start() {
    this.id ??= newId();
    // Held while this page lives, so that no other tab goes on with the same.
    navigator.locks.request(this.id, () => new Promise(() => {}));
    const now = () => this.now();
    setInterval(now, EVERY);
    document.addEventListener("visibilitychange", now);
  }

  /** One after the other: an older state must not come to lie on a newer one. */
  now() {
    this.last = this.last.then(() => this.keep()).catch(() => say(this.facts.words.unkept));
    return this.last;
  }

  async keep() {
    if (!unsent()) return;
    const xml = answers();
    const tried = wasTried();
    if (this.held === xml + tried) return;
    for (const each of files()) {
      if (this.names.has(each.name)) continue;
      await this.locker.putFile(this.id, each);
      this.names.add(each.name);
    }
    const at = Date.now();
    await this.locker.put({
      id: this.id,
      who: this.facts.who,
      place: this.facts.send,
      version: this.version,
      at,
      until: at + DAYS * 86400000,
      tried,
      answers: await this.locker.seal(xml),
    });
    this.held = xml + tried;
    say(`${this.facts.words.kept} ${new Date(at).toLocaleTimeString(this.facts.locale, { timeStyle: "short" })}`);
  }
}

async function openElsewhere() {
  const { held } = await navigator.locks.query();
  return new Set(held.map((each) => each.name));
}

/** The record's name as its form makes it, "" where it makes none. */
function nameIn(xml) {
  const read = new DOMParser().parseFromString(xml, "text/xml");
  return read.querySelector("meta > instanceName")?.textContent ?? "";
}
