// How long pages take with 100,000 people and 20,000 applications in SQLite, 16 clients at a time.
//
// Needs wrk and node 20. Usage, from the root of the repository:
//   cargo build --release && node benches/pages/load.mjs [--data DIR] [--seconds 5] [--people N] [--applications N]
// The data set is made once (some minutes) in DIR and used again when DIR is there.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

const given = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : otherwise;
};
const IKD = process.env.IKD_BIN ?? 'target/release/ikd';
const DATA = given('data', 'target/load-data');
const SECONDS = given('seconds', '5');
const CLIENTS = '16';

/** Makes the data set; what it prints names accounts and numbers. */
function make() {
  const story = join(DATA, 'story.txt');
  if (existsSync(story)) return;
  const begun = Date.now();
  const args = ['--data', DATA, 'demo', '--people', given('people', '100000'), '--applications', given('applications', '20000')];
  const child = spawn(IKD, [...args, '--port', '0']);
  return new Promise((done, fail) => {
    let text = '';
    const end = () => {
      if (!text.includes('listening on')) return;
      writeFileSync(story, text);
      console.log(`data set made in ${((Date.now() - begun) / 1000).toFixed(0)} s`);
      child.removeAllListeners('exit');
      child.once('exit', done);
      child.kill('SIGTERM');
    };
    child.stdout.on('data', (chunk) => { text += chunk; end(); });
    child.stderr.on('data', (chunk) => { process.stderr.write(chunk); });
    child.on('exit', (code) => fail(new Error(`exit ${code}\n${text}`)));
  });
}

function serve() {
  const child = spawn(IKD, ['--data', DATA, 'serve', '--listen', '127.0.0.1:0'], { env: { ...process.env, RUST_LOG: 'error' } });
  return new Promise((done, fail) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const base = /listening on (http:\S+)/.exec(text)?.[1];
      if (base) done({ child, base });
    });
    child.stderr.on('data', (chunk) => { text += chunk; });
    child.on('exit', () => fail(new Error(text)));
  });
}

/** A browser without scripts: cookies, and forms with their hidden fields. */
class Visitor {
  constructor(base) { this.base = base; this.cookies = new Map(); }

  cookie() { return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '); }

  async ask(path, init = {}) {
    const headers = { cookie: this.cookie(), 'accept-language': 'id', ...init.headers };
    const response = await fetch(this.base + path, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies.set(name, value);
    }
    return { status: response.status, to: response.headers.get('location'), html: await response.text() };
  }

  async fill(page, fields, action) {
    const forms = [...page.html.matchAll(/<form[^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/g)];
    const form = forms.find(([, target, body]) => (action ? target === action : Object.keys(fields).every((f) => body.includes(`name="${f}"`))));
    const body = new URLSearchParams();
    for (const [tag] of form[2].matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
      body.set(/name="([^"]*)"/.exec(tag)[1], /value="([^"]*)"/.exec(tag)?.[1] ?? '');
    }
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return this.ask(form[1], { method: 'POST', body });
  }

  async follow(answer) {
    while (answer.to) answer = await this.ask(answer.to);
    return answer;
  }
}

async function officer(base, login, password, again = true) {
  const visitor = new Visitor(base);
  const first = await visitor.fill(await visitor.ask('/petugas/masuk'), { nama: login, sandi: password });
  const code = execFileSync(IKD, ['--data', DATA, 'officer', 'code', login], { encoding: 'utf8' }).trim();
  const desk = await visitor.follow(await visitor.fill(await visitor.follow(first), { kode: code }));
  if (desk.status !== 200 && again) {
    // A code counts once: the next one comes within half a minute.
    await new Promise((r) => setTimeout(r, 31_000));
    return officer(base, login, password, false);
  }
  if (desk.status !== 200) throw new Error(`${login}: ${desk.status}`);
  return visitor;
}

async function guest(base, number, code) {
  const visitor = new Visitor(base);
  const entered = await visitor.fill(await visitor.ask('/status'), { nomor: number, kode: code });
  if (!entered.to) throw new Error(`the receipt ${number} opens nothing`);
  return { visitor, address: entered.to };
}

/** The code in the newest letter after a moment. */
async function letter(after) {
  const folder = join(DATA, 'mail');
  for (let n = 0; n < 100; n += 1) {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      if (!name.endsWith('.eml') || statSync(join(folder, name)).mtimeMs < after) continue;
      const [head, ...rest] = readFileSync(join(folder, name), 'utf8').split(/\r?\n\r?\n/);
      let body = rest.join('\n').replace(/=\r?\n/g, '');
      if (/base64/i.test(head)) body = Buffer.from(body, 'base64').toString('utf8');
      const found = /^\s*(\d{6})\s*$/m.exec(body);
      if (found) return found[1];
    }
    await new Promise((r) => setTimeout(r, 100));
  }
  throw new Error('no letter with a code');
}

async function citizen(base, nik) {
  const visitor = new Visitor(base);
  const before = Date.now() - 5;
  const asked = await visitor.fill(await visitor.ask('/masuk?lanjut=/permohonan'), { nik });
  const entered = await visitor.fill(await visitor.follow(asked), { kode: await letter(before) });
  const list = await visitor.follow(entered);
  if (!list.html.includes('/permohonan/')) throw new Error('the citizen has no applications');
  return visitor;
}

function run(base, path, visitor) {
  const args = ['-t2', `-c${CLIENTS}`, `-d${SECONDS}s`, '--latency', '-s', 'benches/pages/p95.lua'];
  if (visitor) args.push('-H', `Cookie: ${visitor.cookie()}`);
  args.push('-H', 'Accept-Encoding: gzip', base + path);
  const out = execFileSync('wrk', args, { encoding: 'utf8' });
  const [, requests, rate, p50, p95, p99, bad] = /RESULT (\S+) (\S+) (\S+) (\S+) (\S+) (\S+)/.exec(out);
  return { requests, rate, p50, p95, p99, bad };
}

async function main() {
  await make();
  const story = readFileSync(join(DATA, 'story.txt'), 'utf8');
  const password = /password (\S+)/.exec(story)[1];
  const receipts = [...story.matchAll(/^ {2}(\S+) +(\S+) +([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}) {2}(\d{6})/gm)];
  const { child, base } = await serve();
  let worst = 0;
  try {
    const operator = await officer(base, 'operator', password);
    const verifier = await officer(base, 'verifikator', password);
    const signer = await officer(base, 'kepala', password);
    const admin = await officer(base, 'admin', password);
    const done = receipts.find(([, stage]) => stage === 'done');
    const holder = await guest(base, done[3], done[4]);
    const holderOfAccount = await citizen(base, /^ {2}(\d{16}) {2}KK/m.exec(story)[1]);
    const open = /href="(\/petugas\/permohonan\/[^"]+)"/;
    const first = async (stage) => open.exec((await verifier.ask(`/petugas/antrean?tahap=${stage}`)).html)[1];
    const finished = await signer.ask(await first('done'));
    const document = /href="(\/petugas\/dokumen\/[0-9a-f-]+)"/.exec(finished.html)[1];
    const next = async (path) => /rel="next" href="([^"]+)"/.exec((await verifier.ask(path)).html)?.[1].replaceAll('&#38;', '&').replaceAll('&amp;', '&');
    const second = await next('/petugas/antrean?tahap=handed_over');
    const pages = [
      ['/', null], ['/layanan', null], ['/layanan/ktp', null], ['/cek', null], ['/kepercayaan', null], ['/warna', null],
      ['/ajukan/kk', null], ['/status', null], ['/masuk', null], ['/petugas/masuk', null],
      ['/permohonan', holderOfAccount], ['/akun', holderOfAccount], [holder.address, holder.visitor], [`${holder.address}/tanda-terima`, holder.visitor],
      ['/petugas', operator], ['/petugas/antrean', operator], ['/petugas/antrean?tahap=handed_over', verifier],
      [second, verifier], ['/petugas/antrean?tahap=done&jenis=kk', verifier],
      ['/petugas/antrean?tahap=handed_over&jenis=sktt', verifier], ['/petugas/terlambat', verifier],
      ['/petugas/janji', operator], [await first('submitted'), verifier], [await first('in_process'), signer],
      [await first('done'), signer], [document, signer], ['/petugas/statistik', signer], ['/petugas/jejak', signer],
      ['/petugas/dokumen', signer], ['/petugas/akun', signer], ['/petugas/pengguna', admin], ['/petugas/kebijakan', admin],
    ];
    console.log(`${cpus()[0].model.trim()}, ${cpus().length} cores; ${CLIENTS} clients, ${SECONDS} s a page`);
    console.log('| page | requests/s | p50 ms | p95 ms | p99 ms |\n|---|---:|---:|---:|---:|');
    for (const [path, visitor] of pages) {
      const r = run(base, path, visitor);
      const name = path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}').replaceAll('&#38;', '&').replace(/lanjut=\d[^&]+/, 'lanjut=…');
      console.log(`| \`${name}\` | ${r.rate} | ${r.p50} | ${r.p95} | ${r.p99} |${r.bad === '0' ? '' : ` ${r.bad} answers were not 200`}`);
      if (r.bad !== '0') process.exitCode = 1;
      worst = Math.max(worst, Number(r.p95));
    }
    console.log(`worst p95: ${worst} ms`);
  } finally {
    child.kill('SIGTERM');
    await new Promise((r) => child.once('exit', r));
  }
}

await main();
