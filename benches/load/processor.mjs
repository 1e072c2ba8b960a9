// Seconds of processor time by kind of process, from /proc.

import { readFileSync, readdirSync } from 'node:fs';

/** Clock ticks a second (USER_HZ), which Linux keeps at 100 for all programs. */
const TICKS = 100;

/** utime, stime, cutime, cstime and the parent of a process. */
function times(pid) {
  try {
    const after = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    return { parent: Number(after[1]), own: (Number(after[11]) + Number(after[12])) / TICKS, ended: (Number(after[13]) + Number(after[14])) / TICKS };
  } catch {
    return { parent: 0, own: 0, ended: 0 };
  }
}

/**
 * Seconds used until now.
 * @param {number[]} instances processes of `ikd serve`
 * @param {number} postmaster of PostgreSQL; its children count, also those that have ended
 * @returns {{ikd: number, postgres: number, wrk: number, all: number, idle: number}} wrk: all programs that this one has
 *   started and waited for; all: the whole machine's, whoever's
 */
export function used(instances, postmaster) {
  const ikd = instances.reduce((sum, pid) => sum + times(pid).own, 0);
  const master = times(postmaster);
  let postgres = master.own + master.ended;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const found = times(name);
    if (found.parent === postmaster) postgres += found.own;
  }
  const cpu = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1, 9).map(Number);
  const idle = (cpu[3] + cpu[4]) / TICKS;
  return { ikd, postgres, wrk: times('self').ended, all: cpu.reduce((a, b) => a + b) / TICKS - idle, idle };
}

/** What was used between two readings, with `others`: everybody else on the machine. */
export function between(before, after) {
  const spent = Object.fromEntries(Object.keys(before).map((key) => [key, after[key] - before[key]]));
  spent.others = Math.max(0, spent.all - spent.ikd - spent.postgres - spent.wrk);
  return spent;
}
