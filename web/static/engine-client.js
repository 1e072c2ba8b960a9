// The engine from a page: the methods of `engine.js`, returning promises, in a Worker that is made anew when it fails.
//
// A picture from a camera may bring the reader down (a trap), or keep it busy for too long. Either way the call
// rejects, the Worker is thrown away, and a new one gets the same bundle before it gets anything else.

import {EngineError, EngineTrap} from './engine.js';

/** @typedef {import('./engine.js').Memory} Memory */
/** @typedef {import('./engine.js').Verdict} Verdict */
/** @typedef {import('./engine.js').Said} Said */
/** @typedef {import('./engine.js').JudgeOptions} JudgeOptions */
/** @typedef {import('./engine.js').Asked} Asked */
/** @typedef {import('./engine.js').Question} Question */
/** @typedef {import('./engine.js').BundleTaken} BundleTaken */
/** @typedef {import('./engine.js').BundleRefused} BundleRefused */
/** @typedef {{id: number, method: string, args: any[], transfer: Transferable[], patience: number, resolve(result: any): void, reject(error: Error): void}} Call */

const SILENCE_MS = 5000;
/** What is slow by design may take this many times as long, and so may loading. */
const SLOW = 6;
/** Workers that fail before they are ready, in a row, until calls are refused. */
const PATIENCE = 3;

export class EngineClient {
    #workerUrl;
    #wasmUrl;
    #silenceMs;
    /** @type {Worker | null} */
    #worker = null;
    #ready = false;
    #closed = false;
    #failures = 0;
    #next = 1;
    /** Sent first to a new Worker. @type {{bundle: Uint8Array, root: Uint8Array | null, now: number} | null} */
    #trusted = null;
    /** @type {Memory | null} */
    #memory = null;
    /** One call at a time is in the Worker, so it is known which one it fell silent on. @type {Call | null} */
    #running = null;
    /** @type {Call[]} */
    #waiting = [];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #timer;

    /**
     * @param {{worker?: string | URL, wasm?: string | URL, silence_ms?: number}} [options] addresses of
     *   engine-worker.js and engine.wasm, which stand beside this file unless told otherwise; `silence_ms`: how long a
     *   call may take
     */
    constructor(options = {}) {
        this.#workerUrl = new URL(options.worker ?? './engine-worker.js', import.meta.url);
        this.#wasmUrl = new URL(options.wasm ?? './engine.wasm', import.meta.url);
        this.#silenceMs = options.silence_ms ?? SILENCE_MS;
        this.#start();
    }

    /** What the last `setBundle` or `judge` returned to be remembered; null before. */
    get memory() {
        return this.#memory;
    }

    /**
     * @param {Uint8Array} bundle
     * @param {Uint8Array | null} root
     * @param {number} now
     * @param {Partial<Memory> | null} memory
     * @returns {Promise<BundleTaken | BundleRefused>}
     */
    async setBundle(bundle, root, now, memory) {
        const taken = await this.#call('setBundle', [bundle, root, now, memory]);
        if (taken.ok) {
            this.#trusted = {bundle, root, now};
            this.#memory = taken.memory;
        }
        return taken;
    }

    /**
     * @param {string} text
     * @param {number} now
     * @param {JudgeOptions} [options]
     * @returns {Promise<Verdict>}
     */
    async judge(text, now, options) {
        const verdict = await this.#call('judge', [text, now, options]);
        this.#memory = verdict.memory;
        return verdict;
    }

    /**
     * The pixels are handed over to the Worker: the caller's array is empty afterwards.
     * @param {Uint8ClampedArray | Uint8Array} rgba
     * @param {number} width
     * @param {number} height
     * @param {{still?: boolean}} [options]
     * @returns {Promise<string[]>}
     */
    read(rgba, width, height, options) {
        return this.#call('read', [rgba, width, height, options], [rgba.buffer]);
    }

    /** @returns {Promise<any>} */
    tables() {
        return this.#call('tables', []);
    }

    /**
     * @param {string} text
     * @param {"L" | "M" | "Q" | "H"} [ecc]
     * @returns {Promise<{version: number, size: number, modules: Uint8Array}>}
     */
    symbol(text, ecc) {
        return this.#call('symbol', [text, ecc]);
    }

    /**
     * @param {string} credential
     * @returns {Promise<Said>}
     */
    describe(credential) {
        return this.#call('describe', [credential]);
    }

    /**
     * @param {string} credential
     * @param {number} iat
     * @param {Asked} [options]
     * @returns {Promise<Uint8Array>}
     */
    proof(credential, iat, options) {
        return this.#call('proof', [credential, iat, options]);
    }

    /**
     * @param {string} credential
     * @param {number} iat
     * @param {Asked} options
     * @param {Uint8Array} signature
     * @returns {Promise<string>}
     */
    present(credential, iat, options, signature) {
        return this.#call('present', [credential, iat, options, signature]);
    }

    /**
     * @param {Question} question
     * @returns {Promise<string>}
     */
    request(question) {
        return this.#call('request', [question]);
    }

    /**
     * @param {string} text
     * @returns {Promise<Question | null>}
     */
    parseRequest(text) {
        return this.#call('parseRequest', [text]);
    }

    /**
     * @param {Uint8Array} password
     * @param {Uint8Array} salt
     * @param {{memory_kib: number, passes: number}} cost
     * @returns {Promise<Uint8Array>}
     */
    argon2id(password, salt, cost) {
        return this.#call('argon2id', [password, salt, cost], [], SLOW);
    }

    /** Ends the Worker; calls that have not been answered reject. */
    close() {
        this.#stop();
        this.#closed = true;
        this.#start();
    }

    /**
     * @param {string} method
     * @param {any[]} args
     * @param {ArrayBufferLike[]} transfer
     * @param {number} patience
     * @returns {Promise<any>}
     */
    #call(method, args, transfer = [], patience = 1) {
        return new Promise((resolve, reject) => {
            const id = this.#next++;
            const handed = /** @type {Transferable[]} */ (transfer);
            this.#waiting.push({id, method, args, transfer: handed, patience, resolve, reject});
            if (!this.#worker) {
                this.#start();
            }
            this.#send();
        });
    }

    #start() {
        if (this.#closed) {
            this.#refuse(new EngineError('closed', 'this engine was closed'));
            return;
        }
        if (this.#failures >= PATIENCE) {
            this.#refuse(new EngineError('not_loaded', 'the engine could not be loaded; load the page again'));
            return;
        }
        this.#ready = false;
        const worker = new Worker(this.#workerUrl, {type: 'module'});
        this.#worker = worker;
        worker.onmessage = ({data}) => this.#answered(data);
        worker.onerror = () => this.#failed(new EngineTrap('the engine met a fault'));
        worker.postMessage({wasm: this.#wasmUrl.href});
        // A slow phone on a slow network may take its time to load; after that, silence is a fault.
        this.#watch(SLOW * this.#silenceMs);
    }

    #stop() {
        clearTimeout(this.#timer);
        this.#worker?.terminate();
        this.#worker = null;
        this.#ready = false;
    }

    /** @param {number} [ms] */
    #watch(ms = this.#silenceMs) {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#failed(new EngineTrap('the engine fell silent')), ms);
    }

    /** @param {Error} error */
    #failed(error) {
        if (!this.#ready) {
            this.#failures += 1;
        }
        this.#stop();
        const running = this.#running;
        this.#running = null;
        this.#start();
        running?.reject(error);
    }

    /** @param {Error} error */
    #refuse(error) {
        const calls = this.#running ? [this.#running, ...this.#waiting] : this.#waiting;
        this.#running = null;
        this.#waiting = [];
        for (const call of calls) {
            call.reject(error);
        }
    }

    #send() {
        if (!this.#worker || !this.#ready || this.#running) {
            return;
        }
        const call = this.#waiting.shift();
        if (!call) {
            return;
        }
        this.#running = call;
        this.#watch(call.patience * this.#silenceMs);
        this.#worker.postMessage({id: call.id, method: call.method, args: call.args}, call.transfer);
    }

    /** @param {any} data */
    #answered(data) {
        clearTimeout(this.#timer);
        if (data.failed !== undefined) {
            this.#failed(new EngineTrap(data.failed));
        } else if (data.ready) {
            this.#loaded();
        } else if (data.id === 0) {
            // The bundle of before is set again.
            this.#ready = true;
            this.#failures = 0;
            this.#send();
        } else if (this.#running && data.id === this.#running.id) {
            this.#finish(data);
        }
    }

    #loaded() {
        if (this.#trusted) {
            const {bundle, root, now} = this.#trusted;
            this.#watch();
            this.#worker?.postMessage({id: 0, method: 'setBundle', args: [bundle, root, now, this.#memory]});
            return;
        }
        this.#ready = true;
        this.#failures = 0;
        this.#send();
    }

    /** @param {any} data */
    #finish(data) {
        const call = /** @type {Call} */ (this.#running);
        if (data.error?.name === 'EngineTrap') {
            this.#failed(new EngineTrap(data.error.message));
            return;
        }
        this.#running = null;
        if (data.error) {
            const {name, code, message} = data.error;
            call.reject(name === 'EngineError' ? new EngineError(code, message) : new Error(message));
        } else {
            call.resolve(data.result);
        }
        this.#send();
    }
}
