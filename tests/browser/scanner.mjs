// The scanner page in a real browser, over a network that can be cut: every way in, every colour, the agency's profile,
// queue mode, what is kept and what is sent, starting with no network, and whether it can be installed.
//
// Usage: IKD_BIN=target/debug/ikd node scanner.mjs      IKD_SHOTS=DIR keeps a screenshot of every state

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DESKTOP, PHONE, launch } from './browser.mjs';
import { network } from './network.mjs';
import { NAME, NIK, cardsStay, choose, context, dir, face, findings, kept, look, must, office, paste, ready, say, textOf, until, verdict } from './scanner-kit.mjs';
import { rules } from './scanner-rules.mjs';
import { cameraFlags, frame, write } from './video.mjs';

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
  await until(async () => !(await page.locator('.verdict').isVisible()), 'after two seconds the page scans again');
  await cardsStay(page, true);
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

async function withoutNetwork(browser, net, docs, stranger) {
  say('with no network');
  const device = await context(browser);
  const page = await device.newPage();
  await page.goto(`${net.base}/pemindai`);
  await ready(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  // What the page asks for when it begins has come.
  let before = -1;
  while (before !== net.asked.length) {
    before = net.asked.length;
    await page.waitForTimeout(2_000);
  }
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
  await page.click('#next');
  await page.fill('#text', 'NCF setengah');
  await page.click('[aria-label=Pengaturan]');
  await page.click('[aria-label=Tutup]');
  await page.locator('dialog[open]').waitFor({ state: 'hidden' });
  await page.waitForTimeout(200);
  must((await page.inputValue('#text')) === 'NCF setengah', 'what was typed stays when a sheet closes');
  await page.fill('#text', '');

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
  net.slow.set('/bundle', 2500);
  await page.goto(`${net.base}/pemindai`);
  must((await verdict(page)) === 'valid', 'the document before the camera is judged once the lists are there');
  net.slow.clear();
  must((await page.evaluate(() => window.shifts)) === 0, 'nothing on the page jumped');
  await look(page, 'camera-card');
  // On a desk the ways stand beside the card.
  await page.setViewportSize(DESKTOP);
  await page.click('.ways button:nth-child(3)');
  await page.click('.ways button:nth-child(1)');
  must((await verdict(page)) === 'valid', 'who goes to another way from a card and comes back scans on');
  await page.setViewportSize(PHONE);
  await choose(page, 'dokumen', { 'Mode antrean': true });
  await page.click('#next');
  const count = async (kind) => Number(await page.locator(`.count.${kind} b`).innerText());
  await until(async () => await count('good') === 1, 'queue mode counts it');
  await look(page, 'camera-queue');
  // Who opens the settings while a card stands changes them in peace, whatever comes before the camera.
  await cardsStay(page, true);
  await page.locator('.verdict').waitFor();
  await page.waitForTimeout(2_500);
  await page.locator('.verdict').waitFor();
  await page.click('[aria-label=Pengaturan]');
  const counted = await page.locator('.counter').innerText();
  await page.waitForTimeout(8_000);
  must(await page.locator('#settings-title').isVisible() && await page.locator('.counter').innerText() === counted, 'nothing is judged behind the settings');
  await page.click('[aria-label=Tutup]');
  await cardsStay(page, false);
  await page.locator('#next').click({ timeout: 5_000 }).catch(() => say('  ..  the card went with the sheet'));
  await until(async () => await count('twice') >= 1, 'and tells when it is back after it was gone');
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
    const engine = await page.evaluate(() => document.querySelector('script').src.replace('scanner.js', 'engine-client.js'));
    const photo = await face(page);
    const docs = { green: bandung.issue(1, 'ktp', '--face', photo), family: bandung.issue(1, 'kk'), red: bandung.issue(2, 'ktp'), yellow: bandung.issue(3, 'ktp') };
    bandung.run('revoke', docs.red.id, '--reason', 'uji');
    bandung.issue(3, 'ktp', '--supersede');
    docs.grey = stranger.issue(4, 'ktp');
    for (const doc of Object.values(docs)) doc.text = await textOf(page, doc.picture, engine);
    blank = Buffer.from(await page.evaluate(() => { const c = document.createElement('canvas'); c.width = c.height = 300; return c.toDataURL().split(',')[1]; }), 'base64');
    const scenes = [[await frame(page, docs.green.picture), 3], [await frame(page, null), 3]];
    await page.context().close();

    rules();
    await colours(browser, net, docs);
    await profiles(browser, net, docs);
    await queue(browser, net, docs);
    await withoutNetwork(browser, net, docs, stranger.bundle());
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
