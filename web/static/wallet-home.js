// The open wallet: the cards, and what can be done with them.

import { button, h, iconButton } from "./app-dom.js";
import { said, t } from "./app-words.js";
import { notice, scanScreen } from "./wallet-activate.js";
import { draw, go, lock, session } from "./wallet-app.js";
import { card, day, photoFor, portrait } from "./wallet-card.js";
import { chooseScreen } from "./wallet-choose.js";
import { deskScreen } from "./wallet-desk.js";
import { historyScreen } from "./wallet-history.js";
import { settingsScreen } from "./wallet-settings.js";

/** Days before their end from which credentials that were not renewed are spoken of. */
const SOON = 14;

/** The cards, whole documents first; without any, what there is. @param {import("./wallet-profile.js").Paper[]} papers */
function cards(papers) {
  const whole = papers.filter((paper) => !paper.credential.purpose);
  return whole.length ? whole : papers.slice(0, 1);
}

/** @param {import("./wallet-profile.js").Profile} profile @param {number} now seconds */
function news(profile, now) {
  if (profile.replaced) {
    return notice("bad", t("Ponsel ini sudah diganti dengan ponsel lain. QR dari sini tidak berlaku lagi. Aktifkan lagi di kantor Dukcapil.",
      "This phone was replaced by another. QR codes from here no longer count. Activate again at a Dukcapil office."),
    button(t("Pindai QR petugas", "Scan the officer's QR"), () => go(scanScreen)));
  }
  const end = Math.min(...profile.credentials.map((c) => c.expires));
  if (end <= now) {
    return notice("bad", t("Dokumen di ponsel ini sudah lewat masanya. Sambungkan ke internet lalu buka dompet lagi.",
      "The documents on this phone have run out. Connect to the internet and open the wallet again."));
  }
  if (end - now < SOON * 86_400) {
    return notice("warn", t(`Dokumen di ponsel ini berlaku sampai ${day(end)}. Sambungkan ke internet dan buka dompet agar diperbarui.`,
      `The documents on this phone last until ${day(end)}. Connect to the internet and open the wallet to renew them.`));
  }
  return null;
}

/** @type {import("./wallet-app.js").Make} */
export function homeScreen() {
  const { profile, papers } = session();
  const warning = news(profile, Date.now() / 1000);
  const again = () => draw();
  return {
    title: t("Dompet Identitas", "Identity wallet"),
    actions: [
      iconButton(t("Setelan", "Settings"), "settings", () => go(settingsScreen)),
      iconButton(t("Kunci", "Lock"), "lock", lock),
    ],
    look: "home-page",
    body: [
      ...(warning ? [warning] : []),
      h("div.home-actions", {},
        button(t("Tunjukkan", "Show"), () => go(chooseScreen), { icon: "qr", kind: "primary", disabled: profile.replaced }),
        button(t("Pindai QR loket", "Scan the desk's QR"), () => go(deskScreen), { icon: "camera", disabled: profile.replaced })),
      h("div.docs", {}, cards(papers).map((paper) => h("div.doc-place-in", {},
        card(paper, photoFor(papers, paper), profile.name),
        h("button.doc-open", { type: "button", onclick: () => go(() => paperScreen(paper)) },
          h("span.sr", {}, t(`Semua isi ${paper.title.id}`, `Everything on: ${paper.title.en}`)))))),
      h("div.stack-buttons", {}, button(t("Riwayat", "History"), () => go(historyScreen), { icon: "history" })),
    ],
    entered: () => document.addEventListener("renewed", again),
    leave: () => document.removeEventListener("renewed", again),
  };
}

/** Every line of a document. @param {import("./wallet-profile.js").Paper} paper @returns {import("./wallet-app.js").Screen} */
function paperScreen(paper) {
  const { papers, profile } = session();
  const photo = photoFor(papers, paper);
  const { issued, expires } = paper.credential;
  return {
    title: said(paper.title),
    body: [
      ...(photo ? [portrait(photo, profile.name)] : []),
      facts(paper.rows),
      h("p.hint", {}, t(`Tersimpan di ponsel ini sejak ${day(issued)}, berlaku di ponsel sampai ${day(expires)}; diperbarui sendiri saat ada jaringan.`,
        `On this phone since ${day(issued)}, good on the phone until ${day(expires)}; renewed by itself when there is a network.`)),
    ],
  };
}

/** Lines under their labels; rows of a table under their number. @param {import("./wallet-profile.js").Row[]} rows */
export function facts(rows) {
  /** @type {Node[]} */
  const parts = [];
  let list = h("dl.facts");
  let before = "";
  for (const row of rows) {
    const group = row.group ? `${row.group.name}/${row.group.row}` : "";
    if (group !== before) {
      if (list.childElementCount) parts.push(list);
      list = h("dl.facts");
      if (row.group) parts.push(h("h2.group", {}, `${said(row.group.label)} ${row.group.row + 1}`));
      before = group;
    }
    list.append(h("div", {}, h("dt", {}, said(row.label)), h("dd", {}, said(row.text))));
  }
  parts.push(list);
  return h("div.paper", {}, parts);
}

