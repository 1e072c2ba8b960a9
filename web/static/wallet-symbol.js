// A live QR: the credential with a fresh proof by the phone's key, drawn with whole pixels of the screen.

import { sign } from "./wallet-key.js";

/** Age in milliseconds at which it is made anew, and at which it must be gone: verifiers take 60 s. */
export const RENEW = 30_000;
export const BLANK = 55_000;
/** Light modules around the symbol (ISO/IEC 18004, 5.3.8). */
const QUIET = 4;

/** @typedef {{size: number, modules: Uint8Array, version: number, wall: number, steady: number}} Live `wall`, `steady`: when it was made by the two clocks, ms */

/**
 * @param {any} engine @param {string} credential @param {CryptoKey} signing @param {{audience: string | null, nonce: Uint8Array | null}} asked
 * @returns {Promise<Live>}
 */
export async function makeLive(engine, credential, signing, asked) {
  const wall = Date.now();
  const steady = performance.now();
  const iat = Math.floor(wall / 1000);
  const options = { ...(asked.audience && { audience: asked.audience }), ...(asked.nonce && { nonce: asked.nonce }) };
  const signature = await sign(signing, await engine.proof(credential, iat, options));
  const text = await engine.present(credential, iat, options, signature);
  const symbol = await engine.symbol(text, "M").catch(() => engine.symbol(text, "L"));
  return { ...symbol, wall, steady };
}

/** Milliseconds since it was made, by whichever clock says more: one may stand still in sleep, the other be set back. @param {Live} live */
export function age(live) {
  return Math.max(Date.now() - live.wall, performance.now() - live.steady);
}

/**
 * Draws it as large as `width` CSS pixels allow, each module the same whole number of the screen's pixels.
 * @param {HTMLCanvasElement} canvas @param {Live} live @param {number} width
 */
export function drawLive(canvas, live, width) {
  const dpr = window.devicePixelRatio || 1;
  const across = live.size + 2 * QUIET;
  const module = Math.max(1, Math.floor((width * dpr) / across));
  canvas.width = canvas.height = module * across;
  canvas.style.width = canvas.style.height = `${canvas.width / dpr}px`;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#000";
  for (let y = 0; y < live.size; y += 1) {
    for (let x = 0; x < live.size; x += 1) {
      if (live.modules[y * live.size + x]) context.fillRect((x + QUIET) * module, (y + QUIET) * module, module, module);
    }
  }
}

/** @param {HTMLCanvasElement} canvas */
export function blank(canvas) {
  canvas.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
}
