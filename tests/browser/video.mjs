// Pictures and videos for a fake camera, made in the browser from QR pictures: no other program is needed.

import { closeSync, openSync, writeSync } from 'node:fs';

const WIDTH = 1280;
const HEIGHT = 720;

/**
 * Grey values of a camera frame that sees this picture on a table: a little turned, smaller than the frame, unevenly lit.
 * @param {import('playwright-core').Page} page any page @param {Buffer | null} png null for the bare table
 */
export async function frame(page, png) {
  const base64 = await page.evaluate(async ([source, width, height]) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    const light = context.createLinearGradient(0, 0, width, height);
    light.addColorStop(0, '#b9b4a8');
    light.addColorStop(1, '#8d8a82');
    context.fillStyle = light;
    context.fillRect(0, 0, width, height);
    if (source) {
      const bytes = Uint8Array.from(atob(source), (c) => c.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes]));
      const side = 0.86 * height;
      context.translate(width / 2, height / 2);
      context.rotate(0.06);
      context.drawImage(picture, -side / 2, -side / 2, side, side);
      context.globalAlpha = 0.12;
      context.fillStyle = '#000';
      context.fillRect(-side / 2, -side / 2, side / 2, side);
    }
    const { data } = context.getImageData(0, 0, width, height);
    let grey = '';
    for (let at = 0; at < data.length; at += 4) {
      grey += String.fromCharCode(Math.round(0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]));
    }
    return btoa(grey);
  }, [png?.toString('base64') ?? null, WIDTH, HEIGHT]);
  return Buffer.from(base64, 'base64');
}

/**
 * Writes a YUV4MPEG2 video, which Chromium's fake camera plays over and over.
 * @param {string} path @param {Array<[Buffer, number]>} scenes frames and for how many seconds @param {number} fps
 */
export function write(path, scenes, fps = 5) {
  const file = openSync(path, 'w');
  const colourless = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  writeSync(file, `YUV4MPEG2 W${WIDTH} H${HEIGHT} F${fps}:1 Ip A1:1 C420jpeg\n`);
  for (const [grey, seconds] of scenes) {
    for (let n = 0; n < seconds * fps; n += 1) {
      writeSync(file, 'FRAME\n');
      writeSync(file, grey);
      writeSync(file, colourless);
    }
  }
  closeSync(file);
}

/** What Chromium needs to take this video for its camera. */
export const cameraFlags = (path) => ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${path}`];
