// The QR on the screen: made anew every 30 s, blank when too old or in the background, the screen kept awake.

import { button, h, icon } from "./app-dom.js";
import { said, t } from "./app-words.js";
import { home, session } from "./wallet-app.js";
import { engine } from "./wallet-engine.js";
import { remember } from "./wallet-profile.js";
import { age, BLANK, blank, drawLive, makeLive, RENEW } from "./wallet-symbol.js";

/** Shown for longer than this, milliseconds, it waits for a touch: perhaps nobody is looking any more. */
const WHILE = 5 * 60_000;
const SVG = "http://www.w3.org/2000/svg";
/** Length of the ring's circle. */
const ROUND = 2 * Math.PI * 16;

function makeRing() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 40 40");
  svg.setAttribute("class", "ring");
  svg.setAttribute("aria-hidden", "true");
  const circles = ["track", "rest"].map((name) => {
    const circle = document.createElementNS(SVG, "circle");
    for (const [key, value] of Object.entries({ class: name, cx: 20, cy: 20, r: 16 })) circle.setAttribute(key, String(value));
    svg.append(circle);
    return circle;
  });
  circles[1].setAttribute("stroke-dasharray", String(ROUND));
  /** @param {number} share left, 0 to 1 */
  const turn = (share) => circles[1].setAttribute("stroke-dashoffset", String(ROUND * (1 - share)));
  return { svg, turn };
}

/** Keeps the screen on where the browser can; else nothing. */
function awake() {
  /** @type {any} */
  let held = null;
  let wanted = true;
  const ask = async () => {
    if (!wanted || document.visibilityState === "hidden") return;
    try { held = await /** @type {any} */ (navigator).wakeLock?.request("screen"); } catch { /* low battery, or unknown here */ }
    if (!wanted) held?.release();
  };
  ask();
  return { ask, end() { wanted = false; held?.release(); } };
}

/**
 * @param {import("./wallet-profile.js").Paper} paper @param {{id: string, en: string}} about @param {import("./wallet-choose.js").Asked} asked
 * @returns {import("./wallet-app.js").Screen}
 */
export function liveScreen(paper, about, asked) {
  const { vault } = session();
  const { credential } = paper;
  /** @type {import("./wallet-symbol.js").Live | null} */
  let live = null;
  let making = false;
  let over = false;
  let counted = false;
  let began = performance.now();

  const canvas = h("canvas", { role: "img", "aria-label": t(`Kode QR hidup: ${said(about)}`, `Live QR code: ${said(about)}`) });
  const cover = h("p.live-cover", { role: "status" }, t("Membuat QR…", "Making the QR…"));
  const slot = h("div.live-slot", {}, canvas, cover);
  const ring = makeRing();
  const seconds = h("span.live-seconds");
  const keep = awake();

  const draw = () => {
    if (live && document.visibilityState === "visible") drawLive(/** @type {any} */ (canvas), live, slot.clientWidth);
  };

  /** @param {string} words @param {Node} [more] */
  const hide = (words, more) => {
    blank(/** @type {any} */ (canvas));
    cover.replaceChildren(words, ...(more ? [more] : []));
    cover.hidden = false;
    slot.classList.add("none");
  };

  async function renew() {
    making = true;
    try {
      const next = await makeLive(engine, credential.text, vault.person.signing, asked);
      if (over) return;
      live = next;
      cover.hidden = true;
      slot.classList.remove("none");
      draw();
      tick();
      if (!counted) {
        counted = true;
        await remember(vault, { at: Math.floor(next.wall / 1000), kind: credential.kind, purpose: credential.purpose, audience: asked.audience });
      }
    } catch {
      if (!over && (!live || age(live) >= BLANK)) hide(t("QR tidak dapat dibuat. Mencoba lagi…", "The QR cannot be made. Trying again…"));
    } finally { making = false; }
  }

  function tick() {
    if (over || document.visibilityState === "hidden") return;
    if (performance.now() - began > WHILE) {
      live = null;
      seconds.textContent = "";
      ring.turn(0);
      if (!slot.querySelector("button")) hide("", button(t("Tampilkan lagi", "Show again"), () => { began = performance.now(); tick(); }, { kind: "primary" }));
      return;
    }
    const old = live ? age(live) : Infinity;
    if (old >= BLANK && live) {
      live = null;
      hide(t("Membuat QR…", "Making the QR…"));
    }
    if (old >= RENEW && !making) renew();
    const rest = Math.max(0, RENEW - old);
    ring.turn(rest / RENEW);
    const words = live ? t(`QR baru dalam ${Math.ceil(rest / 1000)} detik`, `New QR in ${Math.ceil(rest / 1000)} s`) : "";
    if (seconds.textContent !== words) seconds.textContent = words;
  }

  function seen() {
    if (document.visibilityState === "hidden") { blank(/** @type {any} */ (canvas)); return; }
    keep.ask();
    if (live && age(live) >= RENEW) { live = null; hide(t("Membuat QR…", "Making the QR…")); }
    tick();
    draw();
  }

  const timer = setInterval(tick, 250);
  document.addEventListener("visibilitychange", seen);
  addEventListener("resize", draw);
  return {
    title: t("Tunjukkan layar ini", "Show this screen"),
    look: "live-page",
    body: [
      slot,
      h("div.live-foot", {}, ring.svg, seconds),
      h("p.live-about", {}, said(about)),
      asked.audience && h("p.live-about", {}, t(`Untuk yang mengaku: ${asked.audience}`, `For whoever says it is: ${asked.audience}`)),
      h("div.stack-buttons", {}, button(t("Selesai", "Done"), home, { kind: "second" })),
      h("p.live-hint", {}, icon("sun"), h("span", {}, t("Sulit dipindai? Naikkan kecerahan layar dan jauhkan sedikit dari kamera.",
        "Hard to scan? Turn the screen's brightness up and hold it a little further from the camera."))),
      h("p.live-hint", {}, icon("info"), h("span", {}, t("Tangkapan layar tidak berguna: QR ini berlaku satu menit.", "A screenshot is of no use: this QR lives for one minute."))),
    ].filter((node) => node instanceof Node),
    entered: tick,
    leave: () => {
      over = true;
      live = null;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", seen);
      removeEventListener("resize", draw);
      keep.end();
      blank(/** @type {any} */ (canvas));
    },
  };
}
