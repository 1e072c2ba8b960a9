// The scanner page in a real browser, over a network that can be cut: every way in, every colour, the agency's profile,
// queue mode, what is kept and what is sent, starting with no network, and whether it can be installed.
//
// Usage: IKD_BIN=target/debug/ikd node scanner.mjs      IKD_SHOTS=DIR keeps a screenshot of every state

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from './axe.mjs';
import { DESKTOP, PHONE, launch } from './browser.mjs';
import { network } from './network.mjs';
import { cameraFlags, frame, write } from './video.mjs';

const IKD = process.env.IKD_BIN ?? 'target/debug/ikd';
const dir = mkdtempSync(join(tmpdir(), 'ikd-scanner-'));
const findings = [];
const say = (line) => console.log(line);
let looked = 0;

function must(condition, what) {
  if (!condition) throw new Error(`expected: ${what}`);
  say(`  ok  ${what}`);
}

async function until(condition, what, patience = 10_000) {
  for (let waited = 0; waited < patience; waited += 50) {
    if (await condition()) return must(true, what);
    await new Promise((done) => setTimeout(done, 50));
  }
  return must(false, what);
}

async function look(page, name, viewport = PHONE) {
  looked += 1;
  for (const line of await inspect(page, `scanner-${String(looked).padStart(2, '0')}-${name}`, viewport)) findings.push(`${name}: ${line}`);
}

// The office ------------------------------------------------------------------------------------------------------------

const NIK = (n) => `327301120487${String(n).padStart(4, '0')}`;
const NAME = (n) => `ORANG UJI ${'XABCDEFG'[n]}`;

/** An office with people of its own; its data lies in `name`. */
function office(name) {
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
async function face(page) {
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
const textOf = (page, picture) => page.evaluate(async ([base64, script]) => {
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
}, [picture.toString('base64'), engineOf]);
let engineOf = '';

// The page --------------------------------------------------------------------------------------------------------------

async function context(browser, { viewport = PHONE, scheme = 'light', locale = 'id-ID' } = {}) {
  const made = await browser.newContext({ viewport, colorScheme: scheme, locale, reducedMotion: 'reduce', acceptDownloads: true });
  await made.addInitScript(() => {
    window.shifts = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return made;
}

/** The settled state and reason of the card. */
async function verdict(page) {
  const band = page.locator('.verdict');
  await band.waitFor({ timeout: 10_000 });
  return (await band.getAttribute('class')).replace('verdict', '').trim();
}

async function paste(page, text) {
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
async function choose(page, profile, switches = {}) {
  await page.click('[aria-label=Pengaturan]');
  await page.check(`input[value="${profile}"]`);
  for (const [words, on] of Object.entries(switches)) await toggle(page, words, on);
  await page.click('[aria-label=Tutup]');
}

/** All that the page keeps on the device, as one text. */
const kept = (page) => page.evaluate(async () => {
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

const ready = (page) => page.waitForFunction(() => /Daftar|Lists/.test(document.querySelector('.chip.good')?.textContent ?? ''));

// What must be true -----------------------------------------------------------------------------------------------------

async function colours(browser, net, docs) {
  say('colours, by pasted text');
  const page = await (await context(browser)).newPage();
  await page.goto(`${net.base}/pemindai`);
  await ready(page);
  await page.waitForFunction(() => document.querySelector('.trouble'));
  await look(page, 'no-camera');
  await page.click('.ways button:nth-child(3)');
  await look(page, 'text');
  for (const [state, doc] of [['valid', docs.green], ['not_valid', docs.red], ['superseded', docs.yellow], ['undecided', docs.grey]]) {
    must((await paste(page, doc.text)) === state, `${state} for a document that is so`);
    await look(page, state);
  }
  const grey = await page.locator('.verdict').evaluate((e) => getComputedStyle(e).backgroundColor);
  const [r, g, b] = grey.match(/\d+/g).map(Number);
  must(g - Math.max(r, b) < 12, `undecided does not look green (${grey})`);
  must((await paste(page, 'https://dukcapil.contoh/cek?id=1')) === 'not_valid', 'a link is not a document');
  await paste(page, docs.green.text);
  const card = await page.locator('.result').innerText();
  must(card.includes(NAME(1)) && card.includes(NIK(1)), 'the whole document shows name and NIK');
  must(/cocokkan fotonya/.test(card) && await page.locator('.portrait').isVisible(), 'printed: check the photo, which is there');
  must(/Keadaan per/.test(card) && /daftar status/.test(card), 'the card says as of when, and how old the list is');
  await page.locator('details.more summary').click();
  await look(page, 'issuer');

  say('a USB hand scanner');
  await page.click('#next');
  await page.click('.ways button:nth-child(2)');
  await page.locator('.ways button:nth-child(1)').focus();
  // One task for all keys, as fast as a scanner types.
  await page.evaluate((text) => {
    for (const key of [...text, 'Enter']) document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  }, docs.green.text);
  must((await verdict(page)) === 'valid', 'what it types is judged wherever the focus is');
  must(await page.locator('.ways button:nth-child(2)').getAttribute('aria-pressed') === 'true', 'and presses no button');

  say('a picture');
  await page.click('#next');
  await page.setInputFiles('#picture', docs.green.png);
  must((await verdict(page)) === 'valid', 'the document in a picture is judged');
  await page.click('#next');
  await page.setInputFiles('#picture', { name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
  await until(async () => /bukan gambar/.test(await page.locator('#picture-says').innerText()), 'a file that is no picture is told');
  await page.setInputFiles('#picture', { name: 'x.png', mimeType: 'image/png', buffer: blank });
  await until(async () => /Tidak ada QR/.test(await page.locator('#picture-says').innerText()), 'a picture without a QR is told');
  await look(page, 'picture');
  await page.evaluate((base64) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], 'a.png', { type: 'image/png' }));
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
  }, docs.red.picture.toString('base64'));
  must((await verdict(page)) === 'not_valid', 'a pasted picture is judged');
  must((await page.evaluate(() => window.shifts)) === 0, 'nothing on the page jumped');
  await page.context().close();
}

async function profiles(browser, net, docs) {
  say('what the agency asks for');
  const page = await (await context(browser)).newPage();
  await page.goto(`${net.base}/pemindai`);
  await ready(page);
  await page.click('[aria-label=Pengaturan]');
  await look(page, 'settings');
  const published = await (await page.request.get(`${net.base}/trust/root`)).json();
  await until(async () => (await page.locator('.fingerprint').innerText()).replace(/\s/g, '') === published.fingerprint, 'settings show the root key\'s fingerprint');
  await page.click('[aria-label=Tutup]');
  await choose(page, 'bank');
  must((await paste(page, docs.green.text)) === 'not_enough', 'a bank does not take a printed card');
  let card = await page.locator('.result').innerText();
  must(/Dokumen cetak tidak cukup/.test(card) && /“Bank”/.test(card), 'and says what to ask for');
  must(!card.includes(NIK(1)) && !card.includes(NAME(1)), 'and shows nothing of what it does not take');
  await look(page, 'not-enough');
  await page.click('#next');
  await choose(page, 'bank', { 'Terima dokumen cetak': true });
  must((await paste(page, docs.green.text)) === 'valid', 'unless it chose to');
  await page.click('#next');
  await choose(page, 'hotel');
  must((await paste(page, docs.green.text)) === 'valid', 'a hotel takes a printed card');
  card = await page.locator('.result').innerText();
  must(card.includes(NAME(1)) && await page.locator('.portrait').isVisible(), 'and sees name and photo');
  must(!card.includes(NIK(1)) && card.includes(NIK(1).slice(-4)), 'of the NIK the last four digits');
  must(!/UJI COBA|BANDUNG|1987|Agama/.test(card), 'and nothing else');
  await look(page, 'hotel');
  await page.click('#next');
  await choose(page, 'umur-21');
  must((await paste(page, docs.green.text)) === 'valid', 'who is over 21 may buy');
  card = await page.locator('.result').innerText();
  must(/21 tahun ke atas\s+Ya/.test(card) && !card.includes(NAME(1)) && !/1987/.test(card), 'and shows that alone, without name or date');
  await page.click('#next');
  await choose(page, 'sekolah');
  must((await paste(page, docs.green.text)) === 'not_enough', 'a school does not take an identity card');
  must((await paste(page, docs.family.text)) === 'valid', 'but a family card');
  await look(page, 'family');
  await page.click('#next');
  await choose(page, 'dokumen', { 'Terima dokumen yang sudah diganti': true });
  must((await paste(page, docs.yellow.text)) === 'superseded', 'a superseded document stays yellow also where it is accepted');
  await page.context().close();
}

async function queue(browser, net, docs) {
  say('queue mode');
  const page = await (await context(browser)).newPage();
  await page.goto(`${net.base}/pemindai`);
  await ready(page);
  await choose(page, 'tps', { 'Mode antrean': true });
  const count = async (kind) => Number(await page.locator(`.count.${kind} b`).innerText());
  const card = async (text) => { const state = await paste(page, text); const words = await page.locator('.result').innerText(); return { state, words }; };
  must((await card(docs.green.text)).state === 'valid', 'the first is accepted');
  await until(async () => !(await page.locator('.verdict').isVisible()), 'after two seconds the page scans again', 4000);
  must((await card(docs.red.text)).state === 'not_valid', 'the second is refused');
  await page.click('#next');
  const twice = await card(docs.green.text);
  must(twice.state === 'again' && /sudah diterima pukul/.test(twice.words), 'the same document again is told, and is not green');
  await look(page, 'again');
  await page.click('#next');
  await card(docs.grey.text);
  must(await count('good') === 1 && await count('bad') === 1 && await count('grey') === 1 && await count('twice') === 1, 'each counts once');
  await page.click('#next');
  await look(page, 'queue');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[aria-label="Unduh catatan (CSV)"]')]);
  const csv = readFileSync(await download.path(), 'utf8');
  const lines = csv.split('\r\n');
  must(lines[0] === 'time,verdict,reason,kind,purpose,accepted,duplicate' && lines.length === 6, 'the log has a line each');
  must(lines.slice(1, 5).map((line) => line.split(',').slice(1).join()).join(' ') === 'valid,valid,ktp,,1,0 not_valid,revoked,ktp,,0,0 valid,valid,ktp,,0,1 undecided,unknown_issuer,,,0,0', `the log says what happened: ${csv}`);
  must(!/ORANG|\d{16}|UJI/.test(csv), 'and nothing of a person');
  const stored = await kept(page);
  for (const secret of [NIK(1), NAME(1), NIK(2), NAME(2), docs.green.text.slice(10, 40), 'UJI COBA']) must(!stored.includes(secret), `nothing of a person is kept (${secret.slice(0, 6)}…)`);
  await page.reload();
  await ready(page);
  must(await count('good') === 1, 'the counter survives a restart');
  page.on('dialog', (dialog) => dialog.accept());
  await page.click('[aria-label="Hapus catatan"]');
  await until(async () => await count('good') === 0, 'the log can be cleared');
  must(!/again|revoked/.test(await kept(page)), 'and is gone then');
  await page.context().close();
}

async function network_(browser, net, docs, stranger) {
  say('with no network');
  const device = await context(browser);
  const page = await device.newPage();
  await page.goto(`${net.base}/pemindai`);
  await ready(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  const before = net.asked.length;
  await paste(page, docs.green.text);
  await paste(page, docs.red.text);
  await page.waitForTimeout(500);
  must(net.asked.length === before, 'nothing is asked for or sent after a scan');

  say('a bundle of somebody else');
  net.instead.set('/bundle', stranger);
  await page.click('#next');
  await page.click('.chip.bundle');
  await page.click('text=Ambil yang terbaru');
  await page.click('[aria-label=Tutup]');
  await until(async () => /ditolak/.test(await page.locator('.chip.bundle').innerText()), 'a bundle that another root signed is refused');
  must((await paste(page, docs.green.text)) === 'valid', 'and the one held before still decides');
  net.instead.clear();

  net.setCut(true);
  await page.reload();
  await until(async () => /Luring/.test(await page.locator('.chip.bundle').innerText()), 'opens with no network, and says so');
  must(await page.evaluate(() => Boolean(navigator.serviceWorker.controller)), 'a service worker of ours controls it');
  must((await paste(page, docs.green.text)) === 'valid', 'green with no network');
  must((await paste(page, docs.red.text)) === 'not_valid', 'red with no network');
  net.setCut(false);
  await device.close();

  const fresh = await context(browser);
  const first = await fresh.newPage();
  net.instead.set('/bundle', Buffer.from('no bundle'));
  await first.goto(`${net.base}/pemindai`);
  await until(async () => /Belum ada daftar/.test(await first.locator('.way').innerText()), 'without a bundle it says so');
  must((await paste(first, docs.green.text)) === 'undecided', 'and is grey about everything');
  await look(first, 'no-bundle');
  net.instead.clear();
  await fresh.close();
}

async function installs(browser, net) {
  say('installing');
  const page = await (await context(browser)).newPage();
  await page.goto(`${net.base}/pemindai`);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  const session = await page.context().newCDPSession(page);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  const errors = installabilityErrors.map((e) => e.errorId).filter((id) => id !== 'in-incognito');
  must(errors.length === 0, `installable (${errors.join(', ')})`);
  const manifest = await page.evaluate(async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json());
  for (const icon of manifest.icons.filter((one) => one.type === 'image/png')) {
    const size = await page.evaluate(async (src) => { const image = new Image(); image.src = src; await image.decode(); return `${image.naturalWidth}x${image.naturalHeight}`; }, icon.src);
    must(size === icon.sizes, `icon ${icon.sizes} ${icon.purpose}`);
  }
  must(manifest.icons.some((one) => one.purpose === 'maskable') && manifest.start_url === '/pemindai', 'maskable icon, start address');
  await page.context().close();
}

async function refused(net) {
  say('a camera that is refused');
  const browser = await launch(['--use-fake-device-for-media-stream', '--deny-permission-prompts']);
  const page = await (await context(browser)).newPage();
  await page.goto(`${net.base}/pemindai`);
  await until(async () => /Kamera tidak diizinkan/.test(await page.locator('.way').innerText()), 'says what to do when the camera is refused');
  await look(page, 'refused');
  await browser.close();
}

async function cameras(net, docs, scenes) {
  say('by camera');
  const video = join(dir, 'camera.y4m');
  write(video, scenes);
  const browser = await launch(cameraFlags(video));
  const device = await context(browser);
  const page = await device.newPage();
  await page.goto(`${net.base}/pemindai`);
  await ready(page);
  must((await verdict(page)) === 'valid', 'the document before the camera is judged');
  must((await page.evaluate(() => window.shifts)) === 0, 'nothing on the page jumped');
  await look(page, 'camera-card');
  await choose(page, 'dokumen', { 'Mode antrean': true });
  await page.click('#next');
  const count = async (kind) => Number(await page.locator(`.count.${kind} b`).innerText());
  await until(async () => await count('good') === 1, 'queue mode counts it', 15_000);
  await look(page, 'camera-queue');
  await until(async () => await count('twice') === 1, 'and tells when it is back after it was gone', 20_000);
  must(await count('good') === 1, 'and counts it once');
  await choose(page, 'dokumen', { 'Mode antrean': false, 'Mode permintaan': true });
  if (await page.locator('#next').isVisible()) await page.click('#next');
  await page.reload();
  await page.locator('.ask-qr').waitFor();
  await look(page, 'challenge');
  await browser.close();
}

/** From opening the page to the card, with no network and a document already before the camera. */
async function firstCard(net, held) {
  const video = join(dir, 'still.y4m');
  write(video, [[held, 1]]);
  const browser = await launch(cameraFlags(video));
  const device = await context(browser);
  const page = await device.newPage();
  await page.goto(`${net.base}/pemindai`);
  await ready(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.close();
  net.setCut(true);
  const times = [];
  for (let n = 0; n < 5; n += 1) {
    const again = await device.newPage();
    const begun = Date.now();
    await again.goto(`${net.base}/pemindai`);
    must((await verdict(again)) === 'valid', 'green from the camera with no network');
    times.push(Date.now() - begun);
    await again.close();
  }
  net.setCut(false);
  await browser.close();
  const median = times.sort((a, b) => a - b)[2];
  say(`  ..  first card ${median} ms after opening, with no network (${times.join(', ')})`);
}

let blank = Buffer.alloc(0);

async function everyLook(net, docs) {
  say('both schemes, both sizes, both languages, large text');
  const browser = await launch();
  for (const [viewport, scheme, locale, large] of [[PHONE, 'dark', 'id-ID', false], [DESKTOP, 'light', 'en-GB', false], [DESKTOP, 'dark', 'id-ID', false], [PHONE, 'light', 'en-GB', true]]) {
    const page = await (await context(browser, { viewport, scheme, locale })).newPage();
    if (large) await page.addInitScript(() => localStorage.setItem('huruf', 'besar'));
    await page.goto(`${net.base}/pemindai`);
    await ready(page);
    const name = (what) => `${what}-${viewport.width}-${scheme}-${locale.slice(0, 2)}${large ? '-large' : ''}`;
    await look(page, name('open'), viewport);
    for (const [what, doc] of Object.entries(docs)) {
      await paste(page, doc.text);
      await look(page, name(what), viewport);
    }
    await page.locator('.app-bar .icon-button').click();
    await look(page, name('settings'), viewport);
    must((await page.evaluate(() => window.shifts)) === 0, `nothing jumps (${name('look')})`);
    await page.context().close();
  }
  await browser.close();
}

async function main() {
  const bandung = office('bandung');
  const stranger = office('stranger');
  const browser = await launch();
  let service;
  let net;
  try {
    const page = await (await context(browser)).newPage();
    service = await bandung.serve();
    net = await network(service.base);
    await page.goto(`${net.base}/pemindai`);
    engineOf = await page.evaluate(() => document.querySelector('script').src.replace('scanner.js', 'engine-client.js'));
    const photo = await face(page);
    const docs = { green: bandung.issue(1, 'ktp', '--face', photo), family: bandung.issue(1, 'kk'), red: bandung.issue(2, 'ktp'), yellow: bandung.issue(3, 'ktp') };
    bandung.run('revoke', docs.red.id, '--reason', 'uji');
    bandung.issue(3, 'ktp', '--supersede');
    docs.grey = stranger.issue(4, 'ktp');
    for (const doc of Object.values(docs)) doc.text = await textOf(page, doc.picture);
    blank = Buffer.from(await page.evaluate(() => { const c = document.createElement('canvas'); c.width = c.height = 300; return c.toDataURL().split(',')[1]; }), 'base64');
    const scenes = [[await frame(page, docs.green.picture), 3], [await frame(page, null), 3]];
    await page.context().close();

    await colours(browser, net, docs);
    await profiles(browser, net, docs);
    await queue(browser, net, docs);
    await network_(browser, net, docs, stranger.bundle());
    await installs(browser, net);
    await refused(net);
    await cameras(net, docs, scenes);
    await firstCard(net, scenes[0][0]);
    await everyLook(net, docs);
  } finally {
    await browser.close();
    net?.close();
    service?.child.kill();
    rmSync(dir, { recursive: true, force: true });
  }
  for (const line of findings) say(line);
  say(findings.length === 0 ? 'clean' : `${findings.length} findings`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}

await main();
