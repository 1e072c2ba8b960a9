// One page under `wrk`.

import { execFileSync } from 'node:child_process';

export const CLIENTS = '16';

/**
 * Asks for one address with 16 clients.
 * @param {string} base of the instance
 * @param {{path: string, cookie?: string, headers?: string[], body?: string, type?: string, status?: number}} page as
 *   `addresses` gives it
 * @param {string} seconds how long
 * @returns {{rate: number, p50: number, p95: number, p99: number, bad: number}} requests a second, milliseconds, and
 *   answers with another status than the page's or none
 */
export function measure(base, page, seconds) {
  const args = ['-t2', `-c${CLIENTS}`, `-d${seconds}s`, '--latency', '-s', 'benches/pages/p95.lua', '-H', 'Accept-Encoding: gzip'];
  const headers = [...(page.headers ?? []), ...(page.cookie ? [`Cookie: ${page.cookie}`] : [])];
  if (page.body) headers.push(`Content-Type: ${page.type ?? 'application/x-www-form-urlencoded'}`);
  for (const header of headers) args.push('-H', header);
  args.push(base + page.path, '--', String(page.status ?? 200));
  if (page.body) args.push(page.body);
  const out = execFileSync('wrk', args, { encoding: 'utf8' });
  const [rate, p50, p95, p99, bad] = /RESULT (\S+) (\S+) (\S+) (\S+) (\S+)/.exec(out).slice(1).map(Number);
  return { rate, p50, p95, p99, bad };
}
