// What `npm pack` makes, installed in an empty folder, runs the example of the README.
import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {bytes, text, values, vector} from './support/vectors.mjs';

test('the packed package runs its example', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ikd-verify-'));
    try {
        const npm = (cwd, ...args) => execFileSync('npm', args, {cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
        const here = fileURLToPath(new URL('..', import.meta.url));
        const [{filename, files}] = JSON.parse(npm(here, 'pack', '--json', '--pack-destination', folder));
        const names = files.map(({path}) => path).sort();
        assert.deepEqual(names, ['LICENSE', 'README.md', 'engine.js', 'engine.wasm', 'example.mjs', 'index.d.ts', 'index.js', 'package.json']);
        npm(folder, 'install', '--offline', '--no-audit', '--no-fund', `./${filename}`);

        writeFileSync(join(folder, 'bundle'), bytes(vector('bundle.txt'), 'token'));
        const root = values(vector('keys.txt'), 'public')[0];
        const example = 'node_modules/@dukcapil/ikd-verify/example.mjs';
        const run = (...args) => spawnSync(process.execPath, [example, ...args], {cwd: folder, encoding: 'utf8'});
        const card = run('bundle', root, text(vector('ktp.txt')), '1795305600');
        assert.equal(card.status, 0, card.stderr);
        assert.match(card.stdout, /^valid/);
        assert.match(card.stdout, /Name: SITI NURHALIZA/);
        assert.equal(run('bundle', root, 'https://example.id/x').status, 1);
        const refused = run('bundle', root.replace(/^./, (digit) => (digit === '0' ? '1' : '0')), 'x');
        assert.match(refused.stderr, /^unknown_root/);
    } finally {
        rmSync(folder, {recursive: true});
    }
});
