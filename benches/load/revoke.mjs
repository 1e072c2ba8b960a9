// From the click on "revoke" to a list that says so, by every one of several instances on one PostgreSQL with fsync.
//
// Needs node 20, psql and Debian's postgresql. Usage, from the root of the repository:
//   cargo build --release && node benches/load/revoke.mjs [--instances 2] [--seconds 60] [--rate 30] [--every 50] [--data DIR]
// Documents of 16 offices are revoked at --rate a second, evenly in time whatever the answers take, by the instances in
// turn. Meanwhile every list is fetched from every instance, --every milliseconds after the last answer; a revocation is
// published when the last of the instances hands out a list in which its place is not valid. Times are from before the
// request is sent, and cannot be told more finely than a round of fetching takes, which is printed.

import { rmSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { inflateSync } from 'node:zlib';
import { dataset, given } from '../pages/service.mjs';
import { Cluster } from './cluster.mjs';
import { fleet } from './fleet.mjs';
import { prepare } from './prepare.mjs';

const DATA = given('data', 'target/load-capacity');
const SIZE = Number(given('instances', '2'));
const SECONDS = Number(given('seconds', '60'));
const RATE = Number(given('rate', '30'));
const EVERY = Number(given('every', '50'));
const BASE = 'ikd_revoke';
/** How long the last ones may take. */
const PATIENCE = 60_000;

const pause = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

/** The two bits of each place: `lst` is a byte string with one, two or four bytes of length. */
function places(token) {
  const at = token.indexOf('clst') + 4;
  const width = 2 ** (token[at] - 0x58);
  return inflateSync(token.subarray(at + 1 + width));
}

/** Fetches one list from one instance again and again until told to stop; `seen` gets each body. */
async function watch(address, stop, seen, rounds) {
  let tag = '';
  while (!stop.now) {
    const begun = performance.now();
    const answer = await fetch(address, { headers: tag ? { 'If-None-Match': tag } : {} });
    const body = Buffer.from(await answer.arrayBuffer());
    if (answer.status === 200) {
      tag = answer.headers.get('etag');
      seen(places(body), performance.now());
    }
    rounds.push(performance.now() - begun + EVERY);
    await pause(EVERY);
  }
}

function percentile(times, part) {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? NaN;
}

const row = (name, times) => `| ${name} | ${times.length} | ${[0.5, 0.95, 0.99, 1].map((part) => (percentile(times, part) / 1000).toFixed(2)).join(' | ')} |`;

const story = await dataset(DATA, '5000', '500');
const cluster = new Cluster();
let running;
let copied;
try {
  const count = RATE * SECONDS;
  const { data, once } = await prepare(cluster, DATA, story, BASE, { waiting: 16, given: count + 16 });
  copied = data;
  running = await fleet(data, cluster.address(BASE), SIZE);
  const where = new Map(cluster.lines(BASE, `SELECT encode(d.id, 'hex'), '/status/ID.' || split_part(l.uri, ':', 2), d.status_index
    FROM documents AS d JOIN status_lists AS l ON l.id = d.status_list WHERE d.state = 'active'`)
    .map((line) => line.split('|')).map(([id, list, index]) => [id, { list, index: Number(index) }]));
  const acts = once.revoke.slice(0, count).map((send) => {
    const id = send.path.split('/')[3];
    return { send, ...where.get(id), shown: 0 };
  });
  /** What a list does not say yet, by instance and list. */
  const open = new Map();
  const stop = { now: false };
  const rounds = [];
  const lists = [...new Set(acts.map((act) => act.list))];
  const watching = running.bases.flatMap((base) => lists.map((list) => {
    const waiting = new Set();
    open.set(base + list, waiting);
    return watch(base + list, stop, (bits, now) => {
      for (const act of waiting) {
        if (((bits[act.index >> 2] >> ((act.index & 3) * 2)) & 3) === 0) continue;
        waiting.delete(act);
        act.shown += 1;
        if (act.shown === SIZE) act.published = now;
      }
    }, rounds);
  }));
  const load = loadavg()[0];
  const begun = performance.now();
  const sending = [];
  const failed = new Map();
  for (const [n, act] of acts.entries()) {
    const due = begun + (n * 1000) / RATE;
    if (due > performance.now()) await pause(due - performance.now());
    const base = running.bases[n % SIZE];
    act.clicked = performance.now();
    for (const other of running.bases) open.get(other + act.list).add(act);
    sending.push(fetch(base + act.send.path, {
      method: 'POST', body: act.send.body, headers: { Authorization: `Bearer ${act.send.token}`, 'Content-Type': 'application/json' },
    }).then(async (answer) => {
      await answer.arrayBuffer();
      act.answered = performance.now();
      if (answer.status !== 200) failed.set(answer.status, (failed.get(answer.status) ?? 0) + 1);
    }));
  }
  await Promise.all(sending);
  const until = performance.now() + PATIENCE;
  while (acts.some((act) => !act.published) && performance.now() < until) await pause(EVERY);
  stop.now = true;
  await Promise.all(watching);
  const published = acts.filter((act) => act.published);
  console.log(`${cpus()[0].model.trim()}, ${cpus().length} cores, load ${load.toFixed(1)} before; ${SIZE} instances, ${lists.length} lists, ${RATE} revocations a second for ${SECONDS} s`);
  console.log(`a round of fetching takes ${percentile(rounds, 0.5).toFixed(0)} ms, p99 ${percentile(rounds, 0.99).toFixed(0)}\n`);
  console.log('| from the click to | revocations | p50 s | p95 s | p99 s | slowest s |\n|---|---:|---:|---:|---:|---:|');
  console.log(row('the answer', acts.map((act) => act.answered - act.clicked)));
  console.log(row('the list, at every instance', published.map((act) => act.published - act.clicked)));
  const said = [...failed].map(([status, n]) => `${n} answers were ${status}`);
  if (published.length < acts.length) said.push(`${acts.length - published.length} were not published within ${PATIENCE / 1000} s`);
  if (said.length > 0) {
    console.log(`\n${said.join('; ')}`);
    process.exitCode = 1;
  }
} finally {
  if (running) await running.end();
  if (copied) rmSync(copied, { recursive: true });
  cluster.stop();
}
