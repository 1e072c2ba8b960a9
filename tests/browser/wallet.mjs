// The wallet in a real browser against a real service: activation, PIN, cards, the live QR with the network cut, the
// desk's request, a second person, renewal, a replaced phone; what a locked phone's storage gives away; accessibility,
// layout shift and times. IKD_SHOTS keeps screenshots.
//
// Usage: IKD_BIN=target/debug/ikd node wallet.mjs

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { findings, folder, look, looked, must, openWallet, PIN, PIN_2, say, scanned } from './wallet-checks.mjs';
import { argon, inspectStorage, lockedOut, secondPerson } from './wallet-keeping.mjs';
import { engine, film, now, Office, PEOPLE, phone, portrait } from './wallet-kit.mjs';
import { hide, press, showPurpose, typePin, unhide, unlock } from './wallet-steps.mjs';

async function activation(office, face) {
  say('activation by the officer\'s link, at the camera of a phone');
  const { url, code } = await office.activation(PEOPLE[0], face);
  let context = await phone(join(folder, 'a'), { camera: film(url, join(folder, 'officer.y4m')) });
  let page = await openWallet(context, `${office.base}/dompet`);
  await look(page, 'welcome');
  await press(page, /Aktifkan/);
  await page.locator('.keys').waitFor();
  must(true, 'the officer\'s QR is read by the camera');
  await look(page, 'new-pin');
  for (const [easy, why] of [['123456', 'berurutan'], ['111111', 'sama'], ['120487', 'tanggal']]) {
    await typePin(page, easy);
    await page.getByText(why).waitFor();
  }
  must(true, 'trivial PINs are refused');
  await context.close();

  context = await phone(join(folder, 'a'), {});
  page = await openWallet(context, url);
  await page.locator('.keys').waitFor();
  must(!(await page.url()).includes('aktivasi') && !(await page.evaluate(() => JSON.stringify(history.state))).includes(code), 'the code has left the address');
  await page.route('**/v1/wallet/redeem', async (route) => { await route.fetch(); await route.abort(); }, { times: 1 });
  await typePin(page, PIN);
  await page.getByText('Ketik sekali lagi').waitFor();
  await typePin(page, PIN);
  await page.locator('.label-preview').waitFor();
  await look(page, 'label');
  await press(page, /Selesai/);
  await page.locator('.notice.warn').waitFor();
  await look(page, 'no-answer');
  await press(page, /Selesai/);
  await page.locator('.doc').first().waitFor();
  must((await page.locator('.doc-ktp').innerText()).includes(PEOPLE[0].nama), 'a lost answer is asked for again with the same key, and the card is there');
  must((await office.phones(PEOPLE[0])).length === 1, 'the service knows one phone');
  await look(page, 'home');
  await page.evaluate(() => navigator.serviceWorker.ready);
  return { context, page };
}

async function cardsAndPurposes(page) {
  say('what may be shown');
  await page.getByRole('button', { name: /Semua isi KTP/ }).click();
  must((await page.locator('.paper').innerText()).includes(PEOPLE[0].nik), 'the card opens to every line');
  await look(page, 'paper');
  await page.goBack();
  await press(page, /^Tunjukkan$/);
  await page.locator('.purpose').nth(7).waitFor();
  await look(page, 'choose');
  for (let n = 0; n < await page.locator('.purpose').count(); n += 1) {
    await page.locator('.purpose').nth(n).click();
    await page.locator('.sees').waitFor();
    await look(page, `confirm-${n}`);
    await page.goBack();
    await page.locator('.purpose').nth(7).waitFor();
  }
  await page.locator('.purpose', { hasText: 'Seluruh isi Kartu Keluarga' }).click();
  await page.locator('.sees').waitFor();
  must(await page.locator('.hides').count() === 0, 'the family card does not claim to hide its members\' NIK');
  await page.goBack();
  await page.locator('.purpose', { hasText: '21 tahun' }).click();
  const seen = await page.locator('.sees').innerText();
  const unseen = await page.locator('.hides').innerText();
  must(!seen.includes(PEOPLE[0].nama) && !seen.includes('1987') && unseen.includes('NIK') && unseen.includes('Tanggal Lahir'), 'the age alone is shown, and the rest is named as unseen');
  await page.goBack();
  await page.goBack();
}

async function live(office, page) {
  say('the live QR with the network cut');
  await office.trust();
  await office.stop();
  await page.context().setOffline(true);
  await showPurpose(page, '21 tahun');
  const [first, read] = [await scanned(page), now()];
  const verdict = engine.judge(first, read);
  must(verdict.verdict === 'valid' && verdict.shown.how === 'live' && verdict.purpose.slug === 'umur-21', `a verifier says ${verdict.reason}, shown ${verdict.shown?.seconds_ago} s ago`);
  must(engine.judge(first, now() + 120).reason === 'holder_proof_stale', 'two minutes later the same picture is stale');
  const { canvas, size } = await page.evaluate(() => ({ canvas: document.querySelector('canvas').width, size: document.querySelector('canvas').getBoundingClientRect().width }));
  const { version, size: modules } = engine.symbol(first, 'M');
  must(Math.abs(size * 2 - canvas) < 0.01 && canvas % (modules + 8) === 0, `version ${version}: ${canvas / (modules + 8)} whole pixels a module at 2 per CSS px, ${size.toFixed(1)} of 360 px wide`);
  await look(page, 'live');
  await new Promise((r) => setTimeout(r, 31_000));
  const [second, later] = [await scanned(page), now()];
  const renewed = engine.judge(second, later).shown?.seconds_ago;
  must(second !== first && renewed < 60 && later - renewed > read - verdict.shown.seconds_ago, 'after 30 s it is another, of later');
  await hide(page, 0);
  must(await page.evaluate(() => { const c = document.querySelector('canvas'); return !c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v); }), 'in the background nothing stands on the screen');
  must(await page.evaluate(() => getComputedStyle(document.getElementById('app')).visibility) === 'hidden', 'and all else is covered');
  await page.evaluate(() => { globalThis.ahead += 40_000; });
  await unhide(page);
  await scanned(page);
  await press(page, /Selesai/);
  await press(page, /Riwayat/);
  await page.locator('.shown li').first().waitFor();
  must(await page.locator('.shown li').count() === 1, 'the history tells of it once');
  await look(page, 'history');
  await page.goBack();
  await hide(page, 61_000);
  await unhide(page);
  await page.locator('.keys').waitFor();
  must(true, 'after a minute in the background the PIN is asked');
}

async function offlineStart(office, context, page) {
  say('starting with no network');
  const session = await context.newCDPSession(page);
  await session.send('Network.clearBrowserCache');
  await page.reload();
  await page.locator('.keys').waitFor();
  await look(page, 'pin');
  const ms = await pinToCard(page);
  say(`  ..  from the sixth digit to the card: ${ms.toFixed(0)} ms`);
  must(true, 'the card is there without browser cache, network or service');
  await page.context().setOffline(false);
  await office.serve();
}

async function pinToCard(page) {
  await page.locator('.key:enabled').first().waitFor();
  await page.evaluate(() => {
    addEventListener('keydown', () => { globalThis.lastKey = performance.now(); }, true);
    new MutationObserver(() => { if (document.querySelector('.doc')) globalThis.cardAt ??= performance.now(); }).observe(document.body, { childList: true, subtree: true });
  });
  await page.keyboard.type(PIN);
  await page.locator('.doc').first().waitFor();
  await page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r))));
  return page.evaluate(() => globalThis.cardAt - globalThis.lastKey);
}

async function challenge(office) {
  say('the desk asks');
  const nonce = crypto.getRandomValues(new Uint8Array(16));
  const audience = 'Bank Nusantara KC Dago';
  const text = engine.request({ audience, nonce, purpose: 1 });
  const context = await phone(join(folder, 'a'), { camera: film(text, join(folder, 'desk.y4m')), scheme: 'dark' });
  const page = await openWallet(context, `${office.base}/dompet`);
  await unlock(page, PIN);
  await look(page, 'home-dark');
  await press(page, /Pindai QR loket/);
  await page.locator('.sees').waitFor();
  must((await page.locator('main').innerText()).includes('mengaku sebagai: Bank Nusantara KC Dago'), 'who asks, as they say');
  await look(page, 'asked');
  await press(page, /Tampilkan QR/);
  const answer = await scanned(page);
  await look(page, 'answer');
  await office.trust();
  must(engine.judge(answer, now(), { audience, nonce }).verdict === 'valid', 'the answer is valid for that desk and number');
  must(engine.judge(answer, now(), { audience: 'Lain', nonce }).reason === 'wrong_audience', 'and for no other desk');
  must(engine.judge(answer, now(), { audience, nonce: new Uint8Array(16) }).reason === 'wrong_nonce', 'nor another number');
  await press(page, /Selesai/);
  await press(page, /Riwayat/);
  await page.getByText(audience).waitFor();
  await press(page, /Hapus riwayat/);
  await page.locator('.empty').waitFor();
  must(true, 'the history names the desk, and can be cleared');
  await page.goBack();
  await context.close();
}

/** The same screens in the other scheme, language, size of text and on a desk. */
async function otherLooks(office) {
  say('dark, in English, with large text, on a wide screen');
  const ways = [
    { name: 'dark-large-en', scheme: 'dark', locale: 'en-GB', large: true, viewport: { width: 360, height: 640 } },
    { name: 'wide-light', scheme: 'light', locale: 'id-ID', large: false, viewport: { width: 1280, height: 800 } },
  ];
  for (const way of ways) {
    const context = await phone(join(folder, 'a'), way);
    const page = await openWallet(context, `${office.base}/dompet`);
    await page.evaluate(([lang, size]) => { localStorage.setItem('bahasa', lang); localStorage.setItem('huruf', size); },
      [way.locale.slice(0, 2), way.large ? 'besar' : 'biasa']);
    await page.reload();
    await page.locator('.people').waitFor();
    const seen = async (what) => look(page, `${what}-${way.name}`);
    await seen('who');
    await page.locator('.person').first().click();
    await page.locator('.keys').waitFor();
    await seen('pin');
    await typePin(page, PIN);
    await page.locator('.doc').first().waitFor();
    await seen('home');
    await page.locator('.home-actions button').first().click();
    await page.locator('.purpose').nth(7).waitFor();
    await seen('choose');
    await page.locator('.purpose').first().click();
    await page.locator('.sees').waitFor();
    await seen('confirm');
    await page.locator('.sticky button').click();
    await scanned(page);
    await seen('live');
    await page.locator('.stack-buttons button').first().click();
    await page.locator('.app-bar .icon-button').first().click();
    await page.locator('.switch').waitFor();
    await seen('settings');
    await page.goBack();
    await page.locator('.app-bar .icon-button').last().click();
    await page.locator('.people').waitFor();
    await page.evaluate(() => { localStorage.setItem('bahasa', 'id'); localStorage.setItem('huruf', 'biasa'); });
    await context.close();
  }
}

async function renewal(office) {
  say('renewal, and a replaced phone');
  const context = await phone(join(folder, 'a'), {});
  const page = await openWallet(context, `${office.base}/dompet`);
  await page.locator('.person').first().waitFor();
  await page.evaluate(() => sessionStorage.setItem('test-ahead', String(46 * 86_400_000)));
  await page.reload();
  const answered = page.waitForResponse((r) => r.url().endsWith('/renew'));
  await unlock(page, PIN);
  must((await answered).status() === 200, 'past half their life the credentials are renewed by themselves');
  await press(page, /Kunci/);
  await office.revoke(PEOPLE[0]);
  const refused = page.waitForResponse((r) => r.url().endsWith('/renew'));
  await unlock(page, PIN);
  must((await refused).status() === 403, 'a lost phone is refused');
  await page.getByText('sudah diganti').waitFor();
  must(await page.getByRole('button', { name: /^Tunjukkan$/ }).isDisabled(), 'it says so, and shows nothing any more');
  await look(page, 'replaced');
  say('removing people');
  await press(page, /Setelan/);
  await press(page, /Hapus saya/);
  await look(page, 'remove');
  await press(page, /Ya, hapus/);
  await page.locator('.keys').waitFor();
  await unlock(page, PIN_2);
  await page.context().setOffline(true);
  await press(page, /Setelan/);
  await press(page, /Ubah PIN/);
  await typePin(page, PIN_2);
  await page.getByText('PIN baru').waitFor();
  await typePin(page, PIN);
  await page.getByText('sekali lagi').waitFor();
  await typePin(page, PIN);
  await page.getByText('PIN diganti').waitFor();
  await press(page, /Ke dompet/);
  await press(page, /Kunci/);
  await unlock(page, PIN);
  must(true, 'the PIN was changed');
  await press(page, /Setelan/);
  await press(page, /Hapus saya/);
  await press(page, /Ya, hapus/);
  await page.getByText('Aktifkan: pindai').waitFor();
  must((await office.phones(PEOPLE[1]))[0].state === 'active', 'removed with no network, the service does not know yet');
  const told = page.waitForResponse((r) => r.url().endsWith('/remove'));
  await page.context().setOffline(false);
  await told;
  await page.waitForTimeout(300);
  must((await office.phones(PEOPLE[1]))[0].state === 'removed', 'with a network again it is told');
  const left = await page.evaluate(() => new Promise((done) => {
    const opening = indexedDB.open('ikd-dompet');
    opening.onsuccess = () => {
      const tx = opening.result.transaction([...opening.result.objectStoreNames]);
      const counts = [...opening.result.objectStoreNames].map((name) => { const r = tx.objectStore(name).count(); return () => `${name} ${r.result}`; });
      tx.oncomplete = () => done(counts.map((c) => c()).join(', '));
    };
  }));
  must(/people 0.*removals 0.*sealed 0/.test(left), `nothing is left: ${left}`);
  await context.close();
}

async function main() {
  const office = new Office();
  await office.serve();
  try {
    const camera = await phone(join(folder, 'counter'), {});
    const face = await portrait(camera.pages()[0] ?? await camera.newPage());
    await camera.close();
    const { context, page } = await activation(office, face);
    await cardsAndPurposes(page);
    await live(office, page);
    await offlineStart(office, context, page);
    await argon(page);
    await secondPerson(office, page, face);
    await inspectStorage(office, context, page);
    await lockedOut(office);
    await challenge(office);
    await otherLooks(office);
    await renewal(office);
  } catch (failure) {
    findings.push(failure.stack);
  }
  await office.stop();
  if (!process.env.IKD_KEEP && findings.length === 0) {
    for (const dir of [folder, office.dir]) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
  for (const line of findings) say(line);
  say(findings.length === 0 ? `the wallet, ${looked} screens looked at: clean` : `${findings.length} findings on ${looked} screens`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}

await main();
process.exit();
