// The phone's key of one person: P-256, made by the browser, never to be read by anybody, this page included.

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };
/** Order of P-256 (SEC 2, 2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** @returns {Promise<CryptoKeyPair>} */
export function makeKey() {
  return crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
}

/** @param {CryptoKey} publicKey @returns {Promise<{kty: string, crv: string, x: string, y: string}>} */
export async function publicJwk(publicKey) {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  return { kty: /** @type {string} */ (kty), crv: /** @type {string} */ (crv), x: /** @type {string} */ (x), y: /** @type {string} */ (y) };
}

/**
 * ES256 signature, 64 bytes, with the smaller of the two s that fit (the format takes no other).
 * @param {CryptoKey} privateKey @param {Uint8Array} bytes @returns {Promise<Uint8Array>}
 */
export async function sign(privateKey, bytes) {
  const signature = new Uint8Array(await crypto.subtle.sign(SIGNATURE, privateKey, /** @type {BufferSource} */ (bytes)));
  let s = 0n;
  for (const byte of signature.subarray(32)) s = (s << 8n) | BigInt(byte);
  if (s <= ORDER / 2n) return signature;
  s = ORDER - s;
  for (let n = 63; n >= 32; n -= 1, s >>= 8n) signature[n] = Number(s & 255n);
  return signature;
}

/** @param {CryptoKey} privateKey @param {string} text @returns {Promise<string>} base64url */
export async function prove(privateKey, text) {
  return base64url(await sign(privateKey, new TextEncoder().encode(text)));
}

/** @param {Uint8Array} bytes */
export function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
