// Asking a phone: a QR with a nonce on this screen, which the wallet reads and repeats in its answer. An answer recorded
// before, or made for somebody else, cannot hold it.

import { button, h } from "./app-dom.js";
import { t } from "./app-words.js";

/** How long a question waits for its answer, milliseconds. */
export const WAITS = 120_000;

/** @typedef {{nonce: Uint8Array, audience: string | undefined, asked: number}} Question */

/** @param {string} [audience] @returns {Question} */
export function question(audience) {
  return { nonce: crypto.getRandomValues(new Uint8Array(16)), audience: audience || undefined, asked: Date.now() };
}

/**
 * The question as a sheet over the page.
 * @param {any} engine @param {Question} asked @param {number | undefined} purpose @param {() => void} scan @param {() => void} cancel
 */
export async function sheet(engine, asked, purpose, scan, cancel) {
  const text = await engine.request({ audience: asked.audience, nonce: asked.nonce, purpose });
  const symbol = await engine.symbol(text, "M");
  return h("div.ask", {},
    h("h2", { id: "ask-title" }, t("Minta ditunjukkan", "Ask to be shown")),
    h("p", {}, t("Pemilik dokumen memindai kode ini dengan Dompetnya, lalu Anda memindai jawabannya.", "The holder scans this code with their wallet; then you scan the answer.")),
    draw(symbol),
    h("div.ask-actions", {},
      button(t("Pindai jawabannya", "Scan the answer"), scan, { icon: "qr", kind: "primary" }),
      button(t("Batal", "Cancel"), cancel, { kind: "second" })));
}

/** A symbol with its quiet zone of 4 modules, sharp at every size. @param {{size: number, modules: Uint8Array}} symbol */
function draw({ size, modules }) {
  const scale = Math.max(4, Math.floor(640 / (size + 8)));
  const canvas = /** @type {HTMLCanvasElement} */ (/** @type {unknown} */ (h("canvas.ask-qr", { role: "img", "aria-label": t("Kode QR permintaan", "QR code of the request") })));
  canvas.width = canvas.height = (size + 8) * scale;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#000";
  modules.forEach((dark, n) => {
    if (dark) context.fillRect((4 + (n % size)) * scale, (4 + Math.floor(n / size)) * scale, scale, scale);
  });
  return canvas;
}
