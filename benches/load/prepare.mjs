// What the load driver needs: a database with people, documents and officers of several offices, and everybody signed in.

import { appendFileSync, rmSync } from 'node:fs';
import { classes, issue, revoke } from './classes.mjs';
import { copy, fleet, ikd, quiet, settle } from './fleet.mjs';

const OFFICES = 16;

/**
 * A database with offices, people who wait for a document there, documents to be revoked, and everybody signed in.
 * Several offices, because a list that changes more than once a second for a minute is signed once a second from then on.
 * @param {string} from data directory that `dataset` made; the database is called `name`
 * @param {{waiting: number, given: number}} how many people wait for a KTP-el, and how many documents may be revoked
 * @returns the data directory of the instances, the classes, and what is to be sent once of `issue` and `revoke`
 */
export async function prepare(cluster, from, story, name, { waiting, given }) {
  cluster.create(name);
  await settle(cluster, from, name);
  const address = cluster.address(name);
  const regions = Array.from({ length: OFFICES }, (_, n) => String(1101 + n));
  const rows = (region) => `('${region}', '72', ${Math.ceil(waiting / OFFICES)}::bigint), ('${region}', '73', ${Math.ceil(given / OFFICES)})`;
  cluster.sql(name, `CREATE TEMPORARY TABLE places (region, kecamatan, people) AS VALUES ${regions.map(rows).join(', ')};
    \\i benches/load/people.sql`);
  // New keys are files too: they go into a copy, and so into those of the instances.
  const data = copy(from);
  ikd(data, address, 'register', 'seal');
  appendFileSync(`${data}/config.toml`, '\n[limits]\nrevokes_per_day = 1000000\n');
  try {
    const of = (iss, ...more) => ikd(data, address, 'officer', 'add', '--office', iss, '--name', 'Beban', ...more);
    const tokens = regions.map((region) => {
      ikd(data, address, 'office', 'add', '--iss', `ID.${region}`, '--name', `Disdukcapil ${region}`, '--region', region);
      ikd(data, address, 'mandate', 'add', '--office', `ID.${region}`, '--cards', '10000000', '--hours', '240');
      return /token +(\S+)/.exec(of(`ID.${region}`, '--role', 'signer'))[1];
    });
    ikd(data, address, 'trust', 'publish');
    for (const region of regions) {
      ikd(data, address, 'bulk', 'plan', '--kind', 'ktp', '--region', `${region}73`, '--alone');
      ikd(data, address, 'bulk', 'run');
    }
    ikd(data, address, 'status', 'publish');
    const changing = cluster.lines(name, "SELECT '/status/ID.' || split_part(uri, ':', 2) FROM status_lists WHERE seed IS NOT NULL");
    const one = await fleet(data, address, 1);
    const found = await classes(one.instances[0], story, { still: '/status/ID.3273/0', changing });
    await quiet(cluster, name);
    await one.end();
    cluster.sql(name, 'VACUUM ANALYZE');
    // In turn from all offices.
    const mixed = (lines, make) => lines.map((line) => line.split('|')).map(([region, id]) => make(tokens[regions.indexOf(region)], id));
    const niks = cluster.lines(name, `SELECT left(kode_wilayah, 4), nik FROM persons WHERE kode_wilayah LIKE '____721001' AND kode_wilayah < '1200'
      ORDER BY md5(nik::text)`);
    const ids = cluster.lines(name, `SELECT left(kode_wilayah, 4), encode(documents.id, 'hex') FROM documents JOIN persons ON nik = subject
      WHERE kode_wilayah LIKE '____731001' AND kode_wilayah < '1200' AND state = 'active' ORDER BY md5(nik::text)`);
    return { data, found, once: { issue: mixed(niks, issue), revoke: mixed(ids, revoke) } };
  } catch (trouble) {
    rmSync(data, { recursive: true });
    throw trouble;
  }
}
