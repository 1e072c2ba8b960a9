// How long pages take with 100,000 people and 20,000 applications in SQLite, 16 clients at a time.
//
// Needs wrk and node 20. Usage, from the root of the repository:
//   cargo build --release && node benches/pages/load.mjs [--data DIR] [--seconds 5] [--people N] [--applications N]
// The data set is made once (some minutes) in DIR and used again when DIR is there.

import { cpus } from 'node:os';
import { addresses, shown } from './addresses.mjs';
import { dataset, ended, given, serve } from './service.mjs';
import { CLIENTS, measure } from './wrk.mjs';

const DATA = given('data', 'target/load-data');
const SECONDS = given('seconds', '5');

const story = await dataset(DATA, given('people', '100000'), given('applications', '20000'));
const instance = await serve(DATA);
let worst = 0;
try {
  const pages = await addresses(instance, story);
  console.log(`${cpus()[0].model.trim()}, ${cpus().length} cores; ${CLIENTS} clients, ${SECONDS} s a page`);
  console.log('| page | requests/s | p50 ms | p95 ms | p99 ms |\n|---|---:|---:|---:|---:|');
  for (const page of pages) {
    const r = measure(instance.base, page, SECONDS);
    const numbers = [r.rate, r.p50, r.p95, r.p99].map((n) => n.toFixed(1)).join(' | ');
    console.log(`| \`${shown(page.path)}\` | ${numbers} |${r.bad === 0 ? '' : ` ${r.bad} answers were not as expected`}`);
    if (r.bad !== 0) process.exitCode = 1;
    worst = Math.max(worst, r.p95);
  }
  console.log(`worst p95: ${worst.toFixed(1)} ms`);
} finally {
  await ended(instance.child);
}
