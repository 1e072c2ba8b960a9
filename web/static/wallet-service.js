// The wallet's calls to the service: redeem a code, renew, remove. Each is proved with the phone's key; nothing else
// leaves the phone by the network.

import { db } from "./wallet-db.js";
import { makeKey, prove, publicJwk } from "./wallet-key.js";

/** Longest wait for an answer, milliseconds. */
const PATIENCE = 20_000;
/** A key made for a code that was never redeemed is thrown away after this, milliseconds: codes live ten minutes. */
const PENDING = 3_600_000;

/**
 * @typedef {object} Credential
 * @property {string} kind slug of the document
 * @property {string | null} purpose slug, or null for the whole document
 * @property {string} text QR text, without proof
 * @property {string} [kid] the key that signed it
 * @property {number} issued @property {number} expires @property {number} renew_after seconds since 1970
 */
/** @typedef {{device: string, credentials: Credential[], holder: {name: string}}} Granted */

/** `offline`: no answer, may be tried again. `busy`: told to wait. `refused`: the service says no. */
export class ServiceError extends Error {
  /** @param {"offline" | "busy" | "refused"} kind @param {number} status of HTTP, 0 for none @param {any} [problem] */
  constructor(kind, status, problem = null) { super(`${kind} ${status}`); this.kind = kind; this.status = status; this.problem = problem; }
}

/** @param {string} path @param {object} body @returns {Promise<any>} */
async function post(path, body) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  let response;
  let answer = null;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      // The wallet is nobody's session.
      credentials: "omit",
      cache: "no-store",
      signal: stop.signal,
    });
    answer = response.status === 204 ? {} : await response.json();
  } catch {
    if (!response || response.ok) throw new ServiceError("offline", 0);
  } finally {
    clearTimeout(timer);
  }
  if (response.ok) return answer;
  if (response.status === 429 || response.status >= 500) throw new ServiceError("busy", response.status, answer);
  throw new ServiceError("refused", response.status, answer);
}

/** Ids of the keys that count: a stolen one is not among them. @returns {Promise<Set<string>>} */
export async function keysInForce() {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch("/.well-known/jwks.json", { credentials: "omit", cache: "no-store", signal: stop.signal });
    if (!response.ok) throw new ServiceError("busy", response.status);
    const { keys } = await response.json();
    return new Set(keys.map((/** @type {{kid: string}} */ key) => key.kid));
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string} code */
async function hash(code) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`ikd-dompet/${code}`));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The key for a code: the same one each time, so that asking again after a lost answer, even after a restart, gets the
 * credentials that were meant for it. The code itself is not kept.
 * @param {string} code @returns {Promise<CryptoKeyPair>}
 */
export async function keyFor(code) {
  const store = await db();
  const now = Date.now();
  for (const key of await store.keys("pending")) {
    const made = (await store.get("pending", key))?.made ?? 0;
    if (Math.abs(now - made) > PENDING) await store.remove("pending", key);
  }
  const name = await hash(code);
  const kept = await store.get("pending", name);
  if (kept) return kept.keys;
  const keys = await makeKey();
  await store.set("pending", name, { keys, made: now });
  return keys;
}

/** @param {string} code @param {CryptoKeyPair} keys @returns {Promise<Granted>} */
export async function redeem(code, keys) {
  const proof = await prove(keys.privateKey, `ikd-wallet-redeem\n${code}`);
  return post("/v1/wallet/redeem", { code, key: await publicJwk(keys.publicKey), proof });
}

/** The person is stored: the code's key needs no second place. @param {string} code */
export async function redeemed(code) {
  await (await db()).remove("pending", await hash(code));
}

/** @param {string} device @param {CryptoKey} signing @param {"renew" | "remove"} what */
async function challenged(device, signing, what) {
  const at = `/v1/wallet/${encodeURIComponent(device)}`;
  const { challenge } = await post(`${at}/challenge`, {});
  const proof = await prove(signing, `ikd-wallet-${what}\n${challenge}`);
  return post(`${at}/${what}`, { challenge, proof });
}

/** @param {string} device @param {CryptoKey} signing @returns {Promise<Granted>} */
export function renew(device, signing) {
  return challenged(device, signing, "renew");
}

/** Tells the service that a person is off this phone: now, or when there is a network again. @param {string} device @param {CryptoKey} signing */
export async function leave(device, signing) {
  await (await db()).set("removals", device, { device, signing });
  await tellRemovals();
}

/** Tells what could not be told before. Whatever the service answers is the end of it; without an answer it stays. */
export async function tellRemovals() {
  const store = await db();
  for (const { device, signing } of await store.all("removals")) {
    try {
      await challenged(device, signing, "remove");
    } catch (failure) {
      if (!(failure instanceof ServiceError) || failure.kind !== "refused") return;
    }
    await store.remove("removals", device);
  }
}
