// The service under measurement: its data set, and the process. Shared by the measurements of pages and of load.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const IKD = process.env.IKD_BIN ?? 'target/release/ikd';

/** The value of `--name` on the command line. */
export function given(name, otherwise) {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : otherwise;
}

/** Starts a process and waits until it says `sign`; `text` is what it has said by then. */
export function started(command, args, env, sign) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((done, fail) => {
    let text = '';
    const gone = (code) => fail(new Error(`${command} ${args.join(' ')}: exit ${code}\n${text}`));
    // What it says later is read too, or it would wait for its reader at last.
    const hear = (chunk) => {
      text = (text + chunk).slice(-100_000);
      if (!sign.test(text)) return;
      child.off('exit', gone);
      done({ child, text });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', gone);
  });
}

/** Ends a process and waits for it. */
export function ended(child) {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done();
    child.once('exit', done);
    child.kill('SIGTERM');
  });
}

/**
 * The demonstration's people and applications in an SQLite file, made once in `data`.
 * @returns {Promise<{password: string, citizen: string, receipts: {stage: string, number: string, code: string}[]}>}
 *   what it printed: the officers' password, a citizen with an account, applications with number and code
 */
export async function dataset(data, people, applications) {
  const file = join(data, 'story.txt');
  if (!existsSync(file)) {
    const begun = Date.now();
    const args = ['--data', data, 'demo', '--people', people, '--applications', applications, '--port', '0'];
    const { child, text } = await started(IKD, args, { DATABASE_URL: '' }, /stop: Ctrl-C/);
    await ended(child);
    writeFileSync(file, text);
    console.log(`data set made in ${((Date.now() - begun) / 1000).toFixed(0)} s`);
  }
  const story = readFileSync(file, 'utf8');
  const lines = story.matchAll(/^ {2}(\S+) +(\S+) +([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}) {2}(\d{6})/gm);
  return {
    password: /password (\S+)/.exec(story)[1],
    citizen: /^ {2}(\d{16}) {2}KK/m.exec(story)[1],
    receipts: [...lines].map(([, stage, , number, code]) => ({ stage, number, code })),
  };
}

/** One instance on a port of its own. `database` is the address of PostgreSQL; without one it is the file. */
export async function serve(data, database = '') {
  const args = ['--data', data, 'serve', '--listen', '127.0.0.1:0'];
  const { child, text } = await started(IKD, args, { RUST_LOG: 'error', DATABASE_URL: database }, /listening on http:\S+\s/);
  return { child, data, database, base: /listening on (http:\S+)/.exec(text)[1] };
}
