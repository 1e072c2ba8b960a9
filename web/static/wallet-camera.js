// Reads a QR with the camera. Frames go to the engine's Worker and nowhere else.

import { fill, h, icon } from "./app-dom.js";
import { t } from "./app-words.js";

/** Wait between two frames, milliseconds, for a phone that is slower than its camera. */
const PAUSE = 80;
/** Longest side of a frame that is read. */
const SIDE = 1280;

/** What to tell a person when the camera does not open. @param {any} failure */
function why(failure) {
  if (failure?.name === "NotAllowedError") {
    return t("Kamera tidak diizinkan. Buka setelan peramban untuk halaman ini, izinkan kamera, lalu coba lagi.",
      "The camera is not allowed. Open the browser's settings for this page, allow the camera, then try again.");
  }
  if (failure?.name === "NotReadableError") {
    return t("Kamera sedang dipakai aplikasi lain. Tutup aplikasi itu, lalu coba lagi.",
      "Another app is using the camera. Close it, then try again.");
  }
  return t("Kamera tidak ditemukan di perangkat ini.", "No camera was found on this device.");
}

/**
 * A viewfinder that starts at once. `found` gets each text; it returns true when that was the one.
 * @param {any} engine @param {(text: string) => Promise<boolean>} found
 * @returns {{node: HTMLElement, leave(): void, say(words: string): void}}
 */
export function viewfinder(engine, found) {
  /** @type {MediaStream | null} */
  let stream = null;
  let over = false;
  const video = h("video", { playsinline: true, "aria-label": t("Gambar kamera", "Camera picture") });
  video.muted = true;
  const words = h("p.finder-words", { role: "status" }, t("Membuka kamera…", "Opening the camera…"));
  const frame = h("div.finder", {}, video, h("span.corners", { "aria-hidden": true }));
  const node = h("div", {}, frame, words);
  const canvas = document.createElement("canvas");
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));

  async function begin() {
    try {
      if (!navigator.mediaDevices?.getUserMedia) throw new Error("none");
      const got = await navigator.mediaDevices.getUserMedia({
        audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
      });
      if (over) { stopTracks(got); return; }
      stream = got;
      video.srcObject = got;
      await video.play();
    } catch (failure) {
      if (over) return;
      frame.classList.add("none");
      fill(frame, icon("camera"));
      words.textContent = why(failure);
      words.classList.add("bad");
      return;
    }
    words.textContent = t("Arahkan kamera ke kode QR.", "Point the camera at the QR code.");
    while (!over) {
      await new Promise((next) => setTimeout(next, PAUSE));
      for (const text of await look()) {
        if (!over && await found(text)) { leave(); return; }
      }
    }
  }

  /** @returns {Promise<string[]>} */
  async function look() {
    const { videoWidth: width, videoHeight: height } = video;
    if (over || !width || document.visibilityState === "hidden") return [];
    const scale = Math.min(1, SIDE / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context.drawImage(/** @type {any} */ (video), 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    // The engine may fall over a frame; the next one goes to a new Worker.
    return engine.read(data, canvas.width, canvas.height).catch(() => []);
  }

  /** @param {MediaStream} some */
  function stopTracks(some) { for (const track of some.getTracks()) track.stop(); }

  function leave() {
    over = true;
    if (stream) stopTracks(stream);
    video.srcObject = null;
  }

  begin();
  return { node, leave, say(text) { words.textContent = text; } };
}
