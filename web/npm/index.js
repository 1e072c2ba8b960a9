// Judges Indonesian population documents shown as signed QR codes, with no network. README.md has examples, index.d.ts
// the types.

import {EngineError, EngineTrap, load} from './engine.js';

export {EngineError, EngineTrap};

/** The bundle was refused; `code` is stable, `text` is for people. */
export class BundleError extends Error {
    /** @param {{code: string, message: {id: string, en: string}}} refused */
    constructor({code, message}) {
        super(message.en);
        this.name = 'BundleError';
        this.code = code;
        this.text = message;
    }
}

/** @type {Promise<Uint8Array> | undefined} */
let wasm;

async function engine() {
    wasm ??= content(new URL('./engine.wasm', import.meta.url));
    return load(await wasm);
}

/**
 * @param {URL} url
 * @returns {Promise<Uint8Array>}
 */
async function content(url) {
    if (url.protocol === 'file:') {
        const {readFile} = await import('node:fs/promises');
        return readFile(url);
    }
    const answer = await fetch(url);
    if (!answer.ok) {
        throw new EngineError('not_loaded', `engine.wasm: the server answered ${answer.status}`);
    }
    return new Uint8Array(await answer.arrayBuffer());
}

/** One checked bundle, and what was seen of time since. */
export class Verifier {
    #engine;
    #bundle;
    #root;
    #latest;
    #memory;

    /**
     * @param {import('./engine.js').Engine} engine
     * @param {Uint8Array} bundle
     * @param {Uint8Array} root
     * @param {number} now
     * @param {any} memory
     */
    constructor(engine, bundle, root, now, memory) {
        this.#engine = engine;
        this.#bundle = bundle;
        this.#root = root;
        this.#latest = now;
        this.info = this.#set(now, memory);
        this.#memory = this.info.memory;
    }

    /**
     * @param {Uint8Array} bundle
     * @param {{root: Uint8Array | string, now?: Date | number, memory?: any}} options
     */
    static async open(bundle, options) {
        const root = key(options?.root);
        return new Verifier(await engine(), bundle, root, seconds(options.now), options.memory ?? null);
    }

    /** To be kept, and given to the next `open`, so that nothing older is accepted. */
    get memory() {
        return this.#memory;
    }

    /**
     * @param {string} text
     * @param {any} [options]
     */
    verify(text, options = {}) {
        const now = seconds(options.now);
        if (options.now !== undefined && now < this.#latest) {
            // The caller asks about another time: that is no clock that was set back. What was revoked stays so.
            this.#set(now, {...this.#memory, latest_seen: 0});
        }
        this.#latest = now;
        const verdict = this.#engine.judge(text, now, options);
        // What is kept never goes back to the earlier time.
        const latest = Math.max(this.#memory.latest_seen ?? 0, verdict.memory.latest_seen ?? 0);
        this.#memory = {...verdict.memory, latest_seen: latest};
        return {...verdict, memory: this.#memory};
    }

    /**
     * @param {number} now
     * @param {any} memory
     */
    #set(now, memory) {
        const taken = this.#engine.setBundle(this.#bundle, this.#root, now, memory);
        if (!taken.ok) {
            throw new BundleError(taken);
        }
        return taken;
    }
}

/** Verifiers of the bundles that are still in use. @type {WeakMap<Uint8Array, {root: string, verifier: Promise<Verifier>}>} */
const opened = new WeakMap();

/**
 * Judges one QR text.
 * @param {string} text
 * @param {Uint8Array} bundle
 * @param {any} options
 */
export async function verify(text, bundle, options) {
    const root = key(options?.root).toString();
    let known = opened.get(bundle);
    if (known?.root !== root || options.memory) {
        known = {root, verifier: Verifier.open(bundle, options)};
        opened.set(bundle, known);
    }
    try {
        return (await known.verifier).verify(text, options);
    } catch (error) {
        opened.delete(bundle);
        throw error;
    }
}

/** @type {Promise<import('./engine.js').Engine> | undefined} */
let reader;

/**
 * QR texts in a picture.
 * @param {{data: Uint8ClampedArray | Uint8Array, width: number, height: number}} picture
 * @param {{still?: boolean}} [options]
 * @returns {Promise<string[]>}
 */
export async function readQr(picture, options) {
    reader ??= engine();
    try {
        return (await reader).read(picture.data, picture.width, picture.height, {still: options?.still ?? true});
    } catch (error) {
        if (!(error instanceof EngineError)) {
            reader = undefined;
        }
        throw error;
    }
}

/**
 * @param {Date | number | undefined} now
 * @returns {number} epoch seconds
 */
function seconds(now = new Date()) {
    return Math.floor(typeof now === 'number' ? now : now.getTime() / 1000);
}

/**
 * @param {Uint8Array | string | undefined} root
 * @returns {Uint8Array}
 */
function key(root) {
    if (root instanceof Uint8Array && root.length === 32) {
        return root;
    }
    if (typeof root === 'string' && /^[0-9a-f]{64}$/i.test(root)) {
        return Uint8Array.from(root.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    }
    throw new TypeError('options.root must be the root public key: 32 bytes, or 64 hexadecimal digits');
}
