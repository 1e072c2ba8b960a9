// What an agency chooses: profile, name, batch and challenge mode; and where the trust of this page comes from.

import { button, h, iconButton, toggle } from "./app-dom.js";
import { duration, enlarge, isLarge, keepSetting, language, moment, said, setting, speak, t } from "./app-words.js";
import { PROFILES, profile } from "./scanner-profiles.js";

/**
 * @typedef {object} Settings
 * @property {string} profile
 * @property {string} agency name of the agency, the audience of what phones show here
 * @property {Record<string, Partial<import("./scanner-profiles.js").Choices>>} changed by profile
 * @property {boolean} batch
 * @property {boolean} challenge
 * @property {boolean} sound
 * @property {boolean} vibration
 * @property {string} camera
 * @property {"camera" | "picture" | "text"} mode
 */

const KEPT = "pemindai";
/** @type {Settings} */
const FIRST = { profile: "dokumen", agency: "", changed: {}, batch: false, challenge: false, sound: true, vibration: true, camera: "", mode: "camera" };
/** Longest name of an agency, characters: it must fit the QR of a request. */
const NAME_MAX = 60;
const AGES = [[6, "6"], [24, "24"], [72, "72"], [168, "168"]];

/** @returns {Settings} */
export function load() {
  try { return { ...FIRST, ...JSON.parse(setting(KEPT) ?? "{}") }; } catch { return { ...FIRST }; }
}

/** @param {Settings} settings */
export function save(settings) { keepSetting(KEPT, JSON.stringify(settings)); }

/** The rules in force. @param {Settings} settings */
export const rules = (settings) => profile(settings.profile, settings.changed[settings.profile]);

/**
 * The sheet's content.
 * @param {Settings} settings @param {{bundle: import("./scanner-bundle.js").Bundle, changed: () => void, redraw: () => void, close: () => void, update: () => void}} page
 */
export function sheet(settings, page) {
  const set = (/** @type {Partial<Settings>} */ change) => { Object.assign(settings, change); save(settings); page.changed(); };
  return [
    h("div.sheet-top", {}, h("h2", { id: "settings-title" }, t("Pengaturan", "Settings")), iconButton(t("Tutup", "Close"), "cross", page.close)),
    h("div.sheet-body", {},
      agency(settings, set, page.redraw),
      working(settings, set),
      trust(page),
      display(page.redraw),
      h("p.small", {}, t(
        "Semua diperiksa di alat ini. Tidak ada yang dikirim, dan isi dokumen tidak disimpan. Mode antrean hanya mencatat waktu dan hasil.",
        "Everything is checked on this device. Nothing is sent, and what documents state is not kept. Queue mode notes time and result only."))),
  ];
}

/** @param {Settings} settings @param {(change: Partial<Settings>) => void} set @param {() => void} redraw */
function agency(settings, set, redraw) {
  const now = rules(settings);
  const change = (/** @type {Partial<import("./scanner-profiles.js").Choices>} */ one) => set({
    changed: { ...settings.changed, [settings.profile]: { ...settings.changed[settings.profile], ...one } },
  });
  const name = h("input", {
    id: "agency", type: "text", maxlength: NAME_MAX, value: settings.agency, autocomplete: "organization",
    onchange: () => set({ agency: name.value.trim() }),
  });
  return [
    h("fieldset.field", {}, h("legend", {}, t("Profil instansi", "Agency profile")),
      h("div.choices", {}, PROFILES.map((one) => h("label.choice", {},
        h("input", {
          type: "radio", name: "profile", value: one.id, checked: one.id === settings.profile,
          onchange: () => { set({ profile: one.id }); redraw(); },
        }),
        h("span", {}, h("b", {}, said(one.name)), h("small", {}, said(one.about))))))),
    h("fieldset.field", {}, h("legend", {}, `${t("Aturan", "Rules")}: ${said(now.name)}`),
      h("div.choices", {},
        toggle(t("Terima dokumen cetak", "Accept printed documents"), now.printed, (printed) => change({ printed }), t("QR di kertas atau kartu; foto dicocokkan dengan mata.", "A QR on paper or a card; the photo is compared by eye.")),
        toggle(t("Terima dokumen yang sudah diganti", "Accept superseded documents"), now.superseded, (superseded) => change({ superseded }), t("Asli, tetapi ada yang lebih baru. Tetap kuning.", "Genuine, but there is a newer one. It stays yellow.")),
        h("label.choice.pick", {}, h("span", {}, t("Umur daftar status paling lama", "Oldest status list"), h("small", {}, t("Bila lebih lama, hasilnya abu-abu.", "When it is older, the result is grey."))),
          ages(now.max_age, (max_age) => change({ max_age }))))),
    h("div.field", {}, h("label", { for: "agency" }, t("Nama instansi", "Name of the agency")),
      h("p.hint", { id: "agency-hint" }, t("Ditampilkan di ponsel yang diminta. Kosong: tanpa nama.", "Shown on a phone that is asked. Empty: no name.")), name),
  ];
}

/** @param {number} chosen @param {(hours: number) => void} change */
function ages(chosen, change) {
  const select = h("select", { onchange: () => change(Number(select.value)) },
    AGES.map(([hours, value]) => h("option", { value, selected: hours === chosen }, duration(Number(hours) * 3600))));
  return select;
}

/** @param {Settings} settings @param {(change: Partial<Settings>) => void} set */
function working(settings, set) {
  return h("fieldset.field", {}, h("legend", {}, t("Cara kerja", "Way of working")), h("div.choices", {},
    toggle(t("Mode antrean", "Queue mode"), settings.batch, (batch) => set({ batch }), t("Menghitung, kembali memindai setelah 2 detik, memberi tahu bila dokumen sama.", "Counts, goes on after 2 seconds, tells when it is the same document.")),
    toggle(t("Mode permintaan", "Challenge mode"), settings.challenge, (challenge) => set({ challenge }), t("Ponsel memindai kode dari layar ini dahulu: rekaman tidak lolos.", "The phone scans a code from this screen first: no recording passes.")),
    toggle(t("Bunyi", "Sound"), settings.sound, (sound) => set({ sound })),
    toggle(t("Getar", "Vibration"), settings.vibration, (vibration) => set({ vibration }))));
}

/** @param {{bundle: import("./scanner-bundle.js").Bundle, update: () => void}} page */
function trust({ bundle, update }) {
  const facts = bundle.facts;
  const fact = (/** @type {string} */ label, /** @type {string | Node} */ text) => h("div", {}, h("dt", {}, label), h("dd", {}, text));
  return h("section.field", { id: "trust" }, h("h3", {}, t("Daftar di alat ini", "Lists on this device")),
    facts
      ? h("dl.facts.card", {},
        fact(t("Bundel dibuat", "Bundle issued"), `${moment(facts.issued)} (${duration(bundle.age ?? 0)}${t(" lalu", " ago")})`),
        fact(t("Berlaku hingga", "Good until"), moment(Math.min(facts.expires, facts.next_update))),
        fact(t("Daftar kepercayaan", "Trust list"), `${t("versi", "version")} ${facts.version}`),
        fact(t("Daftar status", "Status lists"), String(facts.lists)),
        fact(t("Kunci akar (sidik)", "Root key (fingerprint)"), h("code.fingerprint", {}, "…")))
      : h("p", {}, t("Belum ada. Sambungkan ke internet sekali.", "None yet. Connect to the internet once.")),
    h("p.hint", {}, t(
      "Kunci akar dipasang saat bundel pertama diambil dari layanan ini. Cocokkan sidiknya dengan yang diumumkan di /kepercayaan.",
      "The root key was pinned when the first bundle came from this service. Compare the fingerprint with the one published at /kepercayaan.")),
    button(t("Ambil yang terbaru", "Get the newest"), update, { icon: "refresh" }));
}

/** SHA-256 of the root key in groups of eight digits, as the page /kepercayaan shows it. @param {string} root hex */
export async function fingerprint(root) {
  if (!crypto.subtle) return [root];
  const bytes = Uint8Array.from(root.match(/../g) ?? [], (two) => parseInt(two, 16));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return (hex.match(/.{8}/g) ?? []).flatMap((group) => [h("span", {}, group), " "]);
}

/** @param {() => void} redraw */
function display(redraw) {
  const tongue = (/** @type {"id" | "en"} */ lang, /** @type {string} */ name) => h("button", {
    type: "button", lang, "aria-pressed": language() === lang, onclick: () => { speak(lang); redraw(); },
  }, name);
  return h("section.field", {}, h("h3", {}, t("Tampilan", "Display")),
    h("div.choices", {},
      h("div.segments", { role: "group", "aria-label": t("Bahasa", "Language") }, tongue("id", "Indonesia"), tongue("en", "English")),
      toggle(t("Huruf besar", "Large text"), isLarge(), enlarge)));
}

