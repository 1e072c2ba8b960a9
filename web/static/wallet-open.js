// Before the PIN: who, and the PIN itself. What is shown here says nothing about anybody.

import { button, h, iconButton } from "./app-dom.js";
import { duration, t } from "./app-words.js";
import { notice, scanScreen, typeScreen } from "./wallet-activate.js";
import { go, isOpen, session, setSession, start } from "./wallet-app.js";
import { forget } from "./wallet-db.js";
import { engine } from "./wallet-engine.js";
import { homeScreen } from "./wallet-home.js";
import { drawn, wordsOf } from "./wallet-label.js";
import { pinPad } from "./wallet-pad.js";
import { isDistrusted, isDue, papersOf, renewed } from "./wallet-profile.js";
import { keysInForce, leave } from "./wallet-service.js";
import { settingsScreen } from "./wallet-settings.js";
import { FREE, look } from "./wallet-tries.js";
import { Locked, openVault, people, WrongPin } from "./wallet-vault.js";

const settings = () => iconButton(t("Setelan", "Settings"), "settings", () => go(settingsScreen));

/** The first screen of a wallet: welcome, the PIN of the only person, or who. */
export async function begin() {
  const all = await people();
  setSession(null);
  if (all.length === 0) start(welcomeScreen);
  else if (all.length === 1) start(await pinScreen(all[0], all));
  else start(() => whoScreen(all));
}

/** @type {import("./wallet-app.js").Make} */
function welcomeScreen() {
  const steps = [
    t("Datang ke kantor Dukcapil mana pun dengan KTP Anda.", "Come to any Dukcapil office with your identity card."),
    t("Petugas memeriksa Anda dan menampilkan kode QR.", "The officer checks who you are and shows a QR code."),
    t("Pindai kode itu di sini, lalu buat PIN.", "Scan that code here, then make a PIN."),
  ];
  return {
    title: t("Dompet Identitas", "Identity wallet"),
    actions: [settings()],
    body: [
      h("p.lead", {}, t("KTP, KK, dan KIA di ponsel Anda. Dapat ditunjukkan tanpa jaringan, dan Anda memilih apa yang dilihat orang.",
        "Your identity documents on your phone. They can be shown with no network, and you choose what others see.")),
      h("ol.steps-list", {}, steps.map((step) => h("li", {}, step))),
      h("div.stack-buttons", {},
        button(t("Aktifkan: pindai QR petugas", "Activate: scan the officer's QR"), () => go(scanScreen), { icon: "qr", kind: "primary" }),
        button(t("Ketik kode aktivasi", "Type the activation code"), () => go(typeScreen), { icon: "text" })),
      notice("info", t("Gratis dan sukarela. Petugas tidak pernah meminta PIN atau kode lewat telepon atau WhatsApp.",
        "Free and voluntary. No officer ever asks for your PIN or code by phone or WhatsApp.")),
    ],
  };
}

/** @param {import("./wallet-vault.js").Person[]} all @returns {import("./wallet-app.js").Screen} */
function whoScreen(all) {
  return {
    title: t("Siapa Anda?", "Who are you?"),
    actions: [settings()],
    body: [h("ul.people", {}, all.map((person) => h("li", {},
      h("button.person", { type: "button", onclick: async () => { const make = await pinScreen(person, all); go(make); } },
        drawn(person.label, "big"), h("span", {}, wordsOf(person.label)))))),
    h("div.stack-buttons", {}, button(t("Tambah orang", "Add a person"), () => go(scanScreen), { icon: "plus" }))],
  };
}

/**
 * @param {import("./wallet-vault.js").Person} person @param {import("./wallet-vault.js").Person[]} all
 * @returns {Promise<import("./wallet-app.js").Make>}
 */
async function pinScreen(person, all) {
  let tries = await look(person.id, Date.now());
  return () => {
    /** @type {ReturnType<typeof setInterval> | undefined} */
    let ticking;
    const pad = pinPad(async (pin) => {
      pad.say(t("Membuka…", "Opening…"));
      try {
        await enter(person, pin);
      } catch (failure) {
        if (failure instanceof WrongPin || failure instanceof Locked) {
          tries = failure.tries;
          tell(failure instanceof WrongPin);
        } else {
          pad.say(t("Dompet tidak dapat dibuka. Tutup halaman ini, buka lagi, lalu coba lagi.",
            "The wallet cannot be opened. Close this page, open it again, then try again."), true);
        }
      }
    });

    /** @param {boolean} wrong */
    function tell(wrong) {
      const left = tries.until - Date.now();
      pad.enable(left <= 0);
      if (left > 0) {
        count();
        ticking ??= setInterval(count, 1000);
      } else if (wrong) {
        const rest = FREE - tries.wrong;
        pad.say(rest > 0 ? t(`PIN salah. Kesempatan lagi: ${rest}.`, `Wrong PIN. Tries left: ${rest}.`) : t("PIN salah.", "Wrong PIN."), true);
      }
    }

    async function count() {
      const now = Date.now();
      // A clock that was set back while this stands here begins the lock again, as at the next start.
      if (now < tries.seen) tries = await look(person.id, now);
      else tries = { ...tries, seen: now };
      const left = Math.ceil((tries.until - now) / 1000);
      if (left > 0) {
        pad.say(t(`Terkunci karena PIN salah ${tries.wrong} kali. Coba lagi dalam ${duration(left)}.`,
          `Locked after ${tries.wrong} wrong PINs. Try again in ${duration(left)}.`), true);
        return;
      }
      clearInterval(ticking);
      ticking = undefined;
      pad.enable(true);
      pad.say(t("Silakan ketik PIN.", "You may type the PIN."));
    }

    return {
      title: t("Dompet Identitas", "Identity wallet"),
      actions: [settings()],
      look: "pin-page",
      body: [
        h("div.pin-who", {}, drawn(person.label, "big"), h("h2", {}, t("Ketik PIN", "Type your PIN"), h("span.sr", {}, `: ${wordsOf(person.label)}`))),
        pad.node,
        h("div.pin-foot", {},
          button(t("Lupa PIN?", "Forgot your PIN?"), () => go(() => forgotScreen(person)), { kind: "plain" }),
          all.length === 1 && button(t("Tambah orang", "Add a person"), () => go(scanScreen), { kind: "plain" })),
      ],
      entered: () => tell(false),
      leave: () => { clearInterval(ticking); ticking = undefined; pad.leave(); },
    };
  };
}

/** @param {import("./wallet-vault.js").Person} person @param {string} pin */
async function enter(person, pin) {
  const vault = await openVault(engine, person, pin);
  const profile = await vault.read("profile");
  setSession({ vault, profile, papers: await papersOf(engine, profile) });
  start(homeScreen);
  renewIfDue();
}

/** Renews what is due or was signed by a stolen key, if there is a network; else the next time. Nobody waits for it. */
export function renewIfDue() {
  if (!isOpen()) return;
  const { profile } = session();
  if (isDue(profile, Date.now() / 1000)) {
    renewNow().catch(() => {});
    return;
  }
  keysInForce().then((keys) => {
    if (isOpen() && session().profile === profile && isDistrusted(profile, keys)) return renewNow();
  }).catch(() => {});
}

/** Renews now; throws a ServiceError without an answer. */
export async function renewNow() {
  const mine = session();
  const next = await renewed(mine.vault, mine.profile, Math.floor(Date.now() / 1000));
  mine.papers = await papersOf(engine, next);
  mine.profile = next;
  document.dispatchEvent(new Event("renewed"));
}

/** @param {import("./wallet-vault.js").Person} person @returns {import("./wallet-app.js").Screen} */
function forgotScreen(person) {
  return {
    title: t("Lupa PIN", "Forgotten PIN"),
    body: [
      h("div.pin-who", {}, drawn(person.label, "big"), h("span.sr", {}, wordsOf(person.label))),
      h("p", {}, t("PIN tidak disimpan di mana pun, jadi tidak ada yang dapat memberitahukannya kepada Anda.",
        "The PIN is stored nowhere, so nobody can tell it to you.")),
      h("ol.steps-list", {},
        h("li", {}, t("Datang ke kantor Dukcapil mana pun dengan KTP Anda.", "Come to any Dukcapil office with your identity card.")),
        h("li", {}, t("Minta aktivasi ulang. Dokumen Anda tetap berlaku; hanya ponsel ini yang diganti.", "Ask for a new activation. Your documents stay valid; only this phone is replaced.")),
        h("li", {}, t("Hapus yang lama dari ponsel ini, lalu aktifkan lagi.", "Remove the old one from this phone, then activate again."))),
      h("div.stack-buttons", {},
        button(t("Hapus dari ponsel ini", "Remove from this phone"), () => go(() => removeScreen(person)), { icon: "trash", kind: "danger" })),
    ],
  };
}

/** @param {import("./wallet-vault.js").Person} person @returns {import("./wallet-app.js").Screen} */
export function removeScreen(person) {
  return {
    title: t("Hapus dari ponsel ini?", "Remove from this phone?"),
    body: [
      h("div.pin-who", {}, drawn(person.label, "big"), h("span", {}, wordsOf(person.label))),
      h("p", {}, t("Dokumen dan riwayat orang ini hilang dari ponsel ini. Dokumennya sendiri tetap berlaku. Untuk memakainya lagi di ponsel perlu aktivasi baru di kantor.",
        "This person's documents and history go from this phone. The documents themselves stay valid. Using them on a phone again takes a new activation at an office.")),
      h("p", {}, t("Layanan diberi tahu, sekarang atau saat ada jaringan.", "The service is told, now or when there is a network.")),
      h("div.stack-buttons", {},
        button(t("Ya, hapus", "Yes, remove"), async () => {
          await forget(person.id);
          leave(person.device, person.signing).catch(() => {});
          await begin();
        }, { icon: "trash", kind: "danger" }),
        button(t("Tidak, kembali", "No, go back"), () => history.back())),
    ],
  };
}

