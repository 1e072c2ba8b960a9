// People who sign in as a browser without scripts does: officers, citizens, and guests with a number and a code.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { IKD } from './service.mjs';

/** A browser without scripts: cookies, and forms with their hidden fields. */
export class Visitor {
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

  /** What a page's form sends: its address and its body, with hidden fields and `fields`. */
  form(page, fields, action) {
    const forms = [...page.html.matchAll(/<form[^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/g)];
    const form = forms.find(([, target, body]) => (action ? target === action : Object.keys(fields).every((f) => body.includes(`name="${f}"`))));
    const body = new URLSearchParams();
    for (const [tag] of form[2].matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
      body.set(/name="([^"]*)"/.exec(tag)[1], /value="([^"]*)"/.exec(tag)?.[1] ?? '');
    }
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return { path: form[1], body };
  }

  fill(page, fields, action) {
    const { path, body } = this.form(page, fields, action);
    return this.ask(path, { method: 'POST', body });
  }

  async follow(answer) {
    while (answer.to) answer = await this.ask(answer.to);
    return answer;
  }
}

/** An officer at their desk. `instance` is what `serve` gave. */
export async function officer(instance, login, password, again = true) {
  const visitor = new Visitor(instance.base);
  const first = await visitor.fill(await visitor.ask('/petugas/masuk'), { nama: login, sandi: password });
  const env = { ...process.env, DATABASE_URL: instance.database };
  const code = execFileSync(IKD, ['--data', instance.data, 'officer', 'code', login], { encoding: 'utf8', env }).trim();
  const desk = await visitor.follow(await visitor.fill(await visitor.follow(first), { kode: code }));
  if (desk.status !== 200 && again) {
    // A code counts once: the next one comes within half a minute.
    await new Promise((r) => setTimeout(r, 31_000));
    return officer(instance, login, password, false);
  }
  if (desk.status !== 200) throw new Error(`${login}: ${desk.status}`);
  return visitor;
}

/** Whoever holds a receipt, and the address it opens. */
export async function guest(instance, { number, code }) {
  const visitor = new Visitor(instance.base);
  const entered = await visitor.fill(await visitor.ask('/status'), { nomor: number, kode: code });
  if (!entered.to) throw new Error(`the receipt ${number} opens nothing`);
  return { visitor, address: entered.to };
}

/** The code in the newest letter after a moment. */
async function letter(data, after) {
  const folder = join(data, 'mail');
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

/** A citizen with an account, at the list of their applications. */
export async function citizen(instance, nik) {
  const visitor = new Visitor(instance.base);
  const before = Date.now() - 5;
  const asked = await visitor.fill(await visitor.ask('/masuk?lanjut=/permohonan'), { nik });
  const entered = await visitor.fill(await visitor.follow(asked), { kode: await letter(instance.data, before) });
  const list = await visitor.follow(entered);
  if (!list.html.includes('/permohonan/')) throw new Error('the citizen has no applications');
  return visitor;
}
