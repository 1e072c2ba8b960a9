// What keeps the wallet shut: the work of a PIN, each person's own, wrong tries counted for good, storage that tells
// nothing.

import { join } from 'node:path';
import { folder, look, must, openWallet, PIN, PIN_2, say } from './wallet-checks.mjs';
import { ADDRESS, KK, PEOPLE, phone } from './wallet-kit.mjs';
import { choosePinAndFetch, press, typePin, unlock } from './wallet-steps.mjs';
import { clearText } from './wallet-storage.mjs';

export async function argon(page) {
  say('Argon2id on a phone six times slower than this machine');
  const session = await page.context().newCDPSession(page);
  for (const rate of [1, 6]) {
    await session.send('Emulation.setCPUThrottlingRate', { rate });
    for (const [memory_kib, passes] of [[19_456, 2], [12_288, 3], [46_080, 1]]) {
      const ms = await page.evaluate(async ([m, p]) => {
        const at = [...document.querySelectorAll('script[src]')][0].src.replace('wallet.js', '');
        const { load } = await import(`${at}engine.js`);
        globalThis.slow ??= await load(`${at}engine.wasm`);
        const times = [];
        for (let n = 0; n < 5; n += 1) {
          const start = performance.now();
          globalThis.slow.argon2id(new Uint8Array(6), new Uint8Array(16), { memory_kib: m, passes: p });
          times.push(performance.now() - start);
        }
        return times.sort((a, b) => a - b)[2];
      }, [memory_kib, passes]);
      say(`  ..  ${rate} x slower, ${memory_kib} KiB, ${passes} passes: ${ms.toFixed(0)} ms`);
    }
  }
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
}

export async function secondPerson(office, page, face) {
  say('a second person of the family, by the typed code');
  await press(page, /Setelan/);
  await look(page, 'settings');
  await press(page, /Tambah orang/);
  await press(page, /Ketik kodenya/);
  await page.fill('#code', 'ABCD');
  await press(page, /Lanjut/);
  await page.locator('.wrong').waitFor();
  await look(page, 'code-wrong');
  const { code } = await office.activation(PEOPLE[1], face);
  await page.fill('#code', code.toLowerCase().replaceAll('-', ' '));
  await press(page, /Lanjut/);
  await page.locator('.keys').waitFor();
  await choosePinAndFetch(page, PIN_2);
  must((await page.locator('.doc-ktp').innerText()).includes(PEOPLE[1].nama), 'the second person\'s card');
  await press(page, /Kunci/);
  await page.locator('.person').nth(1).waitFor();
  must(await page.locator('.person').count() === 2 && !(await page.locator('body').innerText()).includes('RATNA'), 'two people to choose from, by picture and colour alone');
  await look(page, 'who');
  await unlock(page, PIN_2, 1);
  must((await page.locator('.doc-ktp').innerText()).includes(PEOPLE[1].nama), 'each PIN opens its own');
  await press(page, /Kunci/);
}

export async function lockedOut(office) {
  say('three wrong PINs');
  let context = await phone(join(folder, 'a'), {});
  let page = await openWallet(context, `${office.base}/dompet`);
  await page.locator('.person').first().click();
  await typePin(page, '000001');
  await page.getByText('Kesempatan lagi: 2').waitFor();
  await look(page, 'pin-wrong');
  // The second try ends before anything could be said of it, as when the battery is pulled.
  await page.evaluate(() => {
    const send = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...more) { if (message.method === 'argon2id') globalThis.swallowed = true; else send.call(this, message, ...more); };
  });
  await typePin(page, '000002');
  await page.waitForFunction(() => globalThis.swallowed);
  await context.close();
  context = await phone(join(folder, 'a'), {});
  page = await openWallet(context, `${office.base}/dompet`);
  await page.locator('.person').first().click();
  await typePin(page, '000003');
  await page.getByText('Terkunci').waitFor();
  await look(page, 'locked-out');
  await context.close();
  context = await phone(join(folder, 'a'), {});
  page = await openWallet(context, `${office.base}/dompet`);
  await page.locator('.person').first().click();
  await page.getByText(/Terkunci.*1[45] menit/).waitFor();
  await page.keyboard.type(PIN);
  must(await page.locator('.doc').count() === 0 && await page.locator('.key:enabled').count() === 0, 'locked after a restart, for the right PIN too');
  const ahead = async (ms) => {
    await page.evaluate((n) => sessionStorage.setItem('test-ahead', n), ms);
    await page.reload();
    await page.locator('.person').first().click();
    await page.locator('.keys').waitFor();
    // Keys that can be pressed, or the words why not: before either it has not looked.
    await page.waitForFunction(() => document.querySelector('.key:enabled') || /Terkunci/.test(document.querySelector('.pad-words')?.innerText ?? ''));
    return page.locator('.pad-words').innerText();
  };
  must(/1[45] menit/.test(await ahead(-3_600_000)), 'a clock set back does not shorten it');
  must(/1[45] menit/.test(await ahead(-7_200_000)), 'nor set back again');
  await ahead(16 * 60_000);
  await typePin(page, '000004');
  await page.getByText(/Terkunci.*(29|30) menit/).waitFor();
  must(true, 'the next wrong one locks for twice as long');
  await press(page, /Lupa PIN/);
  await look(page, 'forgotten');
  await page.goBack();
  await page.goBack();
  await unlock(page, PIN_2, 1);
  must(true, 'the other person\'s PIN is another\'s matter');
  await press(page, /Kunci/);
  await ahead(50 * 60_000);
  await page.locator('.key:enabled').first().waitFor();
  must(!/Terkunci/.test(await page.locator('.pad-words').innerText()), 'the lock ends');
  await unlock(page, PIN, 0);
  must(true, 'and the right PIN opens again');
  await press(page, /Kunci/);
  await context.close();
}

export async function inspectStorage(office, context, page) {
  say('what a locked phone gives away');
  const shown = await page.evaluate(() => document.documentElement.outerHTML);
  must(!PEOPLE.some((one) => shown.includes(one.nama)), 'nothing is left in the page');
  // Something that is kept in clear must be found, else the search below proves nothing.
  const canary = 'KENARI DALAM TAMBANG';
  await page.evaluate((text) => new Promise((done) => {
    const opening = indexedDB.open('canary');
    opening.onupgradeneeded = () => opening.result.createObjectStore('canary').put({ text }, 1);
    opening.onsuccess = () => { opening.result.close(); done(); };
  }), canary);
  await context.close();
  const needles = [...PEOPLE.flatMap(({ nik, nama }) => [nik, nama, nama.split(' ')[0], nama.split(' ')[1]]), KK, ADDRESS, 'CEMPAKA', 'SUKARASA', PIN, PIN_2];
  const blind = await clearText(join(folder, 'a'), [canary], `${office.base}/dompet`, phone);
  must(blind.found.some((one) => one.includes('IndexedDB')) && blind.found.some((one) => one.includes('a page reads')), `the search is not blind: ${blind.found.join('; ')}`);
  const { files, bytes, found, opened } = await clearText(join(folder, 'a'), needles, `${office.base}/dompet`, phone);
  must(opened.sealed >= 3 && opened.people === 2, `${opened.people} people, ${opened.sealed} sealed records, ${opened.caches} cached files read as a page reads them`);
  must(found.length === 0, `none of ${needles.length} names, numbers, addresses, PINs and no credential's text in ${files} files (${(bytes / 1e6).toFixed(1)} MB) of the browser's profile, nor in what a page can read: ${found.join('; ') || 'nothing found'}`);
}
