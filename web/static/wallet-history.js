// What was shown, kept sealed on this phone and nowhere else.

import { button, fill, h } from "./app-dom.js";
import { moment, said, t } from "./app-words.js";
import { session } from "./wallet-app.js";
import { tables } from "./wallet-engine.js";
import { history } from "./wallet-profile.js";

/** @type {import("./wallet-app.js").Make} */
export function historyScreen() {
  const { vault, papers } = session();
  const list = h("div.history", { "aria-busy": true });
  const names = new Map(papers.map((paper) => [paper.credential.kind, paper.title]));

  async function show() {
    const [lines, { purposes }] = await Promise.all([history(vault), tables()]);
    list.removeAttribute("aria-busy");
    if (!lines.length) {
      fill(list, h("p.empty", {}, t("Belum ada yang ditunjukkan.", "Nothing was shown yet.")));
      return;
    }
    fill(list,
      h("ol.shown", {}, lines.map((one) => {
        const purpose = purposes.find((/** @type {any} */ p) => p.slug === one.purpose);
        const title = names.get(one.kind);
        const what = purpose ? said(purpose.about) : title ? t(`Seluruh isi ${title.id}`, `Everything on: ${title.en}`) : one.kind;
        return h("li", {}, h("span.when", {}, moment(one.at)), h("b", {}, what),
          one.audience && h("small", {}, t("Kepada yang mengaku: ", "To whoever said they are: "), one.audience));
      })),
      h("div.stack-buttons", {}, button(t("Hapus riwayat", "Clear the history"), clear, { icon: "trash", kind: "danger" })));
  }

  async function clear() {
    await vault.write("history", []);
    await show();
    list.querySelector("p")?.setAttribute("role", "status");
  }

  show();
  return {
    title: t("Riwayat", "History"),
    body: [h("p.hint", {}, t("Hanya tersimpan di ponsel ini, terkunci dengan PIN Anda.", "Kept on this phone only, locked with your PIN.")), list],
  };
}
