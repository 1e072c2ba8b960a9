// The engine's Worker in headless Chromium: a trap, silence, a crash, and whether the next call is answered as before.
//
//     node tests/browser/engine.mjs
//
// The Worker of this test is the real one behind a few lines that fail when a picture of a certain width comes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { bytes, text, vector } from '../../web/npm/test/support/vectors.mjs';
import { launch, patient } from './browser.mjs';

const FAILING = `
import '/web/static/engine-worker.js';
const real = self.onmessage;
self.onmessage = (event) => {
  const { id, method, args } = event.data;
  const width = method === 'read' ? args[1] : 0;
  if (width === 1) self.postMessage({ id, error: { name: 'EngineTrap', message: 'unreachable' } });
  else if (width === 2) return;
  else if (width === 3) setTimeout(() => { throw new Error('crash'); });
  else real(event);
};`;
const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname;
  response.setHeader('content-type', TYPES[extname(path)] ?? 'text/html');
  try {
    if (path === '/failing.js') response.end(FAILING);
    else if (path === '/broken.wasm') response.end('no module');
    else if (path === '/') response.end('<!doctype html><title>engine</title>');
    else response.end(readFileSync(new URL(`../..${path}`, import.meta.url)));
  } catch {
    response.statusCode = 404;
    response.end();
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const browser = await launch();
try {
  const context = await browser.newContext();
  patient(context);
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const seen = await page.evaluate(async ({ bundle, ktp }) => {
    const { EngineClient } = await import('/web/static/engine-client.js');
    const client = new EngineClient({ worker: '/failing.js', silence_ms: 5000 });
    const now = 1795305600;
    const told = (promise) => promise.then((value) => value, (error) => `${error.name} ${error.code ?? ''}`.trim());
    const picture = (width) => told(client.read(new Uint8ClampedArray(4 * width), width, 1));
    const taken = await client.setBundle(Uint8Array.from(bundle), null, now, null);
    await client.judge(ktp, now + 5000);
    const seen = { taken: taken.ok, rounds: [] };
    for (const width of [1, 2, 3, 9]) {
      // The second call waits behind the one that fails, and is not lost with it.
      const [failed, verdict] = await Promise.all([picture(width), client.judge(ktp, now)]);
      seen.rounds.push({ width, failed, reason: verdict.reason, latest: client.memory.latest_seen - now });
    }
    seen.wrong = await told(client.symbol('A'.repeat(5000), 'H'));
    seen.symbol = (await client.symbol('HALO', 'M')).version;
    client.close();
    seen.closed = await told(client.judge(ktp, now));
    const broken = new EngineClient({ wasm: '/broken.wasm', silence_ms: 5000 });
    seen.broken = await told(broken.judge(ktp, now));
    return seen;
  }, { bundle: [...bytes(vector('bundle.txt'), 'token')], ktp: text(vector('ktp.txt')) });

  assert.equal(seen.taken, true);
  // The clock has been 5000 s further: a new Worker must know that too, or a clock set back would turn green.
  const remembered = { reason: 'clock_behind', latest: 5000 };
  assert.deepEqual(seen.rounds, [
    { width: 1, failed: 'EngineTrap', ...remembered },
    { width: 2, failed: 'EngineTrap', ...remembered },
    { width: 3, failed: 'EngineTrap', ...remembered },
    { width: 9, failed: [], ...remembered },
  ]);
  assert.equal(seen.wrong, 'EngineError too_long');
  assert.equal(seen.symbol, 1);
  assert.equal(seen.closed, 'EngineError closed');
  assert.equal(seen.broken, 'EngineError not_loaded');
  console.log('engine: trap, silence, crash and a broken file: each told, and the next call answered');
} finally {
  await browser.close();
  server.close();
}
