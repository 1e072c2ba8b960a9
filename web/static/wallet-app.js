// What every screen of the wallet has: where one is, how one gets back, who is open, and the lock.

import { fill, h, iconButton } from "./app-dom.js";
import { t } from "./app-words.js";

/** Open in the background for longer than this, milliseconds, and the PIN is asked again. */
const AWAY = 60_000;

/**
 * @typedef {object} Screen
 * @property {string} title
 * @property {Node[]} body
 * @property {Node[]} [actions] in the bar, after the title
 * @property {string} [look] class of the whole page
 * @property {() => void} [leave] when another screen comes or the page goes to the background
 * @property {() => void} [entered] when it stands in the page
 */
/** @typedef {() => Screen} Make */
/**
 * @typedef {object} Session somebody's open safe
 * @property {import("./wallet-vault.js").Vault} vault
 * @property {import("./wallet-profile.js").Profile} profile
 * @property {import("./wallet-profile.js").Paper[]} papers what their credentials say
 */

/** @type {Make[]} */
let stack = [];
/** @type {Screen | null} */
let shown = null;
/** @type {Session | null} */
let open = null;
/** @type {() => void} */
let locked = () => {};
let hiddenAt = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

const root = () => /** @type {HTMLElement} */ (document.getElementById("app"));

/** Whether a safe is open. */
export const isOpen = () => open !== null;

/** Whose safe is open; throws where none is. */
export function session() {
  if (!open) throw new Error("no safe is open");
  return open;
}

/** @param {Session | null} next */
export function setSession(next) { open = next; }

/** Draws the present screen again, in another language for instance. @param {{focus?: boolean}} [how] */
export function draw({ focus = false } = {}) {
  shown?.leave?.();
  shown = null;
  if (!stack.length) return;
  shown = stack[stack.length - 1]();
  const heading = h("h1", { tabindex: -1 }, shown.title);
  const bar = h("header.app-bar", {},
    stack.length > 1 && iconButton(t("Kembali", "Back"), "back", back, { class: "icon-button first" }), heading, ...(shown.actions ?? []));
  document.body.className = shown.look ?? "";
  document.title = shown.title;
  fill(root(), bar, h("main.wrap", {}, ...shown.body));
  scrollTo(0, 0);
  if (focus) heading.focus({ preventScroll: true });
  shown.entered?.();
}

/** Goes on to a screen, from which one comes back here. @param {Make} make */
export function go(make) {
  stack.push(make);
  history.pushState({ depth: stack.length }, "");
  draw({ focus: true });
}

/** Another screen in place of this one. @param {Make} make */
export function instead(make) {
  stack[stack.length - 1] = make;
  draw({ focus: true });
}

export function back() { history.back(); }

/** A screen from which there is no way back. @param {Make} make */
export function start(make) {
  stack = [make];
  const depth = history.state?.depth ?? 1;
  draw({ focus: true });
  if (depth > 1) history.go(1 - depth);
}

/** Back to the first screen. */
export function home() { start(stack[0]); }

addEventListener("popstate", (event) => {
  const depth = event.state?.depth ?? 1;
  if (depth >= stack.length) return;
  stack.length = depth;
  draw({ focus: true });
});

/** Closes the safe, takes what it showed off the page at once, and asks for the PIN. */
export function lock() {
  clearTimeout(timer);
  open = null;
  stack = [];
  draw();
  fill(root());
  locked();
}

/** @param {() => void} ask shows who may open the wallet */
export function whenLocked(ask) { locked = ask; }

// Nothing stays readable in the background: what is shown is covered at once, the safe is closed after a minute.
document.addEventListener("visibilitychange", () => {
  const hidden = document.visibilityState === "hidden";
  document.documentElement.classList.toggle("covered", hidden);
  if (!open) return;
  if (hidden) {
    hiddenAt = Date.now();
    timer = setTimeout(lock, AWAY);
    return;
  }
  clearTimeout(timer);
  const away = Date.now() - hiddenAt;
  if (away >= AWAY || away < 0) lock();
});
