// A USB hand scanner is a keyboard: it types the code's text and Enter, faster than people do. It is heard wherever the
// focus is, and its spaces and Enter press no button on the way.

/** Two keys of a scanner are closer than this, milliseconds. */
const FAST = 40;
/** Shorter texts are not a document. */
const LEAST = 16;

/** @param {(text: string) => void} take */
export function watchKeys(take) {
  let text = "";
  let last = 0;
  let fast = 0;
  document.addEventListener("keydown", (event) => {
    const inField = event.target instanceof HTMLTextAreaElement || (event.target instanceof HTMLInputElement && event.target.type === "text");
    if (inField || event.ctrlKey || event.altKey || event.metaKey || event.key === "Shift") return;
    const quick = event.timeStamp - last < FAST;
    last = event.timeStamp;
    if (!quick) [text, fast] = ["", 0];
    fast += 1;
    // From the third key on nobody's fingers are this fast.
    if (fast > 2) {
      event.preventDefault();
      event.stopPropagation();
    }
    if (event.key === "Enter") {
      if (text.length >= LEAST) take(text);
      [text, fast] = ["", 0];
    } else if (event.key.length === 1) {
      text += event.key;
    }
  }, true);
}
