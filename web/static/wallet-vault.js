// One person's safe. A random data key seals everything personal (AES-256-GCM); the PIN's key wraps the data key:
//
//   PIN's key = HMAC-SHA-256(a key of this browser that cannot be read out, Argon2id(PIN, salt))
//
// Argon2id makes each guess slow; the browser's key makes guessing useless for whoever has the stored pages alone. Who
// copies the whole browser profile has both, and then only Argon2id and the phone's own encryption stand before six
// digits. The length of what is sealed is not hidden.

import { db } from "./wallet-db.js";
import { begin, clear, giveBack } from "./wallet-tries.js";

/** Argon2id for new PINs: 19 MiB, 2 passes (OWASP's first choice); docs/PERFORMANCE.md has the time on a slow phone. */
export const WORK = { memory_kib: 19_456, passes: 2 };
const AES = "AES-GCM";
const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);

/**
 * @typedef {object} Person as it is stored, readable without a PIN
 * @property {string} id random
 * @property {{picture: string, colour: string}} label by which the family tells its people apart
 * @property {string} device id at the service
 * @property {CryptoKey} signing private key
 * @property {CryptoKey} browser HMAC key
 * @property {{salt: Uint8Array, work: {memory_kib: number, passes: number}, iv: Uint8Array, wrapped: ArrayBuffer}} lock
 * @property {number} order milliseconds since 1970, by which people are listed
 */

/** The PIN does not open it. */
export class WrongPin extends Error {
  /** @param {import("./wallet-tries.js").Tries} tries */
  constructor(tries) { super("wrong PIN"); this.tries = tries; }
}

/** No PIN is looked at now. */
export class Locked extends Error {
  /** @param {import("./wallet-tries.js").Tries} tries */
  constructor(tries) { super("locked"); this.tries = tries; }
}

/** @typedef {{argon2id(password: Uint8Array, salt: Uint8Array, work: {memory_kib: number, passes: number}): Promise<Uint8Array>}} Stretcher */

/** @param {Stretcher} engine @param {string} pin @param {Uint8Array} salt @param {{memory_kib: number, passes: number}} work @param {CryptoKey} browser */
async function pinKey(engine, pin, salt, work, browser) {
  const slow = await engine.argon2id(bytes(pin), salt, work);
  const raw = await crypto.subtle.sign("HMAC", browser, /** @type {BufferSource} */ (slow));
  slow.fill(0);
  const key = await crypto.subtle.importKey("raw", raw, AES, false, ["wrapKey", "unwrapKey"]);
  new Uint8Array(raw).fill(0);
  return key;
}

/** @param {string} id @param {Uint8Array} iv */
function wrapping(id, iv) {
  return { name: AES, iv, additionalData: bytes(`ikd-dompet/${id}/key`) };
}

/** @param {Stretcher} engine @param {string} id @param {string} pin @param {CryptoKey} browser @param {CryptoKey} data @returns {Promise<Person["lock"]>} */
async function lockWith(engine, id, pin, browser, data) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await pinKey(engine, pin, salt, WORK, browser);
  return { salt, work: WORK, iv, wrapped: await crypto.subtle.wrapKey("raw", data, key, wrapping(id, iv)) };
}

/** @param {Stretcher} engine @param {Person} person @param {string} pin @param {boolean} extractable */
async function dataKey(engine, person, pin, extractable) {
  const { salt, work, iv, wrapped } = person.lock;
  const key = await pinKey(engine, pin, salt, work, person.browser);
  return crypto.subtle.unwrapKey("raw", wrapped, key, wrapping(person.id, iv), AES, extractable, ["encrypt", "decrypt"]);
}

/** An open safe. Dropping it closes it. */
export class Vault {
  /** @param {Person} person @param {CryptoKey} key */
  constructor(person, key) { this.person = person; this.key = key; }

  /** @param {string} part @returns {string} */
  #name(part) { return `${this.person.id}/${part}`; }

  /** @param {string} part @returns {Promise<any>} undefined where nothing was written */
  async read(part) {
    const box = await (await db()).get("sealed", this.#name(part));
    if (!box) return undefined;
    const how = { name: AES, iv: box.iv, additionalData: bytes(this.#name(part)) };
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, this.key, box.data)));
  }

  /** @param {string} part @param {any} value JSON */
  async write(part, value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const how = { name: AES, iv, additionalData: bytes(this.#name(part)) };
    const data = await crypto.subtle.encrypt(how, this.key, bytes(JSON.stringify(value)));
    await (await db()).set("sealed", this.#name(part), { iv, data });
  }
}

/** Everybody on this phone, in the order they came. @returns {Promise<Person[]>} */
export async function people() {
  return (await (await db()).all("people")).sort((a, b) => a.order - b.order);
}

/**
 * A new person. What is sealed is written before the record that leads to it.
 * @param {Stretcher} engine @param {string} pin @param {{label: Person["label"], device: string, signing: CryptoKey}} about @param {{[part: string]: any}} parts
 */
export async function createVault(engine, pin, about, parts) {
  const id = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  const browser = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const data = await crypto.subtle.generateKey({ name: AES, length: 256 }, true, ["encrypt", "decrypt"]);
  const lock = await lockWith(engine, id, pin, browser, data);
  /** @type {Person} */
  const person = { id, ...about, browser, lock, order: Date.now() };
  const vault = new Vault(person, await dataKey(engine, person, pin, false));
  for (const [part, value] of Object.entries(parts)) await vault.write(part, value);
  await (await db()).set("people", id, person);
  return vault;
}

/** @template T @param {string} id @param {() => Promise<T>} open @returns {Promise<T>} */
async function counted(id, open) {
  const { open: may, tries, before } = await begin(id, Date.now());
  if (!may) throw new Locked(tries);
  let opened;
  try {
    opened = await open();
  } catch (failure) {
    if (failure instanceof DOMException) throw new WrongPin(tries);
    await giveBack(id, before);
    throw failure;
  }
  await clear(id);
  return opened;
}

/** Opens a safe; a wrong PIN counts. @param {Stretcher} engine @param {Person} person @param {string} pin @returns {Promise<Vault>} */
export function openVault(engine, person, pin) {
  return counted(person.id, async () => new Vault(person, await dataKey(engine, person, pin, false)));
}

/** Another PIN for the same safe; a wrong old one counts. @param {Stretcher} engine @param {Person} person @param {string} old @param {string} pin @returns {Promise<Vault>} */
export async function changePin(engine, person, old, pin) {
  const data = await counted(person.id, () => dataKey(engine, person, old, true));
  const lock = await lockWith(engine, person.id, pin, person.browser, data);
  const changed = await (await db()).update("people", person.id, (stored) => ({ ...stored, lock }));
  return new Vault(changed, await dataKey(engine, changed, pin, false));
}
