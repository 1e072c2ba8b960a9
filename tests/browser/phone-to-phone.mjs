// Phone to phone with no network: the wallet's screen is filmed, and the scanner of another browser sees the film through
// its camera while the service is down. Then everything that must not pass: the same film two minutes later, a
// screenshot, another audience, another key, a credential under another's proof, a revoked document, old lists.
//
// Usage: IKD_BIN=target/debug/ikd node phone-to-phone.mjs      IKD_SHOTS keeps screenshots

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { frame, write } from './video.mjs';
import { engine, now, Office, PEOPLE, phone, portrait } from './wallet-kit.mjs';
import { choosePinAndFetch, openPage, press, showPurpose } from './wallet-steps.mjs';

const PIN = '739164';
const DESK = 'Toko Contoh Braga';
const folder = mkdtempSync(join(tmpdir(), 'ikd-phones-'));
const film = join(folder, 'camera.y4m');
const answer = join(folder, 'request.y4m');

function say(line) { console.log(line); }

function must(condition, what) {
  if (!condition) throw new Error(`expected: ${what}`);
  say(`  ok  ${what}`);
}

async function shot(page, name) {
  if (process.env.IKD_SHOTS) await page.screenshot({ path: `${process.env.IKD_SHOTS}/phone-${name}.png`, fullPage: true });
}

/** What a camera in front of the wallet films: the QR as it stands on the screen, three times in a second. */
async function filmed(wallet, studio) {
  await wallet.locator('.live-cover[hidden]').waitFor({ state: 'attached' });
  const scenes = [[await frame(studio, null), 1]];
  for (let n = 0; n < 3; n += 1) {
    scenes.push([await frame(studio, await wallet.locator('.live-slot canvas').screenshot()), 1]);
    await wallet.waitForTimeout(300);
  }
  return scenes;
}

/** A film of a QR text that no wallet would show. */
async function forged(studio, text) {
  const { size, modules } = engine.symbol(text, 'M');
  const png = await studio.evaluate(([side, dark]) => {
    const scale = 6;
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = (side + 8) * scale;
    const context = canvas.getContext('2d');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = '#000';
    dark.forEach((at) => context.fillRect((4 + (at % side)) * scale, (4 + Math.floor(at / side)) * scale, scale, scale));
    return canvas.toDataURL().split(',')[1];
  }, [size, [...modules].flatMap((dark, at) => (dark ? [at] : []))]);
  return [[await frame(studio, Buffer.from(png, 'base64')), 1]];
}

/** The sentence on the card. @param {string} words */
const why = (words) => words.split('\n').find((line) => line.length > 20);

/** Puts another film before the scanner's camera: it opens the file anew when the page comes back from the background. */
async function reel(scanner, scenes) {
  const background = (hidden) => scanner.evaluate((value) => {
    if (value) Object.defineProperty(document, 'visibilityState', { value, configurable: true });
    else delete document.visibilityState;
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
  await background('hidden');
  write(film, scenes);
  await background(null);
}

/** The card that the scanner shows next: its state and its words. */
async function verdict(scanner) {
  const band = scanner.locator('.verdict');
  await band.waitFor();
  const state = (await band.getAttribute('class')).replace('verdict', '').trim();
  return { state, words: await scanner.locator('.result').innerText() };
}

/** Holds a film before the scanner's camera and waits for the card. */
async function see(scanner, scenes) {
  await reel(scanner, scenes);
  if (await scanner.locator('#next').isVisible()) await scanner.click('#next');
  return verdict(scanner);
}

/** The same where the scanner has just shown a question. */
async function seeAnswer(scanner, scenes) {
  await reel(scanner, scenes);
  await scanner.getByRole('button', { name: /Pindai jawabannya/ }).click();
  return verdict(scanner);
}

/** A phone without a browser: whatever it signs, it shows. */
async function ownPhone(office, person, face) {
  const pair = () => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const key = await pair();
  const sign = async (by, bytes) => new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, by.privateKey, bytes));
  const { code } = await office.activation(person, face);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', key.publicKey);
  const proof = Buffer.from(await sign(key, new TextEncoder().encode(`ikd-wallet-redeem\n${code}`))).toString('base64url');
  const handed = await office.post('/v1/wallet/redeem', { code, key: { kty, crv, x, y }, proof });
  const credential = (kind, purpose = null) => handed.credentials.find((one) => one.kind === kind && one.purpose === purpose).text;
  return {
    credential,
    thief: await pair(),
    key,
    /** A presentation of a credential, signed by `by` over the proof around `over`. */
    async shows(text, { by = key, at = now(), asked = {}, over = text } = {}) {
      const signature = await sign(by, engine.proof(over, at, asked));
      return engine.present(text, at, asked, signature);
    },
  };
}

/** A scanner that has its lists and can do without the network. */
async function openScanner(office, name) {
  const context = await phone(join(folder, name), { camera: film });
  const page = await openPage(context, `${office.base}/pemindai`);
  await page.locator('.chip.bundle.good').waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  return [context, page];
}

async function main() {
  const office = new Office();
  await office.serve();
  const studio = await (await phone(join(folder, 'studio'))).newPage();
  const face = await portrait(studio);

  say('both pages are opened once with the network');
  write(film, [[await frame(studio, null), 1]]);
  const [scannerPhone, scanner] = await openScanner(office, 'scanner');
  const { url } = await office.activation(PEOPLE[0], face);
  write(answer, [[await frame(studio, null), 1]]);
  const walletPhone = await phone(join(folder, 'wallet'), { camera: answer });
  const wallet = await openPage(walletPhone, url);
  await choosePinAndFetch(wallet, PIN);
  await wallet.evaluate(() => navigator.serviceWorker.ready);
  const other = await ownPhone(office, PEOPLE[1], face);

  say('the service goes down, both phones start again');
  await office.stop();
  await scanner.reload();
  await scanner.locator('.chip.bundle').waitFor();
  await wallet.reload();
  await wallet.locator('.keys').waitFor();
  await wallet.keyboard.type(PIN);
  await wallet.locator('.doc').first().waitFor();

  say('live');
  await showPurpose(wallet, '21 tahun');
  const recording = await filmed(wallet, studio);
  await shot(wallet, 'wallet-live');
  const green = await see(scanner, recording);
  await shot(scanner, 'scanner-live');
  must(green.state === 'valid', `the scanner turns green: ${green.words.split('\n')[0]}`);
  must(/Ditunjukkan pemiliknya \d+ detik lalu/.test(green.words), green.words.match(/Ditunjukkan[^\n]*/)[0]);
  must(green.words.includes('21') && !green.words.includes(PEOPLE[0].nama) && !green.words.includes(PEOPLE[0].nik), 'it learns the age and no name');
  const screenshot = [recording[1]];
  await press(wallet, /Selesai/);

  say('asked by the desk, answered by the phone');
  const asks = async (on) => {
    await scanner.click('[aria-label=Pengaturan]');
    await scanner.fill('#agency', on ? DESK : '');
    await scanner.locator('label', { hasText: 'Mode permintaan' }).locator('input').setChecked(on);
    await scanner.click('[aria-label=Tutup]');
  };
  await reel(scanner, [[await frame(studio, null), 1]]);
  await scanner.click('#next');
  await asks(true);
  await scanner.locator('.ask-qr').waitFor();
  await shot(scanner, 'scanner-asks');
  write(answer, [[await frame(studio, await scanner.locator('.ask-qr').screenshot()), 1]]);
  await wallet.getByRole('button', { name: /loket/ }).click();
  await wallet.getByText(DESK).first().waitFor();
  await shot(wallet, 'wallet-asked');
  if (await wallet.locator('.purpose').count()) await wallet.locator('.purpose', { hasText: '21 tahun' }).click();
  await press(wallet, /Tampilkan QR/);
  // The phone shows its answer as long as it is asked to; a film of it is of one moment.
  const reply = () => filmed(wallet, studio);
  const answered = await seeAnswer(scanner, await reply());
  must(answered.state === 'valid', 'the answer to this question is green');
  // The answer is still before the camera of a slow machine: the question comes, and stands.
  const speed = await scanner.context().newCDPSession(scanner);
  await speed.send('Emulation.setCPUThrottlingRate', { rate: 8 });
  await scanner.click('#next');
  await scanner.locator('.ask-qr').waitFor();
  await scanner.waitForTimeout(1_500);
  await speed.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  must(await scanner.locator('.ask-qr').isVisible(), 'while a question is shown nothing is judged');
  const old = await seeAnswer(scanner, await reply());
  must(old.state === 'not_valid' && /permintaan/.test(old.words), `the same answer to the next question is red: ${why(old.words)}`);
  await reel(scanner, [[await frame(studio, null), 1]]);
  await scanner.click('#next');
  await scanner.getByRole('button', { name: /Batal/ }).click();
  const unasked = await see(scanner, await reply());
  must(unasked.state === 'undecided' && /Minta lagi/.test(unasked.words), `an answer that nobody asked for is grey: ${why(unasked.words)}`);
  await reel(scanner, [[await frame(studio, null), 1]]);
  await scanner.click('#next');
  await scanner.getByRole('button', { name: /Batal/ }).click();
  await asks(false);

  /** The scanner's clock goes ahead by so many milliseconds. */
  const later = async (ms, bundle = '') => {
    // What lies before the camera when the page starts again would be judged first.
    await reel(scanner, [[await frame(studio, null), 1]]);
    if (await scanner.locator('#next').isVisible()) await scanner.click('#next');
    await scanner.evaluate((ahead) => sessionStorage.setItem('test-ahead', ahead), ms);
    await scanner.reload();
    await scanner.locator(`.chip.bundle${bundle}`).waitFor();
  };

  say('what must not pass');
  const ktp = other.credential('ktp');
  const refused = async (name, text, reason) => {
    const { state, words } = await see(scanner, await forged(studio, await text));
    must(state === 'not_valid' && reason.test(words), `${name}: ${why(words)}`);
  };
  must((await see(scanner, await forged(studio, await other.shows(ktp)))).state === 'valid', 'the other phone itself is green');
  await refused('another audience', other.shows(ktp, { asked: { audience: 'Hotel Contoh' } }), /pihak lain/);
  await refused('a copied credential under the thief\'s key', other.shows(ktp, { by: other.thief }), /tidak cocok/);
  await refused('another credential under a genuine proof', other.shows(other.credential('ktp', 'telco'), { over: ktp }), /tidak cocok/);
  await refused('the credential without a proof', ktp, /langsung dari ponsel/);
  await refused('made in advance', other.shows(ktp, { at: now() + 120 }), /mendahului/);

  await later(121_000);
  const replayed = await see(scanner, recording);
  await shot(scanner, 'scanner-stale');
  must(replayed.state === 'not_valid' && /lewat waktunya/.test(replayed.words), `the recording two minutes later is red: ${why(replayed.words)}`);
  const stale = await see(scanner, screenshot);
  must(stale.state === 'not_valid' && /lewat waktunya/.test(stale.words), 'a screenshot likewise');

  say('eight days without a network');
  await later(8 * 86_400_000, '.bad');
  const grey = await see(scanner, await forged(studio, await other.shows(ktp, { at: now() + 8 * 86_400 })));
  await shot(scanner, 'scanner-old');
  must(grey.state === 'undecided' && /kedaluwarsa/.test(grey.words), `old lists decide nothing: ${why(grey.words)}`);

  say('the network is back, and a phone is lost');
  await scannerPhone.close();
  await office.serve();
  await office.revoke(PEOPLE[1]);
  // What the scanner remembers of the time is eight days ahead, so another one looks.
  write(film, [[await frame(studio, null), 1]]);
  const [second, fresh] = await openScanner(office, 'second-scanner');
  await office.stop();
  const lost = await see(fresh, await forged(studio, await other.shows(ktp)));
  must(lost.state === 'not_valid' && /dicabut/.test(lost.words), `a credential of a lost phone: ${why(lost.words)}`);

  for (const context of [second, walletPhone, studio.context()]) await context.close();
  rmSync(folder, { recursive: true, force: true });
  rmSync(office.dir, { recursive: true, force: true });
  say('all as promised');
}

await main();
process.exit(0);
