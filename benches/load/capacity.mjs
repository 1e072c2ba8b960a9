// What one machine does: classes of requests alone and as a mix, by 1, 2 and 3 instances on one PostgreSQL with fsync.
//
// Needs wrk, node 20, psql and Debian's postgresql. Usage, from the root of the repository:
//   cargo build --release && node benches/load/capacity.mjs [--instances 1,2,3] [--only mix|alone|CLASS] [--seconds 8]
//     [--clients 32] [--quota CORES] [--data DIR] [--issue 120000] [--revoke 60000]
// 5 minutes with the defaults; `--instances 1 --only mix` takes one. --issue and --revoke are how many people wait for a
// KTP-el and how many documents may be revoked; --quota holds each instance to a part of a core, as if it had a machine of
// its own, so that it binds and not the two cores that all share. IKD_POSTGRES names a cluster to use in place of a
// throw-away one.

import { rmSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dataset, given } from '../pages/service.mjs';
import { Cluster } from './cluster.mjs';
import { drive } from './drive.mjs';
import { fleet } from './fleet.mjs';
import { prepare } from './prepare.mjs';
import { between, used } from './processor.mjs';

const DATA = given('data', 'target/load-capacity');
const SIZES = given('instances', '1,2,3').split(',').map(Number);
const ONLY = given('only', '');
const SECONDS = Number(given('seconds', '8'));
const CLIENTS = Number(given('clients', '32'));
const ISSUE = Number(given('issue', '120000'));
const REVOKE = Number(given('revoke', '60000'));
const QUOTA = Number(given('quota', '0'));
const BASE = 'ikd_load';

const share = (seconds, wall) => (seconds / wall).toFixed(2);

/** Drives classes and reads the clocks around it. */
async function measure(cluster, running, chosen) {
  const postmaster = cluster.postmaster();
  const [before, log, begun] = [used(running.pids, postmaster), cluster.commits(), Date.now()];
  const said = await drive(running.bases, chosen, CLIENTS, SECONDS);
  const spent = between(before, used(running.pids, postmaster));
  const wall = (Date.now() - begun) / 1000;
  const after = cluster.commits();
  const cpu = ['ikd', 'postgres', 'wrk', 'others', 'idle'].map((key) => share(spent[key], wall)).join(' | ');
  const each = ['ikd', 'postgres'].map((key) => Math.round((spent[key] / wall / said.rate) * 1e6)).join(' | ');
  return { ...said, cpu: `${cpu} | ${each}`, commits: (after.commits - log.commits) / wall, syncs: (after.syncs - log.syncs) / wall };
}

function row(size, name, { rate, p50, p95, p99, failed }, run) {
  const tail = run ? `${run.cpu} | ${run.commits.toFixed(0)} | ${run.syncs.toFixed(0)}` : '';
  return `| ${size} | ${name} | ${rate.toFixed(0)} | ${[p50, p95, p99].map((n) => n.toFixed(1)).join(' | ')} | ${failed} | ${tail} |`;
}

const HEAD = '| instances | class | answers/s | p50 ms | p95 ms | p99 ms | failed |';
const CPU = ' cores: ikd | postgres | wrk | others | idle | µs an answer: ikd | postgres | commits/s | syncs/s |';

const story = await dataset(DATA, '5000', '500');
const cluster = new Cluster();
const tables = { alone: [], mix: [] };
const complaints = [];
let copied;
try {
  const { data, found, once } = await prepare(cluster, DATA, story, BASE, { waiting: ISSUE, given: REVOKE });
  copied = data;
  console.log(`${cpus()[0].model.trim()}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)} before; ${CLIENTS} clients, ${SECONDS} s each${QUOTA ? `, ${QUOTA} of a core an instance` : ''}`);
  for (const size of SIZES) {
    const name = `${BASE}_${size}`;
    cluster.create(name, BASE);
    cluster.sql(name, 'CHECKPOINT');
    const running = await fleet(data, cluster.address(name), size, QUOTA);
    const keep = (run) => complaints.push(...run.complaints.map((words) => `${size} instances: ${words}`));
    // A third of what can be done once is kept for the mix.
    const cut = (list, mix) => (mix ? list.slice(0, list.length / 3) : list.slice(list.length / 3));
    const filled = (mix) => found.map((c) => (once[c.name] ? { ...c, once: cut(once[c.name], mix) } : c));
    try {
      for (const one of filled(false)) {
        if (ONLY !== '' && ONLY !== 'alone' && ONLY !== one.name) continue;
        const run = await measure(cluster, running, [one]);
        tables.alone.push(row(size, one.name, run.results[0], run));
        keep(run);
      }
      if (ONLY === '' || ONLY === 'mix') {
        const run = await measure(cluster, running, filled(true));
        const failed = run.results.reduce((sum, r) => sum + r.failed, 0);
        tables.mix.push(`| ${size} | **all** | ${run.rate.toFixed(0)} | | | | ${failed} | ${run.cpu} | ${run.commits.toFixed(0)} | ${run.syncs.toFixed(0)} |`);
        tables.mix.push(...run.results.map((r) => row(size, r.name, r)));
        keep(run);
      }
    } finally {
      await running.end();
      cluster.drop(name);
    }
  }
} finally {
  cluster.drop(BASE);
  cluster.stop();
  if (copied) rmSync(copied, { recursive: true });
}
for (const [title, rows] of Object.entries(tables)) {
  if (rows.length === 0) continue;
  console.log(`\n${title}\n\n${HEAD}${CPU}\n|${'---|'.repeat(2)}${'---:|'.repeat(14)}\n${rows.join('\n')}`);
}
if (complaints.length > 0) {
  console.log(`\nnot as expected:\n${complaints.map((c) => `  ${c}`).join('\n')}`);
  process.exitCode = 1;
}
