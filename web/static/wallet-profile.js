// What one person's safe holds: the credentials and how they stand; what was shown, newest first.

import { renew, ServiceError } from "./wallet-service.js";

/** Lines of history that are kept. */
const HISTORY = 200;

/** @typedef {import("./wallet-service.js").Credential} Credential */
/** @typedef {{name: string, credentials: Credential[], fetched: number, replaced: boolean}} Profile times in seconds since 1970 */
/** @typedef {{at: number, kind: string, purpose: string | null, audience: string | null}} Shown `at` in seconds since 1970 */
/** @typedef {{id: string, en: string}} Text */
/** @typedef {{name: string, label: Text, text: Text, group: {name: string, label: Text, row: number, rows: number} | null}} Row */
/**
 * @typedef {object} Paper a credential and what it says, as the engine reads it
 * @property {Credential} credential
 * @property {Text} title
 * @property {string | null} name
 * @property {string | null} iss
 * @property {Row[]} rows
 * @property {{media_type: string, base64: string} | null} photo
 */

/** @param {import("./wallet-service.js").Granted} granted @param {number} now @returns {Profile} */
export function profileOf(granted, now) {
  return { name: granted.holder.name, credentials: granted.credentials, fetched: now, replaced: false };
}

/** @param {any} engine @param {Profile} profile @returns {Promise<Paper[]>} */
export async function papersOf(engine, profile) {
  return Promise.all(profile.credentials.map(async (credential) => ({ credential, ...(await engine.describe(credential.text)) })));
}

/** Whether it is time for newer credentials. @param {Profile} profile @param {number} now */
export function isDue(profile, now) {
  return !profile.replaced && profile.credentials.some((c) => c.renew_after <= now);
}

/**
 * Whether a credential's key does not count any more: it was stolen, and verifiers refuse what it signed.
 * @param {Profile} profile @param {Set<string>} keys those that count
 */
export function isDistrusted(profile, keys) {
  return !profile.replaced && keys.size > 0 && profile.credentials.some((c) => c.kid && !keys.has(c.kid));
}

/**
 * Asks the service for newer credentials. A phone that it no longer knows is marked as replaced; without an answer this
 * throws a ServiceError.
 * @param {import("./wallet-vault.js").Vault} vault @param {Profile} profile @param {number} now @returns {Promise<Profile>}
 */
export async function renewed(vault, profile, now) {
  const { device, signing } = vault.person;
  let next;
  try {
    next = profileOf(await renew(device, signing), now);
  } catch (failure) {
    if (!(failure instanceof ServiceError) || failure.status !== 403) throw failure;
    next = { ...profile, replaced: true };
  }
  await vault.write("profile", next);
  return next;
}

/** @param {import("./wallet-vault.js").Vault} vault @returns {Promise<Shown[]>} */
export async function history(vault) {
  return (await vault.read("history")) ?? [];
}

/** @param {import("./wallet-vault.js").Vault} vault @param {Shown} shown */
export async function remember(vault, shown) {
  await vault.write("history", [shown, ...(await history(vault))].slice(0, HISTORY));
}
