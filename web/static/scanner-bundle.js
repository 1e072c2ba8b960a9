// The offline bundle: fetched from our own origin when there is a network, judged by the engine before it is kept, never
// exchanged for an older one. The root key is pinned when the first bundle is taken.

/** @typedef {{bytes: ArrayBuffer, etag: string}} Kept */
/** @typedef {Record<string, unknown>} Memory of the engine: what makes an older bundle or a clock set back show */
/** @typedef {{issued: number, expires: number, version: number, next_update: number, lists: number, root: string}} Facts */

const HOUR = 3600;
/** Time of an answer, milliseconds: on a bad network the old bundle is better than waiting. */
const PATIENCE = 20_000;
/** A bundle's largest size, bytes: all of Indonesia's lists have room. */
const LARGEST = 256 * 1024 * 1024;

const now = () => Math.floor(Date.now() / 1000);
const bytesOf = (/** @type {string} */ hex) => Uint8Array.from(hex.match(/../g) ?? [], (two) => parseInt(two, 16));

export class Bundle {
  /** @type {Facts | null} */ facts = null;
  /** Whether what is kept here has been looked at. */ ready = false;
  /** Why the last try brought nothing: no network, or an answer the engine refuses. @type {"offline" | "refused" | null} */ trouble = null;
  /** What the engine said to a refused one. @type {import("./app-words.js").Text | null} */ said = null;
  busy = false;
  /** @type {string | null} root key pinned here, hex */ root = null;
  /** @type {Memory | null} */ memory = null;
  /** Fulfils once there are lists, or a first try to get some has failed: nothing is judged before. @type {Promise<void>} */ known;
  #tell = () => {};
  #asked = 0;
  #remembered = 0;
  #etag = "";

  /** @param {import("./app-store.js").Store} store @param {any} engine @param {() => void} changed */
  constructor(store, engine, changed) {
    this.store = store;
    this.engine = engine;
    this.known = new Promise((done) => { this.#tell = done; });
    this.changed = () => {
      if (this.facts || this.trouble) this.#tell();
      changed();
    };
  }

  /** Takes what is kept here; no network. */
  async open() {
    this.root = (await this.store.get("kept", "root")) ?? null;
    this.memory = (await this.store.get("kept", "memory")) ?? null;
    /** @type {Kept | undefined} */
    const kept = await this.store.get("kept", "bundle");
    if (kept && this.root) {
      const answer = await this.#give(kept.bytes, this.root);
      if (answer.ok) this.#etag = kept.etag;
      else this.#refuse(answer);
    }
    this.ready = true;
    this.changed();
  }

  /** Asks at once, then hourly, and when the network comes back. */
  keepFresh() {
    const due = () => { if (document.visibilityState === "visible" && now() - this.#asked >= HOUR) void this.update(); };
    setInterval(due, 60_000);
    addEventListener("online", () => void this.update());
    document.addEventListener("visibilitychange", due);
    void this.update();
  }

  async update() {
    if (this.busy) return;
    this.busy = true;
    this.#asked = now();
    this.changed();
    try {
      await this.#fetch();
    } catch {
      this.trouble = "offline";
    }
    this.busy = false;
    this.changed();
  }

  async #fetch() {
    const root = this.root ?? (await ask("/trust/root").then((answer) => answer.json())).root;
    const response = await ask("/bundle", this.#etag && this.facts ? { "if-none-match": this.#etag } : {});
    if (response.status === 304) {
      this.trouble = null;
      return;
    }
    const bytes = await response.arrayBuffer();
    if (bytes.byteLength > LARGEST) throw new Error("too large");
    const answer = await this.#give(bytes, root);
    if (!answer.ok) {
      this.#refuse(answer);
      return;
    }
    const etag = response.headers.get("etag") ?? "";
    await this.store.set("kept", "root", answer.root);
    await this.store.set("kept", "memory", this.memory);
    await this.store.set("kept", "bundle", { bytes, etag });
    this.root = answer.root;
    this.#etag = etag;
    this.trouble = null;
    this.said = null;
  }

  /** @param {ArrayBuffer} bytes @param {string} root */
  async #give(bytes, root) {
    const answer = await this.engine.setBundle(new Uint8Array(bytes.slice(0)), bytesOf(root), now(), this.memory);
    if (answer.ok) {
      this.memory = answer.memory;
      this.facts = {
        issued: answer.issued, expires: answer.expires, version: answer.trust_list.version,
        next_update: answer.trust_list.next_update, lists: answer.lists, root: answer.root,
      };
    }
    return answer;
  }

  /** @param {{message?: import("./app-words.js").Text}} answer */
  #refuse(answer) {
    this.trouble = "refused";
    this.said = answer.message ?? null;
  }

  /** Keeps what the engine remembers after a verdict: a time and a number, nothing of the document. @param {Memory | undefined} memory */
  remember(memory) {
    if (!memory) return;
    this.memory = memory;
    if (now() - this.#remembered < 60) return;
    this.#remembered = now();
    this.store.set("kept", "memory", memory).catch(() => { /* the next verdict tries again */ });
  }

  /** Seconds since it was issued; null without one. */
  get age() { return this.facts && now() - this.facts.issued; }

  /** Whether verdicts still rest on it. */
  get isStale() { return Boolean(this.facts && Math.min(this.facts.expires, this.facts.next_update) < now()); }
}

/** @param {string} path @param {Record<string, string>} [headers] */
async function ask(path, headers = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch(path, { headers, cache: "no-store", credentials: "omit", signal: stop.signal });
    if (!response.ok && response.status !== 304) throw new Error(String(response.status));
    return response;
  } finally {
    clearTimeout(timer);
  }
}
