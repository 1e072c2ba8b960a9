// Holds a process to a part of a core, as if it ran on a small machine of its own. Linux, as root.

import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';

/** Microseconds; short, so that a process that has used its part waits for milliseconds only. */
const PERIOD = 10_000;
const ROOT = '/sys/fs/cgroup';

/** Gives a process that part of a core. Returns what takes the limit away once the process has ended. */
export function limit(pid, cores) {
  // Version 2 of control groups, or the controller of version 1.
  const unified = existsSync(`${ROOT}/cgroup.controllers`);
  const group = `${unified ? ROOT : `${ROOT}/cpu`}/ikd-load-${pid}`;
  const quota = Math.round(PERIOD * cores);
  if (unified) writeFileSync(`${ROOT}/cgroup.subtree_control`, '+cpu');
  mkdirSync(group);
  if (unified) {
    writeFileSync(`${group}/cpu.max`, `${quota} ${PERIOD}`);
  } else {
    writeFileSync(`${group}/cpu.cfs_period_us`, `${PERIOD}`);
    writeFileSync(`${group}/cpu.cfs_quota_us`, `${quota}`);
  }
  writeFileSync(`${group}/cgroup.procs`, `${pid}`);
  return () => rmdirSync(group);
}
