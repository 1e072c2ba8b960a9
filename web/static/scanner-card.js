// The card: what the verdict is, why, as of when, and what the profile shows of the document.

import { button, h, icon } from "./app-dom.js";
import { clock, duration, moment, said, t } from "./app-words.js";

/** @type {Record<import("./scanner-profiles.js").State, {icon: any, colour: import("./app-words.js").Text}>} */
const LOOKS = {
  valid: { icon: "check", colour: { id: "hijau", en: "green" } },
  superseded: { icon: "swap", colour: { id: "kuning", en: "yellow" } },
  not_valid: { icon: "cross", colour: { id: "merah", en: "red" } },
  undecided: { icon: "question", colour: { id: "abu-abu", en: "grey" } },
  not_enough: { icon: "ask", colour: { id: "jingga", en: "orange" } },
};
const MEDIA = /^image\/(webp|jpeg|png|avif)$/;

/**
 * @typedef {object} Result
 * @property {any} judgement of the engine; null where there is none
 * @property {import("./scanner-profiles.js").Decision} decision
 * @property {number | null} again when the same document was accepted before
 */

/** Reasons that newer lists may change. */
const LISTS = new Set(["no_bundle", "unknown_issuer", "newer_format", "trust_list_stale", "status_list_missing", "status_list_stale"]);

/** State, word, icon and sentence of the band: a document that was accepted before is not green a second time. @param {Result} result */
function band({ decision, again }) {
  if (again === null) return { ...LOOKS[decision.state], state: decision.state, word: said(decision.word), message: said(decision.message) };
  return {
    state: "again", icon: "history", colour: LOOKS.not_enough.colour, word: t("SUDAH DITERIMA", "ALREADY ACCEPTED"),
    message: t(`Dokumen yang sama sudah diterima pukul ${clock(again)}.`, `The same document was accepted at ${clock(again)}.`),
  };
}

/** What is read out. @param {Result} result */
export function spoken(result) {
  const { word, message } = band(result);
  return `${word}. ${message}`;
}

/** @param {Result} result @param {{next: () => void, update: () => void}} does @param {boolean} brief leaves out what nobody reads in two seconds */
export function card(result, { next, update }, brief) {
  const { judgement, decision } = result;
  const { state, icon: sign, colour, word, message } = band(result);
  return h("div.result", {},
    h(`div.verdict.${state}`, {},
      icon(sign),
      h("div", {}, h("h2.word", {}, word, h("span.sr", {}, ` (${said(colour)})`)), h("p", {}, message))),
    judgement && freshness(judgement),
    judgement && content(judgement, decision),
    LISTS.has(decision.reason) && button(t("Ambil daftar terbaru", "Get the newest lists"), update, { icon: "refresh" }),
    judgement?.issuer && !brief && issuer(judgement),
    h("div.next", {}, button(t("Pindai berikutnya", "Scan the next one"), next, { icon: "qr", kind: "primary", id: "next" })));
}

const seconds = (/** @type {string | null} */ time) => (time ? Math.floor(Date.parse(time) / 1000) : null);

/** @param {any} judgement */
function freshness({ freshness: fresh, judged_at: judged }) {
  const [as, at, list] = [seconds(fresh.as_of), seconds(judged), seconds(fresh.status_list_issued) ?? seconds(fresh.trust_list_issued)];
  if (as === null || at === null || list === null) return null;
  const which = fresh.status_list_issued ? t("daftar status", "status list") : t("daftar kepercayaan", "trust list");
  return h("p.fresh", {}, icon("clock"), h("span", {},
    t("Keadaan per ", "As of "), h("b", {}, moment(as)), ` · ${which} ${duration(at - list)}${t(" lalu", " old")}`));
}

/** How it came here: a printed sign and a live one must not be taken for each other. @param {any} shown @param {any} document */
function how(shown, document) {
  if (shown?.how === "live") {
    const ago = duration(shown.seconds_ago ?? 0);
    return h("p.how.live", {}, icon("phone"), h("span", {}, t(`Ditunjukkan pemiliknya ${ago} lalu`, `Shown by its holder ${ago} ago`)));
  }
  if (shown?.how === "static") {
    const hasFace = ["ktp", "kia"].includes(document?.jenis_dokumen?.slug);
    return h("p.how", {}, icon("paper"), h("span", {}, hasFace
      ? t("Dokumen cetak: cocokkan fotonya", "Printed: check the photo")
      : t("Dokumen cetak: cocokkan dengan KTP-el pembawanya", "Printed: compare with its bearer's identity card")));
  }
  if (!shown) return null;
  return h("p.how", {}, icon("alert"), h("span", {}, t("Tidak terbukti ditunjukkan oleh pemiliknya", "Not proved to be shown by its holder")));
}

/** @param {any} judgement @param {import("./scanner-profiles.js").Decision} decision */
function content(judgement, decision) {
  if (!judgement.title) return null;
  const purpose = judgement.claims?.document?.profil;
  // Of what is turned away, only what it is: its holder's data is no longer needed.
  const all = ["valid", "superseded", "undecided"].includes(decision.state);
  const name = all ? decision.rows.find((row) => row.name === "nama" && !row.group) : null;
  const photo = all && judgement.photo && MEDIA.test(judgement.photo.media_type) ? judgement.photo : null;
  const lines = decision.rows.filter((row) => row !== name);
  return h("article.card", {},
    h("div.who-is", {},
      photo && h("img.portrait", { src: `data:${photo.media_type};base64,${photo.base64}`, alt: t("Foto pada dokumen", "Photo on the document") }),
      h("div", {},
        h("p.kicker", {}, said(judgement.title), purpose && ` · ${said(purpose.teks)}`),
        name && h("h3.name", {}, said(name.text), name.label.id !== "Nama" && h("small", {}, said(name.label))),
        (all || judgement.shown?.how !== "static") && how(judgement.shown, judgement.claims?.document))),
    all && groups(lines),
    all && decision.left_out > 0 && h("p.small.left-out", {}, t(
      `${decision.left_out} isian lain tidak ditampilkan: profil ini tidak memerlukannya.`,
      `${decision.left_out} more fields are not shown: this profile does not need them.`)));
}

/** Lines in printed order; those of a table under its name, a row at a time. @param {import("./scanner-profiles.js").Decision["rows"]} lines */
function groups(lines) {
  /** @type {{key: string, title: string, lines: typeof lines}[]} */
  const parts = [];
  for (const line of lines) {
    const group = line.group;
    const key = group ? `${group.name} ${group.row}` : "";
    if (parts[parts.length - 1]?.key !== key) {
      const number = group && group.rows > 1 ? ` ${group.row + 1}/${group.rows}` : "";
      parts.push({ key, title: group ? said(group.label) + number : "", lines: [] });
    }
    parts[parts.length - 1].lines.push(line);
  }
  return parts.flatMap((part) => [
    part.title ? h("h4", {}, part.title) : null,
    h("dl.facts", {}, part.lines.map((line) => h("div", {}, h("dt", {}, said(line.label)), h("dd", {}, said(line.text)))))]);
}

/** @param {any} judgement */
function issuer(judgement) {
  const fact = (/** @type {string} */ label, /** @type {string | null} */ text) => text && h("div", {}, h("dt", {}, label), h("dd", {}, text));
  const time = (/** @type {string | null | undefined} */ text) => { const at = seconds(text ?? null); return at === null ? null : moment(at); };
  return h("details.more", {},
    h("summary", {}, t("Siapa yang menandatangani", "Who signed it")),
    h("div", {}, h("dl.facts", {},
      fact(t("Kantor", "Office"), judgement.issuer.office),
      fact(t("Kode", "Code"), judgement.issuer.iss),
      fact(t("Kunci", "Key"), judgement.issuer.kid),
      fact(t("Ditandatangani", "Signed"), time(judgement.claims?.issued)),
      fact(t("Berlaku hingga", "Valid until"), time(judgement.claims?.expires)),
      fact(t("Daftar kepercayaan", "Trust list"), `${t("versi", "version")} ${judgement.freshness.trust_list_version}`),
      fact(t("Alasan (kode)", "Reason (code)"), judgement.reason))));
}
