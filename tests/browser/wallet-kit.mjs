// What tests of the wallet need around the browser: an office with two people, its running service, the engine in Node,
// and films for the browser's fake camera.

import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { patient } from './browser.mjs';
import { load } from '../../web/static/engine.js';

const IKD = process.env.IKD_BIN ?? fileURLToPath(new URL('../../target/debug/ikd', import.meta.url));

/** Two people of one family. What stands here must be found nowhere on a locked phone. */
export const PEOPLE = [
  { nik: '3273015204870003', nama: 'RATNA KUSUMADEWI', tempat: 'BANDUNG', lahir: '1987-04-12', sex: 2, shdk: 3 },
  { nik: '3273011708840002', nama: 'BAGUS WIRATMAJA KUSUMANINGRAT', tempat: 'PANGKAJENE DAN KEPULAUAN', lahir: '1984-08-17', sex: 1, shdk: 1 },
];
export const KK = '3273010101200001';
export const ADDRESS = 'JL. CEMPAKA WARNA NO. 12';

const HEADER = 'nik,nomor_kk,nama,tempat_lahir,tanggal_lahir,jenis_kelamin,golongan_darah,agama,status_perkawinan,pekerjaan,'
  + 'pendidikan,shdk,kewarganegaraan,alamat,rt_rw,kode_wilayah,kelurahan,kecamatan,kabupaten,provinsi,ibu';

function row({ nik, nama, tempat, lahir, sex, shdk }) {
  return `${nik},${KK},${nama},${tempat},${lahir},${sex},13,1,2,88,8,${shdk},ID,${ADDRESS},003/007,3273011001,SUKARASA,SUKASARI,KOTA BANDUNG,JAWA BARAT,NYI IROH`;
}

export const engine = await load(readFileSync(fileURLToPath(new URL('../../web/static/engine.wasm', import.meta.url))));

/** An office whose people have a KTP-el and a KK, not yet serving. */
export class Office {
  constructor() {
    this.dir = mkdtempSync(join(tmpdir(), 'ikd-wallet-'));
    this.ikd('init', '--iss', 'ID.3273', '--name', 'Disdukcapil Kota Bandung', '--region', '3273');
    const csv = join(this.dir, 'people.csv');
    writeFileSync(csv, `${HEADER}\n${PEOPLE.map(row).join('\n')}\n`);
    this.ikd('import', 'persons', csv);
    for (const { nik } of PEOPLE) this.issue(nik, 'ktp');
    this.issue(PEOPLE[0].nik, 'kk');
    this.token = /^token\s+(\S+)/m.exec(this.ikd('officer', 'add', '--office', 'ID.3273', '--name', 'Uji', '--role', 'operator'))[1];
    this.port = 0;
  }

  ikd(...args) {
    return execFileSync(IKD, ['--data', join(this.dir, 'data'), ...args], { encoding: 'utf8' });
  }

  issue(nik, kind) {
    this.ikd('issue', '--nik', nik, '--kind', kind, '--out', join(this.dir, 'qr.png'));
  }

  /** Starts it; after a stop at the same address, once others who were given it meanwhile are gone. */
  async serve() {
    for (let tries = 0; !(await this.#start()); tries += 1) {
      if (tries === 60) throw new Error(`the service did not start:\n${this.said}`);
      await new Promise((r) => setTimeout(r, 1_000));
    }
    this.port = Number(new URL(this.base).port);
  }

  async #start() {
    this.child = spawn(IKD, ['--data', join(this.dir, 'data'), 'serve', '--listen', `127.0.0.1:${this.port}`]);
    this.said = '';
    for (const out of [this.child.stdout, this.child.stderr]) out.on('data', (chunk) => { this.said += chunk; });
    for (let n = 0; n < 1_200 && this.child.exitCode === null && !/listening on http/.test(this.said); n += 1) await new Promise((r) => setTimeout(r, 100));
    this.base = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(this.said)?.[1];
    return Boolean(this.base);
  }

  async stop() {
    if (this.child.exitCode !== null) return;
    this.child.kill('SIGTERM');
    await new Promise((r) => this.child.once('exit', r));
  }

  async post(path, body) {
    const response = await fetch(this.base + path, {
      method: 'POST', headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' }, body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /** @returns {Promise<{code: string, url: string}>} */
  activation(person, portrait) {
    return this.post('/v1/activations', { nik: person.nik, portrait });
  }

  /** Ends every phone of a person. */
  async revoke(person) {
    const { items } = await this.post('/v1/devices/search', { nik: person.nik });
    for (const phone of items.filter((one) => one.state === 'active')) await this.post(`/v1/devices/${phone.id}/revoke`, {});
  }

  async phones(person) {
    return (await this.post('/v1/devices/search', { nik: person.nik })).items;
  }

  /** The verifier's bundle, for `engine.judge`. */
  async trust() {
    const bundle = new Uint8Array(await (await fetch(`${this.base}/bundle`)).arrayBuffer());
    const taken = engine.setBundle(bundle, null, now(), null);
    if (!taken.ok) throw new Error(taken.code);
  }
}

export const now = () => Math.floor(Date.now() / 1000);

/** A film of one picture, 640 × 480: a QR symbol, as the desk's screen or the officer's shows it. */
export function film(text, file) {
  const [width, height] = [640, 480];
  const { size, modules } = engine.symbol(text, 'M');
  const module = Math.floor(440 / (size + 8));
  const [left, top] = [(width - size * module) >> 1, (height - size * module) >> 1];
  const luma = Buffer.alloc(width * height, 235);
  for (let y = 0; y < size * module; y += 1) {
    for (let x = 0; x < size * module; x += 1) {
      if (modules[Math.floor(y / module) * size + Math.floor(x / module)]) luma[(top + y) * width + left + x] = 16;
    }
  }
  const out = openSync(file, 'w');
  writeSync(out, `YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
  for (let n = 0; n < 3; n += 1) {
    writeSync(out, 'FRAME\n');
    writeSync(out, luma);
    writeSync(out, Buffer.alloc((width * height) / 2, 128));
  }
  closeSync(out);
  return file;
}

/** A phone: a browser whose profile survives, as long as its folder. */
export async function phone(profile, { camera, scheme = 'light', viewport = { width: 360, height: 640 }, locale = 'id-ID' } = {}) {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync',
    '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'];
  if (camera) args.push(`--use-file-for-fake-video-capture=${camera}`);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.IKD_CHROMIUM ?? '/usr/bin/chromium', headless: true, args, viewport, deviceScaleFactor: 2, colorScheme: scheme,
    locale, reducedMotion: 'reduce', permissions: ['camera'],
  });
  patient(context);
  return context;
}

/** What a camera in front of the page would read. */
export async function readScreen(page) {
  const png = (await page.screenshot()).toString('base64');
  const blank = await page.context().newPage();
  const { width, height, data } = await blank.evaluate(async (base64) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext('2d');
    context.drawImage(picture, 0, 0);
    const pixels = context.getImageData(0, 0, picture.width, picture.height).data;
    let text = '';
    for (let n = 0; n < pixels.length; n += 32768) text += String.fromCharCode(...pixels.subarray(n, n + 32768));
    return { width: picture.width, height: picture.height, data: btoa(text) };
  }, png);
  await blank.close();
  return engine.read(new Uint8ClampedArray(Buffer.from(data, 'base64')), width, height, { still: true });
}

/** A portrait as the counter's camera takes it, Base64 of a JPEG. */
export async function portrait(page) {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [480, 640];
    const c = canvas.getContext('2d');
    c.fillStyle = '#a33'; c.fillRect(0, 0, 480, 640);
    c.fillStyle = '#234'; c.beginPath(); c.ellipse(240, 660, 210, 190, 0, 0, 7); c.fill();
    c.fillStyle = '#111'; c.beginPath(); c.ellipse(240, 240, 135, 165, 0, 0, 7); c.fill();
    c.fillStyle = '#c98f6b'; c.beginPath(); c.ellipse(240, 270, 110, 145, 0, 0, 7); c.fill();
    c.fillStyle = '#222'; for (const x of [200, 280]) { c.beginPath(); c.arc(x, 250, 11, 0, 7); c.fill(); }
    c.fillRect(205, 345, 70, 9);
    return canvas.toDataURL('image/jpeg', 0.9).split(',')[1];
  });
}
