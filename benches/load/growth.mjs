// How the time of pages grows with the database: the same pages of the same office with 100 thousand people and 10
// thousand applications, and with 10 million people and 1 million applications, in turn, on one PostgreSQL.
//
// Needs wrk, node 20, psql and Debian's postgresql. Usage, from the root of the repository:
//   cargo build --release && node benches/load/growth.mjs [--data DIR] [--seconds 1] [--rounds 3] [--times 100] [--only TEXT]
// The two databases take 2 minutes to make, and some 10 minutes and 13 GB for the large one; 4 minutes to measure. To
// measure again, keep the cluster, whose databases are used where they are there:
//   export IKD_POSTGRES=$(.ci/postgres start DIR shared_buffers=2GB max_wal_size=4GB checkpoint_timeout=15min)
//   … ; .ci/postgres stop DIR

import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { addresses, shown } from '../pages/addresses.mjs';
import { dataset, given } from '../pages/service.mjs';
import { CLIENTS, measure } from '../pages/wrk.mjs';
import { Cluster } from './cluster.mjs';
import { drive } from './drive.mjs';
import { fleet, ikd, settle } from './fleet.mjs';

const DATA = given('data', 'target/load-growth');
const SECONDS = given('seconds', '1');
const ROUNDS = Number(given('rounds', '3'));
const ONLY = given('only', '');
const [SMALL, LARGE] = ['ikd_small', 'ikd_large'];
/** Of so many applications and people that are added, one is the measured office's: 3 % of a nation, as the largest. */
const SHARE = 33;

/** Makes the databases that are not there. */
async function make(cluster) {
  if (!cluster.has(SMALL)) {
    cluster.create(SMALL);
    await settle(cluster, DATA, SMALL);
    // A country has as many offices however few people are in the database: the list of them is on one page.
    cluster.sql(SMALL, '\\i benches/load/offices.sql');
    cluster.sql(SMALL, 'VACUUM ANALYZE');
  }
  if (cluster.has(LARGE)) return;
  const begun = Date.now();
  cluster.create(LARGE, SMALL);
  const variables = ['-v', `times=${given('times', '100')}`, '-v', `share=${SHARE}`];
  execFileSync('psql', ['-Xq', ...variables, '-f', 'benches/load/nation.sql', cluster.address(LARGE)], { stdio: ['ignore', 'inherit', 'inherit'] });
  ikd(DATA, cluster.address(LARGE), 'register', 'seal');
  cluster.sql(LARGE, 'VACUUM ANALYZE');
  console.log(`the large database made in ${((Date.now() - begun) / 1000).toFixed(0)} s`);
}

/** The pages, and what the API is asked for by whoever has a token. */
async function asked(instance, story, name) {
  // Whoever measures often would ask for more codes than anybody may in an hour.
  cluster.sql(name, 'TRUNCATE throttles');
  const said = ikd(instance.data, instance.database, 'officer', 'add', '--office', 'ID.3273', '--name', 'Beban', '--role', 'auditor');
  const token = /token +(\S+)/.exec(said)[1];
  const headers = [`Authorization: Bearer ${token}`];
  const search = (nik) => JSON.stringify({ nik, kind: 'ktp' });
  // The same page again and again is in memory; these are of the whole office, in any order.
  const some = (what) => cluster.lines(name, `SELECT ${what} ORDER BY random() LIMIT 5000`);
  const niks = some("nik FROM persons WHERE kode_wilayah LIKE '3273%'");
  const ids = some("encode(id, 'hex') FROM documents WHERE office = (SELECT id FROM offices WHERE iss = 'ID.3273')");
  return [
    ...await addresses(instance, story),
    { path: '/v1/documents', headers },
    { path: '/v1/documents/search', headers, body: search(story.citizen), type: 'application/json' },
    { path: '/v1/documents/search, 5,000 people', each: niks.map((nik) => ({ method: 'POST', path: '/v1/documents/search', token, body: search(nik) })) },
    { path: '/v1/documents/{id}, 5,000 documents', each: ids.map((id) => ({ path: `/v1/documents/${id}`, token })) },
  ].filter(({ path }) => path.includes(ONLY));
}

/** One page under load. */
async function run(base, page) {
  if (!page.each) return measure(base, page, SECONDS);
  const one = { name: page.path, status: 200, headers: ['Content-Type: application/json'], again: page.each };
  const { results: [{ rate, p95, failed }] } = await drive([base], [one], Number(CLIENTS), Number(SECONDS));
  return { rate, p95, bad: failed };
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

const story = await dataset(DATA, '100000', '10000');
const cluster = new Cluster();
const running = [];
try {
  await make(cluster);
  const size = (name) => cluster.sql(name, `SELECT (SELECT COUNT(*) FROM persons) || ' people, ' || (SELECT COUNT(*) FROM applications)
    || ' applications, ' || (SELECT COUNT(*) FROM applications JOIN offices ON offices.id = office WHERE iss = 'ID.3273')
    || ' of them of the office, ' || pg_size_pretty(pg_database_size(current_database()))`);
  for (const name of [SMALL, LARGE]) running.push(await fleet(DATA, cluster.address(name), 1));
  console.log(`small: ${size(SMALL)}\nlarge: ${size(LARGE)}`);
  const instances = running.map((one) => one.instances[0]);
  const pages = [await asked(instances[0], story, SMALL), await asked(instances[1], story, LARGE)];
  console.log(`${cpus()[0].model.trim()}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)} before; ${CLIENTS} clients, median of ${ROUNDS} rounds of ${SECONDS} s in turn\n`);
  console.log('| page | small: requests/s | p95 ms | large: requests/s | p95 ms | p95, ratio |\n|---|---:|---:|---:|---:|---:|');
  let worst = 0;
  for (let n = 0; n < pages[0].length; n += 1) {
    const found = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [side, { base }] of instances.entries()) found[side].push(await run(base, pages[side][n]));
    }
    const [small, large] = found.map((runs) => ({ rate: median(runs.map((r) => r.rate)), p95: median(runs.map((r) => r.p95)) }));
    const bad = found.flat().reduce((sum, r) => sum + r.bad, 0);
    const ratio = large.p95 / small.p95;
    worst = Math.max(worst, ratio);
    const numbers = [small.rate.toFixed(0), small.p95.toFixed(1), large.rate.toFixed(0), large.p95.toFixed(1), ratio.toFixed(2)].join(' | ');
    console.log(`| \`${shown(pages[0][n].path)}\` | ${numbers} |${bad === 0 ? '' : ` ${bad} answers were not as expected`}`);
    if (bad !== 0) process.exitCode = 1;
  }
  console.log(`\nworst ratio: ${worst.toFixed(2)}`);
} finally {
  for (const one of running) await one.end();
  cluster.stop();
}
