// Language, size of text, PIN, people, and how the wallet protects what it holds.

import { button, fill, h, toggle } from "./app-dom.js";
import { enlarge, isLarge, language, speak, t } from "./app-words.js";
import { newPin, notice, scanScreen } from "./wallet-activate.js";
import { draw, go, home, instead, isOpen, session, setSession } from "./wallet-app.js";
import { engine } from "./wallet-engine.js";
import { install, installable } from "./wallet-install.js";
import { removeScreen, renewNow } from "./wallet-open.js";
import { pinPad } from "./wallet-pad.js";
import { changePin, Locked, openVault, WrongPin } from "./wallet-vault.js";

/** @type {import("./wallet-app.js").Make} */
export function settingsScreen() {
  const open = isOpen() ? session() : null;
  const told = h("div", { role: "status" });
  /** @param {"id" | "en"} lang @param {string} words */
  const tongue = (lang, words) => h("button", {
    type: "button", lang, "aria-pressed": String(language() === lang), onclick: () => { speak(lang); draw(); },
  }, words);
  return {
    title: t("Setelan", "Settings"),
    body: [
      h("h2.first", { id: "tongue" }, t("Bahasa", "Language")),
      h("div.segments", { role: "group", "aria-labelledby": "tongue" }, tongue("id", "Bahasa Indonesia"), tongue("en", "English")),
      h("h2", {}, t("Tampilan", "Display")),
      toggle(t("Huruf besar", "Large text"), isLarge(), (on) => { enlarge(on); }),
      ...(installable() ? [h("div.stack-buttons", {}, button(t("Pasang di layar utama", "Install on the home screen"), install, { icon: "phone" }))] : []),
      ...(open ? [
        h("h2", {}, t("Dokumen", "Documents")),
        h("p.hint", {}, t("Diperbarui sendiri. Setelah data Anda berubah di Dukcapil, perbarui di sini.", "Renewed by themselves. After your data changed at Dukcapil, renew them here.")),
        told,
        h("div.stack-buttons", {}, button(t("Perbarui sekarang", "Renew now"), () => renewFor(told), { icon: "refresh", disabled: open.profile.replaced })),
        h("h2", {}, t("Orang di ponsel ini", "People on this phone")),
        h("div.stack-buttons", {},
          button(t("Ubah PIN", "Change PIN"), () => go(oldPinScreen), { icon: "key" }),
          button(t("Tambah orang", "Add a person"), () => go(scanScreen), { icon: "plus" }),
          button(t("Hapus saya dari ponsel ini", "Remove me from this phone"), () => go(() => removeScreen(open.vault.person)), { icon: "trash", kind: "danger" })),
      ] : []),
      h("h2", {}, t("Bagaimana data Anda dijaga", "How your data is kept")),
      h("ul", {},
        h("li", {}, t("Nama, dokumen, foto, dan riwayat disandikan dengan PIN Anda dan hanya ada di ponsel ini.", "Name, documents, photo and history are encrypted with your PIN and are on this phone only.")),
        h("li", {}, t("PIN salah tiga kali mengunci dompet 15 menit, lalu makin lama.", "Three wrong PINs lock the wallet for 15 minutes, then longer.")),
        h("li", {}, t("Menunjukkan QR tidak memerlukan jaringan dan tidak memberi tahu siapa pun.", "Showing a QR needs no network and tells nobody.")),
        h("li", {}, t("Ponsel hilang? Laporkan ke kantor Dukcapil: ponsel itu dicabut, dokumen Anda tetap berlaku.", "Lost your phone? Tell a Dukcapil office: that phone is revoked, your documents stay valid."))),
    ],
  };
}

/** @param {Element} told */
async function renewFor(told) {
  fill(told, notice("info", t("Memperbarui…", "Renewing…")));
  try {
    await renewNow();
    fill(told, session().profile.replaced ? notice("bad", t("Ponsel ini sudah diganti. Aktifkan lagi di kantor Dukcapil.", "This phone was replaced. Activate again at a Dukcapil office."))
      : notice("good", t("Dokumen sudah yang terbaru.", "The documents are up to date.")));
  } catch {
    fill(told, notice("warn", t("Belum dapat diperbarui. Periksa jaringan, lalu coba lagi nanti.", "They cannot be renewed now. Check the network, then try again later.")));
  }
}

/** @type {import("./wallet-app.js").Make} */
function oldPinScreen() {
  const { vault } = session();
  const pad = pinPad(async (old) => {
    try {
      await openVault(engine, vault.person, old);
    } catch (failure) {
      if (failure instanceof Locked) pad.say(t("Terkunci. Coba lagi nanti.", "Locked. Try again later."), true);
      else if (failure instanceof WrongPin) pad.say(t("PIN salah.", "Wrong PIN."), true);
      else throw failure;
      return;
    }
    instead(() => newPin(async (pin) => {
      setSession({ ...session(), vault: await changePin(engine, vault.person, old, pin) });
      instead(doneScreen);
    }, { title: t("Ubah PIN", "Change PIN") }));
  });
  return { title: t("Ubah PIN", "Change PIN"), look: "pin-page", body: [h("h2.pad-title", {}, t("PIN yang sekarang", "Your present PIN")), pad.node], leave: pad.leave };
}

/** @type {import("./wallet-app.js").Make} */
function doneScreen() {
  return {
    title: t("Ubah PIN", "Change PIN"),
    body: [notice("good", t("PIN diganti.", "The PIN was changed.")), h("div.stack-buttons", {}, button(t("Ke dompet", "To the wallet"), home, { kind: "primary" }))],
  };
}
