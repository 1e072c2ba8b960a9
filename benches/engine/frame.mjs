// From a camera frame (RGBA, 1280 × 720) to the verdict's JSON, beside zxing-cpp in WebAssembly, which only reads.
//
//     npm ci --prefix benches/engine && node benches/engine/frame.mjs [rounds]
//
// In Node, then in headless Chromium: there on the page's thread, and by way of the Worker as the scanner does it.
import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {extname} from 'node:path';
import {prepareZXingModule, readBarcodes} from 'zxing-wasm/reader';
import {load} from '../../web/static/engine.js';
import {bytes, text as textOf, values, vector} from '../../web/npm/test/support/vectors.mjs';
import {PIXELS, measure, overall} from './measure.mjs';

const rounds = Number(process.argv[2] ?? 15);
const file = (path) => readFileSync(new URL(path, new URL('../../', import.meta.url)));

const bundle = bytes(vector('bundle.txt'), 'token');
const live = vector('presentation.txt');
const text = textOf(live);
const now = Number(values(live, 'proof-iat')[0]) + 5;

/** An engine that has the bundle. */
async function ready(wasm) {
    const engine = await load(wasm);
    engine.setBundle(bundle, null, now, null);
    if (engine.judge(text, now).reason !== 'valid') {
        throw new Error('the vector is not valid: the figures would mean nothing');
    }
    return engine;
}

// What it needs to read these frames, and nothing that would slow it down.
const ZXING = {formats: ['QRCode'], tryHarder: false, tryInvert: false, tryDownscale: false, maxNumberOfSymbols: 1};

async function inNode(engine) {
    const wasm = file('benches/engine/node_modules/zxing-wasm/dist/reader/zxing_reader.wasm');
    prepareZXingModule({overrides: {wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length)}});
    const contenders = {
        'ikd: frame → verdict': (rgba) => {
            const [found] = engine.read(rgba, PIXELS.width, PIXELS.height);
            return found && engine.judge(found, now).verdict === 'valid' ? found : undefined;
        },
        'zxing-wasm: frame → text': async (rgba) => {
            const [found] = await readBarcodes({data: rgba, ...PIXELS}, ZXING);
            return found?.text;
        },
    };
    return measure({text, symbol: engine.symbol(text, 'M'), contenders, rounds});
}

/** Serves this repository on this machine alone. */
async function serve() {
    const types = {'.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html'};
    const server = createServer((request, response) => {
        const {pathname} = new URL(request.url, 'http://localhost');
        if (pathname === '/') {
            response.setHeader('content-type', 'text/html');
            response.end('<!doctype html><title>bench</title>');
            return;
        }
        try {
            const content = file(`.${pathname}`);
            response.setHeader('content-type', types[extname(pathname)] ?? 'application/octet-stream');
            response.end(content);
        } catch {
            response.statusCode = 404;
            response.end();
        }
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {server, origin: `http://127.0.0.1:${server.address().port}`};
}

async function inChromium(symbol) {
    const {chromium} = await import('playwright-core');
    const {server, origin} = await serve();
    const browser = await chromium.launch({
        executablePath: process.env.IKD_CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu'],
    });
    try {
        const page = await browser.newPage();
        await page.goto(origin);
        return await page.evaluate(async ({text, now, rounds, bundle, symbol}) => {
            const {load} = await import('/web/static/engine.js');
            const {EngineClient} = await import('/web/static/engine-client.js');
            const {PIXELS, measure} = await import('/benches/engine/measure.mjs');
            const engine = await load('/web/static/engine.wasm');
            const client = new EngineClient();
            engine.setBundle(Uint8Array.from(bundle), null, now, null);
            await client.setBundle(Uint8Array.from(bundle), null, now, null);
            const contenders = {
                'ikd: frame → verdict': (rgba) => {
                    const [found] = engine.read(rgba, PIXELS.width, PIXELS.height);
                    return found && engine.judge(found, now).verdict === 'valid' ? found : undefined;
                },
                'ikd: by way of the Worker': async (rgba) => {
                    const [found] = await client.read(rgba, PIXELS.width, PIXELS.height);
                    return found && (await client.judge(found, now)).verdict === 'valid' ? found : undefined;
                },
            };
            const modules = Uint8Array.from(symbol.modules);
            return measure({text, symbol: {...symbol, modules}, contenders, rounds});
        }, {text, now, rounds, bundle: [...bundle], symbol: {...symbol, modules: [...symbol.modules]}});
    } finally {
        await browser.close();
        server.close();
    }
}

function print(title, rows) {
    console.log(`\n${title}\n`);
    console.log('| frame | contender | median ms | worst ms | read |');
    console.log('|---|---|---|---|---|');
    for (const {frame, contender, median, worst, read, of} of rows) {
        console.log(`| ${frame} | ${contender} | ${median.toFixed(1)} | ${worst.toFixed(1)} | ${of ? `${read}/${of}` : '–'} |`);
    }
    for (const {contender, median, read, of} of overall(rows)) {
        console.log(`| **all with a code** | ${contender} | **${median.toFixed(1)}** | | ${read}/${of} |`);
    }
}

const engine = await ready(file('web/static/engine.wasm'));
const symbol = engine.symbol(text, 'M');
console.log(`version ${symbol.version} symbol, ${text.length} characters, ${rounds} frames of each kind`);
print('Node', await inNode(engine));
print('Chromium', await inChromium(symbol));
