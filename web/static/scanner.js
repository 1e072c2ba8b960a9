// The scanner: judges documents by camera, picture or text with no network. Started by the shell at /pemindai.

import { fill, h } from "./app-dom.js";
import { openStore } from "./app-store.js";
import { t } from "./app-words.js";
import { EngineClient } from "./engine-client.js";
import { Bundle } from "./scanner-bundle.js";
import { Camera } from "./scanner-camera.js";
import { card, spoken } from "./scanner-card.js";
import * as challenge from "./scanner-challenge.js";
import { watchKeys } from "./scanner-keys.js";
import { Log } from "./scanner-log.js";
import { readPicture } from "./scanner-picture.js";
import { decide, nothing } from "./scanner-profiles.js";
import * as preferences from "./scanner-settings.js";
import { signal } from "./scanner-signal.js";
import * as view from "./scanner-view.js";

const now = () => Math.floor(Date.now() / 1000);
/** How long a card stands in queue mode, milliseconds. */
const CARD = 2000;
/** A code that was just judged counts again after it was out of sight for so long, milliseconds. */
const GONE = 2000;

export class Page {
  settings = preferences.load();
  engine = new EngineClient();
  /** @type {{number: number, name: any, about: any}[]} */ purposes = [];
  /** @type {MediaDeviceInfo[]} */ cameras = [];
  /** @type {import("./scanner-card.js").Result | null} */ result = null;
  /** @type {challenge.Question | null} */ question = null;
  /** What stands in the field for a QR's text. */
  typed = "";
  #last = { text: "", key: "", seen: 0 };
  #timer = 0;
  /** A question is being made. */
  #asking = false;
  /** Judgements are shown in the order in which they came. */
  #queue = Promise.resolve();
  video = /** @type {HTMLVideoElement} */ (/** @type {unknown} */ (h("video", { playsinline: true, autoplay: true, muted: true, "aria-label": "Kamera – Camera" })));
  dialog = /** @type {HTMLDialogElement} */ (/** @type {unknown} */ (h("dialog.sheet", {})));
  live = h("p.sr", { role: "status", "aria-live": "assertive" });

  /** @param {HTMLElement} root @param {import("./app-store.js").Store} store */
  constructor(root, store) {
    this.root = root;
    this.bundle = new Bundle(store, this.engine, () => this.#bundleChanged());
    this.log = new Log(store);
    this.camera = new Camera(this.video, (image) => this.#frame(image), () => this.#cameraChanged());
    this.dialog.addEventListener("close", () => this.#closed());
    document.body.append(this.dialog, this.live);
    this.parts = view.frame(this, this.video);
    this.draw();
  }

  async start() {
    // What lies before the camera answers no question yet.
    this.#asking = this.settings.challenge;
    this.#watch();
    if (this.settings.mode === "camera") void this.startCamera();
    watchKeys((text) => this.takeText(text));
    this.#watchDrops();
    document.addEventListener("visibilitychange", () => this.#visible());
    await Promise.all([
      this.bundle.open(),
      this.log.open(now()),
      this.engine.tables().then((/** @type {any} */ tables) => { this.purposes = tables.purposes ?? []; }),
    ]);
    this.draw();
    this.bundle.keepFresh();
    setInterval(() => view.showLine(this.parts.line, this), 30_000);
    this.#asking = false;
    this.#turn();
  }

  /** Everything anew: at the start and after a change of language. */
  draw() {
    this.parts = view.frame(this, this.video);
    fill(this.root, ...this.parts.all);
    this.#drawState();
    if (this.result) this.#drawCard();
    else this.#drawWay();
  }

  #drawState() {
    document.title = t("Pemindai Dokumen", "Document scanner");
    view.showLine(this.parts.line, this);
    view.showCounter(this.parts.counter, this);
    view.showWays(this.parts.ways, this);
  }

  #drawWay() {
    const { mode } = this.settings;
    this.parts.main.dataset.shows = "way";
    const way = mode === "camera" ? this.parts.view : mode === "picture" ? view.pictureWay(this) : view.textWay(this);
    fill(this.parts.way, view.noBundle(this), way);
    fill(this.parts.out, view.waiting());
    if (mode === "camera") view.showCamera(this.parts.view, this, this.video);
    if (mode === "camera" && this.camera.state === "on") this.video.play().catch(() => {});
  }

  #drawCard() {
    if (!this.result) return;
    this.parts.main.dataset.shows = "card";
    fill(this.parts.out, card(this.result, { next: () => this.next(), update: () => this.update() }, this.settings.batch));
  }

  #bundleChanged() {
    view.showLine(this.parts.line, this);
    if (!this.result && this.parts.way.querySelector(".notice") && this.bundle.facts) this.#drawWay();
    else if (!this.result && view.noBundle(this) && !this.parts.way.querySelector(".notice")) this.#drawWay();
    if (this.dialog.open && this.dialog.dataset.of === "settings") this.#drawSettings();
  }

  async #cameraChanged() {
    if (this.camera.state === "on") this.cameras = await this.camera.devices();
    if (this.settings.mode === "camera" && !this.result) view.showCamera(this.parts.view, this, this.video);
  }

  // Ways in ----------------------------------------------------------------------------------------------------------

  /** @param {"camera" | "picture" | "text"} mode */
  choose(mode) {
    this.settings.mode = mode;
    preferences.save(this.settings);
    if (mode !== "camera") this.camera.stop();
    if (this.result) this.#ready();
    this.#drawState();
    this.#drawWay();
    if (mode === "camera") void this.startCamera();
    /** @type {HTMLElement | null} */ (this.parts.ways.querySelector("[aria-pressed=true]"))?.focus();
  }

  startCamera() { return this.camera.start(this.settings.camera || undefined); }

  nextCamera() {
    const at = this.cameras.findIndex((one) => one.deviceId === this.camera.device);
    this.settings.camera = this.cameras[(at + 1) % this.cameras.length].deviceId;
    preferences.save(this.settings);
    return this.startCamera();
  }

  #visible() {
    if (document.visibilityState === "hidden") this.camera.stop();
    else if (this.settings.mode === "camera" && this.camera.state === "off") void this.startCamera();
  }

  /** @param {ImageData} image */
  async #frame(image) {
    const texts = await this.engine.read(image.data, image.width, image.height);
    // A card or a sheet may have come while it was read.
    if (!texts.length || this.camera.paused) return;
    const held = Date.now() - this.#last.seen < GONE;
    if (held && texts.includes(this.#last.text)) {
      this.#last.seen = Date.now();
      this.#tip(t("Dokumen ini sudah diperiksa; tunjukkan yang berikutnya", "This one was checked; show the next one"));
      return;
    }
    await this.#take(texts, held);
  }

  /** @param {string} words */
  #tip(words) {
    const tip = document.getElementById("tip");
    if (tip && tip.textContent !== words) tip.textContent = words;
  }

  /** @param {string} text */
  takeText(text) { return this.#take([text], false); }

  /** @param {Blob} file */
  async takePicture(file) {
    const tell = (/** @type {string} */ words) => { const says = document.getElementById("picture-says"); if (says) says.textContent = words; };
    if (this.settings.mode !== "picture") this.choose("picture");
    tell(t("Membaca gambar …", "Reading the picture …"));
    const texts = await readPicture(file, (rgba, width, height) => this.engine.read(rgba, width, height, { still: true })).catch(() => []);
    if (texts === null) tell(t("Berkas ini bukan gambar yang dapat dibuka. Pilih JPG, PNG, atau WebP.", "This file is not a picture that can be opened. Choose JPG, PNG or WebP."));
    else if (!texts.length) tell(t("Tidak ada QR yang terbaca. Pastikan seluruh QR terlihat, tajam, dan terang, lalu coba lagi.", "No QR could be read. See that all of it is in view, sharp and bright, and try again."));
    else {
      tell("");
      await this.#take(texts, false);
    }
  }

  #watchDrops() {
    addEventListener("dragover", (event) => event.preventDefault());
    addEventListener("drop", (event) => {
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file) void this.takePicture(file);
    });
    addEventListener("paste", (event) => {
      const file = event.clipboardData?.files[0];
      if (file) void this.takePicture(file);
      else if (!(event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement)) {
        const text = event.clipboardData?.getData("text").trim();
        if (text) void this.takeText(text);
      }
    });
  }

  // Verdicts ---------------------------------------------------------------------------------------------------------

  /** Judges what was read; of several codes the one that is a document. @param {string[]} texts @param {boolean} held whether the last one may still be in view */
  #take(texts, held) {
    this.#queue = this.#queue.then(async () => {
      const judged = [];
      for (const text of texts) judged.push({ text, judgement: await this.#judge(text) });
      const best = judged.find((one) => one.judgement?.key) ?? judged[0];
      const key = best.judgement?.key ?? "";
      const same = held && key !== "" && key === this.#last.key;
      this.#last = { text: best.text, key, seen: Date.now() };
      if (!same) await this.#show(best.judgement);
    }).catch((error) => { console.error(error instanceof Error ? error.name : "error"); });
    return this.#queue;
  }

  /** @param {string} text */
  async #judge(text) {
    await this.bundle.known;
    if (!this.bundle.facts) return null;
    const rules = preferences.rules(this.settings);
    const asked = this.#asked;
    const options = {
      audience: this.settings.agency || undefined,
      // Where questions are asked, an answer to none is no answer: not even to one that waited too long.
      nonce: asked?.nonce ?? (this.settings.challenge ? challenge.question().nonce : undefined),
      max_status_age: rules.max_age * 3600,
    };
    try {
      const judgement = await this.engine.judge(text, now(), options);
      this.bundle.remember(judgement.memory);
      return { ...judgement, unasked: !asked && judgement.reason === "wrong_nonce" };
    } catch {
      return undefined;
    }
  }

  /** @param {any} judgement null without a bundle, undefined after a fault */
  async #show(judgement) {
    const decision = judgement && !judgement.unasked ? decide(judgement, preferences.rules(this.settings), this.purposes) : nothing(judgement);
    const again = this.settings.batch && decision.accepted ? await this.log.seen(judgement?.key ?? null, now()) : null;
    clearTimeout(this.#timer);
    this.result = { judgement: judgement ?? null, decision, again };
    this.question = null;
    this.#watch();
    // A card is shown also where it cannot be counted, because the device keeps nothing more.
    if (this.settings.batch && judgement) await this.#note(judgement, decision, again).catch((error) => { console.error(error instanceof Error ? error.name : "error"); });
    if (this.dialog.open) this.dialog.close();
    this.#drawCard();
    this.live.textContent = spoken(this.result);
    signal(decision.accepted && again === null, this.settings);
    if (this.settings.batch) this.#timer = window.setTimeout(() => this.next(), CARD);
    else document.getElementById("next")?.focus({ preventScroll: true });
    if (!this.settings.batch) window.scrollTo(0, 0);
  }

  /** @param {any} judgement @param {import("./scanner-profiles.js").Decision} decision @param {number | null} again */
  async #note(judgement, decision, again) {
    const content = judgement.claims?.document;
    await this.log.add({
      time: now(), verdict: decision.state, reason: decision.reason, accepted: decision.accepted && again === null, again: again !== null,
      kind: content?.jenis_dokumen?.slug ?? "", purpose: content?.profil?.slug ?? "",
    }, judgement.key);
    view.showCounter(this.parts.counter, this);
  }

  /** Back to scanning. */
  next() {
    const hadFocus = this.parts.out.contains(document.activeElement);
    this.#ready();
    this.live.textContent = "";
    this.#last = this.settings.batch ? { ...this.#last, seen: Date.now() } : { text: "", key: "", seen: 0 };
    this.#drawWay();
    if (hadFocus) /** @type {HTMLElement | null} */ (this.parts.way.querySelector("textarea, input") ?? this.parts.ways.querySelector("[aria-pressed=true]"))?.focus();
  }

  /** The card is done with: what comes next is judged, or asked for. */
  #ready() {
    clearTimeout(this.#timer);
    this.result = null;
    this.#turn();
  }

  /** The question that still waits for its answer. */
  get #asked() {
    return this.question && Date.now() - this.question.asked < challenge.WAITS ? this.question : null;
  }

  /** Frames are judged while nothing else is on: no card, no sheet, no question in the making. */
  #watch() { this.camera.paused = Boolean(this.result) || this.dialog.open || this.#asking; }

  /** Whose turn it is: the next question where questions are asked, or the camera. An open sheet comes first. */
  #turn() {
    if (this.settings.challenge && !this.result && !this.dialog.open && !this.#asked) void this.ask();
    else this.#watch();
  }

  // Sheets -----------------------------------------------------------------------------------------------------------

  /** Shows a question for a phone. */
  async ask() {
    const wanted = preferences.rules(this.settings).asks?.[0];
    const question = challenge.question(this.settings.agency);
    this.question = question;
    // The answer before may still be in view: it would be judged as one to this question before anybody saw it.
    this.#asking = true;
    this.#watch();
    // Nobody answers any more what was asked so long ago.
    const scan = () => { if (this.#asked) this.dialog.close(); else void this.ask(); };
    const cancel = () => { this.question = null; this.dialog.close(); };
    const sheet = await challenge.sheet(this.engine, question, wanted, scan, cancel).catch(() => null);
    this.#asking = false;
    // A card, or the settings, that came meanwhile ended the question.
    const settings = this.dialog.open && this.dialog.dataset.of === "settings";
    if (sheet && this.question === question && !settings) this.#open("challenge", "ask-title", [sheet]);
    else if (this.question === question) this.question = null;
    this.#watch();
  }

  /** @param {string} [part] */
  openSettings(part) {
    this.#open("settings", "settings-title", []);
    this.#drawSettings();
    if (part) document.getElementById(part)?.scrollIntoView();
  }

  /** @param {string} of @param {string} title @param {Node[]} children */
  #open(of, title, children) {
    this.dialog.dataset.of = of;
    this.dialog.setAttribute("aria-labelledby", title);
    fill(this.dialog, ...children);
    if (!this.dialog.open) this.dialog.showModal();
    // Whoever changes a setting, or shows a question, is not scanning: nothing is judged by half a choice.
    this.#watch();
  }

  #drawSettings() {
    const held = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    const [tag, id, value] = [held?.tagName, held?.id, /** @type {any} */ (held)?.value];
    const at = this.dialog.scrollTop;
    fill(this.dialog, ...preferences.sheet(this.settings, {
      bundle: this.bundle,
      changed: () => { this.question = this.settings.challenge ? this.question : null; this.#drawState(); },
      redraw: () => { this.draw(); this.#drawSettings(); },
      close: () => this.dialog.close(),
      update: () => this.update(),
    }));
    this.dialog.scrollTop = at;
    const again = [...this.dialog.querySelectorAll("input, button, select")].find((one) => one.tagName === tag && one.id === id && /** @type {any} */ (one).value === value);
    if (again instanceof HTMLElement) again.focus({ preventScroll: true });
    const root = this.bundle.facts?.root;
    const code = this.dialog.querySelector(".fingerprint");
    if (root && code) void preferences.fingerprint(root).then((groups) => fill(code, ...groups));
  }

  #closed() {
    const of = this.dialog.dataset.of;
    fill(this.dialog);
    if (of === "settings" && !this.result) this.#drawWay();
    // Whoever cancels a question scans what is printed.
    if (of === "settings") this.#turn();
    else this.#watch();
  }

  update() { return this.bundle.update(); }

  exportLog() {
    const address = URL.createObjectURL(new Blob([this.log.csv()], { type: "text/csv" }));
    const link = h("a", { href: address, download: `pemindai-${new Date().toISOString().slice(0, 10)}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  async clearLog() {
    if (!confirm(t("Hapus catatan dan hitungan di alat ini?", "Clear log and counter on this device?"))) return;
    await this.log.clear();
    view.showCounter(this.parts.counter, this);
  }
}

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
try {
  const page = new Page(root, await openStore("ikd-pemindai", ["kept", "log", "seen"]));
  await page.start();
} catch (error) {
  console.error(error);
  fill(root, h("main.wrap", {}, h("h1", {}, t("Pemindai tidak dapat dibuka", "The scanner cannot be opened")),
    h("p", {}, t("Muat ulang halaman ini. Bila tetap gagal: tutup mode penyamaran, perbarui peramban, lalu buka lagi.", "Load this page again. If that does not help: leave private mode, update the browser and open it again."))));
}
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/pemindai/sw.js", { scope: "/pemindai" }).catch(() => { /* without it the page still works, with a network */ });
