// A document drawn as the card or paper it stands for.

import { h, icon } from "./app-dom.js";
import { said, t } from "./app-words.js";

/** @typedef {import("./wallet-profile.js").Paper} Paper */

/** @param {number} seconds since 1970 */
export function day(seconds) {
  return new Date(seconds * 1000).toLocaleDateString(t("id-ID", "en-GB"), { day: "numeric", month: "long", year: "numeric" });
}

/** What a line says, or null. @param {Paper} paper @param {...string} names the first that is there */
export function line(paper, ...names) {
  for (const name of names) {
    const row = paper.rows.find((one) => one.name === name && !one.group);
    if (row) return said(row.text);
  }
  return null;
}

/** @param {Paper["photo"]} photo @param {string} name */
export function portrait(photo, name) {
  if (!photo) return h("span.face.empty", {}, icon("person"));
  const src = `data:${photo.media_type};base64,${photo.base64}`;
  return h("img.face", { src, alt: t(`Foto ${name}`, `Photo of ${name}`), width: 78, height: 104 });
}

/** The photo may stand only in another of the person's credentials. @param {Paper[]} papers @param {Paper} paper */
export function photoFor(papers, paper) {
  return paper.photo ?? (paper.credential.kind === "kk" ? null : papers.find((one) => one.credential.kind === paper.credential.kind && one.photo)?.photo ?? null);
}

/** @param {string} label @param {string | null} value @param {string} [kind] class */
function fact(label, value, kind = "") {
  return value && h(`div${kind && `.${kind}`}`, {}, h("dt", {}, label), h("dd", {}, value));
}

/** The card. @param {Paper} paper @param {Paper["photo"]} photo @param {string} holder */
export function card(paper, photo, holder) {
  const { kind, expires } = paper.credential;
  const known = ["ktp", "kk", "kia"].includes(kind) ? kind : "other";
  const province = line(paper, "provinsi");
  const regency = line(paper, "kabupaten");
  const members = new Set(paper.rows.filter((row) => row.group?.name === "anggota").map((row) => row.group?.row)).size;
  const name = line(paper, "nama") ?? paper.name ?? holder;
  const number = kind === "kk" ? fact(t("Nomor KK", "Family card number"), line(paper, "nomor_kk")) : fact("NIK", line(paper, "nik"));
  const facts = [
    fact(kind === "kk" ? t("Kepala keluarga", "Head of the family") : t("Nama", "Name"), name, "who-name"),
    kind !== "kk" && fact(t("Lahir", "Born"), born(paper)),
    members > 0 && fact(t("Anggota keluarga", "Members"), String(members)),
    fact(t("Berlaku di ponsel sampai", "On this phone until"), day(expires)),
  ];
  return h(`section.doc.doc-${known}`, { "aria-label": said(paper.title) },
    h("header", {},
      h("p.doc-place", {}, [province && t(`PROVINSI ${province}`, `PROVINCE OF ${province}`), regency].filter(Boolean).map((part) => h("span", {}, part))),
      h("p.doc-kind", {}, said(paper.title))),
    number && h("dl.nik", {}, number),
    h("div.doc-body", {},
      h("dl", {}, facts),
      kind !== "kk" && portrait(photo, name)));
}

/** @param {Paper} paper */
function born(paper) {
  const both = line(paper, "tempat_tanggal_lahir");
  return both ?? ([line(paper, "tempat_lahir"), line(paper, "tanggal_lahir")].filter(Boolean).join(", ") || null);
}
