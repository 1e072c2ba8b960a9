// Accessibility rules (axe-core, WCAG 2.2 A and AA and best practice) on every public page, in both languages, both
// schemes and both sizes; also: nothing sticks out of a 360 px screen, targets are 44 px on phones, and the first load
// stays under 60 kB. Screenshots go to IKD_SHOTS if it is set.
//
// IKD_GALLERY names the folder that `cargo test -p ikd --lib gallery` writes: every component once.
//
// Usage: IKD_URL=http://127.0.0.1:8080 IKD_QR=ktp.png node axe.mjs
// Others add their pages to PAGES, or import `look` and call it on a page they have brought into the right state.

import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DESKTOP, PHONE, launch, open, smallTargets, sticksOut } from './browser.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const BUDGET = 60_000;

/** Pages that can be opened by their address alone. */
export const PAGES = [
  '/', '/layanan', '/layanan?cari=akta', '/layanan?cari=xyzzy', '/layanan/ktp', '/layanan/kk', '/layanan/akta-kelahiran',
  '/layanan/sk-angkat-anak', '/cek', '/warna', '/kepercayaan', '/kepercayaan?cari=xyzzy', '/privasi', '/aksesibilitas',
  '/bantuan', '/tidak-ada', '/status', '/masuk', '/daftar', '/petugas/masuk',
];

/** What axe finds on a page as it stands. Its own policy forbids inline scripts, so axe comes in from outside it. */
export async function look(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} – ${n.failureSummary}`));
}

/** Every check on the page as it stands, with a screenshot. */
export async function inspect(page, name, viewport) {
  const found = await look(page);
  const out = await sticksOut(page);
  if (out > 0) found.push(`sticks out by ${out} px`);
  if (viewport.width < 640) found.push(...(await smallTargets(page)).map((t) => `small target: ${t}`));
  if (process.env.IKD_SHOTS) {
    mkdirSync(process.env.IKD_SHOTS, { recursive: true });
    await page.screenshot({ path: `${process.env.IKD_SHOTS}/${name}.png`, fullPage: true });
  }
  return found;
}

async function transferred(browser, url) {
  const page = await open(browser);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength; });
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.context().close();
  return bytes;
}

async function main() {
  const base = process.env.IKD_URL ?? 'http://127.0.0.1:8080';
  const browser = await launch();
  const gallery = process.env.IKD_GALLERY ? readdirSync(process.env.IKD_GALLERY).filter((f) => f.endsWith('.html')) : [];
  let bad = 0;
  const tell = (where, found) => {
    for (const line of found) console.log(`${where}\n    ${line.replaceAll('\n', '\n    ')}`);
    bad += found.length;
  };
  for (const viewport of [PHONE, DESKTOP]) {
    for (const scheme of ['light', 'dark']) {
      for (const locale of ['id-ID', 'en-GB']) {
        const page = await open(browser, { viewport, scheme, locale });
        const where = (path) => `${path} ${viewport.width} ${scheme} ${locale}`;
        const name = (path) => `${path.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'depan'}-${viewport.width}-${scheme}-${locale.slice(0, 2)}`;
        for (const path of PAGES) {
          await page.goto(base + path);
          tell(where(path), await inspect(page, name(path), viewport));
        }
        await page.goto(`${base}/cek`);
        await page.locator('#gambar').setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('x') });
        await page.locator('form:has(#gambar) button').click();
        tell(where('/cek wrong'), await inspect(page, name('/cek-salah'), viewport));
        await page.goto(`${base}/cek`);
        await page.locator('#nomor').fill('3273-LU-24112026-9999');
        await page.locator('form:has(#nomor) button').click();
        tell(where('/cek number'), await inspect(page, name('/cek-nomor'), viewport));
        for (const picture of (process.env.IKD_QR ?? '').split(':').filter(Boolean)) {
          await page.goto(`${base}/cek`);
          await page.locator('#gambar').setInputFiles(picture);
          await page.locator('form:has(#gambar) button').click();
          await page.locator('.verdict').first().waitFor();
          tell(where(`/cek ${picture}`), await inspect(page, name(`/cek-${picture.split('/').pop()}`), viewport));
        }
        for (const file of gallery) {
          await page.goto(pathToFileURL(join(process.env.IKD_GALLERY, file)).href);
          tell(where(file), await inspect(page, name(`/contoh-${file}`), viewport));
        }
        await page.context().close();
      }
    }
  }
  for (const path of PAGES) {
    const bytes = await transferred(browser, base + path);
    console.log(`${String(bytes).padStart(7)} bytes transferred at first load of ${path}`);
    if (bytes > BUDGET) tell(path, [`first load of ${bytes} bytes is more than ${BUDGET}`]);
  }
  await browser.close();
  console.log(bad === 0 ? 'clean' : `${bad} findings`);
  process.exitCode = bad === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
