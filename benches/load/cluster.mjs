// A PostgreSQL cluster to measure on: a throw-away one with fsync, or the one of IKD_POSTGRES.

import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** As docs/OPERATIONS.md recommends, and with `fsync`, which tests go without. */
const SETTINGS = ['fsync=on', 'full_page_writes=on', 'shared_buffers=2GB', 'max_wal_size=4GB', 'checkpoint_timeout=15min', 'wal_compression=on'];

/** Databases of one cluster; `stop` deletes a throw-away one. */
export class Cluster {
  constructor() {
    this.given = process.env.IKD_POSTGRES;
    this.dir = this.given ? null : mkdtempSync(join(tmpdir(), 'ikd-load-'));
    const start = () => execFileSync('.ci/postgres', ['start', this.dir, ...SETTINGS], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    this.root = (this.given ?? start()).trim();
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => { this.stop(); process.exit(1); });
    this.name = new URL(this.root).pathname.slice(1);
  }

  /** The address of a database. */
  address(name) {
    const address = new URL(this.root);
    address.pathname = `/${name}`;
    return address.href;
  }

  /** Runs statements; the rows as text. `variables` are psql's. */
  sql(name, text, variables = {}) {
    const set = Object.entries(variables).flatMap(([key, value]) => ['-v', `${key}=${value}`]);
    const args = ['-XqAt', '-v', 'ON_ERROR_STOP=1', ...set, '-d', this.address(name)];
    return execFileSync('psql', args, { encoding: 'utf8', input: text, maxBuffer: 1 << 30 }).trim();
  }

  /** The same as lines. */
  lines(name, text) { return this.sql(name, text).split('\n').filter(Boolean); }

  /** Makes a database, empty or as a copy. */
  create(name, template = 'template0') {
    this.drop(name);
    this.sql(this.name, `CREATE DATABASE ${name} TEMPLATE ${template};`);
  }

  drop(name) { this.sql(this.name, `SET client_min_messages = warning;\nDROP DATABASE IF EXISTS ${name} WITH (FORCE);`); }

  has(name) { return this.sql(this.name, `SELECT 1 FROM pg_database WHERE datname = '${name}'`) === '1'; }

  /** The process whose children serve the connections, where it runs on this machine. */
  postmaster() { return Number(this.sql(this.name, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")); }

  /** Commits of all databases, and how often the log was forced to the disk. */
  commits() {
    const found = this.sql(this.name, "SELECT (SELECT SUM(xact_commit) FROM pg_stat_database) || ' ' || wal_sync FROM pg_stat_wal");
    const [commits, syncs] = found.split(' ').map(Number);
    return { commits, syncs };
  }

  stop() {
    if (this.dir) execFileSync('.ci/postgres', ['stop', this.dir]);
  }
}
