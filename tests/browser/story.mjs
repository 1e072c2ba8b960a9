// The whole way of an application in a real browser: a citizen applies for a family card, an operator asks for a
// correction, the citizen corrects, the verifier passes it, the head of the office issues, the citizen downloads the
// PDF, and its printed page verifies green with no network. Then a rejection and a second try, and a revocation that
// turns the same page red. Every page on the way is looked at as in axe.mjs.
//
// Usage: IKD_BIN=target/debug/ikd IKD_VERIFY=target/debug/ikd-verify node story.mjs

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from './axe.mjs';
import { DESKTOP, PHONE, launch, open } from './browser.mjs';

const IKD = process.env.IKD_BIN ?? 'target/debug/ikd';
const VERIFY = process.env.IKD_VERIFY ?? 'target/debug/ikd-verify';
const dir = mkdtempSync(join(tmpdir(), 'ikd-story-'));
const data = join(dir, 'data');
const findings = [];
let looked = 0;
/** The next upload begins without a network. */
let goesOffline = false;

function say(line) { console.log(line); }

function must(condition, what) {
  if (!condition) throw new Error(`expected: ${what}`);
  say(`  ok  ${what}`);
}

/** Starts the demonstration and reads what it prints. */
async function demo() {
  const child = spawn(IKD, ['--data', data, 'demo', '--port', '0']);
  let text = '';
  child.stdout.on('data', (chunk) => { text += chunk; });
  child.stderr.on('data', (chunk) => { text += chunk; });
  for (let n = 0; n < 6_000 && !text.includes('listening on'); n += 1) await new Promise((r) => setTimeout(r, 100));
  const base = /listening on (http:\S+)/.exec(text)?.[1];
  if (!base) throw new Error(`the demonstration did not start:\n${text}`);
  const password = /password (\S+)/.exec(text)[1];
  const citizens = [...text.matchAll(/^ {2}(\d{16}) {2}KK (\d{16}) {2}born (\S+) {2}(.+)$/gm)].map((m) => ({ nik: m[1], name: m[4] }));
  return { child, base, password, citizens };
}

async function look(page, name, viewport) {
  looked += 1;
  for (const line of await inspect(page, `story-${String(looked).padStart(2, '0')}-${name}`, viewport)) findings.push(`${name}: ${line}`);
}

/** The code in the newest letter. */
async function code(after) {
  for (let n = 0; n < 1_200; n += 1) {
    let files = [];
    try { files = readdirSync(join(data, 'mail')).map((f) => join(data, 'mail', f)); } catch { /* no letter yet */ }
    const fresh = files.filter((f) => statSync(f).mtimeMs > after).sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
    for (const file of fresh) {
      let text = readFileSync(file, 'utf8');
      if (/quoted-printable/i.test(text)) text = text.replace(/=\r?\n/g, '');
      if (/base64/i.test(text)) text += Buffer.from(text.split(/\r?\n\r?\n/).slice(1).join('').replace(/\s/g, ''), 'base64').toString('utf8');
      const found = /(?<!\d)(\d{3} ?\d{3})(?!\d)/.exec(text.split(/\r?\n\r?\n/).slice(1).join('\n'));
      if (found) return found[1].replace(' ', '');
    }
    await new Promise((r) => setTimeout(r, 100));
  }
  throw new Error('no letter with a code');
}

async function citizenIn(browser, base, nik, scheme = 'light') {
  const page = await open(browser, { viewport: PHONE, scheme });
  const before = Date.now() - 5;
  await page.goto(`${base}/masuk?lanjut=/permohonan`);
  await look(page, 'masuk', PHONE);
  await page.fill('#nik', nik);
  await page.click('main form button[type=submit]');
  await page.waitForSelector('#kode');
  await look(page, 'kode', PHONE);
  await page.fill('#kode', await code(before));
  await page.click('main form button[type=submit]');
  await page.waitForURL('**/permohonan');
  return page;
}

async function officerIn(browser, base, login, password, scheme = 'light') {
  const page = await open(browser, { viewport: DESKTOP, scheme });
  await page.goto(`${base}/petugas/masuk`);
  await page.fill('#nama', login);
  await page.fill('#sandi', password);
  await page.click('main form button[type=submit]');
  await page.waitForSelector('#kode');
  await page.fill('#kode', execFileSync(IKD, ['--data', data, 'officer', 'code', login], { encoding: 'utf8' }).trim());
  await page.click('main form button[type=submit]');
  await page.waitForURL(/\/petugas(\/pengguna)?$/);
  await look(page, `meja-${login}`, DESKTOP);
  return page;
}

/** Fills in one question with something that fits it. */
async function answer(page, papers) {
  const form = page.locator('main form').first();
  if (await page.locator('input[type=file]').count()) {
    const needed = !(await page.getByText('Lewati', { exact: false }).count());
    if (!needed) { await page.getByText('Lewati', { exact: false }).click(); return; }
    await page.setInputFiles('#berkas', papers);
    if (goesOffline) {
      goesOffline = false;
      await page.context().setOffline(true);
      await form.locator('button[type=submit]').click();
      await page.getByText('Jaringan terputus').waitFor();
      await look(page, 'jaringan-terputus', PHONE);
      must(true, 'without a network the page says that it waits');
      await page.context().setOffline(false);
      return;
    }
    await form.locator('button[type=submit]').click();
    return;
  }
  if (await page.locator('.attached').count()) { await page.locator('a.button', { hasText: 'Lanjut' }).click(); return; }
  for (const field of await form.locator('input:not([type=hidden]):not([type=radio])').all()) {
    const name = await field.getAttribute('name');
    if (!(await field.isVisible()) || (await field.inputValue())) continue;
    const keys = await field.getAttribute('inputmode');
    const today = new Date(Date.now() - 3 * 86400000);
    let text = keys === 'numeric' ? '1' : 'BANDUNG';
    if (name.endsWith('-hari')) text = String(today.getUTCDate());
    if (name.endsWith('-bulan')) text = String(today.getUTCMonth() + 1);
    if (name.endsWith('-tahun')) text = String(today.getUTCFullYear());
    if (name === 'email' || name === 'phone') continue;
    await field.fill(text);
  }
  for (const group of await form.locator('fieldset:has(input[type=radio])').all()) {
    const checked = await group.locator('input[type=radio]:checked').count();
    if (!checked) await group.locator('input[type=radio]').first().check();
  }
  for (const list of await form.locator('select').all()) {
    if (!(await list.inputValue())) await list.selectOption({ index: 1 });
  }
  await form.locator('button[type=submit]').first().click();
}

/** From the page of a service to the receipt; its number and code. */
async function apply(page, base, slug, papers) {
  await page.goto(`${base}/layanan/${slug}`);
  await page.click('a.button');
  await page.waitForURL(`**/ajukan/${slug}`);
  await look(page, `ajukan-${slug}`, PHONE);
  await page.locator('input[name=untuk]').first().check();
  await page.click('main form button[type=submit]');
  for (let n = 0; n < 40; n += 1) {
    await page.waitForLoadState();
    if (page.url().includes('/periksa')) break;
    const before = page.url();
    if (n < 30) await look(page, `isi-${slug}-${n}`, PHONE);
    await answer(page, papers);
    await page.waitForURL((url) => url.toString() !== before, { timeout: 120_000 });
  }
  await look(page, `periksa-${slug}`, PHONE);
  await page.click('main form button[type=submit]');
  await page.waitForSelector('.ticket');
  await look(page, `tanda-terima-${slug}`, PHONE);
  const [receipt] = await Promise.all([page.waitForEvent('download'), page.locator('a.button', { hasText: 'PDF' }).click()]);
  must(readFileSync(await receipt.path()).subarray(0, 5).toString() === '%PDF-', `${slug}: the receipt is a PDF`);
  const numbers = await page.locator('.number.large').allInnerTexts();
  must(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/.test(numbers[0]) && /^\d{6}$/.test(numbers[1]), `${slug}: a receipt with number and code`);
  await page.locator('a.button', { hasText: 'Lihat status' }).click();
  await page.waitForURL(/\/permohonan\/[0-9a-f-]+$/);
  await look(page, `status-${slug}`, PHONE);
  return { number: numbers[0], code: numbers[1], address: page.url() };
}

async function openNumber(page, base, number, name) {
  await page.goto(`${base}/petugas`);
  await page.fill('#nomor', number);
  await page.locator('form[action="/petugas/cari"] button').click();
  await page.waitForURL('**/petugas/permohonan/**');
  await look(page, name, DESKTOP);
}

async function press(page, act, { note } = {}) {
  const form = page.locator(`form[action$="/langkah/${act}"]`);
  if (note) {
    await form.locator('summary').click();
    await form.locator('textarea').fill(note);
  }
  await form.locator('button[type=submit]').click();
  await page.waitForLoadState();
  const wrong = await page.locator('#salah').count();
  if (wrong) throw new Error(`${act}: ${await page.locator('#salah').innerText()}`);
}

/** The verdict of the verifier on a picture, offline. */
function scan(picture) {
  try {
    return { out: execFileSync(VERIFY, ['--store', join(dir, 'store'), 'scan', picture], { encoding: 'utf8' }), exit: 0 };
  } catch (e) { return { out: String(e.stdout), exit: e.status }; }
}

async function bundle(base) {
  const file = join(dir, `bundle-${Date.now()}`);
  writeFileSync(file, Buffer.from(await (await fetch(`${base}/bundle`)).arrayBuffer()));
  execFileSync(VERIFY, ['--store', join(dir, 'store'), 'trust', 'update', file, '--root', join(data, 'root.pub.pem')]);
}

async function main() {
  const { child, base, password, citizens } = await demo();
  const browser = await launch();
  try {
    const paper = join(data, 'ktp.png');
    say('a citizen applies for a family card');
    const citizen = await citizenIn(browser, base, citizens[0].nik);
    await look(citizen, 'permohonan-saya', PHONE);
    // The demonstration's own application for this kind would stand in the way.
    for (const link of await citizen.locator('a.tile').evaluateAll((tiles) => tiles.map((a) => a.href))) {
      await citizen.goto(link);
      if (await citizen.locator('form[action$="/batal"]').count()) {
        await citizen.locator('summary', { hasText: 'Batalkan' }).click();
        await citizen.locator('form[action$="/batal"] button').click();
        await citizen.waitForLoadState();
      }
    }
    const kk = await apply(citizen, base, 'kk', paper);

    say('the operator asks for a correction');
    const operator = await officerIn(browser, base, 'operator', password);
    await openNumber(operator, base, kk.number, 'permohonan-operator');
    await press(operator, 'take');
    await press(operator, 'ask-correction', { note: 'Foto KK lama kurang jelas. Mohon foto ulang.' });
    await operator.goto(`${base}/petugas/antrean?tahap=needs_correction`);
    await look(operator, 'antrean', DESKTOP);

    say('the citizen corrects');
    await citizen.goto(kk.address);
    await look(citizen, 'status-perlu-perbaikan', PHONE);
    must((await citizen.locator('body').innerText()).includes('Foto KK lama kurang jelas'), 'the citizen reads what to mend');
    await citizen.locator('a.button', { hasText: 'Perbaiki' }).click();
    await citizen.locator('.answers .change a').first().click();
    await citizen.waitForLoadState();
    if (await citizen.locator('.attached').count()) await citizen.locator('.attached button').click();
    await citizen.waitForLoadState();
    await answer(citizen, paper);
    await citizen.waitForLoadState();
    await citizen.goto(`${kk.address}/periksa`);
    await citizen.click('main form button[type=submit]');
    await citizen.waitForURL(kk.address);

    say('the verifier passes it');
    const verifier = await officerIn(browser, base, 'verifikator', password, 'dark');
    await openNumber(verifier, base, kk.number, 'permohonan-verifikator');
    await press(verifier, 'take');
    await press(verifier, 'pass');
    must(!(await verifier.locator('form[action$="/langkah/approve"]').count()), 'who verified has no button to approve');

    say('the head of the office issues');
    const signer = await officerIn(browser, base, 'kepala', password);
    await openNumber(signer, base, kk.number, 'permohonan-kepala');
    await press(signer, 'approve');
    must((await signer.locator('.badge').first().innerText()).includes('Selesai'), 'the application is done');
    await look(signer, 'permohonan-selesai', DESKTOP);

    say('the citizen downloads the PDF; its page verifies green with no network');
    await citizen.goto(kk.address);
    await look(citizen, 'status-selesai', PHONE);
    const [download] = await Promise.all([citizen.waitForEvent('download'), citizen.locator('a.button', { hasText: 'PDF' }).click()]);
    const pdf = join(dir, 'kk.pdf');
    await download.saveAs(pdf);
    execFileSync('pdftoppm', ['-png', '-r', '150', pdf, join(dir, 'kk')]);
    const page1 = join(dir, readdirSync(dir).find((f) => /^kk-.*\.png$/.test(f)));
    await bundle(base);
    const green = scan(page1);
    must(green.exit === 0 && green.out.includes('BERLAKU'), 'the printed page is green');

    say('the same page is judged on the web');
    await citizen.goto(`${base}/cek`);
    await citizen.setInputFiles('#gambar', page1);
    await citizen.locator('form:has(#gambar) button').click();
    await citizen.locator('.verdict').first().waitFor();
    await look(citizen, 'cek-hijau', PHONE);

    say('a rejection, and a second try that brings the answers along');
    const other = await citizenIn(browser, base, citizens[1].nik, 'dark');
    for (const link of await other.locator('a.tile').evaluateAll((tiles) => tiles.map((a) => a.href))) {
      await other.goto(link);
      if (await other.locator('form[action$="/batal"]').count()) {
        await other.locator('summary', { hasText: 'Batalkan' }).click();
        await other.locator('form[action$="/batal"] button').click();
        await other.waitForLoadState();
      }
    }
    const second = await apply(other, base, 'akta-kelahiran', paper);
    await openNumber(verifier, base, second.number, 'permohonan-akta');
    await press(verifier, 'take');
    await press(verifier, 'reject', { note: 'Surat keterangan lahir tidak sesuai.' });
    await other.goto(second.address);
    await look(other, 'status-ditolak', PHONE);
    await other.locator('form[action$="/ajukan-lagi"] button').click();
    await other.waitForURL('**/isi/1');
    must((await other.locator('main form input:not([type=hidden])').first().inputValue()) !== '', 'the answers were taken along');

    say('a revocation turns the printed page red');
    await openNumber(signer, base, kk.number, 'lagi');
    await signer.locator('a.button', { hasText: 'Buka dokumen' }).click();
    await signer.waitForURL('**/petugas/dokumen/**');
    await look(signer, 'dokumen', DESKTOP);
    const revoke = signer.locator('form[action$="/ubah/cabut"]');
    await revoke.locator('summary').click();
    await revoke.locator('input[name=alasan]').fill('uji pencabutan');
    await revoke.locator('button').click();
    await signer.waitForLoadState();
    await bundle(base);
    const red = scan(page1);
    must(red.exit === 1 && red.out.includes('TIDAK BERLAKU'), 'the printed page is red');

    say('somebody without an account looks with number and code');
    const guest = await open(browser, { viewport: PHONE, scripts: false });
    await guest.goto(`${base}/status`);
    await guest.fill('#nomor', kk.number);
    await guest.fill('#kode', kk.code);
    await guest.click('main form button[type=submit]');
    must(guest.url() === kk.address, 'number and code open the application, without scripts');
    const wrong = await open(browser, { viewport: PHONE });
    await wrong.goto(`${base}/status`);
    await wrong.fill('#nomor', kk.number);
    await wrong.fill('#kode', '000000');
    await wrong.click('main form button[type=submit]');
    await look(wrong, 'status-salah', PHONE);
    must((await wrong.locator('.wrong').count()) > 0, 'a wrong code is told about');

    say('an appointment for a KTP-el: booked, moved, seen at the desk, given up');
    const third = await citizenIn(browser, base, citizens[2].nik, 'dark');
    goesOffline = true;
    const ktp = await apply(third, base, 'ktp', paper);
    const choose = async (day, time) => {
      await third.goto(`${ktp.address}/janji`);
      await look(third, 'janji-hari', PHONE);
      await third.locator('ul.days a').nth(day).click();
      await third.waitForURL('**/janji?hari=*');
      await look(third, 'janji-jam', PHONE);
      await third.locator('input[name=mulai]:enabled').nth(time).check();
      await third.click('main form button[type=submit]');
      await third.waitForURL(ktp.address);
    };
    await choose(1, 0);
    await look(third, 'janji-dipesan', PHONE);
    const first = await third.locator('section.card b').innerText();
    await choose(2, 1);
    const moved = await third.locator('section.card b').innerText();
    must(first !== moved && /WI[BT]|WITA/.test(moved), `the appointment moved: ${first} → ${moved}`);
    await operator.goto(`${base}/petugas/janji`);
    await look(operator, 'janji-hari-ini', DESKTOP);
    for (let n = 0; n < 15 && !(await operator.getByText(ktp.number).count()); n += 1) {
      await operator.locator('.tabs a').last().click();
      await operator.waitForLoadState();
    }
    must((await operator.getByText(ktp.number).count()) > 0, 'the desk expects the citizen on that day');
    await look(operator, 'janji-hari-itu', DESKTOP);
    await openNumber(operator, base, ktp.number, 'permohonan-ktp');
    await third.locator('form[action$="/janji/batal"] button').click();
    await third.waitForLoadState();
    must((await third.locator('a.button', { hasText: 'Pilih waktu datang' }).count()) === 1, 'the appointment is given up');

    say('an operator closes the account of a citizen who lost the mailbox');
    await operator.goto(`${base}/petugas/akun-warga`);
    await look(operator, 'akun-warga', DESKTOP);
    await operator.fill('#nik', citizens[2].nik);
    await operator.check('#diperiksa');
    await operator.click('main form button[type=submit]');
    await operator.locator('.notice.good').waitFor();
    await third.goto(`${base}/akun`);
    must(third.url().includes('/masuk'), 'the citizen is signed out everywhere');

    say('an operator activates a phone, takes the code back, and looks for phones');
    let shown = 0;
    for (const { nik } of citizens) {
      await operator.goto(`${base}/petugas/aktivasi`);
      await operator.fill('#nik', nik);
      await operator.check('#dilihat');
      await operator.click('main form button[type=submit]');
      shown = await operator.locator('.symbol svg').count();
      if (shown) break;
      // Nothing of theirs is in force yet.
      await look(operator, 'aktivasi', DESKTOP);
    }
    must(shown === 1, 'the QR of an activation');
    await look(operator, 'kode-aktivasi', DESKTOP);
    await operator.locator('form[action$="/batal"] button').click();
    await operator.locator('.notice.good').waitFor();
    await operator.goto(`${base}/petugas/ponsel`);
    await look(operator, 'ponsel', DESKTOP);

    say('the other pages of the desk');
    for (const path of ['/petugas/terlambat', '/petugas/dokumen', '/petugas/statistik', '/petugas/jejak', '/petugas/akun']) {
      await signer.goto(base + path);
      await look(signer, path.split('/').pop(), DESKTOP);
    }
    const admin = await officerIn(browser, base, 'admin', password);
    for (const path of ['/petugas/pengguna', '/petugas/pengguna/baru', '/petugas/kebijakan', '/petugas/kiriman-gagal']) {
      await admin.goto(base + path);
      await look(admin, `admin-${path.split('/').pop()}`, DESKTOP);
    }
  } finally {
    await browser.close();
    child.kill('SIGTERM');
    await new Promise((r) => child.once('exit', r));
    if (!process.env.IKD_KEEP) rmSync(dir, { recursive: true, force: true });
  }
  for (const line of findings) console.log(line);
  say(findings.length === 0 ? `the whole story, ${looked} pages looked at: clean` : `${findings.length} findings on ${looked} pages`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}

await main();
