// Drives instances with classes of requests, one `wrk` for each instance, and says what became of them.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A class of requests.
 * @typedef {{name: string, weight?: number, status: number, headers?: string[], again?: Send[], once?: Send[]}} Class
 *   `weight` in the mix, `status` that is expected, `again` sent in turn, `once` each once
 * @typedef {{method?: string, path: string, cookie?: string, token?: string, body?: string}} Send whose session or token it carries
 * @typedef {{name: string, rate: number, p50: number, p95: number, p99: number, failed: number}} Result
 *   answers as expected a second, milliseconds, others
 */

function line(word, name, { method = 'GET', path, cookie, token, body = '' }) {
  const header = (cookie && `Cookie: ${cookie}`) || (token && `Authorization: Bearer ${token}`) || '';
  return [word, name, method, path, header, body].join('\t');
}

/** Writes the plan of one `wrk`; what is sent once goes to its threads in turn. */
function plan(file, classes, threads, share, shares) {
  const common = [];
  const own = Array.from({ length: threads }, () => []);
  for (const { name, weight = 1, status, headers = [], again = [], once = [] } of classes) {
    common.push(`class\t${name}\t${weight}\t${status}`, ...headers.map((h) => `headers\t${name}\t${h}`));
    common.push(...again.map((send) => line('send', name, send)));
    once.filter((_, n) => n % shares === share).forEach((send, n) => own[n % threads].push(line('once', name, send)));
  }
  writeFileSync(file, `${common.join('\n')}\n`);
  own.forEach((lines, n) => writeFileSync(`${file}.${n + 1}`, `${lines.join('\n')}\n`.replace(/^\n$/, '')));
}

function wrk(base, file, threads, seconds) {
  const args = [`-t${threads}`, `-c${threads}`, `-d${seconds}s`, '--timeout', '10s', '-s', 'benches/load/drive.lua', base, '--', file];
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => { text += chunk; });
  return new Promise((done, fail) => {
    child.on('close', (code) => (code === 0 && text.includes('RUN\t') ? done(text) : fail(new Error(`wrk: ${code}\n${text}`))));
  });
}

/** The smallest time that so large a part of the answers did not exceed. */
function percentile(times, part) {
  const sorted = [...times].sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, n]) => sum + n, 0);
  let seen = 0;
  for (const [time, n] of sorted) {
    seen += n;
    if (seen >= total * part) return time / 1000;
  }
  return NaN;
}

/**
 * Sends the classes to all instances at the same time.
 * @param {string[]} bases addresses of the instances; clients are divided among them
 * @param {Class[]} classes with weights where there are several
 * @param {number} clients requests under way at the same time
 * @returns {Promise<{results: Result[], rate: number, complaints: string[]}>} complaints: answers that were not as
 *   expected, lost connections, classes that ran out
 */
export async function drive(bases, classes, clients, seconds) {
  const folder = mkdtempSync(join(tmpdir(), 'ikd-plan-'));
  const texts = await Promise.all(bases.map((base, n) => {
    const threads = Math.floor(clients / bases.length) + (n < clients % bases.length ? 1 : 0);
    plan(join(folder, `${n}`), classes, threads, n, bases.length);
    return wrk(base, join(folder, `${n}`), threads, seconds);
  }));
  rmSync(folder, { recursive: true });
  const found = classes.map(() => ({ times: new Map(), failed: 0, rate: 0 }));
  const complaints = new Map();
  const complain = (words, n = 1) => complaints.set(words, (complaints.get(words) ?? 0) + n);
  for (const text of texts) {
    const rows = text.split('\n').map((row) => row.split('\t'));
    const [, micros, lost] = rows.find(([word]) => word === 'RUN');
    if (Number(lost) > 0) complain('connections lost or timed out', Number(lost));
    for (const [word, a, b, c] of rows) {
      const at = found[Number(a) - 1];
      if (word === 'TIME') {
        at.times.set(Number(b), (at.times.get(Number(b)) ?? 0) + Number(c));
        at.rate += Number(c) / (Number(micros) / 1e6);
      } else if (word === 'BAD') {
        at.failed += Number(c);
        complain(`${classes[Number(a) - 1].name} answered ${b}`, Number(c));
      } else if (word === 'OUT') {
        complain(`${classes[Number(a) - 1].name} ran out: give it more`, Number(b));
      } else if (word === 'SAID') {
        complain(`for example ${a}`);
      }
    }
  }
  const results = found.map(({ times, failed, rate }, n) => {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((part) => percentile(times, part));
    return { name: classes[n].name, rate, p50, p95, p99, failed };
  });
  const rate = results.reduce((sum, result) => sum + result.rate, 0);
  return { results, rate, complaints: [...complaints].map(([words, n]) => `${words} (${n} ×)`) };
}
