// Shows the chosen picture before it is sent, makes a photo small enough, and tells how far sending has come. Without
// this script the form sends the file as it is.

const SIDE = 2000;

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

  form.addEventListener("submit", (event) => {
    if (!chosen) return;
    event.preventDefault();
    const data = new FormData(form);
    data.set(input.name, chosen, chosen.name);
    button.disabled = true;
    progress.hidden = false;
    let tries = 0;
    const send = () => {
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.upload.onprogress = (e) => {
        if (e.lengthComputable) progress.value = (100 * e.loaded) / e.total;
      };
      request.onload = () => {
        // The answer is a page: the next question, or this one with what is wrong.
        if (request.responseURL && request.status < 400) location.assign(request.responseURL);
        else {
          const page = new DOMParser().parseFromString(request.responseText, "text/html");
          const wrong = page.querySelector("#salah");
          button.disabled = false;
          progress.hidden = true;
          status.replaceChildren();
          if (wrong) status.append(document.importNode(wrong, true));
          else form.submit();
        }
      };
      request.onerror = () => {
        tries += 1;
        // A phone that lost the network tries again by itself.
        if (tries < 6) setTimeout(send, 1000 * 2 ** tries);
        else {
          button.disabled = false;
          form.submit();
        }
      };
      request.send(data);
    };
    send();
  });
}
