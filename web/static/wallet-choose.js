// What to show: first for what, in words; then exactly which fields leave the phone and which do not.

import { button, h, icon } from "./app-dom.js";
import { said, t } from "./app-words.js";
import { go, instead, session } from "./wallet-app.js";
import { day, portrait } from "./wallet-card.js";
import { tables } from "./wallet-engine.js";
import { liveScreen } from "./wallet-live.js";

/** @typedef {import("./wallet-profile.js").Paper} Paper */
/** @typedef {{audience: string | null, nonce: Uint8Array | null}} Asked who asks and their one-time number */

/** @type {import("./wallet-app.js").Make} */
export function chooseScreen() {
  return choice({ audience: null, nonce: null });
}

/** @param {Asked} asked @returns {import("./wallet-app.js").Screen} */
export function choice(asked) {
  const { papers } = session();
  const parts = papers.filter((paper) => paper.credential.purpose);
  const whole = papers.filter((paper) => !paper.credential.purpose);
  const list = h("div.purposes");
  tables().then(({ purposes }) => {
    const known = (/** @type {Paper} */ paper) => purposes.find((/** @type {any} */ one) => one.slug === paper.credential.purpose);
    list.append(
      ...parts.sort((a, b) => rank(known(a)) - rank(known(b))).map((paper) => offer(paper, known(paper)?.about ?? paper.title, known(paper)?.name, asked)),
      ...whole.map((paper) => offer(paper, wholeWords(paper), null, asked)));
  });
  return {
    title: t("Apa yang ditunjukkan?", "What to show?"),
    body: [h("p", {}, t("Pilih yang paling sedikit yang cukup. Sebelum QR tampil, Anda melihat isinya.", "Choose the least that will do. You see what is in it before the QR appears.")), list],
  };
}

/** Little first. */
const ORDER = ["umur-21", "nama-foto", "telco", "tps", "kesehatan", "sekolah", "bank", "bank-ibu"];
/** @param {any} purpose */
function rank(purpose) {
  const at = ORDER.indexOf(purpose?.slug);
  return at < 0 ? ORDER.length : at;
}

/** @param {Paper} paper */
function wholeWords(paper) {
  return { id: `Seluruh isi ${paper.title.id}`, en: `Everything on: ${paper.title.en}` };
}

/** @param {Paper} paper @param {{id: string, en: string}} about @param {{id: string, en: string} | null} name @param {Asked} asked */
function offer(paper, about, name, asked) {
  return h("button.purpose", { type: "button", onclick: () => go(() => confirmScreen(paper, about, asked)) },
    h("span", {}, h("b", {}, said(about)), name && h("small", {}, t("Untuk: ", "For: "), said(name))), icon("next"));
}

/** Labels of everything else this person has of the document: what stays on the phone. @param {Paper} paper @param {Paper[]} papers */
function kept(paper, papers) {
  // A column of a table counts as shown as well: the family card tells each member's NIK.
  const shown = new Set(paper.rows.flatMap((row) => [row.name, row.group?.name]));
  // What one document calls the head of the family, another has as a field of its own.
  const told = new Set(paper.rows.map((row) => said(row.label)));
  /** @type {Map<string, string>} */
  const labels = new Map();
  for (const other of papers.filter((one) => one.credential.kind === paper.credential.kind)) {
    for (const row of other.rows) {
      const name = row.group?.name ?? row.name;
      const label = said(row.group?.label ?? row.label);
      if (!shown.has(name) && !told.has(label) && name !== "umur_minimal") labels.set(name, label);
    }
    if (other.photo && !paper.photo) labels.set("foto", t("Foto", "Photo"));
  }
  return [...labels.values()];
}

/** What every QR carries so that it can be checked. @param {Paper} paper */
function always(paper) {
  const until = day(paper.credential.expires);
  return t(`Selalu ikut: penerbit ${paper.iss ?? ""}, masa berlaku sampai ${until}, nomor kredensial, kunci ponsel ini, dan jam saat ini.`,
    `Always with it: issuer ${paper.iss ?? ""}, valid until ${until}, the credential's number, this phone's key, and the time.`);
}

/**
 * @param {Paper} paper @param {{id: string, en: string}} about @param {Asked} asked
 * @returns {import("./wallet-app.js").Screen}
 */
export function confirmScreen(paper, about, asked) {
  const { papers, profile } = session();
  const hidden = kept(paper, papers);
  const members = new Set(paper.rows.filter((row) => row.group).map((row) => `${row.group?.name}/${row.group?.row}`)).size;
  const lines = paper.rows.filter((row) => !row.group);
  const show = button(t("Tampilkan QR", "Show the QR"), () => {
    const live = () => liveScreen(paper, about, asked);
    if (asked.nonce) instead(live); else go(live);
  }, { icon: "qr", kind: "primary" });
  return {
    title: t("Ini yang akan terlihat", "This will be seen"),
    look: "confirm-page",
    body: [
      h("p.about", {}, said(about)),
      asked.nonce && asking(asked.audience),
      h("section.sees", { "aria-labelledby": "sees" },
        h("h2", { id: "sees" }, icon("check"), t("Mereka akan melihat", "They will see")),
        h("div.sees-body", {},
          paper.photo && portrait(paper.photo, profile.name),
          h("dl.facts.stacked", {}, lines.map((row) => h("div", {}, h("dt", {}, said(row.label)), h("dd", {}, said(row.text)))),
            members > 0 && h("div", {}, h("dt", {}, said(paper.rows.find((row) => row.group)?.group?.label ?? paper.title)), h("dd", {}, t(`${members} orang, dengan semua kolomnya`, `${members} people, with all their columns`)))))),
      hidden.length > 0 && h("section.hides", { "aria-labelledby": "hides" },
        h("h2", { id: "hides" }, icon("cross"), t("Mereka tidak akan melihat", "They will not see")),
        h("p", {}, hidden.join(", "))),
      h("p.hint", {}, always(paper)),
      h("div.sticky", {}, show),
    ].filter((node) => node instanceof Node),
  };
}

/** Who asks is only what they say of themselves. @param {string | null} audience */
export function asking(audience) {
  const who = audience
    ? h("p", {}, t("Yang meminta mengaku sebagai:", "Whoever asks says it is:"), " ", h("b.said", {}, audience))
    : h("p", {}, t("Yang meminta tidak menyebut namanya.", "Whoever asks does not say who they are."));
  return h("div.notice.warn", {}, icon("ask"), h("div", {}, who,
    h("p", {}, t("Dompet tidak dapat memeriksanya. Lanjutkan hanya jika Anda memang sedang di sana.", "The wallet cannot check this. Go on only if you really are there."))));
}
