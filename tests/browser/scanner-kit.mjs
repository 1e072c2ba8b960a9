// What tests of the scanner need: offices with invented people, a page of a size and scheme, and hands to work it.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from './axe.mjs';
import { PHONE, patient } from './browser.mjs';

const IKD = process.env.IKD_BIN ?? 'target/debug/ikd';
export const dir = mkdtempSync(join(tmpdir(), 'ikd-scanner-'));
export const findings = [];
export const say = (line) => console.log(line);
let looked = 0;

export function must(condition, what) {
  if (!condition) throw new Error(`expected: ${what}`);
  say(`  ok  ${what}`);
}

export async function until(condition, what, patience = 120_000) {
  for (let waited = 0; waited < patience; waited += 50) {
    if (await condition()) return must(true, what);
    await new Promise((done) => setTimeout(done, 50));
  }
  return must(false, what);
}

export async function look(page, name, viewport = PHONE) {
  looked += 1;
  for (const line of await inspect(page, `scanner-${String(looked).padStart(2, '0')}-${name}`, viewport)) findings.push(`${name}: ${line}`);
}

// The office ------------------------------------------------------------------------------------------------------------

export const NIK = (n) => `327301120487${String(n).padStart(4, '0')}`;
export const NAME = (n) => `ORANG UJI ${'XABCDEFG'[n]}`;

/** An office with people of its own; its data lies in `name`. */
export function office(name) {
  const data = join(dir, name);
  const run = (...args) => execFileSync(IKD, ['--data', data, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run('init');
  const columns = 'nik,nomor_kk,nama,tempat_lahir,tanggal_lahir,jenis_kelamin,golongan_darah,agama,status_perkawinan,pekerjaan,pendidikan,shdk,alamat,rt_rw,kode_wilayah,kelurahan,kecamatan,kabupaten,provinsi';
  const rows = [1, 2, 3, 4].map((n) => `${NIK(n)},327301010110000${n},${NAME(n)},BANDUNG,1987-04-12,1,13,1,1,88,8,1,JL UJI COBA 1,001/002,3273011001,BRAGA,SUMUR BANDUNG,KOTA BANDUNG,JAWA BARAT`);
  writeFileSync(join(dir, `${name}.csv`), `${columns}\n${rows.join('\n')}\n`);
  run('import', 'persons', join(dir, `${name}.csv`));
  let issued = 0;
  return {
    run,
    data,
    /** Its id and the picture of its QR. */
    issue(n, kind, ...more) {
      const png = join(dir, `${name}-${issued += 1}.png`);
      const said = run('issue', '--nik', NIK(n), '--kind', kind, '--out', png, ...more);
      return { id: /document (\S+)/.exec(said)[1], png, picture: readFileSync(png) };
    },
    bundle() {
      const path = join(dir, `${name}.bundle`);
      run('bundle', 'export', path);
      return readFileSync(path);
    },
    async serve() {
      const child = spawn(IKD, ['--data', data, 'serve', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'ignore'] });
      const base = await new Promise((done, fail) => {
        child.stdout.on('data', (chunk) => done(/listening on (\S+)/.exec(String(chunk))?.[1]));
        child.on('exit', () => fail(new Error('the service ended')));
      });
      return { child, base };
    },
  };
}

/** A face of at most 600 bytes. */
export async function face(page) {
  const base64 = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(48, 64);
    const context = canvas.getContext('2d', { alpha: false });
    context.scale(0.8, 0.8);
    const fill = (style, draw) => { context.fillStyle = style; context.beginPath(); draw(); context.fill(); };
    fill('#b8d0e0', () => context.rect(0, 0, 60, 80));
    fill('#3a3a50', () => context.ellipse(30, 86, 30, 26, 0, 0, 7));
    fill('#c98f6a', () => context.ellipse(30, 36, 15, 20, 0, 0, 7));
    fill('#20140e', () => context.ellipse(30, 20, 16, 9, 0, 0, 7));
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.1 });
    return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
  });
  const whole = Buffer.from(base64, 'base64');
  // The picture alone, without the colour profile that Chromium adds: "RIFF" size "WEBP", then chunks.
  const chunk = whole.subarray(whole.indexOf('VP8 '));
  const picture = chunk.subarray(0, 8 + chunk.readUInt32LE(4));
  const head = Buffer.from('RIFF....WEBP');
  head.writeUInt32LE(4 + picture.length, 4);
  const path = join(dir, 'face.webp');
  writeFileSync(path, Buffer.concat([head, picture]));
  return path;
}

/** The text in a picture of a QR, by the page's own engine. */
export const textOf = (page, picture, script) => page.evaluate(async ([base64, script]) => {
  const { EngineClient } = await import(script);
  const engine = new EngineClient();
  const image = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, image.width, image.height);
  const [text] = await engine.read(data, width, height, { still: true });
  engine.close();
  return text;
}, [picture.toString('base64'), script]);

// The page --------------------------------------------------------------------------------------------------------------

export async function context(browser, { viewport = PHONE, scheme = 'light', locale = 'id-ID' } = {}) {
  const made = await browser.newContext({ viewport, colorScheme: scheme, locale, reducedMotion: 'reduce', acceptDownloads: true });
  patient(made);
  await made.addInitScript(() => {
    // The card of queue mode goes by itself after two seconds, in which a slow machine may not even have photographed it.
    const soon = window.setTimeout.bind(window);
    window.setTimeout = (what, after, ...more) => soon(what, after === 2000 && window.cardsStay ? 3_600_000 : after, ...more);
    window.shifts = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return made;
}

/** Whether cards of queue mode that come from now on wait for the button. */
export const cardsStay = (page, stay) => page.evaluate((value) => { window.cardsStay = value; }, stay);

/** The state of the card. */
export async function verdict(page) {
  const band = page.locator('.verdict');
  await band.waitFor();
  return (await band.getAttribute('class')).replace('verdict', '').trim();
}

export async function paste(page, text) {
  if (await page.locator('#next').isVisible()) await page.click('#next');
  if (!(await page.locator('#text').isVisible())) await page.click('.ways button:nth-child(3)');
  await page.fill('#text', text);
  await page.press('#text', 'Enter');
  return verdict(page);
}

const toggle = async (page, words, on) => {
  const input = page.locator('label.switch', { hasText: words }).locator('input');
  if ((await input.isChecked()) !== on) await input.click();
};

/** Chooses in the settings. */
export async function choose(page, profile, switches = {}) {
  await page.click('[aria-label=Pengaturan]');
  await page.check(`input[value="${profile}"]`);
  for (const [words, on] of Object.entries(switches)) await toggle(page, words, on);
  await page.click('[aria-label=Tutup]');
  // The sheet is emptied, and the page drawn anew, a moment after it is gone: not while somebody types.
  await page.waitForFunction(() => { const sheet = document.querySelector('dialog.sheet'); return !sheet?.childElementCount || sheet.dataset.of === 'challenge'; });
}

/** All that the page keeps on the device, as one text. */
export const kept = (page) => page.evaluate(async () => {
  const text = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done, fail) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); r.onerror = fail; });
    for (const table of db.objectStoreNames) {
      const all = await new Promise((done) => { const r = db.transaction(table).objectStore(table).getAll(); r.onsuccess = () => done(r.result); });
      text.push(`${table}: ${JSON.stringify(all)}`);
    }
    db.close();
  }
  for (const name of await caches.keys()) text.push(...(await (await caches.open(name)).keys()).map((r) => r.url));
  return text.join('\n');
});

export const ready = (page) => page.waitForFunction(() => /Daftar|Lists/.test(document.querySelector('.chip.good')?.textContent ?? ''));
