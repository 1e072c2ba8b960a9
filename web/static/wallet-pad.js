// Six digits by big keys of our own: no keyboard learns them, no password manager offers to keep them. A keyboard's
// digits work too.

import { fill, h, icon } from "./app-dom.js";
import { t } from "./app-words.js";

const DIGITS = 6;

/**
 * @param {(pin: string) => void | Promise<void>} done called with six digits; the pad waits and is empty afterwards
 * @returns {{node: HTMLElement, say(words: string, bad?: boolean): void, clear(): void, enable(on: boolean): void, leave(): void}}
 */
export function pinPad(done) {
  let pin = "";
  let busy = false;
  let enabled = true;

  const dots = h("div.dots", { "aria-hidden": true });
  const typed = h("p.sr", { role: "status" });
  const words = h("p.pad-words", { role: "status" });
  const keys = [..."123456789"].map((digit) => key(digit));
  const erase = h("button.key", { type: "button", "aria-label": t("Hapus satu angka", "Erase one digit"), onclick: () => type("erase") }, icon("erase"));
  const pad = h("div.keys", {}, keys, h("span", {}), key("0"), erase);
  const node = h("div.pad", {}, dots, typed, words, pad);

  /** @param {string} digit */
  function key(digit) {
    return h("button.key", { type: "button", onclick: () => type(digit) }, digit);
  }

  function show() {
    typed.textContent = pin && t(`${pin.length} dari ${DIGITS} angka`, `${pin.length} of ${DIGITS} digits`);
    fill(dots, ...Array.from({ length: DIGITS }, (_, n) => h(n < pin.length ? "i.full" : "i")));
    for (const button of pad.querySelectorAll("button")) button.disabled = busy || !enabled;
  }

  /** @param {string} what */
  async function type(what) {
    if (busy || !enabled) return;
    pin = what === "erase" ? pin.slice(0, -1) : (pin + what).slice(0, DIGITS);
    if (pin.length < DIGITS) { show(); return; }
    busy = true;
    show();
    const whole = pin;
    try { await done(whole); } finally {
      pin = "";
      busy = false;
      show();
    }
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !node.isConnected) return;
    if (/^[0-9]$/.test(event.key)) type(event.key);
    else if (event.key === "Backspace") type("erase");
    else return;
    event.preventDefault();
  }

  addEventListener("keydown", pressed);
  show();
  return {
    node,
    say(text, bad = false) {
      words.textContent = text;
      words.classList.toggle("bad", bad);
    },
    clear() { pin = ""; show(); },
    enable(on) { enabled = on; show(); },
    leave() { removeEventListener("keydown", pressed); pin = ""; },
  };
}
