// The activation code on the officer's screen: 28 characters of Crockford's Base32, 128 random bits and 12 that tell a
// mistyped one (the first of SHA-256 over the 16 bytes).

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 28;
const FRAGMENT = /^#aktivasi=([^&]{1,80})$/;

/**
 * The code in its one spelling, or null: mistyped or unfinished. Small letters, blanks and hyphens do not matter.
 * @param {string} text @returns {Promise<string | null>}
 */
export async function readCode(text) {
  const plain = text.toUpperCase().replace(/[\s\-–]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  if (plain.length !== LENGTH) return null;
  let bits = 0n;
  for (const c of plain) {
    const five = ALPHABET.indexOf(c);
    if (five < 0) return null;
    bits = (bits << 5n) | BigInt(five);
  }
  const check = Number(bits & 0xfffn);
  const bytes = new Uint8Array(16);
  for (let n = 15, rest = bits >> 12n; n >= 0; n -= 1, rest >>= 8n) bytes[n] = Number(rest & 255n);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  if (((hash[0] << 4) | (hash[1] >> 4)) !== check) return null;
  return /** @type {string[]} */ (plain.match(/.{4}/g)).join("-");
}

/**
 * The code in the officer's link, which leaves the address at once: no history, no synced tab keeps it.
 * @returns {Promise<string | null>}
 */
export async function takeFromAddress() {
  const found = FRAGMENT.exec(location.hash);
  if (!location.hash) return null;
  history.replaceState(null, "", location.pathname);
  return found ? readCode(decodeURIComponent(found[1])) : null;
}

/**
 * The code in a scanned QR: the officer's link of this very service, or the bare code. The address is never opened.
 * @param {string} text @returns {Promise<string | "elsewhere" | null>}
 */
export async function readScanned(text) {
  let url;
  try { url = new URL(text); } catch { return readCode(text); }
  const found = FRAGMENT.exec(url.hash);
  if (!found) return null;
  if (url.origin !== location.origin || url.pathname !== location.pathname) return "elsewhere";
  return readCode(decodeURIComponent(found[1]));
}
