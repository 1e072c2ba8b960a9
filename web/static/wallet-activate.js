// Activation: the officer's code, a PIN, a picture, and then the credentials are fetched.

import { button, fill, h, icon } from "./app-dom.js";
import { t } from "./app-words.js";
import { back, go, instead, setSession, start } from "./wallet-app.js";
import { viewfinder } from "./wallet-camera.js";
import { readCode, readScanned } from "./wallet-code.js";
import { engine } from "./wallet-engine.js";
import { homeScreen } from "./wallet-home.js";
import { colours, drawn, freeLabel, pictures, wordsOf } from "./wallet-label.js";
import { pinPad } from "./wallet-pad.js";
import { easyPin } from "./wallet-pin.js";
import { papersOf, profileOf } from "./wallet-profile.js";
import { keyFor, redeem, redeemed, ServiceError } from "./wallet-service.js";
import { createVault, people } from "./wallet-vault.js";

/** The officer's QR by the camera. @type {import("./wallet-app.js").Make} */
export function scanScreen() {
  const finder = viewfinder(engine, async (text) => {
    const code = await readScanned(text);
    if (code === "elsewhere") {
      finder.say(t("QR ini dari alamat lain, bukan dari layanan ini. Jangan dilanjutkan; tanyakan kepada petugas.",
        "This QR comes from another address, not from this service. Do not go on; ask the officer."));
      return false;
    }
    if (!code) {
      finder.say(t("Ini bukan QR aktivasi. Arahkan ke QR di layar petugas.", "This is not an activation QR. Point at the QR on the officer's screen."));
      return false;
    }
    instead(() => pinScreen(code));
    return true;
  });
  return {
    title: t("Pindai QR petugas", "Scan the officer's QR"),
    body: [finder.node, h("div.stack-buttons", {}, button(t("Ketik kodenya", "Type the code"), () => { instead(typeScreen); }, { icon: "text" }))],
    leave: finder.leave,
  };
}

/** The code by hand. @type {import("./wallet-app.js").Make} */
export function typeScreen() {
  const wrong = h("p.wrong", { id: "code-error", role: "alert" });
  const input = h("textarea", {
    id: "code", rows: 2, autocapitalize: "characters", autocomplete: "off", spellcheck: "false", "aria-describedby": "code-hint code-error",
  });
  const form = h("form", {
    onsubmit: async (/** @type {Event} */ event) => {
      event.preventDefault();
      const code = await readCode(input.value);
      if (code) { instead(() => pinScreen(code)); return; }
      fill(wrong, icon("alert"), h("span", {}, t("Kode belum benar. Periksa lagi ke-28 huruf dan angka di layar petugas.",
        "The code is not right. Check the 28 letters and digits on the officer's screen again.")));
      input.setAttribute("aria-invalid", "true");
      input.focus();
    },
  },
  h("div.field", {},
    h("label", { for: "code" }, t("Kode aktivasi", "Activation code")),
    h("p.hint", { id: "code-hint" }, t("Tujuh kelompok berisi empat huruf atau angka. Huruf besar atau kecil sama saja.",
      "Seven groups of four letters or digits. Capital or small letters, it does not matter.")),
    wrong, input),
  h("div.stack-buttons", {},
    h("button.button.primary", { type: "submit" }, t("Lanjut", "Continue")),
    button(t("Pindai dengan kamera", "Scan with the camera"), () => { instead(scanScreen); }, { icon: "camera" })));
  return { title: t("Kode aktivasi", "Activation code"), body: [form] };
}

/** @param {"same" | "row" | "date"} easy */
function tooEasy(easy) {
  const why = {
    same: t("angkanya hampir sama semua", "nearly all digits are the same"),
    row: t("angkanya berurutan", "its digits follow a pattern"),
    date: t("tampak seperti tanggal, misalnya tanggal lahir", "it looks like a date, a birthday for instance"),
  }[easy];
  return t(`PIN itu mudah ditebak: ${why}. Pilih yang lain.`, `That PIN is easy to guess: ${why}. Choose another.`);
}

/**
 * Two equal entries of a PIN that is not trivial.
 * @param {(pin: string) => void | Promise<void>} chosen @param {{title?: string}} [words]
 * @returns {import("./wallet-app.js").Screen}
 */
export function newPin(chosen, { title = t("Buat PIN", "Make a PIN") } = {}) {
  let first = "";
  const heading = h("h2.pad-title", {}, t("PIN baru, 6 angka", "New PIN, 6 digits"));
  const pad = pinPad(async (pin) => {
    const easy = first ? null : easyPin(pin);
    if (easy) { pad.say(tooEasy(easy), true); return; }
    if (!first) {
      first = pin;
      heading.textContent = t("Ketik sekali lagi", "Type it once more");
      pad.say("");
      return;
    }
    if (pin !== first) {
      first = "";
      heading.textContent = t("PIN baru, 6 angka", "New PIN, 6 digits");
      pad.say(t("Keduanya tidak sama. Mulai lagi.", "The two are not the same. Start again."), true);
      return;
    }
    await chosen(pin);
  });
  return {
    title,
    body: [
      heading, pad.node,
      h("p.pad-lead", {}, t("PIN diminta setiap kali dompet dibuka. Jangan beri tahu siapa pun, juga petugas.",
        "The PIN is asked each time the wallet opens. Tell nobody, not the officer either.")),
    ],
    leave: () => { first = ""; pad.leave(); },
  };
}

/** @param {string} code @returns {import("./wallet-app.js").Screen} */
export function pinScreen(code) {
  // The key is made meanwhile; whoever asks again with this code gets the same one.
  const keys = keyFor(code);
  keys.catch(() => {});
  return newPin(async (pin) => {
    const taken = (await people()).map((person) => person.label);
    instead(() => labelScreen(code, keys, pin, freeLabel(taken)));
  });
}

/** @param {string} legend @param {string} name @param {{name: string, words: string}[]} options @param {string} chosen @param {(name: string) => Node} draw @param {(name: string) => void} choose */
function pick(legend, name, options, chosen, draw, choose) {
  return h("fieldset.field.pick", {}, h("legend", {}, legend), h("div.pick-row", {}, options.map((option) => (
    h("label", { title: option.words },
      h("input", { type: "radio", name, value: option.name, checked: option.name === chosen, onchange: () => choose(option.name) }),
      draw(option.name), h("span.sr", {}, option.words))))));
}

/** @param {string} code @param {Promise<CryptoKeyPair>} keys @param {string} pin @param {import("./wallet-label.js").Label} label @returns {import("./wallet-app.js").Screen} */
function labelScreen(code, keys, pin, label) {
  const status = h("div", { role: "alert" });
  const preview = h("div.label-preview");
  const drawPictures = h("div");
  const redraw = () => {
    fill(preview, drawn(label, "big"), h("span", {}, wordsOf(label)));
    for (const token of drawPictures.querySelectorAll(".token")) token.className = `token tint-${label.colour}`;
  };
  fill(drawPictures, pick(t("Gambar", "Picture"), "picture", pictures(), label.picture,
    (picture) => drawn({ ...label, picture }), (picture) => { label = { ...label, picture }; redraw(); }));
  const finish = button(t("Selesai, ambil dokumen saya", "Done, fetch my documents"), async () => {
    finish.disabled = true;
    fill(status, h("p.notice.info", {}, t("Mengambil dokumen Anda…", "Fetching your documents…")));
    try {
      await fetchAll(code, await keys, pin, label);
    } catch (failure) {
      finish.disabled = false;
      fill(status, failed(failure));
    }
  }, { kind: "primary" });
  redraw();
  return {
    title: t("Tanda di ponsel ini", "Mark on this phone"),
    body: [
      h("p", {}, t("Sebelum PIN diketik hanya tanda ini yang terlihat, bukan nama Anda.", "Until the PIN is typed only this mark is seen, not your name.")),
      preview, drawPictures,
      pick(t("Warna", "Colour"), "colour", colours(), label.colour, (colour) => h(`span.token.tint-${colour}`), (colour) => { label = { ...label, colour }; redraw(); }),
      status, h("div.stack-buttons", {}, finish),
    ],
  };
}

/** @param {string} code @param {CryptoKeyPair} keys @param {string} pin @param {import("./wallet-label.js").Label} label */
async function fetchAll(code, keys, pin, label) {
  const granted = await redeem(code, keys);
  const profile = profileOf(granted, Math.floor(Date.now() / 1000));
  const papers = await papersOf(engine, profile);
  const vault = await createVault(engine, pin, { label, device: granted.device, signing: keys.privateKey }, { profile });
  await redeemed(code);
  // Else the browser may throw everything away when the phone is full.
  navigator.storage?.persist?.().catch(() => {});
  setSession({ vault, profile, papers });
  start(homeScreen);
}

/** @param {any} failure */
function failed(failure) {
  const again = t("Tekan lagi untuk mencoba.", "Press again to try.");
  if (failure instanceof ServiceError && failure.kind === "offline") {
    return notice("warn", t(`Tidak ada jawaban dari jaringan. Kode Anda tetap berlaku selama sepuluh menit. ${again}`,
      `No answer from the network. Your code stays valid for ten minutes. ${again}`));
  }
  if (failure instanceof ServiceError && failure.kind === "busy") {
    return notice("warn", t(`Layanan sedang sibuk. Tunggu sebentar. ${again}`, `The service is busy. Wait a moment. ${again}`));
  }
  if (failure instanceof ServiceError) {
    return h("div", {}, notice("bad", t("Kode ini sudah dipakai atau lewat sepuluh menit. Minta kode baru kepada petugas.",
      "This code was used before or is older than ten minutes. Ask the officer for a new one.")),
    button(t("Pindai kode baru", "Scan a new code"), () => { back(); go(scanScreen); }));
  }
  return notice("bad", t(`Dokumen belum tersimpan di ponsel ini. ${again} Jika tetap gagal, kosongkan ruang penyimpanan.`,
    `The documents could not be stored on this phone. ${again} If it keeps failing, free some storage.`));
}

/** @param {"info" | "good" | "warn" | "bad"} kind @param {string} words @param {...Node} more */
export function notice(kind, words, ...more) {
  const name = /** @type {const} */ ({ info: "info", good: "check", warn: "alert", bad: "alert" })[kind];
  return h(`div.notice.${kind}`, {}, icon(name), h("div", {}, h("p", {}, words), ...more));
}
