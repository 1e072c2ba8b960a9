// The wallet: documents of a family's people on one phone, each behind their PIN, shown as a live QR with no network.

import { fill, h } from "./app-dom.js";
import { t } from "./app-words.js";
import { pinScreen } from "./wallet-activate.js";
import { go, whenLocked } from "./wallet-app.js";
import { takeFromAddress } from "./wallet-code.js";
import { keepOffline } from "./wallet-install.js";
import { begin, renewIfDue } from "./wallet-open.js";
import { tellRemovals } from "./wallet-service.js";

async function main() {
  const code = takeFromAddress();
  keepOffline();
  whenLocked(begin);
  try {
    // Only a page by https (or of this machine) has keys.
    if (!crypto.subtle) throw new Error("no keys here");
    await begin();
  } catch {
    // Private mode of some browsers has no IndexedDB.
    fill(/** @type {Element} */ (document.getElementById("app")), h("main.wrap", {}, h("h1", {}, t("Dompet Identitas", "Identity wallet")),
      h("p", {}, t("Peramban ini tidak dapat menyimpan dompet di alamat ini. Pakai Chrome atau Safari biasa, bukan mode penyamaran, dan alamat yang dimulai dengan https.",
        "This browser cannot keep a wallet at this address. Use Chrome or Safari as usual, not in private mode, and an address that begins with https."))));
    return;
  }
  const found = await code;
  if (found) go(() => pinScreen(found));
  tellRemovals().catch(() => {});
  addEventListener("online", () => {
    tellRemovals().catch(() => {});
    renewIfDue();
  });
}

addEventListener("hashchange", async () => {
  const code = await takeFromAddress();
  if (code) go(() => pinScreen(code));
});

main();
