// The counter of batch mode: one line a document with nothing of its person, and keyed hashes that tell for the day
// whether the same document was accepted before.

/** @typedef {{time: number, verdict: string, reason: string, kind: string, purpose: string, accepted: boolean, again: boolean}} Line */

const day = (/** @type {number} */ seconds) => new Date(seconds * 1000).toDateString();

export class Log {
  /** @type {Line[]} */ lines = [];
  /** @type {CryptoKey | null} */ #key = null;

  /** @param {import("./app-store.js").Store} store */
  constructor(store) { this.store = store; }

  /** @param {number} now */
  async open(now) {
    this.lines = (await this.store.all("log")).sort((a, b) => a.time - b.time);
    await this.#today(now);
  }

  /** The day's key; with yesterday's its hashes go. No page can read it out again. @param {number} now */
  async #today(now) {
    const kept = await this.store.get("kept", "day");
    if (kept?.day === day(now)) { this.#key = kept.key; return; }
    await this.store.clear("seen");
    // An address without https has no keys, and no camera either: then nothing is known again.
    if (!crypto.subtle) return;
    this.#key = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    await this.store.set("kept", "day", { day: day(now), key: this.#key });
  }

  /** @param {string} id of a document @returns {Promise<string>} */
  async #hash(id) {
    if (!this.#key) return "";
    const bytes = await crypto.subtle.sign("HMAC", this.#key, new TextEncoder().encode(id));
    return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** When this document was accepted earlier today, seconds since 1970. @param {string | null} id @param {number} now @returns {Promise<number | null>} */
  async seen(id, now) {
    if (!id) return null;
    await this.#today(now);
    const hash = await this.#hash(id);
    return (hash && (await this.store.get("seen", hash))) || null;
  }

  /** @param {Line} line @param {string | null} id */
  async add(line, id) {
    this.lines.push(line);
    await this.store.set("log", `${line.time}-${crypto.getRandomValues(new Uint32Array(1))[0]}`, line);
    const hash = id && line.accepted ? await this.#hash(id) : "";
    if (hash) await this.store.set("seen", hash, line.time);
  }

  /** Today's numbers. @param {number} now */
  counts(now) {
    const today = this.lines.filter((line) => day(line.time) === day(now));
    const count = (/** @type {(line: Line) => boolean} */ which) => today.filter(which).length;
    return {
      accepted: count((line) => line.accepted),
      refused: count((line) => !line.accepted && !line.again && line.verdict !== "undecided"),
      undecided: count((line) => line.verdict === "undecided"),
      again: count((line) => line.again),
    };
  }

  /** Every line as CSV (RFC 4180), times with the zone of this device. */
  csv() {
    const rows = this.lines.map((line) => [
      local(line.time), line.verdict, line.reason, line.kind, line.purpose, line.accepted ? 1 : 0, line.again ? 1 : 0]);
    return [["time", "verdict", "reason", "kind", "purpose", "accepted", "duplicate"], ...rows].map((row) => `${row.join(",")}\r\n`).join("");
  }

  async clear() {
    this.lines = [];
    await this.store.clear("log");
    await this.store.clear("seen");
    await this.store.remove("kept", "day");
  }
}

/** RFC 3339 in local time. @param {number} seconds */
function local(seconds) {
  const minutes = -new Date(seconds * 1000).getTimezoneOffset();
  const two = (/** @type {number} */ n) => String(Math.trunc(n)).padStart(2, "0");
  const zone = `${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
  return new Date((seconds + minutes * 60) * 1000).toISOString().slice(0, 19) + zone;
}
