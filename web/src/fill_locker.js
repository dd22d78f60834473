// The browser's own database; answers and files lie in it locked with AES-GCM. Open to read are only
// which form or record it is, whose, when, and the files' names.

const OPENED = ["begun", "files"];

const done = (request) =>
  new Promise((fine, failed) => {
    request.onsuccess = () => fine(request.result);
    request.onerror = () => failed(request.error);
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
    const opening = indexedDB.open("caunoi", 1);
    opening.onupgradeneeded = () => {
      for (const name of OPENED) opening.result.createObjectStore(name, { keyPath: "id" });
    };
    return new Locker(lock, await done(opening));
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
    const open = async (each) => new File([await this.unseal(each.content)], each.name, { type: each.type });
    return Promise.all(kept.map(open));
  }

  put(begun) {
    return this.change(["begun"], (stores) => stores.begun.put(begun));
  }

  async putFile(id, file) {
    const content = await this.seal(file);
    const kept = { id: `${id}/${file.name}`, name: file.name, type: file.type, content };
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
