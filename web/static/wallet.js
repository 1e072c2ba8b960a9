// The wallet: documents of a family's people on one phone, each behind their PIN, shown as a live QR with no network.

import { fill, h } from "./app-dom.js";
import { t } from "./app-words.js";
import { pinScreen } from "./wallet-activate.js";
import { go, whenLocked } from "./wallet-app.js";
import { takeFromAddress } from "./wallet-code.js";
import { keepOffline } from "./wallet-install.js";
import { begin } from "./wallet-open.js";
import { tellRemovals } from "./wallet-service.js";

async function main() {
  const code = takeFromAddress();
  keepOffline();
  whenLocked(begin);
  try {
    await begin();
  } catch {
    // Private mode of some browsers has no IndexedDB.
    fill(/** @type {Element} */ (document.getElementById("app")), h("main.wrap", {}, h("h1", {}, t("Dompet Identitas", "Identity wallet")),
      h("p", {}, t("Peramban ini tidak dapat menyimpan dompet. Jangan pakai mode penyamaran; pakai Chrome atau Safari biasa.",
        "This browser cannot keep a wallet. Do not use private mode; use Chrome or Safari as usual."))));
    return;
  }
  const found = await code;
  if (found) go(() => pinScreen(found));
  tellRemovals().catch(() => {});
  addEventListener("online", () => { tellRemovals().catch(() => {}); });
}

addEventListener("hashchange", async () => {
  const code = await takeFromAddress();
  if (code) go(() => pinScreen(code));
});

main();
