// Instances of the service on one database, each with a copy of the data directory as on a machine of its own.

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { limit } from './quota.mjs';
import { IKD, ended, serve } from '../pages/service.mjs';

/** A command of `ikd` on a PostgreSQL database; what it printed. */
export function ikd(data, database, ...args) {
  const env = { ...process.env, DATABASE_URL: database };
  return execFileSync(IKD, ['--data', data, ...args], { encoding: 'utf8', env, stdio: 'pipe' });
}

/** Waits until a condition holds. */
export async function until(what, holds, seconds = 300) {
  for (let n = 0; n < seconds * 2; n += 1) {
    if (await holds()) return;
    await new Promise((r) => setTimeout(r, 500));
  }
  throw new Error(`${what}: not within ${seconds} s`);
}

/** A copy of a data directory without its database. */
export function copy(data) {
  const to = mkdtempSync(join(tmpdir(), 'ikd-data-'));
  cpSync(data, to, { recursive: true, filter: (from) => !basename(from).startsWith('ikd.db') });
  return to;
}

/**
 * Starts so many instances; `end` stops them and deletes their directories.
 * @param {number} [quota] the part of a core that each one gets
 */
export async function fleet(data, database, size, quota) {
  const instances = [];
  const unlimited = [];
  const end = async () => {
    for (const instance of instances) await ended(instance.child);
    for (const undo of unlimited) undo();
    for (const instance of instances) {
      rmSync(instance.data, { recursive: true });
    }
  };
  try {
    for (let n = 0; n < size; n += 1) instances.push(await serve(copy(data), database));
    if (quota) for (const { child } of instances) unlimited.push(limit(child.pid, quota));
  } catch (trouble) {
    await end();
    throw trouble;
  }
  return { instances, bases: instances.map((i) => i.base), pids: instances.map((i) => i.child.pid), end };
}

/** Brings the demonstration of `data` into a database, and has the service do what it had left for later. */
export async function settle(cluster, data, name) {
  const address = cluster.address(name);
  // A copy is refused while an instance may still be at work on the file.
  await until('copy of the data set', () => {
    try { ikd(data, address, 'db', 'copy'); return true; } catch (e) { if (!/lease|work|busy/.test(String(e.stderr))) throw e; return false; }
  }, 30);
  const one = await fleet(data, address, 1);
  await quiet(cluster, name);
  await one.end();
}

/** Waits until nothing is left to be told to anybody, so that it is not measured with the rest. */
export function quiet(cluster, name) {
  return until('the outbox', () => cluster.sql(name, `SELECT (SELECT COUNT(*) FROM outbox WHERE state IN ('waiting', 'claimed'))
    + (SELECT COUNT(*) FROM changes WHERE number IS NULL) + (SELECT COUNT(*) FROM bulk_chunks WHERE state = 'done' AND told = 0)`) === '0');
}
