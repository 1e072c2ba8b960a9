// Shows the chosen picture before it is sent, makes a photo small enough, and sends it in parts: when the network goes
// and comes back, or the page is opened again with the same file, sending goes on where it stopped. Without this script
// the form sends the file as it is.

const SIDE = 2000;
/** Longest wait between two tries, in milliseconds. */
const WAIT_MAX = 30_000;

/** @param {File} file @param {number} side */
async function smaller(file, side) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const context = canvas.getContext("2d");
  if (!context) return file;
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  return blob ? new File([blob], "foto.jpg", { type: "image/jpeg" }) : file;
}

/** What the service says against the file, for its reader. */
class Refused extends Error {}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", () => { clearTimeout(timer); done(undefined); }, { once: true });
  });
}

/** @param {ArrayBuffer} bytes */
async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * A POST that is repeated until there is an answer; what was taken in twice counts once.
 * @param {string} address @param {BodyInit} body @param {string} csrf @param {() => void} waits
 */
async function post(address, body, csrf, waits) {
  for (let wait = 1000; ; wait = Math.min(2 * wait, WAIT_MAX)) {
    try {
      const type = typeof body === "string" ? "application/json" : "application/octet-stream";
      const response = await fetch(address, {
        method: "POST",
        body,
        headers: { "content-type": type, "x-csrf-token": csrf },
      });
      const answer = await response.json().catch(() => null);
      if (response.ok && answer) return answer;
      if (response.status === 422) {
        throw new Refused((answer?.errors ?? []).map((/** @type {{reason: string}} */ e) => e.reason).join(" "));
      }
      if (response.status < 500 && response.status !== 429) return null;
    } catch (failure) {
      if (failure instanceof Refused) throw failure;
    }
    waits();
    await pause(wait);
  }
}

/**
 * Sends a file in parts. False where the form has to do it.
 * @param {HTMLFormElement} form @param {File} file @param {(share: number) => void} tell @param {() => void} waits
 */
async function sendInParts(form, file, tell, waits) {
  const csrf = new FormData(form).get("_csrf");
  const { upload, slug } = form.dataset;
  if (!upload || !slug || typeof csrf !== "string" || !globalThis.crypto?.subtle) return false;
  const bytes = await file.arrayBuffer();
  const announced = JSON.stringify({ slug, size: bytes.byteLength, sha256: await sha256(bytes) });
  let state = await post(upload, announced, csrf, waits);
  while (state && !state.attachment) {
    tell(state.received / bytes.byteLength);
    const part = bytes.slice(state.received, state.received + state.part_max);
    state = await post(`${upload}/${state.id}?start=${state.received}`, part, csrf, waits);
  }
  return Boolean(state);
}

for (const form of document.querySelectorAll("form[data-upload]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button");
  if (!(input instanceof HTMLInputElement) || !button) continue;
  const preview = document.createElement("img");
  preview.alt = "";
  preview.hidden = true;
  preview.className = "preview";
  const progress = document.createElement("progress");
  progress.hidden = true;
  progress.max = 100;
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  input.after(preview, progress, status);
  let chosen = /** @type {File | null} */ (null);

  input.addEventListener("change", async () => {
    const file = input.files?.[0] ?? null;
    chosen = file;
    preview.hidden = true;
    if (!file || !file.type.startsWith("image/")) return;
    preview.src = URL.createObjectURL(file);
    preview.hidden = false;
    if (file.size > 900_000) {
      try {
        chosen = await smaller(file, SIDE);
      } catch {
        chosen = file;
      }
    }
  });

  form.addEventListener("submit", async (event) => {
    if (!chosen) return;
    event.preventDefault();
    button.disabled = true;
    progress.hidden = false;
    status.className = "";
    status.textContent = "";
    const tell = (/** @type {number} */ share) => {
      progress.value = 100 * share;
      status.textContent = `${Math.round(100 * share)} %`;
    };
    const waits = () => { status.textContent = form.dataset.waits ?? ""; };
    try {
      if (await sendInParts(form, chosen, tell, waits)) location.assign(form.dataset.next ?? location.href);
      else form.submit();
    } catch (failure) {
      button.disabled = false;
      progress.hidden = true;
      status.className = "wrong";
      if (failure instanceof Refused) status.textContent = `${form.dataset.wrong ?? ""} ${failure.message}`;
      else form.submit();
    }
  });
}
