// The camera: frames go one at a time to whoever reads them; nothing of them is kept.

/** @typedef {"off" | "starting" | "on" | "refused" | "none" | "busy" | "unsupported"} CameraState */

const WANTED = { width: { ideal: 1280 }, height: { ideal: 720 } };
/** Longest side of a frame that is read, pixels: a camera that cannot do less gives 4K. */
const SIDE = 1920;

export class Camera {
  /** @type {CameraState} */ state = "off";
  /** @type {MediaStream | null} */ #stream = null;
  #canvas = document.createElement("canvas");
  #reading = false;
  #turn = 0;
  paused = false;

  /**
   * @param {HTMLVideoElement} video @param {(frame: ImageData) => Promise<void>} read resolves when it is ready for the next
   * @param {() => void} changed state, torch or devices changed
   */
  constructor(video, read, changed) {
    this.video = video;
    this.read = read;
    this.changed = changed;
  }

  /** @param {CameraState} state */
  #become(state) {
    this.state = state;
    this.changed();
  }

  get #track() { return this.#stream?.getVideoTracks()[0]; }
  /** Which one is in use, '' for none. */
  get device() { return this.#track?.getSettings().deviceId ?? ""; }
  /** Whether there is a light. */
  get hasTorch() { return Boolean(/** @type {any} */ (this.#track?.getCapabilities?.())?.torch); }
  torch = false;

  /** Starts that camera, or the rear one. @param {string} [device] */
  async start(device) {
    const turn = (this.#turn += 1);
    this.#release();
    if (!navigator.mediaDevices?.getUserMedia) return this.#become("unsupported");
    this.#become("starting");
    try {
      const stream = await open(device);
      if (turn !== this.#turn) return stream.getTracks().forEach((track) => track.stop());
      this.#stream = stream;
      this.#track?.addEventListener("ended", () => { if (turn === this.#turn) this.stop(); });
      const able = /** @type {any} */ (this.#track?.getCapabilities?.());
      if (able?.focusMode?.includes("continuous")) {
        await this.#track?.applyConstraints(/** @type {any} */ ({ advanced: [{ focusMode: "continuous" }] })).catch(() => {});
      }
      this.video.srcObject = stream;
      await this.video.play();
      if (turn !== this.#turn) return undefined;
      this.#become("on");
      this.#next(turn);
    } catch (error) {
      if (turn !== this.#turn) return undefined;
      this.#release();
      this.#become(whatWentWrong(error));
    }
    return undefined;
  }

  stop() {
    this.#turn += 1;
    this.#release();
    this.#become("off");
  }

  #release() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.torch = false;
    this.video.srcObject = null;
  }

  /** @param {boolean} on */
  async light(on) {
    try {
      await this.#track?.applyConstraints(/** @type {any} */ ({ advanced: [{ torch: on }] }));
      this.torch = on;
    } catch { this.torch = false; }
    this.changed();
  }

  /** Cameras to choose from; their names are known once one was allowed. */
  async devices() {
    const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
    return all.filter((one) => one.kind === "videoinput");
  }

  /** @param {number} turn */
  #next(turn) {
    if (turn !== this.#turn) return;
    const again = () => void this.#look(turn);
    // Not every browser has it, and it never calls while the page hides the picture.
    const video = /** @type {any} */ (this.video);
    if (video.requestVideoFrameCallback && !this.paused) video.requestVideoFrameCallback(again);
    else setTimeout(again, this.paused ? 100 : 40);
  }

  /** @param {number} turn */
  async #look(turn) {
    if (turn !== this.#turn) return;
    if (!this.paused && !this.#reading && this.video.readyState >= 2) {
      const frame = this.#frame();
      if (frame) {
        this.#reading = true;
        try { await this.read(frame); } catch { /* told where it is read; the next frame is another try */ }
        this.#reading = false;
      }
    }
    this.#next(turn);
  }

  #frame() {
    const { videoWidth: w, videoHeight: h } = this.video;
    if (!w || !h) return null;
    const scale = Math.min(1, SIDE / Math.max(w, h));
    const [width, height] = [Math.round(w * scale), Math.round(h * scale)];
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height });
    const context = this.#canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return null;
    context.drawImage(this.video, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  }
}

/** @param {string} [device] */
async function open(device) {
  const rear = { ...WANTED, facingMode: { ideal: "environment" } };
  const video = device ? { ...WANTED, deviceId: { exact: device } } : rear;
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: false, video });
  } catch (error) {
    // The one chosen before is no longer there.
    const gone = error instanceof Error && ["OverconstrainedError", "NotFoundError"].includes(error.name);
    if (device && gone) return navigator.mediaDevices.getUserMedia({ audio: false, video: rear });
    throw error;
  }
}

/** @param {unknown} error @returns {CameraState} */
function whatWentWrong(error) {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "none";
  return "busy";
}
