// The browser's own database; answers, files and the files' names lie in it locked with AES-GCM. Open
// to read are only which form or record it is, whose, and when.

const OPENED = ["begun", "files"];
const LAYOUT = 2; // in the first, names lay open

const done = (request) =>
  new Promise((fine, failed) => {
    request.onsuccess = () => fine(request.result);
    request.onerror = () => failed(request.error);
    request.onblocked = () => failed(new Error("an older page holds the database"));
  });

const written = (change) =>
  new Promise((fine, failed) => {
    change.oncomplete = () => fine();
    change.onabort = () => failed(change.error);
  });

export class Locker {
  /** Fails where the browser locks nothing: without TLS, and in some private windows. */
  static async open(key) {
    const raw = Uint8Array.from(atob(key), (each) => each.charCodeAt(0));
    const lock = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    const opening = indexedDB.open("caunoi", LAYOUT);
    opening.onupgradeneeded = () => {
      const { result } = opening;
      for (const name of [...result.objectStoreNames]) result.deleteObjectStore(name);
      for (const name of OPENED) result.createObjectStore(name, { keyPath: "id" });
    };
    const database = await done(opening);
    database.onversionchange = () => database.close();
    return new Locker(lock, database);
  }

  constructor(lock, database) {
    this.lock = lock;
    this.database = database;
  }

  async seal(content) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = await new Blob([content]).arrayBuffer();
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.lock, plain) };
  }

  async unseal({ iv, data }) {
    return crypto.subtle.decrypt({ name: "AES-GCM", iv }, this.lock, data);
  }

  async read(sealed) {
    return new TextDecoder().decode(await this.unseal(sealed));
  }

  all() {
    return done(this.database.transaction("begun").objectStore("begun").getAll());
  }

  one(id) {
    return done(this.database.transaction("begun").objectStore("begun").get(id));
  }

  async files(id) {
    const kept = await done(this.database.transaction("files").objectStore("files").getAll(below(id)));
    const open = async (each) => {
      const { name, type } = JSON.parse(await this.read(each.called));
      return new File([await this.unseal(each.content)], name, { type });
    };
    return Promise.all(kept.map(open));
  }

  put(begun) {
    return this.change(["begun"], (stores) => stores.begun.put(begun));
  }

  async putFile(id, file) {
    const { name, type } = file;
    const called = await this.seal(JSON.stringify({ name, type }));
    const kept = { id: `${id}/${crypto.randomUUID()}`, called, content: await this.seal(file) };
    return this.change(["files"], (stores) => stores.files.put(kept));
  }

  drop(id) {
    return this.change(OPENED, (stores) => {
      stores.begun.delete(id);
      stores.files.delete(below(id));
    });
  }

  change(names, act) {
    const change = this.database.transaction(names, "readwrite");
    act(Object.fromEntries(names.map((name) => [name, change.objectStore(name)])));
    return written(change);
  }
}

const below = (id) => IDBKeyRange.bound(`${id}/`, `${id}0`, false, true);
