// Looks through everything that a browser keeps for the wallet: as a page of the same origin reads it, and the raw
// files of the profile, in UTF-8 and UTF-16.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Everything a page can read, as text: IndexedDB with bytes as Latin-1, both storages, caches. */
async function dump() {
  const text = (/** @type {any} */ value, seen = new Set()) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      return Array.from(bytes, (b) => String.fromCharCode(b)).join('');
    }
    if (value instanceof CryptoKey) return value.extractable ? '!!extractable key!!' : 'key';
    if (value === null || typeof value !== 'object' || seen.has(value)) return String(value);
    seen.add(value);
    return Object.entries(value).map(([k, v]) => `${k}=${text(v, seen)}`).join(' ');
  };
  const out = [];
  const counts = { people: 0, sealed: 0, caches: 0 };
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done, fail) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); r.onerror = fail; });
    for (const store of db.objectStoreNames) {
      const table = db.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([table.getAllKeys(), table.getAll()].map((r) => new Promise((done) => { r.onsuccess = () => done(r.result); })));
      if (store in counts) counts[store] = values.length;
      out.push(...keys.map(String), ...values.map((v) => text(v)));
    }
    db.close();
  }
  for (const storage of [localStorage, sessionStorage]) for (const [key, value] of Object.entries(storage)) out.push(key, value);
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      counts.caches += 1;
      out.push(request.url);
      const response = await cache.match(request);
      if (!request.url.endsWith('.wasm')) out.push(await response.text());
    }
  }
  out.push(document.cookie);
  return { texts: out, counts };
}

function* filesUnder(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else if (entry.isFile()) yield path;
  }
}

/** The credentials' texts begin alike, and no other text in a browser does: zlib's header and the first bytes in Base45. */
const CREDENTIAL = /[0-9A-Z $%*+\-./:]{300,}/;

/**
 * @param {string} profile folder @param {string[]} needles @param {string} address of the wallet
 * @param {(profile: string, how: object) => Promise<import('playwright-core').BrowserContext>} phone
 */
export async function clearText(profile, needles, address, phone) {
  const found = [];
  let files = 0;
  let bytes = 0;
  for (const path of filesUnder(profile)) {
    const content = readFileSync(path);
    files += 1;
    bytes += statSync(path).size;
    const where = path.slice(profile.length);
    for (const needle of needles) {
      if (content.includes(needle) || content.includes(Buffer.from(needle, 'utf16le'))) found.push(`${needle} in ${where}`);
    }
    if (/IndexedDB|Local Storage|Session|Service Worker|Cache/.test(where) && CREDENTIAL.test(content.toString('latin1'))) found.push(`a credential in ${where}`);
  }
  const context = await phone(profile, {});
  const page = context.pages()[0] ?? await context.newPage();
  await page.goto(address);
  const { texts, counts } = await page.evaluate(dump);
  await context.close();
  for (const text of texts) {
    for (const needle of needles) if (text.includes(needle)) found.push(`${needle} in what a page reads`);
    if (text.includes('!!extractable')) found.push('a key that can be read out');
    if (CREDENTIAL.test(text)) found.push('a credential in what a page reads');
  }
  return { files, bytes, found, opened: counts };
}
