// Challenge mode: the desk shows a QR that says who asks, for what, and a one-time number; the answer carries both.

import { h, icon } from "./app-dom.js";
import { said, t } from "./app-words.js";
import { instead, session } from "./wallet-app.js";
import { viewfinder } from "./wallet-camera.js";
import { asking, choice, confirmScreen } from "./wallet-choose.js";
import { engine, tables } from "./wallet-engine.js";

/** @type {import("./wallet-app.js").Make} */
export function deskScreen() {
  const finder = viewfinder(engine, async (text) => {
    const request = await engine.parseRequest(text);
    if (!request) {
      finder.say(t("Ini bukan permintaan dari loket. Arahkan ke QR di layar pemindai mereka.", "This is not a request from a desk. Point at the QR on their scanner's screen."));
      return false;
    }
    const { purposes } = await tables();
    instead(() => answerScreen(request, purposes));
    return true;
  });
  return {
    title: t("Pindai QR loket", "Scan the desk's QR"),
    body: [finder.node, h("p.hint", {}, t("Loket menampilkan QR berisi permintaannya. Anda melihatnya dulu sebelum menyetujui.", "The desk shows a QR with its request. You see it before you agree."))],
    leave: finder.leave,
  };
}

/**
 * @param {{audience: string | null, nonce: Uint8Array, purpose: number | null}} request @param {any[]} purposes
 * @returns {import("./wallet-app.js").Screen}
 */
function answerScreen(request, purposes) {
  const asked = { audience: request.audience, nonce: request.nonce };
  if (request.purpose == null) {
    const screen = choice(asked);
    return { ...screen, body: [asking(request.audience), ...screen.body] };
  }
  const purpose = purposes.find((one) => one.number === request.purpose);
  const paper = purpose && session().papers.find((one) => one.credential.purpose === purpose.slug);
  if (paper) return confirmScreen(paper, purpose.about, asked);
  return {
    title: t("Tidak dapat dijawab", "Cannot be answered"),
    body: [
      asking(request.audience),
      h("div.notice.bad", {}, icon("alert"), h("div", {}, h("p", {}, purpose
        ? t(`Diminta: ${said(purpose.about)}. Dokumen untuk itu tidak ada di dompet Anda.`, `Asked for: ${said(purpose.about)}. Your wallet has no document for that.`)
        : t("Permintaan ini untuk keperluan yang belum dikenal dompet Anda. Buka dompet saat ada jaringan agar diperbarui.", "This request is for a purpose that your wallet does not know yet. Open the wallet with a network to update it.")))),
    ],
  };
}
