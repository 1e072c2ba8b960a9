// A phone and a desk with the same WebAssembly: ask, sign with WebCrypto, show, read, judge.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {deflateSync} from 'node:zlib';
import {Engine, load} from '../../static/engine.js';
import {readQr} from '@dukcapil/ikd-verify';
import {bytes, text, values, vector} from './support/vectors.mjs';

const engine = await load(readFileSync(new URL('../../static/engine.wasm', import.meta.url)));
const NOON = 1795305600;
engine.setBundle(bytes(vector('bundle.txt'), 'token'), null, NOON, null);

const base64url = (digits) => Buffer.from(digits, 'hex').toString('base64url');

/** y of the point with that x, the even one (the curve's equation, SEC 2 §2.4.2). */
function evenY(digits) {
    const p = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
    const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
    const x = BigInt(`0x${digits}`);
    let [y, base, exponent] = [1n, (x ** 3n - 3n * x + b) % p, (p + 1n) / 4n];
    for (; exponent > 0n; exponent >>= 1n) {
        y = exponent & 1n ? (y * base) % p : y;
        base = (base * base) % p;
    }
    y = y & 1n ? p - y : y;
    return y.toString(16).padStart(64, '0');
}

/** RFC 9285. */
function base45(bytes) {
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
    let out = '';
    for (let at = 0; at < bytes.length; at += 2) {
        const pair = at + 1 < bytes.length;
        let value = pair ? bytes[at] * 256 + bytes[at + 1] : bytes[at];
        for (let digit = pair ? 3 : 2; digit > 0; digit -= 1) {
            out += alphabet[value % 45];
            value = Math.floor(value / 45);
        }
    }
    return out;
}

/** A picture of a QR. */
function picture({size, modules}, scale) {
    const width = (size + 8) * scale;
    const data = new Uint8ClampedArray(width * width * 4).fill(255);
    for (let y = 0; y < width; y += 1) {
        for (let x = 0; x < width; x += 1) {
            const [column, row] = [Math.floor(x / scale) - 4, Math.floor(y / scale) - 4];
            if (modules[row * size + column] && column >= 0 && column < size) {
                data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
            }
        }
    }
    return {data, width, height: width};
}

test('a symbol is read back', async () => {
    const ktp = text(vector('ktp.txt'));
    const symbol = engine.symbol(ktp, 'M');
    assert.equal(symbol.modules.length, symbol.size ** 2);
    assert.equal(symbol.size, 17 + 4 * symbol.version);
    assert.deepEqual(await readQr(picture(symbol, 3)), [ktp]);
    assert.deepEqual(await readQr(picture(engine.symbol('halo, dunia – é', 'H'), 3)), ['halo, dunia – é']);
    await assert.rejects(readQr({data: new Uint8Array(5), width: 1, height: 1}), {code: 'bad_request'});
    assert.throws(() => engine.symbol('A'.repeat(5000), 'H'), {code: 'too_long'});
});

test('a question is read back', () => {
    const nonce = Uint8Array.from({length: 16}, (_, n) => n);
    const question = {audience: 'BANK ABC', nonce, purpose: 1};
    const asked = engine.request(question);
    assert.match(asked, /^[0-9A-Z $%*+\-./:]+$/, 'alphanumeric mode');
    assert.deepEqual(engine.parseRequest(asked), question);
    assert.deepEqual(engine.parseRequest(engine.request({nonce})), {audience: null, nonce, purpose: null});
    assert.equal(engine.parseRequest(text(vector('ktp.txt'))), null);
    assert.throws(() => engine.request({nonce: new Uint8Array(4)}), {code: 'bad_request'});
    assert.throws(() => engine.request({nonce, purpose: 99}), {code: 'bad_request'});
});

test('purposes are told with their fields', () => {
    const {purposes, reasons, outcomes, kinds} = engine.tables();
    const age = purposes.find(({slug}) => slug === 'umur-21');
    assert.equal(age.age, 21);
    assert.ok(!age.fields.some(({name}) => name === 'nik' || name === 'nama'));
    assert.equal(kinds.length, 23);
    assert.equal(outcomes.length, 4);
    assert.ok(reasons.some(({code}) => code === 'holder_proof_stale'));
});

test('a card shown live by a phone whose key WebCrypto holds', async () => {
    const content = vector('presentation.txt');
    const signed = Buffer.from(bytes(content, 'sig-structure')).toString('hex');
    const [, issued] = /a301260d(.*)10190126/.exec(signed);
    const credential = base45(deflateSync(Buffer.from(issued, 'hex'), {level: 9}));
    const iat = Number(values(content, 'proof-iat')[0]);
    assert.equal(Buffer.from(engine.proof(credential, iat)).toString('hex'), signed);

    const [, x] = /215820(.{64})22f4/.exec(signed);
    const jwk = {kty: 'EC', crv: 'P-256', x: base64url(x), y: base64url(evenY(x)), d: base64url('09'.repeat(32))};
    const key = await crypto.subtle.importKey('jwk', jwk, {name: 'ECDSA', namedCurve: 'P-256'}, false, ['sign']);
    const sign = async (bytes) => new Uint8Array(await crypto.subtle.sign({name: 'ECDSA', hash: 'SHA-256'}, key, bytes));
    const options = {audience: 'BANK ABC', nonce: new Uint8Array(16).fill(5)};
    // WebCrypto gives a high s as often as a low one; each must come out low.
    for (let round = 0; round < 8; round += 1) {
        const shown = engine.present(credential, iat, {}, await sign(engine.proof(credential, iat)));
        const verdict = engine.judge(shown, iat + 12);
        assert.equal(verdict.reason, 'valid');
        assert.deepEqual(verdict.shown, {how: 'live', seconds_ago: 12, audience: null});
    }
    const shown = engine.present(credential, iat, options, await sign(engine.proof(credential, iat, options)));
    assert.equal(engine.judge(shown, iat + 1, options).reason, 'valid');
    assert.deepEqual(engine.judge(shown, iat + 1, options).shown, {how: 'live', seconds_ago: 1, audience: 'BANK ABC'});
    assert.equal(engine.judge(shown, iat + 1, {...options, audience: 'OTHER'}).reason, 'wrong_audience');
    assert.equal(engine.judge(shown, iat + 1, {...options, nonce: new Uint8Array(16)}).reason, 'wrong_nonce');
    assert.equal(engine.judge(shown, iat + 91, options).reason, 'holder_proof_stale');
    assert.equal(engine.judge(shown, iat + 61, {...options, proof_skew: 0}).reason, 'holder_proof_stale');
    assert.equal(engine.judge(credential, iat).reason, 'holder_proof_missing');
    const forged = engine.present(credential, iat, options, await sign(new Uint8Array(3)));
    assert.equal(engine.judge(forged, iat + 1, options).reason, 'holder_proof_invalid');
    assert.throws(() => engine.present(credential, iat, {}, new Uint8Array(63)), {code: 'bad_request'});
    assert.throws(() => engine.proof(credential, iat, {nonce: new Uint8Array(3)}), {code: 'bad_request'});
});

test('an unbound credential cannot be shown live', () => {
    assert.throws(() => engine.proof(text(vector('ktp.txt')), NOON), {code: 'not_bound'});
    assert.throws(() => engine.proof('hello', NOON), {code: 'not_a_credential'});
});

test('Argon2id as RFC 9106 and others have it', () => {
    // Reference command line: echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32
    const key = engine.argon2id(Buffer.from('password'), Buffer.from('somesalt'), {memory_kib: 65536, passes: 2});
    assert.equal(Buffer.from(key).toString('hex'), '09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7');
    assert.throws(() => engine.argon2id(Buffer.from('x'), Buffer.from('short'), {memory_kib: 64, passes: 1}), {code: 'bad_request'});
});

test('the engine goes on after a mistake of its caller', () => {
    assert.throws(() => engine.read(new Uint8Array(3), 1, 1), {name: 'EngineError'});
    assert.throws(() => engine.judge(undefined, NOON), {name: 'EngineError'});
    assert.throws(() => engine.judge('x', NaN), {name: 'EngineError'});
    assert.equal(engine.judge('x', NOON).reason, 'not_a_document');
});

test('after a trap an engine is dead', async () => {
    const wasm = readFileSync(new URL('../../static/engine.wasm', import.meta.url));
    const {instance} = await WebAssembly.instantiate(wasm, {});
    // No room of that size: a panic, which in WebAssembly is a trap.
    const input = () => instance.exports.input(-1);
    const broken = new Engine({...instance.exports, input});
    assert.throws(() => broken.tables(), {name: 'EngineTrap'});
    assert.throws(() => broken.tables(), {name: 'EngineTrap', message: /before/});
});

test('the engine asks nothing of its host', async () => {
    const wasm = readFileSync(new URL('../../static/engine.wasm', import.meta.url));
    const module = await WebAssembly.compile(wasm);
    assert.deepEqual(WebAssembly.Module.imports(module), []);
    // The linker adds two marks of memory.
    const all = WebAssembly.Module.exports(module).map(({name}) => name);
    const names = all.filter((name) => !name.startsWith('__'));
    assert.deepEqual(names.sort(), ['call', 'input', 'memory', 'output', 'output_len']);
});
