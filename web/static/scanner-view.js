// The page around the card: bar, line of profile and bundle, counter, and the three ways in.

import { button, fill, h, icon, iconButton } from "./app-dom.js";
import { duration, said, t } from "./app-words.js";
import { rules } from "./scanner-settings.js";

/** @typedef {import("./scanner.js").Page} Page */

/** The page's parts that later change. @param {Page} page @param {HTMLVideoElement} video */
export function frame(page, video) {
  const parts = {
    line: h("section.line", { "aria-label": t("Profil dan daftar", "Profile and lists") }),
    counter: h("section.counter", { hidden: true, "aria-label": t("Hitungan hari ini", "Counted today") }),
    ways: h("div.segments.ways", { role: "group", "aria-label": t("Cara memindai", "Way of scanning") }),
    way: h("div.way", {}),
    out: h("section.scan-out", { "aria-label": t("Hasil", "Result") }),
    main: h("main.scan", { id: "main", tabindex: -1 }),
    view: h("div.viewport", {}, video),
  };
  parts.main.append(
    h("section.scan-in", { "aria-label": t("Pindai", "Scan") }, parts.way, parts.ways),
    parts.out);
  const bar = h("header.app-bar", {},
    h("h1", {}, t("Pemindai", "Scanner")),
    iconButton(t("Pengaturan", "Settings"), "settings", () => page.openSettings()));
  return { ...parts, all: [bar, parts.line, parts.counter, parts.main] };
}

/** Profile, and how old the lists are. @param {HTMLElement} line @param {Page} page */
export function showLine(line, page) {
  const { bundle, settings } = page;
  const [tone, sign, words] = bundleSays(bundle);
  fill(line,
    h("button.chip", { type: "button", onclick: () => page.openSettings() }, icon("card"), h("span", {}, h("span.sr", {}, t("Profil: ", "Profile: ")), said(rules(settings).name))),
    h(`button.chip.bundle.${tone}`, { type: "button", onclick: () => page.openSettings("trust") }, icon(sign), h("span", {}, words)));
}

/** @param {import("./scanner-bundle.js").Bundle} bundle @returns {[string, any, string]} */
function bundleSays(bundle) {
  if (!bundle.ready) return ["", "clock", t("Membuka daftar …", "Opening lists …")];
  if (!bundle.facts) {
    if (bundle.busy || !bundle.trouble) return ["", "refresh", t("Mengambil daftar …", "Getting lists …")];
    return ["bad", "alert", t("Belum ada daftar", "No lists yet")];
  }
  const age = duration(bundle.age ?? 0);
  if (bundle.isStale) return ["bad", "alert", t(`Daftar usang: ${age}`, `Lists out of date: ${age}`)];
  if (bundle.trouble === "refused") return ["warn", "alert", t(`Pembaruan ditolak · ${age}`, `Update refused · ${age}`)];
  if (bundle.trouble === "offline") return ["", "offline", t(`Luring · daftar ${age}`, `Offline · lists ${age}`)];
  return ["good", "check", t(`Daftar ${age} lalu`, `Lists: ${age} old`)];
}

/** What stops every verdict, with what to do. @param {Page} page */
export function noBundle(page) {
  const { bundle } = page;
  if (bundle.facts || !bundle.trouble) return null;
  return h("div.notice.warn", { role: "alert" }, icon("alert"), h("div", {},
    h("p", {}, h("b", {}, t("Belum ada daftar di alat ini.", "There are no lists on this device yet."))),
    h("p", {}, bundle.trouble === "refused" && bundle.said
      ? said(bundle.said)
      : t("Sambungkan ke internet sekali; setelah itu pemindai bekerja tanpa jaringan.", "Connect to the internet once; after that the scanner works with no network.")),
    button(t("Coba lagi", "Try again"), () => page.update(), { icon: "refresh" })));
}

/** @param {HTMLElement} counter @param {Page} page */
export function showCounter(counter, page) {
  counter.hidden = !page.settings.batch;
  if (counter.hidden) return;
  const now = page.log.counts(Math.floor(Date.now() / 1000));
  const number = (/** @type {string} */ kind, /** @type {any} */ sign, /** @type {number} */ n, /** @type {string} */ words) => (
    h(`div.count.${kind}`, {}, h("b", {}, icon(sign), String(n)), h("span", {}, words)));
  fill(counter,
    number("good", "check", now.accepted, t("diterima", "accepted")),
    number("bad", "cross", now.refused, t("ditolak", "refused")),
    number("grey", "question", now.undecided, t("belum pasti", "undecided")),
    number("twice", "history", now.again, t("dua kali", "twice")),
    h("div.counter-does", {},
      iconButton(t("Unduh catatan (CSV)", "Download the log (CSV)"), "download", () => page.exportLog()),
      iconButton(t("Hapus catatan", "Clear the log"), "trash", () => page.clearLog())));
}

/** @param {HTMLElement} ways @param {Page} page */
export function showWays(ways, page) {
  /** @type {["camera" | "picture" | "text", any, string][]} */
  const all = [["camera", "camera", t("Kamera", "Camera")], ["picture", "picture", t("Gambar", "Picture")], ["text", "text", t("Teks", "Text")]];
  fill(ways, ...all.map(([mode, sign, words]) => h("button", {
    type: "button", "aria-pressed": page.settings.mode === mode, onclick: () => page.choose(mode),
  }, icon(sign), h("span", {}, words))));
}

const TROUBLES = {
  refused: () => [
    t("Kamera tidak diizinkan", "The camera was refused"),
    t("Ketuk gembok di sebelah alamat halaman, izinkan Kamera, lalu coba lagi. Tanpa kamera: pakai Gambar atau Teks.", "Tap the lock beside the page's address, allow Camera, and try again. Without one: use Picture or Text.")],
  none: () => [
    t("Tidak ada kamera", "There is no camera"),
    t("Sambungkan kamera lalu coba lagi, atau pakai Gambar atau Teks. Pemindai genggam USB langsung bekerja.", "Connect one and try again, or use Picture or Text. A USB hand scanner works at once.")],
  busy: () => [
    t("Kamera tidak dapat dibuka", "The camera cannot be opened"),
    t("Mungkin dipakai aplikasi lain. Tutup aplikasi itu, lalu coba lagi.", "Another app may be using it. Close that app and try again.")],
  unsupported: () => [
    t("Kamera tidak tersedia di halaman ini", "No camera on this page"),
    t("Kamera memerlukan alamat https. Pakai Gambar atau Teks.", "Cameras need an https address. Use Picture or Text.")],
};

/** @param {HTMLElement} view the viewport, with the video in it @param {Page} page @param {HTMLVideoElement} video */
export function showCamera(view, page, video) {
  const { camera } = page;
  const trouble = camera.state in TROUBLES ? TROUBLES[/** @type {keyof typeof TROUBLES} */ (camera.state)]() : null;
  const said = camera.state === "on"
    ? t("Arahkan ke QR; seluruhnya di dalam bingkai", "Point at the QR, all of it in the frame")
    : t("Membuka kamera …", "Opening the camera …");
  video.hidden = Boolean(trouble);
  fill(view,
    video,
    trouble
      ? h("div.trouble", { role: "alert" }, icon("camera"), h("h2", {}, trouble[0]), h("p", {}, trouble[1]), button(t("Coba lagi", "Try again"), () => page.startCamera(), { kind: "primary", icon: "refresh" }))
      : h("div.aim", { "aria-hidden": "true" }),
    !trouble && h("p.tip", { id: "tip" }, said),
    !trouble && h("div.camera-does", {},
      camera.hasTorch && iconButton(t("Lampu", "Light"), "torch", () => page.camera.light(!camera.torch), { "aria-pressed": camera.torch }),
      page.cameras.length > 1 && iconButton(t("Ganti kamera", "Other camera"), "flip", () => page.nextCamera())));
}

/** @param {Page} page */
export function pictureWay(page) {
  const input = h("input", { id: "picture", type: "file", accept: "image/*", onchange: () => { if (input.files[0]) page.takePicture(input.files[0]); input.value = ""; } });
  return h("div.pane.drop", {},
    h("div.field", {}, h("h2", {}, t("Gambar QR", "Picture of the QR")),
      h("p.hint", {}, t("Foto atau tangkapan layar. Dapat juga diseret atau ditempel ke halaman ini. Gambar tidak dikirim ke mana pun.", "A photo or screenshot. It can also be dropped or pasted on this page. It is not sent anywhere.")),
      h("div", {}, h("label.button.primary.file", {}, icon("picture"), h("span", {}, t("Pilih gambar", "Choose a picture")), input))),
    h("p.tell", { id: "picture-says", role: "status" }));
}

/** @param {Page} page */
export function textWay(page) {
  const area = h("textarea", {
    id: "text", rows: 5, spellcheck: false, autocapitalize: "off", autocomplete: "off",
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      go();
    },
  });
  // Whatever is drawn anew meanwhile (a sheet that closes, lists that arrive), what was typed stays.
  area.value = page.typed;
  area.addEventListener("input", () => { page.typed = area.value; });
  const go = () => { const text = area.value.trim(); page.typed = area.value = ""; if (text) page.takeText(text); };
  return h("div.pane", {},
    h("div.field", {}, h("label", { for: "text" }, t("Teks QR", "Text of the QR")),
      h("p.hint", {}, t("Tempelkan isinya, atau pindai dengan pemindai genggam USB (kapan saja, di mana pun fokusnya).", "Paste it, or scan with a USB hand scanner (at any time, wherever the focus is).")),
      area),
    button(t("Periksa teks", "Check the text"), go, { kind: "primary", icon: "check" }));
}

/** Where the card will be, on a wide screen. */
export function waiting() {
  return h("div.empty.waiting", {}, icon("qr"), h("p", {}, t("Hasil pemeriksaan tampil di sini.", "The result appears here.")));
}
