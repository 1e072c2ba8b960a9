// What the wallet keeps in the browser. Nothing in it reads as personal data: the table says what stands in clear.
//
// | table    | by              | in clear                                                    | sealed              |
// |----------|-----------------|-------------------------------------------------------------|---------------------|
// | people   | id (random)     | picture and colour, device id, salt, keys not to be read out | the data key        |
// | tries    | id              | wrong PINs, until when locked                               |                     |
// | sealed   | `id/part`       |                                                             | everything personal |
// | pending  | hash of a code  | a key not to be read out, when it was made                  |                     |
// | removals | device id       | a key not to be read out                                    |                     |

import { openStore } from "./app-store.js";

/** @type {Promise<import("./app-store.js").Store> | null} */
let opened = null;

/** @returns {Promise<import("./app-store.js").Store>} */
export function db() {
  opened ??= openStore("ikd-dompet", ["people", "tries", "sealed", "pending", "removals"]);
  opened.catch(() => { opened = null; });
  return opened;
}

/**
 * Removes a person from this phone. The record with the keys goes first: what might stay behind, were the page to end
 * here, can never be opened again.
 * @param {string} id
 */
export async function forget(id) {
  const store = await db();
  await store.remove("people", id);
  await store.remove("tries", id);
  for (const key of await store.keys("sealed")) {
    if (String(key).startsWith(`${id}/`)) await store.remove("sealed", key);
  }
}
