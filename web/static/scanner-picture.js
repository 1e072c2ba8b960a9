// QR texts in a picture file.

/** Longest sides to try, pixels: most codes are found in a moderate size, small ones in a large photo need all of it. */
const SIDES = [1600, 3200, 900];

/**
 * @param {Blob} file @param {(rgba: Uint8ClampedArray, width: number, height: number) => Promise<string[]>} read
 * @returns {Promise<string[] | null>} null where it is not a picture
 */
export async function readPicture(file, read) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return null;
  }
  const longest = Math.max(picture.width, picture.height);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context || !longest) return null;
  const tried = new Set();
  for (const side of SIDES) {
    const scale = Math.min(1, side / longest);
    if (tried.has(scale)) continue;
    tried.add(scale);
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    // What a picture leaves transparent is paper.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const frame = context.getImageData(0, 0, canvas.width, canvas.height);
    const texts = await read(frame.data, frame.width, frame.height);
    if (texts.length) return texts;
  }
  return [];
}
