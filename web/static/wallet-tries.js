// Wrong PINs are counted before a PIN is looked at, so that closing the page, pulling the battery or a second tab gives
// no try that does not count. Three wrong ones lock for 15 minutes; each further one doubles that, up to a day.
//
// A clock that is set back does not shorten a lock: it begins again. A clock that is set forward does; a page has no
// other clock that survives its end.

import { db } from "./wallet-db.js";

/** Wrong PINs until it locks. */
export const FREE = 3;
/** First lock and longest, in milliseconds. */
const FIRST = 15 * 60_000;
const LONGEST = 24 * 3_600_000;

/**
 * @typedef {object} Tries
 * @property {number} wrong PINs that did not fit, in a row
 * @property {number} wait length of the lock that these make, milliseconds; 0 for none
 * @property {number} until end of the lock, milliseconds since 1970
 * @property {number} seen latest time seen, milliseconds since 1970
 */

/** @param {number} wrong @returns {number} milliseconds */
export function waitAfter(wrong) {
  return wrong < FREE ? 0 : Math.min(FIRST * 2 ** (wrong - FREE), LONGEST);
}

/** @param {Tries | undefined} tries @param {number} now @returns {Tries} */
function seenAt(tries, now) {
  if (!tries) return { wrong: 0, wait: 0, until: 0, seen: now };
  return { ...tries, until: now < tries.seen ? now + tries.wait : tries.until, seen: now };
}

/** How things stand, without a try. @param {string} id of the person @param {number} now @returns {Promise<Tries>} */
export async function look(id, now) {
  return (await db()).update("tries", id, (before) => seenAt(before, now));
}

/**
 * Counts a try as wrong until it proves right. `open` is false where there is none to be had; `before` is how things
 * stood without this try.
 * @param {string} id of the person @param {number} now @returns {Promise<{open: boolean, tries: Tries, before: Tries}>}
 */
export async function begin(id, now) {
  let open = false;
  /** @type {any} */
  let before;
  const tries = await (await db()).update("tries", id, (kept) => {
    before = seenAt(kept, now);
    open = now >= before.until;
    if (!open) return before;
    const wrong = before.wrong + 1;
    const wait = waitAfter(wrong);
    return { ...before, wrong, wait, until: wait ? now + wait : 0 };
  });
  return { open, tries, before };
}

/** The PIN was never looked at, because the engine failed: the try is given back. @param {string} id @param {Tries} before */
export async function giveBack(id, before) {
  await (await db()).set("tries", id, before);
}

/** The PIN was right. @param {string} id of the person */
export async function clear(id) {
  await (await db()).remove("tries", id);
}
